using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language.Publishing;
using Journey.Host.Stores;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;

namespace Journey.Host.Running;

/// <summary>A store whose states or tables were folded by another version is folded again before it is used: what is derived is never migrated.</summary>
/// <remarks>Nothing is appended and nothing delivered. It takes as long as a verification, and happens in one transaction: a crash in it changes nothing.</remarks>
public sealed class FoldVersions(IEventLog log, IStateStore store)
{
    private const string Marker = "fold-version";

    private static readonly Checkpoint _current = new($"v{CustomerState.FoldVersion}");

    /// <returns>True: everything was folded again.</returns>
    public async Task<bool> EnsureAsync(
        Checkpoint committed, DefinitionHistory definitions, IReadOnlySet<long> skipped, IReadOnlyCollection<StalledPartition> stalled, CancellationToken cancellation)
    {
        var marked = await store.CheckpointAsync(Marker, cancellation);
        var stale = await store.StaleTablesAsync(cancellation);
        if (marked == _current && stale.Count == 0)
        {
            return false;
        }

        var upTo = log.PositionOf(committed);
        var folds = upTo > 0 || stale.Count > 0;
        if (folds)
        {
            var refold = new Refold(log, definitions, [.. skipped], stalled, Math.Clamp(Environment.ProcessorCount, 1, 8), sumDecisions: false);
            var result = await refold.RunAsync(upTo, null, cancellation);
            var changes = result.Rows.ToChanges(ReadModelTables.All);
            foreach (var partition in stalled)
            {
                changes.Put(StalledPartitions.Table, StalledPartitions.Row(partition));
            }

            await CommitAsync(new ProcessedBatch(Processor.Consumer, committed, committed, [], result.States, changes, Reset: true), cancellation);
        }

        await CommitAsync(new ProcessedBatch(Marker, marked, _current, [], [], new ReadModelChanges()), cancellation);
        return folds;
    }

    private async Task CommitAsync(ProcessedBatch batch, CancellationToken cancellation)
    {
        if (!await store.CommitAsync(batch, cancellation))
        {
            throw new StoreException("Another process folded this store at the same moment. Start again.");
        }
    }
}
