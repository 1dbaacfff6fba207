using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Cli;
using Journey.Host.Running;
using Journey.Projections;
using Journey.Projections.Customers;

namespace Journey.Host.Replay;

/// <summary>Takes every recorded decision again, by the version that took it, and finds the first that would be taken otherwise.</summary>
/// <remarks>
/// The log is read once, in order, and folded event by event. What the fold derives and decides waits until the log says the same; the log
/// says it later, so what waits is little. Nothing is appended, written or delivered.
/// </remarks>
public sealed class DecisionReplay(ReplaySource source)
{
    private const int PageMax = 4_096;

    /// <summary>Between two reports of progress, in events.</summary>
    private const int ReportEvery = 20_000;

    private readonly BatchFold _fold = new(new Vocabulary());
    private readonly Dictionary<string, CustomerState> _states = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Awaited> _awaited = new(StringComparer.Ordinal);
    private readonly FoldOutput _output = new();
    private long _compared;

    /// <param name="upTo">Events up to here are folded, inclusive; what was recorded of them is looked for to the end of the log.</param>
    public async Task<DecisionsCompared> RunAsync(long upTo, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        for (var after = Checkpoint.Start; ;)
        {
            var page = await source.Log.ReadAsync(after, PageMax, cancellation);
            if (page.AtEnd || (page.Events[0].Position > upTo && _awaited.Count == 0))
            {
                break;
            }

            foreach (var recorded in page.Events)
            {
                if (FoldOutput.Gives(recorded) && Compare(recorded, upTo) is { } difference)
                {
                    return new DecisionsCompared(_compared, difference);
                }

                if (recorded.Position <= upTo && !source.IsPassedOver(recorded))
                {
                    await FoldAsync(recorded, cancellation);
                }

                if (recorded.Position % ReportEvery == 0)
                {
                    progress?.Report(new WorkProgress("deciding again", Math.Min(recorded.Position, upTo), upTo, "events"));
                }
            }

            after = page.Next;
        }

        return new DecisionsCompared(_compared, Unrecorded());
    }

    private async Task FoldAsync(RecordedEvent recorded, CancellationToken cancellation)
    {
        // The live fold reads without the senders' ids.
        RecordedEvent[] page = [recorded.Kind == EventKind.Interaction ? recorded with { Id = "" } : recorded];
        var histories = await MergeHistories.SupplyAsync(source.Log, BatchFold.HistoriesNeeded(page), source.Skipped, cancellation);
        _fold.Continue(page, _states, source.Definitions.At, histories, _output);
        foreach (var emitted in _output.Events)
        {
            _awaited.TryAdd(emitted.Id, new Awaited(recorded.Position, emitted));
        }

        _output.Reset();
    }

    private DecisionDifference? Compare(in RecordedEvent recorded, long upTo)
    {
        if (_awaited.Remove(recorded.Id, out var decided))
        {
            _compared++;
            return IsSame(recorded, decided.Event) ? null : new DecisionDifference(Said.Of(recorded), Said.Of(decided.Event), decided.Basis, recorded.Stream);
        }

        // Beyond the end of the fold, what is recorded follows from what was not folded; and so it does where a partition stands still.
        var (stream, partition) = (recorded.Stream, recorded.Partition);
        if (recorded.Position > upTo || source.Stalled.Any(stalled => stalled.Partition == partition))
        {
            return null;
        }

        var instead = _awaited.Values.Where(awaited => awaited.Event.Stream == stream).OrderBy(awaited => awaited.Basis).FirstOrDefault();
        return new DecisionDifference(Said.Of(recorded), instead is null ? null : Said.Of(instead.Event), instead?.Basis ?? recorded.Position, stream);
    }

    /// <summary>What is decided now and was never recorded: the first of it.</summary>
    private DecisionDifference? Unrecorded() => _awaited.Values.OrderBy(awaited => awaited.Basis).FirstOrDefault() is { } first
        ? new DecisionDifference(null, Said.Of(first.Event), first.Basis, first.Event.Stream)
        : null;

    private static bool IsSame(in RecordedEvent recorded, NewEvent decided) =>
        recorded.Stream == decided.Stream && recorded.Name == decided.Name && recorded.Kind == decided.Kind
        && recorded.OccurredAt == decided.OccurredAt && recorded.Payload.Span.SequenceEqual(decided.Payload.Span);

    private sealed record Awaited(long Basis, NewEvent Event);
}

/// <param name="Compared">Recorded decisions and derived events that were taken again and are the same.</param>
/// <param name="First">The first that differs; null: none does.</param>
public sealed record DecisionsCompared(long Compared, DecisionDifference? First);

/// <param name="Recorded">Null: nothing was recorded, and something is decided now.</param>
/// <param name="Decided">Null: something was recorded, and nothing is decided now.</param>
/// <param name="Basis">Position of the event that it follows from; where nothing is decided now, of the recorded decision.</param>
public sealed record DecisionDifference(Said? Recorded, Said? Decided, long Basis, string Customer);

/// <summary>What a decision or derived event says.</summary>
/// <param name="Position">0: it is not in the log.</param>
/// <param name="OccurredAt">Unix milliseconds.</param>
/// <param name="Json">The payload's JSON.</param>
public sealed record Said(long Position, string Id, string Name, long OccurredAt, byte[] Json)
{
    internal static Said Of(in RecordedEvent recorded) => new(recorded.Position, recorded.Id, recorded.Name, recorded.OccurredAt, recorded.Json.ToArray());

    internal static Said Of(NewEvent decided) => new(0, decided.Id, decided.Name, decided.OccurredAt, StoredPayload.Json(decided.Payload).ToArray());
}
