using Journey.Domain.Events;
using Journey.Host.Stores.Personal;

namespace Journey.Host.Stores.Sqlite;

internal sealed class SqlitePersonalRows(SqliteDatabase database) : IPersonalRows
{
    public string Place => database.Path;

    public string? Find(string name)
    {
        var statement = database.Prepare("SELECT value FROM meta WHERE key = ?1").Bind(1, name);
        var value = statement.Step() ? statement.Text(0) : null;
        statement.Reset();
        return value;
    }

    public void Put(string name, string value) =>
        database.Prepare("INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value").Bind(1, name).Bind(2, value).Run();

    public void Remove(string name) => database.Prepare("DELETE FROM meta WHERE key = ?1").Bind(1, name).Run();

    public void Together(Action work)
    {
        database.Execute("BEGIN IMMEDIATE");
        work();
        database.Execute("COMMIT");
    }

    public bool TryFindKey(long stream, out byte[]? wrapped)
    {
        var statement = database.Prepare("SELECT wrapped FROM personal_keys WHERE stream = ?1").Bind(1, stream);
        var isThere = statement.Step();
        wrapped = isThere && !statement.IsNull(0) ? statement.Bytes(0).ToArray() : null;
        statement.Reset();
        return isThere;
    }

    public void AddKey(long stream, byte[] wrapped) =>
        database.Prepare("INSERT INTO personal_keys (stream, wrapped) VALUES (?1, ?2)").Bind(1, stream).Bind(2, wrapped).Run();

    public void ReplaceKey(long stream, byte[] wrapped) =>
        database.Prepare("UPDATE personal_keys SET wrapped = ?2 WHERE stream = ?1").Bind(1, stream).Bind(2, wrapped).Run();

    public bool DestroyKey(long stream, long at)
    {
        database.Prepare(
            """
            INSERT INTO personal_keys (stream, wrapped, erased_at) VALUES (?1, NULL, ?2)
            ON CONFLICT (stream) DO UPDATE SET wrapped = NULL, erased_at = excluded.erased_at WHERE wrapped IS NOT NULL
            """).Bind(1, stream).Bind(2, at).Run();
        return database.Changes > 0;
    }

    public IReadOnlyList<(long Stream, byte[] Wrapped)> Keys()
    {
        var rows = new List<(long Stream, byte[] Wrapped)>();
        var all = database.Prepare("SELECT stream, wrapped FROM personal_keys WHERE wrapped IS NOT NULL");
        while (all.Step())
        {
            rows.Add((all.Integer(0), all.Bytes(1).ToArray()));
        }

        all.Reset();
        return rows;
    }

    public IReadOnlyList<RecordedEvent> Definitions(PersonalKeys keys) =>
        new EventReader(16, new PayloadReader(keys)).ReadStream(database, SystemStreams.Definitions, 0, int.MaxValue).Events;
}
