using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>The writer's side of a table of names: numbers known so far, and those given in this transaction.</summary>
internal sealed class LogSymbols(string table)
{
    private const int CachedMax = 65_536;

    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _missing = new(StringComparer.Ordinal);
    private readonly List<(int Id, string Name)> _added = [];
    private int _last;

    public int this[string name] => _known[name];

    /// <summary>Between two transactions: too many are forgotten, and looked up again.</summary>
    public void Trim()
    {
        if (_known.Count > CachedMax)
        {
            _known.Clear();
        }
    }

    /// <summary>Notes a name that will be used, to be looked up with all others.</summary>
    public void Want(string name)
    {
        if (!_known.ContainsKey(name))
        {
            _missing.Add(name);
        }
    }

    public bool IsMissing => _missing.Count > 0;

    public void AskFor(NpgsqlBatch batch) => batch
        .With($"SELECT id, name FROM journey.{table} WHERE name = ANY($1)", Parameters.Each([.. _missing]))
        .With($"SELECT coalesce(max(id), 0) FROM journey.{table}");

    /// <summary>Takes the answers up, and numbers what has none.</summary>
    public void Take(NpgsqlDataReader answers)
    {
        while (answers.Read())
        {
            _known[answers.Text(1)] = answers.GetInt32(0);
        }

        answers.NextResult();
        answers.Read();
        _last = Math.Max(_last, answers.GetInt32(0));
        answers.NextResult();
        foreach (var name in _missing)
        {
            if (!_known.ContainsKey(name))
            {
                _known[name] = ++_last;
                _added.Add((_last, name));
            }
        }

        _missing.Clear();
    }

    public void Write(NpgsqlBatch batch)
    {
        if (_added.Count > 0)
        {
            batch.With(
                $"INSERT INTO journey.{table} (id, name) SELECT * FROM unnest($1, $2)",
                Parameters.Each(_added.Select(added => added.Id).ToArray()), Parameters.Each(_added.Select(added => (string?)added.Name).ToArray()));
            _added.Clear();
        }
    }

    public void Forget()
    {
        _known.Clear();
        _missing.Clear();
        _added.Clear();
        _last = 0;
    }
}
