using Npgsql;

namespace Journey.Host.Stores.Postgres;

internal sealed class PostgresDeadLetters(PostgresStore store) : IDeadLetterStore
{
    private const string Columns = "SELECT decision_id, position, customer, channel, attempts, failed_at, reason FROM journey.dead_letters";

    public async ValueTask PutAsync(DeadLetter letter, CancellationToken cancellation = default) => await store.InTransactionAsync(
        connection => connection.Run(
            """
            INSERT INTO journey.dead_letters (decision_id, position, customer, channel, attempts, failed_at, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (decision_id) DO UPDATE SET attempts = excluded.attempts, failed_at = excluded.failed_at, reason = excluded.reason
            """,
            Parameters.Of(letter.DecisionId), Parameters.Of(letter.Position), Parameters.Of(letter.Customer), Parameters.Of(letter.Channel),
            Parameters.Of(letter.Attempts), Parameters.Of(letter.FailedAt), Parameters.Of(letter.Reason)),
        cancellation);

    public ValueTask<IReadOnlyList<DeadLetter>> ListAsync(int max, int offset = 0, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(max, StoreLimits.RowsMax);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return store.ReadAsync<IReadOnlyList<DeadLetter>>(
            connection =>
            {
                var letters = new List<DeadLetter>();
                using var command = connection.Command($"{Columns} ORDER BY failed_at DESC, decision_id LIMIT $1 OFFSET $2", Parameters.Of((long)max), Parameters.Of((long)offset));
                using var rows = command.ExecuteReader();
                while (rows.Read())
                {
                    letters.Add(Read(rows));
                }

                return letters;
            },
            cancellation);
    }

    public ValueTask<DeadLetter?> FindAsync(string decisionId, CancellationToken cancellation = default) => store.ReadAsync(
        connection =>
        {
            using var command = connection.Command($"{Columns} WHERE decision_id = $1", Parameters.Of(decisionId));
            using var rows = command.ExecuteReader();
            return rows.Read() ? Read(rows) : null;
        },
        cancellation);

    public ValueTask<bool> RemoveAsync(string decisionId, CancellationToken cancellation = default) => store.InTransactionAsync(
        connection => connection.Run("DELETE FROM journey.dead_letters WHERE decision_id = $1", Parameters.Of(decisionId)) > 0, cancellation);

    public ValueTask<long> CountAsync(CancellationToken cancellation = default) => store.ReadAsync(
        connection =>
        {
            using var command = connection.Command("SELECT count(*) FROM journey.dead_letters");
            return (long)command.ExecuteScalar()!;
        },
        cancellation);

    private static DeadLetter Read(NpgsqlDataReader row) =>
        new(row.Text(0), row.GetInt64(1), row.Text(2), row.Text(3), row.GetInt32(4), row.GetInt64(5), row.Text(6));
}
