using Journey.Domain.EventLog;
using Journey.Host.Cli;
using Journey.Host.Dispatch;
using Journey.Host.Import;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Host.Stores.Sqlite;
using Journey.Projections.ReadModels;

namespace Journey.Host.Replay;

/// <summary>History up to a position as a store of its own, folded, to be asked like any other.</summary>
/// <remarks>
/// The same events at the same positions, brought in as an import of an export would. Everything in it counts as delivered:
/// whoever serves it by mistake sends nothing of the past.
/// </remarks>
public static class SideStore
{
    /// <param name="path">A file that is not there yet.</param>
    /// <param name="upTo">Position, inclusive.</param>
    public static async Task WriteAsync(ReplaySource source, string path, long upTo, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        await using var side = SqliteStore.Open(path);
        await new RestoreImport(side, side, async stop => await side.AlignIdentitiesAsync(stop), new ImportTally(), progress).CopyAsync(source.Log, upTo, cancellation);
        await side.PrepareAsync([.. ReadModelTables.All, StalledPartitions.Table], cancellation);
        var end = await side.HeadAsync(cancellation);
        var stalled = source.Stalled.Where(stall => stall.Position <= upTo).ToList();
        var refold = new Refold(side, source.Definitions, [.. source.Skipped], stalled, Math.Clamp(Environment.ProcessorCount, 1, 8), sumDecisions: false);
        var result = await refold.RunAsync(upTo, progress is null ? null : new FoldProgress(progress, upTo), cancellation);
        var changes = result.Rows.ToChanges(ReadModelTables.All);
        foreach (var stall in stalled)
        {
            changes.Put(StalledPartitions.Table, StalledPartitions.Row(stall));
        }

        await CommitAsync(side, new ProcessedBatch(Processor.Consumer, Checkpoint.Start, end, [], result.States, changes), cancellation);
        await CommitAsync(side, new ProcessedBatch(FoldVersions.Marker, Checkpoint.Start, FoldVersions.Current, [], [], new ReadModelChanges()), cancellation);
        await CommitAsync(side, new ProcessedBatch(StoredDispatchCheckpoint.Consumer, Checkpoint.Start, end, [], [], new ReadModelChanges()), cancellation);
    }

    private static async Task CommitAsync(SqliteStore side, ProcessedBatch batch, CancellationToken cancellation)
    {
        if (!await side.CommitAsync(batch, cancellation))
        {
            throw new StoreException("Another process writes to the side store.");
        }
    }
}
