using Journey.Domain.EventLog;

namespace Journey.Host.Stores.Sqlite;

internal sealed class SqliteWriteKeys(SqliteStore store, TimeProvider time) : IWriteKeyStore
{
    private const string Columns = "SELECT key_hash, name, created_at, revoked_at FROM write_keys";

    public ValueTask<bool> AddAsync(string key, string name, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        AppendRules.CheckText(name, "source");
        if (name.Length > WriteKey.NameMax)
        {
            throw new ArgumentException($"A key's name has 1 to {WriteKey.NameMax} characters; got {name.Length}.", nameof(name));
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return store.WriteAsync(
            writer =>
            {
                writer.Database.Prepare("INSERT INTO write_keys (key_hash, name, created_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")
                    .Bind(1, WriteKey.HashOf(key))
                    .Bind(2, name)
                    .Bind(3, now)
                    .Run();
                return writer.Database.Changes > 0;
            },
            cancellation);
    }

    public ValueTask<bool> RevokeAsync(string name, CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return store.WriteAsync(
            writer =>
            {
                writer.Database.Prepare("UPDATE write_keys SET revoked_at = ?2 WHERE name = ?1 AND revoked_at IS NULL").Bind(1, name).Bind(2, now).Run();
                return writer.Database.Changes > 0;
            },
            cancellation);
    }

    public ValueTask<IReadOnlyList<WriteKey>> ListAsync(CancellationToken cancellation = default) => store.ReadAsync<IReadOnlyList<WriteKey>>(
        database =>
        {
            var keys = new List<WriteKey>();
            var statement = database.Prepare($"{Columns} ORDER BY created_at, name, key_hash");
            while (statement.Step())
            {
                keys.Add(Read(statement));
            }

            statement.Reset();
            return keys;
        },
        cancellation);

    public ValueTask<WriteKey?> FindAsync(string key, CancellationToken cancellation = default) => store.ReadAsync(
        database =>
        {
            var statement = database.Prepare($"{Columns} WHERE key_hash = ?1 AND revoked_at IS NULL").Bind(1, WriteKey.HashOf(key));
            var found = statement.Step() ? Read(statement) : null;
            statement.Reset();
            return found;
        },
        cancellation);

    private static WriteKey Read(SqliteStatement statement) =>
        new(statement.Text(0), statement.Text(1), statement.Integer(2), statement.IntegerOrNull(3));
}
