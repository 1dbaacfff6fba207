using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Host.Running;
using Journey.Host.Stores;

namespace Journey.Host.Replay;

/// <summary>What a replay needs beside the events: everything published, what operators skipped, and where partitions stand still.</summary>
/// <param name="Published">When each definition event arrived, in the order of the log: position and Unix milliseconds.</param>
public sealed record ReplaySource(
    IEventLog Log, DefinitionHistory Definitions, IReadOnlyList<(long Position, long ReceivedAt)> Published, IReadOnlySet<long> Skipped, IReadOnlyList<StalledPartition> Stalled)
{
    private const int PageMax = 1_000;

    /// <param name="known">Definitions that were read before: only what is new is parsed.</param>
    public static async Task<ReplaySource> LoadAsync(IEventLog log, IStateStore states, DefinitionHistory known, CancellationToken cancellation)
    {
        var definitions = known;
        var published = new List<(long, long)>();
        for (var after = 0L; ;)
        {
            var page = await log.ReadStreamAsync(SystemStreams.Definitions, after, PageMax, cancellation);
            foreach (var recorded in page.Events)
            {
                after = recorded.Version;
                definitions = definitions.Apply(recorded);
                published.Add((recorded.Position, recorded.ReceivedAt));
            }

            if (page.Events.Count < PageMax)
            {
                break;
            }
        }

        var skipped = await StalledPartitions.SkippedAsync(log, cancellation);

        // A store that nothing was folded in has no tables yet.
        var isFolded = await states.CheckpointAsync(Processor.Consumer, cancellation) != Checkpoint.Start;
        var stalled = isFolded ? await states.QueryAsync(new TableQuery(StalledPartitions.Table, [], [], Partitions.Count), cancellation) : [];
        return new ReplaySource(log, definitions, published, skipped, [.. stalled.Select(StalledPartitions.FromRow)]);
    }

    /// <summary>What was in force at the end of a replay.</summary>
    public DefinitionSet DefinitionsAt(ReplayLimit limit)
    {
        var last = Published.Where(published => published.Position <= limit.Position && published.ReceivedAt <= limit.ReceivedAt).Select(published => published.Position);
        return Definitions.At(last.DefaultIfEmpty(0).Max() + 1);
    }

    /// <summary>Whether the live fold passed this event over, or has not come to it because its partition stands still.</summary>
    public bool IsPassedOver(in RecordedEvent recorded)
    {
        if (SystemStreams.IsSystem(recorded.Stream) || Skipped.Contains(recorded.Position))
        {
            return true;
        }

        foreach (var stalled in Stalled)
        {
            if (stalled.Partition == recorded.Partition && recorded.Position >= stalled.Position)
            {
                return true;
            }
        }

        return false;
    }
}
