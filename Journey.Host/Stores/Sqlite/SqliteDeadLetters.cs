namespace Journey.Host.Stores.Sqlite;

internal sealed class SqliteDeadLetters(SqliteStore store) : IDeadLetterStore
{
    private const string Columns = "SELECT decision_id, position, customer, channel, attempts, failed_at, reason FROM dead_letters";

    public async ValueTask PutAsync(DeadLetter letter, CancellationToken cancellation = default) => await store.WriteAsync(
        writer =>
        {
            writer.Database.Prepare(
                """
                INSERT INTO dead_letters (decision_id, position, customer, channel, attempts, failed_at, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                ON CONFLICT (decision_id) DO UPDATE SET attempts = excluded.attempts, failed_at = excluded.failed_at, reason = excluded.reason
                """)
                .Bind(1, letter.DecisionId)
                .Bind(2, letter.Position)
                .Bind(3, letter.Customer)
                .Bind(4, letter.Channel)
                .Bind(5, letter.Attempts)
                .Bind(6, letter.FailedAt)
                .Bind(7, letter.Reason)
                .Run();
            return true;
        },
        cancellation);

    public ValueTask<IReadOnlyList<DeadLetter>> ListAsync(int max, int offset = 0, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(max, SqliteStore.RowsMax);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return store.ReadAsync<IReadOnlyList<DeadLetter>>(
            database =>
            {
                var letters = new List<DeadLetter>();
                var statement = database.Prepare($"{Columns} ORDER BY failed_at DESC, decision_id LIMIT ?1 OFFSET ?2").Bind(1, max).Bind(2, offset);
                while (statement.Step())
                {
                    letters.Add(Read(statement));
                }

                statement.Reset();
                return letters;
            },
            cancellation);
    }

    public ValueTask<DeadLetter?> FindAsync(string decisionId, CancellationToken cancellation = default) => store.ReadAsync(
        database =>
        {
            var statement = database.Prepare($"{Columns} WHERE decision_id = ?1").Bind(1, decisionId);
            var found = statement.Step() ? Read(statement) : null;
            statement.Reset();
            return found;
        },
        cancellation);

    public ValueTask<bool> RemoveAsync(string decisionId, CancellationToken cancellation = default) => store.WriteAsync(
        writer =>
        {
            writer.Database.Prepare("DELETE FROM dead_letters WHERE decision_id = ?1").Bind(1, decisionId).Run();
            return writer.Database.Changes > 0;
        },
        cancellation);

    public ValueTask<long> CountAsync(CancellationToken cancellation = default) =>
        store.ReadAsync(database => database.Scalar("SELECT count(*) FROM dead_letters"), cancellation);

    private static DeadLetter Read(SqliteStatement statement) => new(
        statement.Text(0),
        statement.Integer(1),
        statement.Text(2),
        statement.Text(3),
        (int)statement.Integer(4),
        statement.Integer(5),
        statement.Text(6));
}
