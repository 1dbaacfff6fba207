using Journey.Domain.Events;

namespace Journey.Host.Stores.Sqlite;

/// <summary>The writer's side of the streams: number, partition and present version, kept for the streams lately written to.</summary>
internal sealed class StreamTable(SqliteDatabase database, int cachedMax) : IDisposable
{
    private readonly SqliteStatement _find = database.PrepareOwned("SELECT id FROM streams WHERE name = ?1");
    private readonly SqliteStatement _version = database.PrepareOwned("SELECT max(version) FROM events WHERE stream = ?1");
    private readonly SqliteStatement _add = database.PrepareOwned("INSERT INTO streams (name) VALUES (?1)");
    private readonly BoundedCache<string, OpenStream> _open = new(cachedMax, StringComparer.Ordinal);

    /// <summary>The stream, with no number yet where nothing was ever appended to it.</summary>
    public OpenStream Open(string name)
    {
        if (_open.Find(name) is { } known)
        {
            return known;
        }

        var stream = new OpenStream(name);
        _find.Bind(1, name);
        if (_find.Step())
        {
            stream.Id = _find.Integer(0);
            _version.Bind(1, stream.Id);
            stream.Version = _version.Step() ? _version.Integer(0) : 0;
            _version.Reset();
        }

        _find.Reset();
        _open.Set(name, stream);
        return stream;
    }

    public void Number(OpenStream stream)
    {
        if (stream.Id == 0)
        {
            _add.Bind(1, stream.Name).Run();
            stream.Id = database.LastInserted;
        }
    }

    public void Forget() => _open.Clear();

    public void Dispose()
    {
        _find.Dispose();
        _version.Dispose();
        _add.Dispose();
    }
}

internal sealed class OpenStream(string name)
{
    public string Name { get; } = name;

    public int Partition { get; } = Partitions.Of(name);

    public long Id { get; set; }

    public long Version { get; set; }
}
