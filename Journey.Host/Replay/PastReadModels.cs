using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language.Publishing;
using Journey.Host.Cli;
using Journey.Host.Running;
using Journey.Host.Stores;

namespace Journey.Host.Replay;

/// <summary>Every read model as it stood at a moment: the log folded up to then, into memory.</summary>
/// <remarks>
/// A fold reads the whole log once and holds every customer of that moment, so few may run at once, and the latest few are kept.
/// Nothing is written, appended or delivered.
/// </remarks>
public sealed class PastReadModels(IEventLog log, IStateStore states)
{
    /// <summary>Folds at once: beyond, the answer is to come again.</summary>
    public const int FoldsMax = 2;

    /// <summary>Moments kept in memory.</summary>
    public const int MomentsMax = 3;

    /// <summary>By so much the log has to go on after a moment for nothing more to be expected before it.</summary>
    private const long SettledAfterMs = 60_000;

    private readonly Lock _gate = new();
    private readonly List<Past> _kept = [];
    private int _folding;
    private DefinitionHistory _definitions = DefinitionHistory.Empty;

    /// <param name="moment">Unix milliseconds, inclusive: what had arrived by then.</param>
    /// <returns>Null: <see cref="FoldsMax"/> folds are under way already.</returns>
    public async Task<IReadModels?> AtAsync(long moment, CancellationToken cancellation)
    {
        var head = log.PositionOf(await log.HeadAsync(cancellation));
        Past? past;
        lock (_gate)
        {
            _kept.RemoveAll(kept => kept.Models.IsFaulted || kept.Models.IsCanceled || (kept.Moment == moment && kept.Models.IsCompleted && !kept.IsSettled && kept.Head != head));
            past = _kept.Find(kept => kept.Moment == moment);
            if (past is null)
            {
                if (_folding >= FoldsMax)
                {
                    return null;
                }

                _folding++;
                past = new Past(moment, head);
                past.Models = FoldAsync(past, CancellationToken.None);
                _kept.Add(past);
                DropOldest();
            }
        }

        return await past.Models.WaitAsync(cancellation);
    }

    /// <summary>Folds the log up to a moment, for a caller who asks once.</summary>
    public static async Task<IReadModels> FoldAsync(ReplaySource source, long moment, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        // One worker: what is live goes on beside it.
        var head = source.Log.PositionOf(await source.Log.HeadAsync(cancellation));
        var refold = new Refold(source.Log, source.Definitions, [.. source.Skipped], source.Stalled, workers: 1, sumDecisions: false) { ReceivedUntil = moment };
        var result = await refold.RunAsync(head, progress is null ? null : new FoldProgress(progress, head), cancellation);
        return new RowTables(result.Rows);
    }

    private void DropOldest()
    {
        while (_kept.Count > MomentsMax && _kept.Find(kept => kept.Models.IsCompleted) is { } oldest)
        {
            _kept.Remove(oldest);
        }
    }

    private async Task<IReadModels> FoldAsync(Past past, CancellationToken cancellation)
    {
        await Task.Yield();
        try
        {
            var source = await ReplaySource.LoadAsync(log, states, _definitions, cancellation);
            _definitions = source.Definitions;

            var models = await FoldAsync(source, past.Moment, null, cancellation);
            past.IsSettled = await LastArrivalAsync(past.Head, cancellation) > past.Moment + SettledAfterMs;
            return models;
        }
        finally
        {
            lock (_gate)
            {
                _folding--;
            }
        }
    }

    private async Task<long> LastArrivalAsync(long head, CancellationToken cancellation)
    {
        if (head == 0)
        {
            return 0;
        }

        var page = await log.ReadAsync(await log.BeforeAsync(head, cancellation), 1, cancellation);
        return page.Events[0].ReceivedAt;
    }

    private sealed class Past(long moment, long head)
    {
        public long Moment { get; } = moment;

        public long Head { get; } = head;

        public bool IsSettled { get; set; }

        public Task<IReadModels> Models { get; set; } = null!;
    }
}
