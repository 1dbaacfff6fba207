using Journey.Domain.EventLog;
using Journey.Projections.ReadModels;

namespace Journey.Host.Stores.Sqlite;

/// <content>Customer states and read models.</content>
public sealed partial class SqliteStore
{
    /// <summary>Rows that one query returns, at most.</summary>
    public const int RowsMax = StoreLimits.RowsMax;

    /// <summary>By table that another version made: the columns it has. Replaced as a whole.</summary>
    private volatile Dictionary<string, HashSet<string>> _stale = [];

    public async ValueTask PrepareAsync(IReadOnlyList<TableDefinition> tables, CancellationToken cancellation = default)
    {
        await WriteAsync(writer => writer.Prepare(tables), cancellation);
        await LookForStaleAsync(cancellation);
    }

    public ValueTask<Checkpoint> CheckpointAsync(string consumer, CancellationToken cancellation = default) =>
        _readers.ReadAsync(database => StateReader.Checkpoint(database, consumer), cancellation);

    public async ValueTask<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> LoadAsync(
        IReadOnlyCollection<string> customers, CancellationToken cancellation = default) =>
        await ReadAsync(database => StateReader.Load(database, customers), cancellation);

    public async ValueTask<bool> CommitAsync(ProcessedBatch batch, CancellationToken cancellation = default)
    {
        var committed = await Writer().EnqueueUrgent(new WriteJob<bool>(writer => writer.Commit(batch), batch.Events.Count, cancellation));
        if (batch.Reset)
        {
            await LookForStaleAsync(cancellation);
        }

        return committed;
    }

    public async ValueTask<IReadOnlyList<DueCustomer>> DueAsync(long until, int max, ulong partitions = ReadOptions.AllPartitions, CancellationToken cancellation = default) =>
        await _readers.ReadAsync(database => StateReader.Due(database, until, max, partitions), cancellation);

    public ValueTask<long?> NextDueAsync(ulong partitions = ReadOptions.AllPartitions, CancellationToken cancellation = default) =>
        _readers.ReadAsync(database => StateReader.NextDue(database, partitions), cancellation);

    public async ValueTask<IReadOnlyList<Cell[]>> QueryAsync(TableQuery query, CancellationToken cancellation = default)
    {
        if (query.Limit is < 1 or > RowsMax || query.Offset < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(query), $"A query returns 1 to {RowsMax:N0} rows after 0 or more; got {query.Limit:N0} after {query.Offset:N0}.");
        }

        return await _readers.ReadAsync(database => StateReader.Query(database, query, _stale.GetValueOrDefault(query.Table.Name)), cancellation);
    }

    private async ValueTask LookForStaleAsync(CancellationToken cancellation)
    {
        var stale = await StaleTablesAsync(cancellation);
        _stale = stale.Count == 0
            ? []
            : await _readers.ReadAsync(database => stale.ToDictionary(table => table, table => StateReader.ColumnsOf(database, table), StringComparer.Ordinal), cancellation);
    }

    public async ValueTask<IReadOnlyList<string>> StaleTablesAsync(CancellationToken cancellation = default) =>
        await WriteAsync(writer => writer.StaleTables(), cancellation);

    public ValueTask<string> DigestAsync(TableDefinition table, CancellationToken cancellation = default) =>
        _readers.ReadAsync(database => ReadModelDigest.OfSorted(table, StateReader.Rows(database, table)), cancellation);

    public ValueTask<string> StatesDigestAsync(CancellationToken cancellation = default) =>
        _readers.ReadAsync(database => ReadModelDigest.OfSortedStates(StateReader.States(database)), cancellation);
}
