using Journey.Domain.EventLog;
using Journey.Projections.ReadModels;

namespace Journey.Host.Stores.Sqlite;

/// <summary>Makes, fills, swaps and sweeps generations, inside the writer's transaction.</summary>
internal sealed class GenerationWriter(SqliteDatabase database, StateWriter live) : IDisposable
{
    private readonly Dictionary<TableDefinition, ReadModelTable?> _tables = new(ReferenceEqualityComparer.Instance);
    private SqliteStatement? _putState;
    private int _open;

    public Generation Begin(NewGeneration generation)
    {
        var number = 1 + (int)database.Scalar("SELECT max(number) FROM generations");
        foreach (var table in generation.Tables)
        {
            TableShape.Check(table);
            database.Execute(ReadModelTable.CreateSql(table with { Name = GenerationTables.Building(table.Name, number) }));
        }

        database.Execute(GenerationTables.StatesSql(number));
        database.Prepare(
            """
            INSERT INTO generations (number, projection, fold_version, basis, tables, up_to, done_partitions, state, started_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?8)
            """)
            .Bind(1, number)
            .Bind(2, generation.Projection)
            .Bind(3, generation.FoldVersion)
            .Bind(4, generation.Basis)
            .Bind(5, string.Join(',', generation.Tables.Select(table => table.Name)))
            .Bind(6, generation.UpTo.Token)
            .Bind(7, GenerationState.Running.ToString())
            .Bind(8, generation.StartedAt)
            .Run();
        return Get(number);
    }

    public Generation Restart(int number, Checkpoint upTo, string basis)
    {
        Running(number);
        foreach (var table in TablesOf(number).Append(GenerationTables.States))
        {
            database.Execute($"DELETE FROM \"{GenerationTables.Building(table, number)}\"");
        }

        database.Prepare("UPDATE generations SET up_to = ?2, basis = ?3, done_partitions = 0, reached = NULL WHERE number = ?1")
            .Bind(1, number)
            .Bind(2, upTo.Token)
            .Bind(3, basis)
            .Run();
        return Get(number);
    }

    public bool Write(GenerationBatch batch)
    {
        Running(batch.Number);
        Open(batch.Number);
        foreach (var state in batch.States)
        {
            StateWriter.Bind(_putState!, state).Run();
        }

        foreach (var (definition, rows) in batch.Changes.Rows)
        {
            if (Table(definition, batch.Number) is { } table)
            {
                StateWriter.Write(table, rows);
            }
        }

        foreach (var (definition, sums) in batch.Changes.Sums)
        {
            if (Table(definition, batch.Number) is { } table)
            {
                // Slices are folded in any order: what one takes away another may not have added yet. What is left at zero goes before the swap.
                StateWriter.Write(table, sums, keepsZeros: batch.DoneSlices != 0);
            }
        }

        database.Prepare("UPDATE generations SET done_partitions = done_partitions | ?2, reached = coalesce(?3, reached) WHERE number = ?1")
            .Bind(1, batch.Number)
            .Bind(2, unchecked((long)batch.DoneSlices))
            .Bind(3, batch.Reached?.Token)
            .Run();
        return true;
    }

    /// <summary>Makes one index that is missing: an index on a table that is full costs a fraction of one that grows with it.</summary>
    public bool Index(int number)
    {
        Running(number);
        TableDefinition[] tables = [.. TablesOf(number).Select(live.Prepared).Select(table => table with { Name = GenerationTables.Building(table.Name, number) })];
        var last = GenerationTables.StatesIndex(number);
        foreach (var (name, sql) in tables.SelectMany(ReadModelTable.Indexes).Append(last))
        {
            if (!Exists("index", name))
            {
                database.Execute(sql);
                foreach (var table in name == last.Name ? tables.Where(static table => table.Kind == TableKind.Counter) : [])
                {
                    database.Execute(ReadModelTable.DeleteZerosSql(table));
                }

                return true;
            }
        }

        return false;
    }

    public Generation Mark(int number, GenerationState state, GenerationEnd? end)
    {
        if (Get(number).IsOpen)
        {
            database.Prepare("UPDATE generations SET state = ?2, ended_at = ?3, reason = ?4, position = ?5 WHERE number = ?1")
                .Bind(1, number)
                .Bind(2, state.ToString())
                .Bind(3, end?.At)
                .Bind(4, end?.Reason)
                .Bind(5, end?.Position)
                .Run();
        }

        return Get(number);
    }

    public bool Swap(GenerationSwap swap)
    {
        var generation = Get(swap.Number);
        if (generation.State != GenerationState.Running || live.Checkpoint(swap.Consumer) != swap.Expected)
        {
            return false;
        }

        Forget();
        live.Forget();
        var tables = TablesOf(swap.Number);
        foreach (var table in tables)
        {
            Replace(table, swap.Number);
            live.Register(table);
        }

        if (generation.Projection == Generation.All)
        {
            Replace(GenerationTables.States, swap.Number);
            foreach (var table in live.NoLongerDefined())
            {
                Rename(table, GenerationTables.Retired(table, swap.Number));
                live.Unregister(table);
            }
        }

        foreach (var (consumer, checkpoint) in swap.Marks)
        {
            live.PutCheckpoint(consumer, checkpoint);
        }

        Mark(swap.Number, GenerationState.Swapped, new GenerationEnd(swap.At));
        return true;
    }

    public bool Sweep()
    {
        var table = Unneeded();
        if (table is null)
        {
            return false;
        }

        // Its pages are put on the list of free ones unread and unwritten, which is a fraction of what removing rows would be.
        Forget();
        database.Execute($"DROP TABLE \"{table}\"");
        return true;
    }

    /// <summary>After a rollback, and before tables are renamed or dropped.</summary>
    public void Forget()
    {
        foreach (var table in _tables.Values)
        {
            table?.Dispose();
        }

        _tables.Clear();
        _putState?.Dispose();
        _putState = null;
        _open = 0;
    }

    public void Dispose() => Forget();

    private Generation Get(int number) => GenerationTables.Find(database, number) ?? throw new StoreException($"There is no generation {number}.");

    private void Running(int number)
    {
        if (Get(number) is { IsOpen: false } ended)
        {
            throw new StoreException($"Generation {number} is {ended.State.ToString().ToLowerInvariant()}: nothing is written into it any more.");
        }
    }

    private void Open(int number)
    {
        if (_open != number)
        {
            Forget();
            _open = number;
            _putState = database.PrepareOwned(StateWriter.PutStateSql(GenerationTables.Building(GenerationTables.States, number)));
        }
    }

    private ReadModelTable? Table(TableDefinition definition, int number)
    {
        if (!_tables.TryGetValue(definition, out var table))
        {
            table = TablesOf(number).Contains(definition.Name)
                ? new ReadModelTable(database, definition with { Name = GenerationTables.Building(definition.Name, number) })
                : null;
            _tables.Add(definition, table);
        }

        return table;
    }

    private string[] TablesOf(int number)
    {
        var statement = database.Prepare("SELECT tables FROM generations WHERE number = ?1").Bind(1, number);
        var tables = statement.Step() ? statement.Text(0) : "";
        statement.Reset();
        return tables.Split(',', StringSplitOptions.RemoveEmptyEntries);
    }

    private void Replace(string table, int number)
    {
        if (Exists("table", table))
        {
            Rename(table, GenerationTables.Retired(table, number));
        }

        Rename(GenerationTables.Building(table, number), table);
    }

    private void Rename(string from, string to) => database.Execute($"ALTER TABLE \"{from}\" RENAME TO \"{to}\"");

    private bool Exists(string type, string name)
    {
        var statement = database.Prepare("SELECT 1 FROM sqlite_master WHERE type = ?2 AND name = ?1").Bind(1, name).Bind(2, type);
        var exists = statement.Step();
        statement.Reset();
        return exists;
    }

    /// <summary>A table that was taken out of its place, or that belongs to a generation that has ended.</summary>
    private string? Unneeded()
    {
        var statement = database.Prepare(
            """
            SELECT t.name FROM sqlite_master t WHERE t.type = 'table' AND (t.name GLOB '*__r[0-9]*' OR (t.name GLOB '*__g[0-9]*' AND NOT EXISTS (
              SELECT 1 FROM generations g WHERE g.state IN ('Running', 'Paused') AND t.name GLOB '*__g' || g.number)))
            ORDER BY t.name LIMIT 1
            """);
        var table = statement.Step() ? statement.Text(0) : null;
        statement.Reset();
        return table;
    }
}
