namespace Journey.Host.Stores.Sqlite;

/// <summary>The writer's side of a table of names: the number of a name, given at its first use.</summary>
internal sealed class SymbolTable(SqliteDatabase database, string table, int cachedMax) : IDisposable
{
    private readonly SqliteStatement _find = database.PrepareOwned($"SELECT id FROM {table} WHERE name = ?1");
    private readonly SqliteStatement _add = database.PrepareOwned($"INSERT INTO {table} (name) VALUES (?1)");
    private readonly BoundedCache<string, Symbol> _known = new(cachedMax, StringComparer.Ordinal);

    public long IdOf(string name)
    {
        if (_known.Find(name) is { } known)
        {
            return known.Id;
        }

        if (Find(name) is not { } id)
        {
            _add.Bind(1, name).Run();
            id = database.LastInserted;
        }

        _known.Set(name, new Symbol(id));
        return id;
    }

    public void Forget() => _known.Clear();

    public void Dispose()
    {
        _find.Dispose();
        _add.Dispose();
    }

    private long? Find(string name)
    {
        _find.Bind(1, name);
        long? id = _find.Step() ? _find.Integer(0) : null;
        _find.Reset();
        return id;
    }

    private sealed record Symbol(long Id);
}
