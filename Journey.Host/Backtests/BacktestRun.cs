using Journey.Domain.Events;
using Journey.Host.Cli;
using Journey.Host.Stores;
using Journey.Projections.Customers;

namespace Journey.Host.Backtests;

/// <summary>Makes a backtest: deals the customers out to workers, goes through each in every world, and adds up. Nothing is written, and nothing here could send.</summary>
public sealed class BacktestRun
{
    /// <summary>Workers that a backtest may have.</summary>
    public const int WorkersMax = 64;

    /// <summary>Examples of each kind of difference.</summary>
    public const int ExamplesMax = 5;

    private const int DealtAtOnce = 64;

    private readonly IJourneyStore _store;
    private readonly BacktestPlan _plan;
    private readonly Vocabulary _vocabulary = new();
    private long _next = 1;
    private long _done;

    private BacktestRun(IJourneyStore store, BacktestPlan plan) => (_store, _plan) = (store, plan);

    /// <param name="progress">Customers gone through, of all.</param>
    /// <exception cref="BacktestRefusedException">It cannot be made as asked.</exception>
    public static async Task<BacktestReport> RunAsync(IJourneyStore store, BacktestRequest request, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var plan = await BacktestPlan.MakeAsync(store, request, cancellation);
        return await RunAsync(store, plan, progress, cancellation);
    }

    internal static Task<BacktestReport> RunAsync(IJourneyStore store, BacktestPlan plan, IProgress<WorkProgress>? progress, CancellationToken cancellation) =>
        new BacktestRun(store, plan).RunAsync(progress, cancellation);

    private async Task<BacktestReport> RunAsync(IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var workers = Math.Clamp(_plan.Request.Workers ?? Environment.ProcessorCount, 1, WorkersMax);
        var parts = await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Factory.StartNew(
            () => Work(progress, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        var whole = parts[0];
        foreach (var part in parts[1..])
        {
            whole.Add(part);
        }

        var examples = new ExampleWriter(_store, _plan, _vocabulary).Write(whole.Differences, cancellation);
        return BacktestReport.Of(_plan, whole, examples);
    }

    private BacktestPart Work(IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        using var reader = new FamilyReader(_store, _plan);
        var streams = reader.Streams;
        var sample = SampleOf(streams);
        var draft = new WorldObserver(_vocabulary, _plan.Interest, _plan.Against is not null);
        var against = _plan.Against is null ? null : new WorldObserver(_vocabulary, _plan.Interest, keepsTreatments: true);
        var differences = new DifferenceTally();
        while (true)
        {
            var first = Interlocked.Add(ref _next, DealtAtOnce) - DealtAtOnce;
            var last = Math.Min(streams, first + DealtAtOnce - 1);
            if (first > streams)
            {
                break;
            }

            for (var stream = first; stream <= last; stream++)
            {
                cancellation.ThrowIfCancellationRequested();
                if ((sample >= 1 || StableHash.Share("backtest", reader.NameOf(stream), "sample") < sample) && reader.Read(stream))
                {
                    GoThrough(stream, reader, draft, against, differences);
                }
            }

            progress?.Report(new WorkProgress("backtesting", Interlocked.Add(ref _done, last - first + 1), streams, "customers"));
        }

        return new BacktestPart(draft.Complete(), against?.Complete(), reader.Tally, differences);
    }

    private void GoThrough(long stream, FamilyReader reader, WorldObserver draft, WorldObserver? against, DifferenceTally differences)
    {
        var observer = draft;
        try
        {
            draft.Run(reader.Family, _plan.World, _plan.Period);
            if (against is not null)
            {
                observer = against;
                against.Run(reader.Family, _plan.Against!, _plan.Period);
                differences.Take(stream, WorldDiff.Between(draft.Treatments, against.Treatments));
            }
        }
        catch (Exception error) when (error is not OperationCanceledException and not StoreException)
        {
            // As live, one event that cannot be folded stops its customer, and is said.
            var at = observer.Current;
            reader.Tally.Unreadable++;
            reader.Tally.Note(new UnreadableEvent(LogPlaces.Recorded(at.Position), at.Name ?? "", $"{error.GetType().Name}: {error.Message}"));
        }
    }

    private double SampleOf(long streams) => _plan.Request.Sample switch
    {
        null => 1,
        { Customers: { } customers } => streams == 0 ? 1 : (double)customers / streams,
        var sample => sample.Share,
    };
}

/// <summary>What one worker found.</summary>
internal sealed record BacktestPart(WorldTally Draft, WorldTally? Against, HistoryTally History, DifferenceTally Differences)
{
    public void Add(BacktestPart other)
    {
        Draft.Add(other.Draft);
        Against?.Add(other.Against!);
        History.Add(other.History);
        Differences.Add(other.Differences);
    }
}
