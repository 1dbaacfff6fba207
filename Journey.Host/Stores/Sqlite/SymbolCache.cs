using System.Numerics;

namespace Journey.Host.Stores.Sqlite;

/// <summary>From the numbers in the events table to what they stand for, shared by all readers.</summary>
/// <remarks>
/// Numbers are given from 1 without gaps, so a number's place is the number itself, and up to <paramref name="capacity"/> of them every one has a
/// place of its own: the same name is then the same object. Beyond that the last one read keeps the place. Rows are never changed, so nothing goes stale.
/// </remarks>
/// <param name="capacity">A power of two.</param>
internal sealed class SymbolCache<T>(string table, int capacity, Func<string, T> make)
{
    private readonly string _sql = $"SELECT name FROM {table} WHERE id = ?1";
    private readonly Lock _gate = new();
    private Entry?[] _places = new Entry?[16];

    /// <exception cref="StoreFormatException">The table has no such row.</exception>
    public T Get(SqliteDatabase database, long id)
    {
        var places = Volatile.Read(ref _places);
        return places[(int)(id & (places.Length - 1))] is { } entry && entry.Id == id ? entry.Value : Load(database, id);
    }

    private T Load(SqliteDatabase database, long id)
    {
        var statement = database.Prepare(_sql).Bind(1, id);
        if (!statement.Step())
        {
            throw new StoreFormatException($"{database.Path} is damaged: {table} has no row {id}. Restore it from a backup.");
        }

        var name = statement.Text(0);
        statement.Reset();
        lock (_gate)
        {
            var place = Place(id);
            if (_places[place] is { } entry && entry.Id == id)
            {
                return entry.Value;
            }

            var value = make(name);
            _places[place] = new Entry(id, value);
            return value;
        }
    }

    private int Place(long id)
    {
        if (id >= _places.Length && _places.Length < capacity)
        {
            var larger = new Entry?[(int)Math.Min(capacity, (long)BitOperations.RoundUpToPowerOf2((ulong)id + 1))];
            foreach (var entry in _places)
            {
                if (entry is not null)
                {
                    larger[(int)(entry.Id & (larger.Length - 1))] = entry;
                }
            }

            Volatile.Write(ref _places, larger);
        }

        return (int)(id & (_places.Length - 1));
    }

    private sealed record Entry(long Id, T Value);
}
