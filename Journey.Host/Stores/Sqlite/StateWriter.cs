using System.Buffers;
using Journey.Domain.EventLog;
using Journey.Projections.ReadModels;

namespace Journey.Host.Stores.Sqlite;

/// <summary>Writes what the processor made of a batch, inside the writer's transaction.</summary>
internal sealed class StateWriter(SqliteDatabase database, EventAppender events) : IDisposable
{
    /// <summary>With fewer sums than this, sorting them costs more than it saves.</summary>
    private const int SortedFrom = 1_000;

    private readonly SqliteStatement _findCheckpoint = database.PrepareOwned("SELECT token FROM checkpoints WHERE consumer = ?1");
    private readonly SqliteStatement _putCheckpoint = database.PrepareOwned(
        "INSERT INTO checkpoints (consumer, token) VALUES (?1, ?2) ON CONFLICT (consumer) DO UPDATE SET token = excluded.token");

    private readonly SqliteStatement _putState = database.PrepareOwned(PutStateSql(GenerationTables.States));

    private readonly SqliteStatement _findShape = database.PrepareOwned("SELECT shape FROM read_model_tables WHERE name = ?1");
    private readonly Dictionary<string, TableDefinition> _prepared = new(StringComparer.Ordinal);
    private readonly Dictionary<TableDefinition, ReadModelTable> _tables = new(ReferenceEqualityComparer.Instance);

    public static string PutStateSql(string table) =>
        $"""
         INSERT INTO "{table}" (customer, "partition", last_position, due_at, state) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (customer) DO UPDATE SET last_position = excluded.last_position, due_at = excluded.due_at, state = excluded.state
         """;

    public static SqliteStatement Bind(SqliteStatement put, in StoredState state) => put
        .Bind(1, state.Customer)
        .Bind(2, state.Partition)
        .Bind(3, state.LastPosition)
        .Bind(4, state.DueAt)
        .Bind(5, state.State.Span);

    public static void Write(ReadModelTable table, Dictionary<RowKey, Cell[]?> rows)
    {
        var put = ArrayPool<Cell[]>.Shared.Rent(rows.Count);
        var count = 0;
        foreach (var (key, row) in rows)
        {
            if (row is null)
            {
                table.Delete(key);
            }
            else
            {
                put[count++] = row;
            }
        }

        table.Put(put.AsSpan(0, count));
        ArrayPool<Cell[]>.Shared.Return(put, clearArray: true);
    }

    /// <param name="keepsZeros">Sums that come to nothing may stay for the time being.</param>
    public static void Write(ReadModelTable table, Dictionary<RowKey, long[]> sums, bool keepsZeros = false)
    {
        // In the order of the key, so that neighbours are written to the same page while it is at hand.
        KeyValuePair<RowKey, long[]>[] ordered = [.. sums];
        if (ordered.Length >= SortedFrom)
        {
            ordered.AsSpan().Sort(static (left, right) => CompareKeys(left.Key, right.Key));
        }

        if (keepsZeros)
        {
            table.AddKeepingZeros(ordered);
            return;
        }

        foreach (var (key, amounts) in ordered)
        {
            table.Add(key, amounts);
        }
    }

    private static int CompareKeys(RowKey left, RowKey right)
    {
        var l = left.Cells;
        var r = right.Cells;
        for (var i = 0; i < l.Length; i++)
        {
            var order = l[i].Kind == CellKind.Text ? string.CompareOrdinal(l[i].Text, r[i].Text) : l[i].Integer.CompareTo(r[i].Integer);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    /// <summary>Creates the tables that are not there yet; the names of those that are there in another shape.</summary>
    public IReadOnlyList<string> Prepare(IReadOnlyList<TableDefinition> tables)
    {
        var stale = new List<string>();
        foreach (var table in tables)
        {
            TableShape.Check(table);
            var shape = StoredShape(table.Name);
            if (shape is null)
            {
                Create(table);
            }
            else if (shape != TableShape.Of(table))
            {
                stale.Add(table.Name);
            }

            _prepared[table.Name] = table;
        }

        return stale;
    }

    public IReadOnlyList<string> Stale() =>
        [.. _prepared.Values.Where(table => StoredShape(table.Name) != TableShape.Of(table)).Select(table => table.Name).Order(StringComparer.Ordinal)];

    /// <returns>False: the checkpoint is not the expected one, and nothing was written.</returns>
    public bool Commit(ProcessedBatch batch)
    {
        if (Checkpoint(batch.Consumer) != batch.Expected)
        {
            return false;
        }

        if (batch.Reset)
        {
            Reset();
        }

        foreach (var @event in batch.Events)
        {
            AppendRules.Check(@event);
            events.TryAppend(@event, out _);
        }

        foreach (var state in batch.States)
        {
            Bind(_putState, state).Run();
        }

        foreach (var (definition, rows) in batch.Changes.Rows)
        {
            Write(Table(definition), rows);
        }

        foreach (var (definition, sums) in batch.Changes.Sums)
        {
            Write(Table(definition), sums);
        }

        PutCheckpoint(batch.Consumer, batch.Next);
        return true;
    }

    /// <summary>After a rollback: tables may be gone again.</summary>
    public void Forget()
    {
        foreach (var table in _tables.Values)
        {
            table.Dispose();
        }

        _tables.Clear();
    }

    public void Dispose()
    {
        Forget();
        _findCheckpoint.Dispose();
        _putCheckpoint.Dispose();
        _putState.Dispose();
        _findShape.Dispose();
    }

    public Checkpoint Checkpoint(string consumer)
    {
        _findCheckpoint.Bind(1, consumer);
        var checkpoint = new Checkpoint(_findCheckpoint.Step() ? _findCheckpoint.Text(0) : null);
        _findCheckpoint.Reset();
        return checkpoint;
    }

    public void PutCheckpoint(string consumer, Checkpoint checkpoint)
    {
        if (checkpoint.Token is null)
        {
            database.Prepare("DELETE FROM checkpoints WHERE consumer = ?1").Bind(1, consumer).Run();
        }
        else
        {
            _putCheckpoint.Bind(1, consumer).Bind(2, checkpoint.Token).Run();
        }
    }

    private ReadModelTable Table(TableDefinition definition)
    {
        if (_tables.TryGetValue(definition, out var known))
        {
            return known;
        }

        var shape = StoredShape(definition.Name);
        if (shape != TableShape.Of(definition))
        {
            throw new StoreException(shape is null
                ? $"There is no read model {definition.Name} yet: prepare it first."
                : $"The read model {definition.Name} was made with other columns by another version: rebuild it first.");
        }

        var table = new ReadModelTable(database, definition);
        _tables.Add(definition, table);
        return table;
    }

    private string? StoredShape(string table)
    {
        _findShape.Bind(1, table);
        var shape = _findShape.Step() ? _findShape.Text(0) : null;
        _findShape.Reset();
        return shape;
    }

    private void Create(TableDefinition table)
    {
        database.Execute(ReadModelTable.CreateSql(table));
        foreach (var (_, sql) in ReadModelTable.Indexes(table))
        {
            database.Execute(sql);
        }

        Register(table.Name, table);
    }

    /// <summary>A table of this version's shape stands in the place of whatever was there.</summary>
    public void Register(string name) => Register(name, Prepared(name));

    public TableDefinition Prepared(string name) =>
        _prepared.TryGetValue(name, out var table) ? table : throw new StoreException($"The read model {name} is not prepared: prepare it first.");

    public void Unregister(string name) => database.Prepare("DELETE FROM read_model_tables WHERE name = ?1").Bind(1, name).Run();

    /// <summary>Tables that another version made, and that this one doesn't know.</summary>
    public IReadOnlyList<string> NoLongerDefined() => [.. Registered().Select(table => table.Name).Where(name => !_prepared.ContainsKey(name))];

    private void Register(string name, TableDefinition table) =>
        database.Prepare(
            """
            INSERT INTO read_model_tables (name, projection, shape) VALUES (?1, ?2, ?3)
            ON CONFLICT (name) DO UPDATE SET projection = excluded.projection, shape = excluded.shape
            """)
            .Bind(1, name)
            .Bind(2, table.Projection)
            .Bind(3, TableShape.Of(table))
            .Run();

    private void Reset()
    {
        // Statements that are prepared keep no table from being dropped, but those of a table with other columns would be of no use.
        Forget();
        foreach (var (name, shape) in Registered())
        {
            if (_prepared.TryGetValue(name, out var table) && shape == TableShape.Of(table))
            {
                database.Execute($"DELETE FROM \"{name}\"");
                continue;
            }

            database.Execute($"DROP TABLE \"{name}\"");
            Unregister(name);
            if (table is not null)
            {
                Create(table);
            }
        }

        database.Execute("DELETE FROM customer_states");
    }

    private List<(string Name, string Shape)> Registered()
    {
        var registered = new List<(string, string)>();
        var statement = database.Prepare("SELECT name, shape FROM read_model_tables ORDER BY name");
        while (statement.Step())
        {
            registered.Add((statement.Text(0), statement.Text(1)));
        }

        statement.Reset();
        return registered;
    }
}
