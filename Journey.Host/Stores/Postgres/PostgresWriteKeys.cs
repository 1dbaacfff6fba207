using Journey.Domain.EventLog;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

internal sealed class PostgresWriteKeys(PostgresStore store, TimeProvider time) : IWriteKeyStore
{
    private const string Columns = "SELECT key_hash, name, created_at, revoked_at FROM journey.write_keys";

    public ValueTask<bool> AddAsync(string key, string name, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        AppendRules.CheckText(name, "source");
        if (name.Length > WriteKey.NameMax)
        {
            throw new ArgumentException($"A key's name has 1 to {WriteKey.NameMax} characters; got {name.Length}.", nameof(name));
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return store.InTransactionAsync(
            connection => connection.Run(
                "INSERT INTO journey.write_keys (key_hash, name, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                Parameters.Of(WriteKey.HashOf(key)), Parameters.Of(name), Parameters.Of(now)) > 0,
            cancellation);
    }

    public ValueTask<bool> RevokeAsync(string name, CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return store.InTransactionAsync(
            connection => connection.Run(
                "UPDATE journey.write_keys SET revoked_at = $2 WHERE name = $1 AND revoked_at IS NULL", Parameters.Of(name), Parameters.Of(now)) > 0,
            cancellation);
    }

    public ValueTask<IReadOnlyList<WriteKey>> ListAsync(CancellationToken cancellation = default) => store.ReadAsync<IReadOnlyList<WriteKey>>(
        connection =>
        {
            var keys = new List<WriteKey>();
            using var command = connection.Command($"{Columns} ORDER BY created_at, name, key_hash");
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                keys.Add(Read(rows));
            }

            return keys;
        },
        cancellation);

    public ValueTask<WriteKey?> FindAsync(string key, CancellationToken cancellation = default) => store.ReadAsync(
        connection =>
        {
            using var command = connection.Command($"{Columns} WHERE key_hash = $1 AND revoked_at IS NULL", Parameters.Of(WriteKey.HashOf(key)));
            using var rows = command.ExecuteReader();
            return rows.Read() ? Read(rows) : null;
        },
        cancellation);

    private static WriteKey Read(NpgsqlDataReader row) => new(row.Text(0), row.Text(1), row.GetInt64(2), row.LongOrNull(3));
}
