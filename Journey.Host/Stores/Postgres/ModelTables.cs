using Journey.Projections.ReadModels;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>Which read models there are, and in which shape; statements of whoever writes them.</summary>
internal static class ModelTables
{
    public const string States = "customer_states";

    /// <param name="withIndex">False: it is made once the table is filled.</param>
    public static string StatesSql(string name, bool withIndex = true) =>
        $"""
         CREATE TABLE IF NOT EXISTS {ModelTable.Schema}."{name}" (
           customer text COLLATE "C" PRIMARY KEY,
           "partition" smallint NOT NULL,
           last_position bigint NOT NULL,
           due_at bigint,
           state bytea NOT NULL
         ) WITH (fillfactor = 85);
         ALTER TABLE {ModelTable.Schema}."{name}" ALTER COLUMN state SET STORAGE EXTERNAL;
         {(withIndex ? $"{StatesIndex(name).Sql};" : "")}
         """;

    public static (string Name, string Sql) StatesIndex(string name) =>
        ($"{name}_due", $"CREATE INDEX IF NOT EXISTS \"{name}_due\" ON {ModelTable.Schema}.\"{name}\" (due_at, customer) WHERE due_at IS NOT NULL");

    public static Dictionary<string, string> Shapes(NpgsqlConnection connection)
    {
        using var command = connection.Command("SELECT name, shape FROM journey.read_model_tables ORDER BY name");
        using var rows = command.ExecuteReader();
        return Shapes(rows);
    }

    public static Dictionary<string, string> Shapes(NpgsqlDataReader rows)
    {
        var shapes = new Dictionary<string, string>(StringComparer.Ordinal);
        while (rows.Read())
        {
            shapes.Add(rows.GetString(0), rows.GetString(1));
        }

        return shapes;
    }

    /// <summary>Makes a table, registered or not, which readers may read as well.</summary>
    public static void Create(NpgsqlConnection connection, TableDefinition table, string name, bool withIndexes = true)
    {
        foreach (var sql in new ModelTable(table, name).CreateSql(withIndexes))
        {
            connection.Run(sql);
        }

        LetRead(connection, [name]);
    }

    public static void LetRead(NpgsqlConnection connection, IEnumerable<string> tables)
    {
        var readers = new List<string>();
        using (var command = connection.Command("SELECT role FROM journey.readers WHERE EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role)"))
        {
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                readers.Add(rows.GetString(0));
            }
        }

        foreach (var reader in readers)
        {
            foreach (var table in tables)
            {
                connection.Run($"GRANT SELECT ON {ModelTable.Schema}.\"{table}\" TO \"{reader.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
            }
        }
    }

    public static void Register(NpgsqlConnection connection, TableDefinition table) => connection.Run(
        """
        INSERT INTO journey.read_model_tables (name, projection, shape) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET projection = excluded.projection, shape = excluded.shape
        """,
        Parameters.Of(table.Name), Parameters.Of(table.Projection), Parameters.Of(TableShape.Of(table)));

    public static void Unregister(NpgsqlConnection connection, string name) => connection.Run("DELETE FROM journey.read_model_tables WHERE name = $1", Parameters.Of(name));

    /// <summary>Adds everything to a batch, tables by name, so that two who write at the same time take them in the same order.</summary>
    /// <param name="nameOf">What a table is called here; null: it is left out.</param>
    public static List<(ModelTable Table, TableDefinition Definition, int Command)> Write(
        NpgsqlBatch batch, string states, IReadOnlyList<StoredState> put, ReadModelChanges changed, ReadModelChanges added, Func<TableDefinition, string?> nameOf)
    {
        if (put.Count > 0)
        {
            batch.With(
                $"""
                 INSERT INTO {ModelTable.Schema}."{states}" AS t (customer, "partition", last_position, due_at, state) SELECT * FROM unnest($1, $2, $3, $4, $5)
                 ON CONFLICT (customer) DO UPDATE SET last_position = excluded.last_position, due_at = excluded.due_at, state = excluded.state
                 """,
                Parameters.Each(put.Select(state => (string?)state.Customer).ToArray()),
                Parameters.Each(put.Select(state => (short)state.Partition).ToArray()),
                Parameters.Each(put.Select(state => state.LastPosition).ToArray()),
                Parameters.Each(put.Select(state => state.DueAt).ToArray()),
                Parameters.Each(put.Select(state => state.State.ToArray()).ToArray()));
        }

        foreach (var (definition, rows) in changed.Rows.OrderBy(table => table.Key.Name, StringComparer.Ordinal))
        {
            if (rows.Count > 0 && nameOf(definition) is { } name)
            {
                new ModelTable(definition, name).Write(batch, rows);
            }
        }

        var counters = new List<(ModelTable, TableDefinition, int)>();
        foreach (var (definition, sums) in added.Sums.OrderBy(table => table.Key.Name, StringComparer.Ordinal))
        {
            if (sums.Count > 0 && nameOf(definition) is { } name)
            {
                var table = new ModelTable(definition, name);
                table.Write(batch, sums);
                counters.Add((table, definition, batch.BatchCommands.Count - 1));
            }
        }

        return counters;
    }

    /// <summary>Runs a batch that <see cref="Write"/> filled, and removes counters that came down to nothing.</summary>
    public static void Run(NpgsqlConnection connection, NpgsqlBatch batch, List<(ModelTable Table, TableDefinition Definition, int Command)> counters)
    {
        if (batch.BatchCommands.Count == 0)
        {
            return;
        }

        var zeros = new List<(ModelTable Table, List<Cell[]> Keys)>();
        using (var answers = batch.ExecuteReader())
        {
            // Only statements that answer with rows have a result to step to, and only counters do.
            foreach (var (table, definition, _) in counters)
            {
                var keys = ModelTable.ReadKeys(answers, definition);
                if (keys.Count > 0)
                {
                    zeros.Add((table, keys));
                }

                answers.NextResult();
            }
        }

        foreach (var (table, keys) in zeros)
        {
            table.DeleteZeros(connection, keys);
        }
    }
}
