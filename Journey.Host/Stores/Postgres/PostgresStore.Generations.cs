using System.Collections.Concurrent;
using System.Globalization;
using Journey.Domain.EventLog;
using Journey.Projections.ReadModels;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <content>Generations.</content>
public sealed partial class PostgresStore
{
    /// <summary>How often a swap tries to get hold of the tables, and how long each time: while it waits, readers wait behind it.</summary>
    private const int SwapTriesMax = 10;

    /// <summary>What this host calls itself in those generations that it has taken up.</summary>
    private readonly ConcurrentDictionary<int, Guid> _claims = [];

    private static readonly ReadModelChanges _nothing = new();

    private readonly ConcurrentBag<GenerationCopy> _copies = [];

    public ValueTask<IReadOnlyList<Generation>> GenerationsAsync(int max, CancellationToken cancellation = default) =>
        ReadAsync<IReadOnlyList<Generation>>(connection => GenerationRows.List(connection, max), cancellation);

    public ValueTask<Generation> BeginAsync(NewGeneration generation, CancellationToken cancellation = default)
    {
        foreach (var table in generation.Tables)
        {
            TableShape.Check(table);
        }

        return InTransactionAsync(
            connection =>
            {
                connection.Run("SELECT pg_advisory_xact_lock($1)", Parameters.Of(PostgresSchema.MigrationLock));
                var number = GenerationRows.Add(connection, generation);
                foreach (var table in generation.Tables)
                {
                    ModelTables.Create(connection, table, Building(table.Name, number), withIndexes: false);
                }

                connection.Run(ModelTables.StatesSql(Building(ModelTables.States, number), withIndex: false));
                return GenerationRows.Get(connection, number);
            },
            cancellation);
    }

    public ValueTask<Generation> ClaimAsync(int number, CancellationToken cancellation = default) => InTransactionAsync(
        connection =>
        {
            // Where the commit's answer is lost, nobody knows who builds it, and it is taken up once more.
            var builder = _claims[number] = Guid.NewGuid();
            connection.Run("UPDATE journey.generations SET builder = $2 WHERE number = $1", Parameters.Of(number), Parameters.Of(builder));
            return GenerationRows.Get(connection, number);
        },
        cancellation);

    public ValueTask<Generation> RestartAsync(int number, Checkpoint upTo, string basis, CancellationToken cancellation = default) => InTransactionAsync(
        connection =>
        {
            GenerationRows.Running(connection, number);
            GenerationRows.Hold(connection, number, ClaimOf(number));
            foreach (var table in GenerationRows.TablesOf(connection, number).Append(ModelTables.States))
            {
                connection.Run($"TRUNCATE {ModelTable.Schema}.\"{Building(table, number)}\"");
            }

            connection.Run(
                "UPDATE journey.generations SET up_to = $2, basis = $3, done_slices = 0, reached = NULL WHERE number = $1",
                Parameters.Of(number), Parameters.Of(upTo.Token), Parameters.Of(basis));
            return GenerationRows.Get(connection, number);
        },
        cancellation);

    public ValueTask<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> LoadAsync(
        int generation, IReadOnlyCollection<string> customers, CancellationToken cancellation = default) =>
        LoadAsync(Building(ModelTables.States, generation), customers, cancellation);

    public async ValueTask WriteAsync(GenerationBatch batch, CancellationToken cancellation = default) => await InTransactionAsync(
        connection =>
        {
            GenerationRows.Running(connection, batch.Number);
            var tables = GenerationRows.TablesOf(connection, batch.Number);
            if (batch is { DoneSlices: 0, Reached: null })
            {
                // What a crash loses of it nobody has marked as done: the mark's own commit is waited for, and makes everything before it durable.
                connection.Run("SET LOCAL synchronous_commit = off");
            }

            Write(connection, batch, table => tables.Contains(table.Name) ? Building(table.Name, batch.Number) : null);

            // Last, so that partitions which are folded side by side wait for each other only here.
            GenerationRows.Hold(connection, batch.Number, ClaimOf(batch.Number));
            connection.Run(
                "UPDATE journey.generations SET done_slices = done_slices | $2, reached = coalesce($3, reached) WHERE number = $1",
                Parameters.Of(batch.Number), Parameters.Of(unchecked((long)batch.DoneSlices)), Parameters.Of(batch.Reached?.Token));
            return true;
        },
        cancellation);

    /// <summary>Makes one index that is missing: an index on a table that is full costs a fraction of one that grows with it.</summary>
    public ValueTask<bool> IndexAsync(int number, CancellationToken cancellation = default) => InTransactionAsync(
        connection =>
        {
            GenerationRows.Running(connection, number);
            return Index(connection, number);
        },
        cancellation);

    public ValueTask<Generation> MarkAsync(int number, GenerationState state, GenerationEnd? end = null, CancellationToken cancellation = default) =>
        InTransactionAsync(
            connection =>
            {
                if (ClaimOf(number) is { } claim)
                {
                    GenerationRows.Hold(connection, number, claim);
                }

                return GenerationRows.Mark(connection, number, state, end);
            },
            cancellation);

    public async ValueTask<bool> SwapAsync(GenerationSwap swap, CancellationToken cancellation = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var swapped = await InTransactionAsync(connection => Swap(connection, swap), cancellation);
                await LookForStaleAsync(cancellation);
                return swapped;
            }
            catch (StoreException busy) when (busy.InnerException is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } && attempt < SwapTriesMax)
            {
                // A long query holds a table. Let those through that had to queue behind this.
                await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
            }
        }
    }

    public ValueTask<bool> SweepAsync(CancellationToken cancellation = default) => InTransactionAsync(
        connection =>
        {
            using var find = connection.Command(
                """
                SELECT t.tablename FROM pg_tables t
                WHERE t.schemaname = 'journey_models' AND (t.tablename ~ '__r[0-9]+$' OR (t.tablename ~ '__g[0-9]+$' AND NOT EXISTS (
                  SELECT 1 FROM journey.generations g WHERE g.state IN ('Running', 'Paused') AND t.tablename LIKE '%\_\_g' || g.number)))
                ORDER BY t.tablename LIMIT 1
                """);
            if (find.ExecuteScalar() is not string table)
            {
                return false;
            }

            connection.Run($"DROP TABLE IF EXISTS {ModelTable.Schema}.\"{table}\"");
            return true;
        },
        cancellation);

    public ValueTask<long> CustomersAsync(CancellationToken cancellation = default) => ReadAsync(
        connection =>
        {
            using var count = connection.Command($"SELECT count(*) FROM {ModelTable.Schema}.{ModelTables.States}");
            return (long)count.ExecuteScalar()!;
        },
        cancellation);

    private Guid? ClaimOf(int number) => _claims.TryGetValue(number, out var claim) ? claim : null;

    private static string Building(string table, int number) => string.Create(CultureInfo.InvariantCulture, $"{table}__g{number}");

    private static string Retired(string table, int number) => string.Create(CultureInfo.InvariantCulture, $"{table}__r{number}");

    private void Write(NpgsqlConnection connection, GenerationBatch batch, Func<TableDefinition, string?> nameOf)
    {
        var (states, rows, sums) = (batch.States, batch.Changes, batch.Changes);
        if (batch.Reached is null)
        {
            if (!_copies.TryTake(out var copy))
            {
                copy = new GenerationCopy();
            }

            if (copy.TryRows(connection, Building(ModelTables.States, batch.Number), batch.States, batch.Changes, nameOf))
            {
                (states, rows) = ([], _nothing);
            }

            sums = copy.TrySums(connection, batch.Changes, nameOf) ? _nothing : sums;
            _copies.Add(copy);
        }

        using var writing = new NpgsqlBatch(connection);
        var counters = ModelTables.Write(writing, Building(ModelTables.States, batch.Number), states, rows, sums, nameOf);
        ModelTables.Run(connection, writing, counters);
    }

    private bool Index(NpgsqlConnection connection, int number)
    {
        var states = Building(ModelTables.States, number);
        var indexes = GenerationRows.TablesOf(connection, number)
            .SelectMany(table => new ModelTable(PreparedOf(table), Building(table, number)).Indexes())
            .Append(ModelTables.StatesIndex(states));
        foreach (var (name, sql) in indexes)
        {
            using var find = connection.Command("SELECT 1 FROM pg_indexes WHERE schemaname = $1 AND indexname = $2", Parameters.Of(ModelTable.Schema), Parameters.Of(name));
            if (find.ExecuteScalar() is null)
            {
                connection.Run(sql);
                return true;
            }
        }

        return false;
    }

    private bool Swap(NpgsqlConnection connection, GenerationSwap swap)
    {
        connection.Run("SET LOCAL lock_timeout = '3s'");
        if (GenerationRows.Get(connection, swap.Number) is not { State: GenerationState.Running } generation
            || !StandsAt(connection, swap.Consumer, swap.Expected, isWhole: generation.Projection == Generation.All))
        {
            return false;
        }

        GenerationRows.Hold(connection, swap.Number, ClaimOf(swap.Number));
        while (Index(connection, swap.Number))
        {
            // Who rebuilds has made them before, outside of this transaction, in which readers wait.
        }

        foreach (var table in GenerationRows.TablesOf(connection, swap.Number))
        {
            Replace(connection, table, swap.Number);
            ModelTables.Register(connection, PreparedOf(table));
        }

        if (generation.Projection == Generation.All)
        {
            if (swap.Consumer == PartitionedCheckpoint.Consumer)
            {
                PartitionedCheckpoint.SetBack(connection, swap.Expected);
            }

            Replace(connection, ModelTables.States, swap.Number);
            foreach (var table in ModelTables.Shapes(connection).Keys.Where(table => !IsPrepared(table)))
            {
                connection.Run($"ALTER TABLE {ModelTable.Schema}.\"{table}\" RENAME TO \"{Retired(table, swap.Number)}\"");
                ModelTables.Unregister(connection, table);
            }
        }

        foreach (var (consumer, checkpoint) in swap.Marks)
        {
            connection.Run(
                "INSERT INTO journey.checkpoints (consumer, token) VALUES ($1, $2) ON CONFLICT (consumer) DO UPDATE SET token = excluded.token",
                Parameters.Of(consumer), Parameters.Of(checkpoint.Token ?? ""));
        }

        GenerationRows.Mark(connection, swap.Number, GenerationState.Swapped, new GenerationEnd(swap.At));
        return true;
    }

    private static bool StandsAt(NpgsqlConnection connection, string consumer, Checkpoint expected, bool isWhole)
    {
        if (consumer == PartitionedCheckpoint.Consumer)
        {
            // One projection's tables go beside the others', which stand where the partitions stand. All of them together may go back.
            return PartitionedCheckpoint.StandAt(connection, expected, all: !isWhole);
        }

        using var find = connection.Command("SELECT token FROM journey.checkpoints WHERE consumer = $1 FOR UPDATE", Parameters.Of(consumer));
        return (find.ExecuteScalar() as string ?? "") == (expected.Token ?? "");
    }

    private static void Replace(NpgsqlConnection connection, string table, int number)
    {
        connection.Run($"ALTER TABLE IF EXISTS {ModelTable.Schema}.\"{table}\" RENAME TO \"{Retired(table, number)}\"");
        connection.Run($"ALTER TABLE {ModelTable.Schema}.\"{Building(table, number)}\" RENAME TO \"{table}\"");
    }

    private bool IsPrepared(string table)
    {
        lock (_prepared)
        {
            return _prepared.ContainsKey(table);
        }
    }

    private TableDefinition PreparedOf(string table)
    {
        lock (_prepared)
        {
            return _prepared.TryGetValue(table, out var definition) ? definition : throw new StoreException($"The read model {table} is not prepared: prepare it first.");
        }
    }
}
