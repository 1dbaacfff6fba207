using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Projections.ReadModels;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <content>Customer states and read models.</content>
public sealed partial class PostgresStore
{
    /// <summary>The second parameter is the partitions asked about.</summary>
    private const string InPartitions = """($2 >> "partition") & 1 = 1""";

    private readonly Dictionary<string, TableDefinition> _prepared = new(StringComparer.Ordinal);

    /// <summary>By table that another version made: the columns it has. Replaced as a whole.</summary>
    private volatile Dictionary<string, HashSet<string>> _stale = [];

    public async ValueTask PrepareAsync(IReadOnlyList<TableDefinition> tables, CancellationToken cancellation = default)
    {
        foreach (var table in tables)
        {
            TableShape.Check(table);
        }

        await InTransactionAsync(
            connection =>
            {
                // Two hosts that start at the same time make each table once.
                connection.Run("SELECT pg_advisory_xact_lock($1)", Parameters.Of(PostgresSchema.MigrationLock));
                var shapes = ModelTables.Shapes(connection);
                foreach (var table in tables.Where(table => !shapes.ContainsKey(table.Name)))
                {
                    RefuseIfTaken(connection, table.Name);
                    ModelTables.Create(connection, table, table.Name);
                    ModelTables.Register(connection, table);
                }

                return true;
            },
            cancellation);
        lock (_prepared)
        {
            foreach (var table in tables)
            {
                _prepared[table.Name] = table;
            }
        }

        await LookForStaleAsync(cancellation);
    }

    public ValueTask<Checkpoint> CheckpointAsync(string consumer, CancellationToken cancellation = default) => ReadAsync(
        connection =>
        {
            if (consumer == PartitionedCheckpoint.Consumer)
            {
                return PartitionedCheckpoint.Read(connection);
            }

            using var find = connection.Command("SELECT token FROM journey.checkpoints WHERE consumer = $1", Parameters.Of(consumer));
            return new Checkpoint(find.ExecuteScalar() is string { Length: > 0 } token ? token : null);
        },
        cancellation);

    public ValueTask<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> LoadAsync(
        IReadOnlyCollection<string> customers, CancellationToken cancellation = default) => LoadAsync(ModelTables.States, customers, cancellation);

    public ValueTask<bool> CommitAsync(ProcessedBatch batch, CancellationToken cancellation = default)
    {
        foreach (var appended in batch.Events)
        {
            AppendRules.Check(appended);
        }

        return WriteAsync(connection => Commit(connection, batch), cancellation, () => batch.Reset ? LookForStaleAsync(cancellation) : default);
    }

    public ValueTask<IReadOnlyList<DueCustomer>> DueAsync(
        long until, int max, ulong partitions = ReadOptions.AllPartitions, CancellationToken cancellation = default) => ReadAsync<IReadOnlyList<DueCustomer>>(
        connection =>
        {
            var due = new List<DueCustomer>();
            using var find = connection.Command(
                $"SELECT customer, due_at, last_position FROM {ModelTable.Schema}.{ModelTables.States} WHERE due_at <= $1 AND {InPartitions} ORDER BY due_at, customer LIMIT $3",
                Parameters.Of(until), Parameters.Of(unchecked((long)partitions)), Parameters.Of((long)max));
            using var rows = find.ExecuteReader();
            while (rows.Read())
            {
                due.Add(new DueCustomer(rows.Text(0), rows.GetInt64(1), rows.GetInt64(2)));
            }

            return due;
        },
        cancellation);

    public ValueTask<long?> NextDueAsync(ulong partitions = ReadOptions.AllPartitions, CancellationToken cancellation = default) => ReadAsync(
        connection =>
        {
            using var find = connection.Command(
                $"SELECT due_at FROM {ModelTable.Schema}.{ModelTables.States} WHERE due_at >= $1 AND {InPartitions} ORDER BY due_at LIMIT 1",
                Parameters.Of(long.MinValue), Parameters.Of(unchecked((long)partitions)));
            return find.ExecuteScalar() as long?;
        },
        cancellation);

    public async ValueTask<IReadOnlyList<Cell[]>> QueryAsync(TableQuery query, CancellationToken cancellation = default)
    {
        if (query.Limit is < 1 or > StoreLimits.RowsMax || query.Offset < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(query), $"A query returns 1 to {StoreLimits.RowsMax:N0} rows after 0 or more; got {query.Limit:N0} after {query.Offset:N0}.");
        }

        try
        {
            return await ReadAsync(connection => ModelQuery.Run(connection, query, _stale.GetValueOrDefault(query.Table.Name)), cancellation);
        }
        catch (StoreException failed) when (failed.InnerException is PostgresException { SqlState: PostgresErrorCodes.UndefinedColumn })
        {
            // Another host has put another version's table in its place meanwhile.
            await LookForStaleAsync(cancellation);
            return await ReadAsync(connection => ModelQuery.Run(connection, query, _stale.GetValueOrDefault(query.Table.Name)), cancellation);
        }
    }

    public ValueTask<IReadOnlyList<string>> StaleTablesAsync(CancellationToken cancellation = default) => ReadAsync<IReadOnlyList<string>>(
        connection =>
        {
            var shapes = ModelTables.Shapes(connection);
            lock (_prepared)
            {
                return [.. _prepared.Values.Where(table => shapes.GetValueOrDefault(table.Name) != TableShape.Of(table)).Select(table => table.Name).Order(StringComparer.Ordinal)];
            }
        },
        cancellation);

    public ValueTask<string> DigestAsync(TableDefinition table, CancellationToken cancellation = default) => ReadAsync(
        connection =>
        {
            using var all = connection.Command($"SELECT {ModelTable.Columns(table)} FROM {ModelTable.Schema}.\"{table.Name}\" ORDER BY {ModelTable.Keys(table)}");
            using var rows = all.ExecuteReader();
            return ReadModelDigest.OfSorted(table, Each(rows, row => ModelTable.Row(row, table, table.Columns.Length)));
        },
        cancellation);

    public ValueTask<string> StatesDigestAsync(CancellationToken cancellation = default) => ReadAsync(
        connection =>
        {
            using var all = connection.Command($"SELECT customer, \"partition\", last_position, due_at, state FROM {ModelTable.Schema}.{ModelTables.States} ORDER BY customer");
            using var rows = all.ExecuteReader();
            return ReadModelDigest.OfSortedStates(Each(rows, static row => new StoredState(
                row.Text(0), row.GetInt16(1), row.GetInt64(2), row.LongOrNull(3), row.GetFieldValue<byte[]>(4))));
        },
        cancellation);

    private static IEnumerable<T> Each<T>(NpgsqlDataReader rows, Func<NpgsqlDataReader, T> read)
    {
        while (rows.Read())
        {
            yield return read(rows);
        }
    }

    private ValueTask<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> LoadAsync(
        string table, IReadOnlyCollection<string> customers, CancellationToken cancellation) => ReadAsync<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>>(
        connection =>
        {
            var states = new Dictionary<string, ReadOnlyMemory<byte>>(customers.Count, StringComparer.Ordinal);
            using var find = connection.Command(
                $"SELECT customer, state FROM {ModelTable.Schema}.\"{table}\" WHERE customer = ANY($1)", Parameters.Each(customers.Select(customer => (string?)customer).ToArray()));
            using var rows = find.ExecuteReader();
            while (rows.Read())
            {
                states[rows.Text(0)] = rows.GetFieldValue<byte[]>(1);
            }

            return states;
        },
        cancellation);

    /// <summary>
    /// Rows and states first, the log's lock last: so the lock is held for as short a time as it takes to add the decisions, and other hosts' batches
    /// are written side by side with this one's. The checkpoint's row is locked from the beginning, and keeps a second owner waiting.
    /// </summary>
    private bool Commit(NpgsqlConnection connection, ProcessedBatch batch)
    {
        var isPartitioned = batch.Consumer == PartitionedCheckpoint.Consumer;
        var holds = true;
        using (var begin = new NpgsqlBatch(connection).With("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE").With("SELECT name, shape FROM journey.read_model_tables"))
        {
            if (!isPartitioned)
            {
                begin
                    .With("INSERT INTO journey.checkpoints (consumer, token) VALUES ($1, '') ON CONFLICT DO NOTHING", Parameters.Of(batch.Consumer))
                    .With("SELECT token FROM journey.checkpoints WHERE consumer = $1 FOR UPDATE", Parameters.Of(batch.Consumer));
            }

            using var answers = begin.ExecuteReader();
            var shapes = ModelTables.Shapes(answers);
            if (!isPartitioned)
            {
                answers.NextResult();
                answers.Read();
                holds = answers.GetString(0) == (batch.Expected.Token ?? "");
            }

            if (holds && !batch.Reset)
            {
                Check(batch.Changes, shapes);
            }
        }

        if (!holds || (isPartitioned && !PartitionedCheckpoint.Holds(connection, batch.Claims, batch.Expected)))
        {
            connection.Run("ROLLBACK");
            return false;
        }

        if (batch.Reset)
        {
            Reset(connection);
        }

        using (var writing = new NpgsqlBatch(connection))
        {
            var counters = ModelTables.Write(writing, ModelTables.States, batch.States, batch.Changes, batch.Changes, table => table.Name);
            if (isPartitioned)
            {
                PartitionedCheckpoint.Move(writing, batch.Claims, batch.Next);
            }
            else
            {
                writing.With("UPDATE journey.checkpoints SET token = $2 WHERE consumer = $1", Parameters.Of(batch.Consumer), Parameters.Of(batch.Next.Token ?? ""));
            }

            ModelTables.Run(connection, writing, counters);
        }

        if (batch.Events.Count == 0)
        {
            connection.Run("COMMIT");
        }
        else
        {
            _head.Publish(_log.Run(connection, isInTransaction: true, [new DecisionWork(batch.Events)], checksKeys: true));
        }

        return true;
    }

    private static void Check(ReadModelChanges changes, Dictionary<string, string> shapes)
    {
        foreach (var table in changes.Rows.Keys.Concat(changes.Sums.Keys))
        {
            if (!shapes.TryGetValue(table.Name, out var shape) || shape != TableShape.Of(table))
            {
                throw new StoreException(shape is null
                    ? $"There is no read model {table.Name} yet: prepare it first."
                    : $"The read model {table.Name} was made with other columns by another version: rebuild it first.");
            }
        }
    }

    private void Reset(NpgsqlConnection connection)
    {
        Dictionary<string, TableDefinition> prepared;
        lock (_prepared)
        {
            prepared = new(_prepared, StringComparer.Ordinal);
        }

        foreach (var (name, shape) in ModelTables.Shapes(connection))
        {
            if (prepared.TryGetValue(name, out var table) && shape == TableShape.Of(table))
            {
                connection.Run($"DELETE FROM {ModelTable.Schema}.\"{name}\"");
                continue;
            }

            connection.Run($"DROP TABLE {ModelTable.Schema}.\"{name}\"");
            ModelTables.Unregister(connection, name);
            if (table is not null)
            {
                ModelTables.Create(connection, table, name);
                ModelTables.Register(connection, table);
            }
        }

        connection.Run($"DELETE FROM {ModelTable.Schema}.{ModelTables.States}");
    }

    private async ValueTask LookForStaleAsync(CancellationToken cancellation)
    {
        var stale = await StaleTablesAsync(cancellation);
        _stale = stale.Count == 0
            ? []
            : await ReadAsync(connection => stale.ToDictionary(table => table, table => ModelQuery.ColumnsOf(connection, table), StringComparer.Ordinal), cancellation);
    }

    private static void RefuseIfTaken(NpgsqlConnection connection, string name)
    {
        using var find = connection.Command(
            "SELECT to_regclass('journey.' || quote_ident($1)) IS NOT NULL OR to_regclass('journey_models.' || quote_ident($1)) IS NOT NULL", Parameters.Of(name));
        if ((bool)find.ExecuteScalar()!)
        {
            throw new StoreException($"A read model cannot be called {name}: there is a table of that name that is no read model's.");
        }
    }

    private sealed class DecisionWork(IReadOnlyList<NewEvent> events) : ILogWork
    {
        public void Need(LogNeeds needs)
        {
            foreach (var appended in events)
            {
                needs.Keys.Add(EventKeys.Wide(appended.Source, appended.Id));
            }
        }

        public void Run(LogWriter log)
        {
            foreach (var appended in events)
            {
                log.TryAppend(appended, out _);
            }
        }
    }
}
