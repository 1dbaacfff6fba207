using Journey.Domain.EventLog;
using Journey.Host.Cli;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;

namespace Journey.Host.Replay;

/// <summary>Folds history again, from the first event to the end, a moment or a position, and says what came of it.</summary>
/// <remarks>Into memory: nothing is appended, written or delivered. Memory grows with customers and rows, not with events.</remarks>
public sealed class HistoryReplay(ReplaySource source)
{
    private const int PageMax = 10_000;
    private const int WorkersMax = 8;

    /// <summary>Up to which position a replay goes.</summary>
    /// <param name="position">Given: up to and including that, or the end if that comes first.</param>
    /// <param name="moment">Given: up to the first event that arrived later. Unix milliseconds, inclusive.</param>
    public async Task<long> EndAsync(long? position, long? moment, CancellationToken cancellation)
    {
        var head = source.Log.PositionOf(await source.Log.HeadAsync(cancellation));
        var end = Math.Min(position ?? head, head);
        if (moment is not { } to)
        {
            return end;
        }

        var buffer = new PageBuffer();
        for (var after = Checkpoint.Start; ;)
        {
            var page = await source.Log.ReadAsync(after, PageMax, new ReadOptions(WithIds: false, buffer), cancellation);
            foreach (var recorded in page.Events)
            {
                if (recorded.ReceivedAt > to || recorded.Position > end)
                {
                    return recorded.Position - 1;
                }
            }

            if (page.AtEnd)
            {
                return end;
            }

            after = page.Next;
        }
    }

    /// <param name="upTo">Position, inclusive.</param>
    /// <param name="workers">Threads that fold, 1 to 8; null: one for each processor. The answer is the same with any number.</param>
    public async Task<ReplayedHistory> RunAsync(long upTo, IProgress<WorkProgress>? progress, CancellationToken cancellation, int? workers = null)
    {
        var threads = Math.Clamp(workers ?? Environment.ProcessorCount, 1, WorkersMax);
        var refold = new Refold(source.Log, source.Definitions, [.. source.Skipped], source.Stalled, threads, sumDecisions: false);
        var result = await refold.RunAsync(upTo, progress is null ? null : new FoldProgress(progress, upTo), cancellation);
        var models = new List<ReplayedModel>();
        foreach (var table in ReadModelTables.All)
        {
            var rows = result.Rows.Rows(table).ToList();
            models.Add(new ReplayedModel(table.Name, rows.Count, ReadModelDigest.Of(table, rows)));
        }

        models.Add(new ReplayedModel("customer_states", result.States.Count, ReadModelDigest.OfStates(result.States)));
        return new ReplayedHistory(upTo, models);
    }
}

internal sealed class FoldProgress(IProgress<WorkProgress> progress, long total) : IProgress<long>
{
    void IProgress<long>.Report(long value) => progress.Report(new WorkProgress("folding", value, total, "events"));
}

/// <param name="UpTo">Position of the last event folded; 0: none.</param>
public sealed record ReplayedHistory(long UpTo, IReadOnlyList<ReplayedModel> Models);

/// <param name="Digest">Lower-case hex: equal digests, equal rows.</param>
public sealed record ReplayedModel(string Name, long Rows, string Digest);
