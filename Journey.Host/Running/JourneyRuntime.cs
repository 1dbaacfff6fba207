using Journey.Domain.EventLog;
using Journey.Domain.Language.Publishing;
using Journey.Host.Demo;
using Journey.Host.Backtests;
using Journey.Host.Dispatch;
using Journey.Host.Http;
using Journey.Host.Metrics;
using Journey.Host.Personal;
using Journey.Host.Running.Hosts;
using Journey.Host.Running.Rebuilding;
using Journey.Host.Segments;
using Journey.Host.Stores;
using Microsoft.Extensions.Logging;

namespace Journey.Host.Running;

/// <summary>Everything that works behind the server, joined: processor, scheduler and dispatcher on one store.</summary>
public sealed partial class JourneyRuntime : IAsyncDisposable
{
    private readonly IJourneyStore _store;
    private readonly Processor _processor;
    private readonly Scheduler _scheduler;
    private readonly SegmentSweep _segments;
    private readonly Delivering _delivering;
    private readonly LeaseKeeper? _keeper;
    private readonly AsyncSignal _rolesChanged = new();
    private readonly Rebuilder _rebuilder;
    private readonly FoldVersions _versions;
    private readonly ProgressWatch _progress;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _logger;
    private Task _running = Task.CompletedTask;
    private volatile ConsumerFault? _end;
    private volatile bool _isCurrent;

    private JourneyRuntime(IJourneyStore store, RuntimeOptions options)
    {
        (_store, _clock) = (store, options.Clock);
        _logger = options.Logging.CreateLogger<JourneyRuntime>();
        _keeper = store.Leases is { } leases ? new LeaseKeeper(leases, options.Lease, [Dispatching, Rebuilding], options.Wall, _logger) : null;
        _processor = new Processor(store, store, options.Processor, _clock, options.Wall, _keeper);
        _scheduler = new Scheduler(store, store, _processor.FoldedAsync, _clock, () => _processor.Held);
        _segments = new SegmentSweep(store, store, () => _processor.Definitions, FoldedAsync, _clock);
        _delivering = new Delivering(() => new Dispatcher(
            new DispatcherPorts(store, new StoredDispatchCheckpoint(store), store.DeadLetters, new DeliveryFactsReader(store, store, () => _processor.Definitions)),
            options.Templates, options.Dispatch, options.Console, options.Logging.CreateLogger<Dispatcher>(), clock: _clock));
        _rebuilder = new Rebuilder(store, store, store, _processor, options.Rebuild, _clock, options.Wall) { WhyNot = WhyNoRebuildAsync };
        _versions = new FoldVersions(store);
        _progress = new ProgressWatch(options.Wall, Processor.StandstillMax);
        _processor.Processed += Observe;
        _processor.ShareTaken += _scheduler.LookAgain;
        if (_keeper is not null)
        {
            _keeper.Changed += _ =>
            {
                _processor.LookAtShare();
                _rolesChanged.Set();
            };
        }
    }

    internal ILiveFold Live => _processor;

    /// <summary>Rebuilds of read models while everything goes on.</summary>
    public Rebuilder Rebuilder => _rebuilder;

    public IEventLog Log => _store;

    public IIngestStore Ingest => _store;

    public JourneyMetrics Metrics { get; } = new();

    public DefinitionHistory Definitions => _processor.Definitions;

    /// <summary>After each committed batch, in order.</summary>
    public event Action<ProcessedPage>? Processed
    {
        add => _processor.Processed += value;
        remove => _processor.Processed -= value;
    }

    /// <summary>Completes once the effects of everything up to a position are committed.</summary>
    public Task FoldedAsync(long position, CancellationToken cancellation) => _keeper is null
        ? _processor.FoldedAsync(position, cancellation)
        : FoldedByAllAsync(_keeper.Store, _store, position, null, cancellation);

    /// <summary>Completes, faulted, when a part fails in a way it cannot go on from; otherwise when stopped.</summary>
    public Task Running => _running;

    public static async Task<JourneyRuntime> StartAsync(IJourneyStore store, RuntimeOptions options, CancellationToken cancellation)
    {
        var runtime = new JourneyRuntime(store, options);
        if (runtime._keeper is { } keeper)
        {
            await keeper.JoinAsync(cancellation);
        }

        await runtime._processor.LoadAsync(cancellation);
        runtime._isCurrent = await runtime._versions.AreCurrentAsync(cancellation);
        if (runtime._isCurrent)
        {
            await runtime.TakeRolesAsync(cancellation);
        }

        runtime._running = runtime.RunAsync();
        return runtime;
    }

    /// <summary>What the HTTP server stands on.</summary>
    public JourneyServices Services() => new(_store, _store, _store)
    {
        Time = _clock,
        WriteKeys = _store.WriteKeys,
        Identities = _store,
        DeadLetters = _store.DeadLetters,
        RetryDelivery = RetryDeliveryAsync,
        Rebuilder = _rebuilder,
        Leases = _store.Leases,
        Poison = new PoisonList(_store, () => _processor.Stalled, _rebuilder, _processor.RetryAsync, _clock),
        Metrics = Metrics,
        Definitions = () => _processor.Definitions.Latest,
        Consumers = Consumers,
        Personal = new PersonalServices(new CustomerErasure(_store, _store, _store, _clock, FoldedAsync), new CustomerExport(_store, _store, _store)),

        // Half of the machine at most: what is live comes first.
        Backtest = (request, progress, stop) => BacktestRun.RunAsync(_store, request with { Workers = Math.Max(1, Environment.ProcessorCount / 2) }, progress, stop),
    };

    /// <summary>Stops taking up new work, lets deliveries under way end, and leaves everything else to the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // The usual end.
        }
        catch (Exception error)
        {
            // Whoever waits for Running has it too; here it must not keep the dispatcher from ending well.
            _logger.LogWarning("Stopped after: {Reason}", error.Message);
        }

        await _rebuilder.DisposeAsync();
        await _delivering.DisposeAsync();
        if (_keeper is not null)
        {
            await _keeper.DisposeAsync();
        }

        _scheduler.Dispose();
        _stopping.Dispose();
        Metrics.Dispose();
    }

    /// <summary>Processor and scheduler, until stopped or until one of them ends: either alone would be half an engine.</summary>
    private async Task RunAsync()
    {
        // From the first moment: whoever says nothing is taken for dead.
        var keeping = _keeper is null ? null : Task.Run(() => _keeper.RunAsync(_stopping.Token), CancellationToken.None);
        if (!_isCurrent)
        {
            await BecomeCurrentAsync(_stopping.Token);
        }

        List<Task> parts =
        [
            Task.Run(() => _processor.RunAsync(_stopping.Token), CancellationToken.None),
            Task.Run(() => _scheduler.RunAsync(_stopping.Token), CancellationToken.None),
            Task.Run(() => FollowSegmentsAsync(_stopping.Token), CancellationToken.None),
        ];
        if (keeping is not null)
        {
            parts.Add(keeping);
            parts.Add(Task.Run(() => FollowRolesAsync(_stopping.Token), CancellationToken.None));
        }

        var first = await Task.WhenAny(parts);
        _end = new ConsumerFault(0, "", first.Exception?.InnerException is { } error ? $"Stopped: {ReasonOf(error)}" : "Stopped.", _clock.GetUtcNow().ToUnixTimeMilliseconds());
        await _stopping.CancelAsync();
        await Task.WhenAll(parts);
    }

    /// <summary>What another version folded is served until this version's is built. Nothing is decided, scheduled or delivered meanwhile: all of that goes by what is folded.</summary>
    private async Task BecomeCurrentAsync(CancellationToken stop)
    {
        while (await IsRebuilderAsync(stop))
        {
            await RebuildAllAsync(stop);

            // A rebuild that fails or is cancelled leaves everything as it is until an operator starts another.
            await Task.WhenAny(_rebuilder.WholeSwapped, _rebuilder.Ended).WaitAsync(stop);
            if (!_rebuilder.WasTaken)
            {
                await _rebuilder.WholeSwapped.WaitAsync(stop);
                break;
            }

            // Another host took it over while this one hung, and may still be at it: what this one believes to hold is out of date.
            await (_keeper?.RefreshAsync(stop) ?? Task.CompletedTask);
        }

        _isCurrent = true;
        await TakeRolesAsync(stop);
    }

    private async Task RebuildAllAsync(CancellationToken stop)
    {
        await _rebuilder.TakeUpAsync(stop);
        if (_rebuilder.Running is { Name: not Generation.All, Id: var other })
        {
            // A single projection's tables are of no use on top of another version's states.
            await _rebuilder.CancelAsync(other, stop);
        }

        if (_rebuilder.Running is null)
        {
            await _rebuilder.StartAsync(Generation.All, stop);
        }

        _logger.LogInformation("Another version folded what is served: it is rebuilt now, and goes on being served until that is done.");
    }

    private Task<RetryAnswer> RetryDeliveryAsync(string decisionId, CancellationToken cancellation) => _isCurrent
        ? _delivering.Dispatcher.RetryAsync(decisionId, cancellation)
        : throw new StoreException("Nothing is delivered until the read models are rebuilt for this version: see GET /v1/rebuilds.");

    private ConsumerFault? WaitsForRebuild() => _rebuilder.Running is { State: not "paused" }
        ? null
        : new ConsumerFault(0, "", "Another version folded the read models, and their rebuild has stopped: see GET /v1/rebuilds, and start it again.", Now);

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A store's own messages are written for people; another's may repeat what it choked on.</summary>
    private static string ReasonOf(Exception error) => error is StoreException ? error.Message : error.GetType().Name;

    private ConsumerFault? ProcessorFault()
    {
        if (_end is { } end)
        {
            return end;
        }

        if (_processor.Trouble is { } trouble)
        {
            return new ConsumerFault(0, "", trouble, Now);
        }

        if (_keeper?.Fault is { } alone)
        {
            return new ConsumerFault(0, "", alone, Now);
        }

        if (!_isCurrent)
        {
            return WaitsForRebuild();
        }

        var since = _progress.Since(Processor.Consumer, Position, HeadPosition);
        return _processor.StandingStill is { } standing && standing >= Processor.StandstillMax
            ? new ConsumerFault(0, "", $"One batch has taken {standing.TotalSeconds:F0} seconds so far.", Now)
            : StandsStill(since, Position);
    }

    private ConsumerFault? DispatcherFault(string? fault, long position)
    {
        var since = _progress.Since(StoredDispatchCheckpoint.Consumer, position, HeadPosition);
        return fault is not null ? new ConsumerFault(0, "", fault, Now) : StandsStill(since, position);
    }

    private ConsumerFault? StandsStill(TimeSpan? since, long position) => since is { } standing && standing >= Processor.StandstillMax
        ? new ConsumerFault(0, "", $"No progress for {standing.TotalSeconds:F0} seconds, with {HeadPosition - position:N0} events waiting.", Now)
        : null;

    /// <summary>How far everything is folded, by whomever.</summary>
    private long Position => _store.PositionOf(_processor.Committed);

    private long HeadPosition => _store.PositionOf(_store.Head);

    private void Observe(ProcessedPage page)
    {
        if (page.EarliestDue is { } due)
        {
            _scheduler.Wake(due);
        }

        Metrics.Processed(Processor.Consumer, page.Events.Count);
        foreach (var emitted in page.Emitted)
        {
            Metrics.Decided(emitted.Name);
        }

        if (page.Emitted.Count > 0)
        {
            // In seconds of whoever waits: a demo's clock runs fast.
            var sinceArrival = TimeSpan.FromMilliseconds(Math.Max(0, _clock.GetUtcNow().ToUnixTimeMilliseconds() - page.Events[0].ReceivedAt));
            Metrics.DecidedAfter(_clock is AcceleratedClock fast ? sinceArrival / fast.Rate : sinceArrival);
        }
    }

    private List<ConsumerStatus> Consumers()
    {
        var statuses = new List<ConsumerStatus>
        {
            new(Processor.Consumer, null, _processor.Committed, Position, ProcessorFault()) { Rate = _processor.Rate },
        };
        if (_delivering.IsOn)
        {
            var dispatcher = _delivering.Dispatcher.Status();
            var position = _store.PositionOf(dispatcher.Checkpoint);
            statuses.Add(new(StoredDispatchCheckpoint.Consumer, null, dispatcher.Checkpoint, position, DispatcherFault(dispatcher.Fault, position)));
        }

        foreach (var stalled in _processor.Stalled)
        {
            statuses.Add(new ConsumerStatus(
                Processor.Consumer, stalled.Partition, default, stalled.Position - 1,
                new ConsumerFault(stalled.Position, stalled.Name, stalled.Reason, stalled.Since)));
        }

        return statuses;
    }
}
