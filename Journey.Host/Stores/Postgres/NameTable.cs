using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>Names for one page of events: those at hand, and those that are asked for together.</summary>
internal sealed class NameTable<T>(string table, NameCache<T> cache)
    where T : notnull
{
    private readonly HashSet<long> _missing = [];
    private readonly Dictionary<long, T> _fetched = [];
    private NpgsqlConnection? _connection;

    public void Want(long id)
    {
        if (!cache.TryGet(id, out var value))
        {
            _missing.Add(id);
        }
        else if (cache.IsCrowded)
        {
            _fetched[id] = value;
        }
    }

    /// <summary>Once everything wanted is fetched.</summary>
    /// <exception cref="StoreFormatException">The table has no such row.</exception>
    public T this[long id]
    {
        get
        {
            if (cache.TryGet(id, out var value) || _fetched.TryGetValue(id, out value!))
            {
                return value;
            }

            // It was at hand, and another one of the page has taken its place since.
            _missing.Add(id);
            Fetch(_connection!);
            return _fetched.TryGetValue(id, out value!)
                ? value
                : throw new StoreFormatException($"The database is damaged: {table} has no row {id}. Restore it from a backup.");
        }
    }

    public void Fetch(NpgsqlConnection connection)
    {
        _connection = connection;
        if (_missing.Count == 0)
        {
            return;
        }

        using var find = table == "streams"
            ? connection.Command("SELECT id, name FROM journey.streams WHERE id = ANY($1)", Parameters.Each([.. _missing]))
            : connection.Command($"SELECT id::bigint, name FROM journey.{table} WHERE id = ANY($1)", Parameters.Each(_missing.Select(id => (int)id).ToArray()));
        using var rows = find.ExecuteReader();
        while (rows.Read())
        {
            // Another reader's page may push it out of its place before this one is done.
            _fetched[rows.GetInt64(0)] = cache.Add(rows.GetInt64(0), rows.Text(1));
        }

        _missing.Clear();
    }
}
