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
        await new RestoreImport(side, side, new ImportTally(), progress).CopyAsync(source.Log, upTo, cancellation);
        await side.PrepareAsync([.. ReadModelTables.All, StalledPartitions.Table], cancellation);
        var end = await side.HeadAsync(cancellation);
        foreach (var consumer in (string[])[Processor.Consumer, StoredDispatchCheckpoint.Consumer])
        {
            if (!await side.CommitAsync(new ProcessedBatch(consumer, Checkpoint.Start, end, [], [], new ReadModelChanges()), cancellation))
            {
                throw new StoreException($"{path}: another process writes to it.");
            }
        }

        await new FoldVersions(side, side).EnsureAsync(end, source.Definitions, source.Skipped, [.. source.Stalled.Where(stalled => stalled.Position <= upTo)], cancellation);
    }
}
