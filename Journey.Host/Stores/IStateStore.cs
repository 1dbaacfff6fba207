using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Projections.ReadModels;

namespace Journey.Host.Stores;

/// <summary>Where the processor keeps customer states and read models: in the log's own database, so that one transaction holds them all.</summary>
public interface IStateStore : IReadModels
{
    /// <summary>Creates the tables that are not there yet.</summary>
    ValueTask PrepareAsync(IReadOnlyList<TableDefinition> tables, CancellationToken cancellation = default);

    ValueTask<Checkpoint> CheckpointAsync(string consumer, CancellationToken cancellation = default);

    /// <summary>The stored states of those customers that have one.</summary>
    ValueTask<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> LoadAsync(IReadOnlyCollection<string> customers, CancellationToken cancellation = default);

    /// <summary>Writes everything in one durable transaction, or nothing where the checkpoint is no longer the expected one.</summary>
    /// <returns>False: another owner was first; reload and go on from its checkpoint.</returns>
    ValueTask<bool> CommitAsync(ProcessedBatch batch, CancellationToken cancellation = default);

    /// <summary>Customers with a due time at or before an instant, earliest first.</summary>
    /// <param name="partitions">A bit for each partition that is asked about.</param>
    ValueTask<IReadOnlyList<DueCustomer>> DueAsync(long until, int max, ulong partitions = ReadOptions.AllPartitions, CancellationToken cancellation = default);

    /// <summary>The next due time after now, for the scheduler to sleep until; null: nothing is due ever.</summary>
    ValueTask<long?> NextDueAsync(ulong partitions = ReadOptions.AllPartitions, CancellationToken cancellation = default);

    /// <summary>Tables that an earlier version made with other columns: they can be neither read nor written until a batch with <see cref="ProcessedBatch.Reset"/> makes them anew.</summary>
    ValueTask<IReadOnlyList<string>> StaleTablesAsync(CancellationToken cancellation = default);

    /// <summary>The digest of a read model's rows, as <see cref="ReadModelDigest.Of"/> computes it for rows in memory.</summary>
    ValueTask<string> DigestAsync(TableDefinition table, CancellationToken cancellation = default);

    /// <summary>The digest of all customers' states, as <see cref="ReadModelDigest.OfStates"/> computes it.</summary>
    ValueTask<string> StatesDigestAsync(CancellationToken cancellation = default);
}

/// <param name="Events">Derived events and decisions, appended behind the log's end; one that is there already (by source and id) is left as it is.</param>
/// <param name="Reset">True: existing rows and states are dropped first (a rebuild's swap).</param>
public sealed record ProcessedBatch(
    string Consumer,
    Checkpoint Expected,
    Checkpoint Next,
    IReadOnlyList<NewEvent> Events,
    IReadOnlyList<StoredState> States,
    ReadModelChanges Changes,
    bool Reset = false)
{
    /// <summary>Gets the partitions that the batch is about, where several hosts share a store: all are still this host's and stand where it says,
    /// or nothing is written. They are moved on to <see cref="Next"/>, those that are further stay. Null: the consumer's own checkpoint is what is compared.</summary>
    public IReadOnlyList<PartitionClaim>? Claims { get; init; }
}

/// <param name="DueAt">When the scheduler must record that time has come, Unix milliseconds; null: never.</param>
/// <param name="LastPosition">Position of the last event folded in.</param>
public readonly record struct StoredState(string Customer, int Partition, long LastPosition, long? DueAt, ReadOnlyMemory<byte> State);

public readonly record struct DueCustomer(string Customer, long DueAt, long LastPosition);

/// <param name="Where">All must hold.</param>
/// <param name="OrderBy">Column names, "-" in front for descending; the key columns are added to break ties.</param>
public sealed record TableQuery(TableDefinition Table, IReadOnlyList<Filter> Where, IReadOnlyList<string> OrderBy, int Limit, int Offset = 0);

public enum FilterKind { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual, StartsWith }

public readonly record struct Filter(string Column, FilterKind Kind, Cell Value);
