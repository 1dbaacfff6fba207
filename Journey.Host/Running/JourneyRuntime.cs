using Journey.Domain.EventLog;
using Journey.Domain.Language.Publishing;
using Journey.Host.Dispatch;
using Journey.Host.Http;
using Journey.Host.Metrics;
using Journey.Host.Personal;
using Journey.Host.Stores;
using Journey.Host.Stores.Sqlite;
using Microsoft.Extensions.Logging;

namespace Journey.Host.Running;

/// <summary>Everything that works behind the server, joined: processor, scheduler and dispatcher on one store.</summary>
public sealed class JourneyRuntime : IAsyncDisposable
{
    private readonly SqliteStore _store;
    private readonly Processor _processor;
    private readonly Scheduler _scheduler;
    private readonly Dispatcher _dispatcher;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _logger;
    private Task _running = Task.CompletedTask;
    private volatile ConsumerFault? _end;

    private JourneyRuntime(SqliteStore store, RuntimeOptions options)
    {
        (_store, _clock) = (store, options.Clock);
        _logger = options.Logging.CreateLogger<JourneyRuntime>();
        _processor = new Processor(store, store, options.Processor, _clock, options.Wall);
        _scheduler = new Scheduler(store, store, _processor.FoldedAsync, _clock);
        var ports = new DispatcherPorts(store, new StoredDispatchCheckpoint(store), store.DeadLetters, new DeliveryFactsReader(store, store, () => _processor.Definitions));
        _dispatcher = new Dispatcher(ports, options.Templates, options.Dispatch, options.Console, options.Logging.CreateLogger<Dispatcher>(), clock: _clock);
        _processor.Processed += Observe;
    }

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
    public Task FoldedAsync(long position, CancellationToken cancellation) => _processor.FoldedAsync(position, cancellation);

    /// <summary>Completes, faulted, when a part fails in a way it cannot go on from; otherwise when stopped.</summary>
    public Task Running => _running;

    public static async Task<JourneyRuntime> StartAsync(SqliteStore store, RuntimeOptions options, CancellationToken cancellation)
    {
        var runtime = new JourneyRuntime(store, options);
        await runtime._processor.PrepareAsync(cancellation);
        await runtime._dispatcher.StartAsync(cancellation);
        runtime._running = runtime.RunAsync();
        return runtime;
    }

    /// <summary>What the HTTP server stands on.</summary>
    public JourneyServices Services() => new(_store, _store, _store)
    {
        Time = _clock,
        WriteKeys = _store.WriteKeys,
        DeadLetters = _store.DeadLetters,
        RetryDelivery = _dispatcher.RetryAsync,
        Metrics = Metrics,
        Definitions = () => _processor.Definitions.Latest,
        Consumers = Consumers,
        Personal = new PersonalServices(new CustomerErasure(_store, _store, _store, _clock, FoldedAsync), new CustomerExport(_store, _store, _store)),
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

        await _dispatcher.StopAsync(CancellationToken.None);
        _dispatcher.Dispose();
        _scheduler.Dispose();
        _stopping.Dispose();
        Metrics.Dispose();
    }

    /// <summary>Processor and scheduler, until stopped or until one of them ends: either alone would be half an engine.</summary>
    private async Task RunAsync()
    {
        Task[] parts =
        [
            Task.Run(() => _processor.RunAsync(_stopping.Token), CancellationToken.None),
            Task.Run(() => _scheduler.RunAsync(_stopping.Token), CancellationToken.None),
        ];
        var first = await Task.WhenAny(parts);
        _end = new ConsumerFault(0, "", first.Exception?.InnerException is { } error ? $"Stopped: {ReasonOf(error)}" : "Stopped.", _clock.GetUtcNow().ToUnixTimeMilliseconds());
        await _stopping.CancelAsync();
        await Task.WhenAll(parts);
    }

    /// <summary>A store's own messages are written for people; another's may repeat what it choked on.</summary>
    private static string ReasonOf(Exception error) => error is StoreException ? error.Message : error.GetType().Name;

    private ConsumerFault? ProcessorFault() => _end ?? (_processor.StandingStill is { } standing && standing >= Processor.StandstillMax
        ? new ConsumerFault(0, "", $"One batch has taken {standing.TotalSeconds:F0} seconds so far.", _clock.GetUtcNow().ToUnixTimeMilliseconds())
        : null);

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
            Metrics.DecidedAfter(TimeSpan.FromMilliseconds(Math.Max(0, _clock.GetUtcNow().ToUnixTimeMilliseconds() - page.Events[0].ReceivedAt)));
        }
    }

    private List<ConsumerStatus> Consumers()
    {
        var dispatcher = _dispatcher.Status();
        var statuses = new List<ConsumerStatus>
        {
            new(Processor.Consumer, null, _processor.Committed, _processor.Position, ProcessorFault()),
            new(StoredDispatchCheckpoint.Consumer, null, dispatcher.Checkpoint, _store.PositionOf(dispatcher.Checkpoint),
                dispatcher.Fault is { } fault ? new ConsumerFault(0, "", fault, _clock.GetUtcNow().ToUnixTimeMilliseconds()) : null),
        };
        foreach (var stalled in _processor.Stalled)
        {
            statuses.Add(new ConsumerStatus(
                Processor.Consumer, stalled.Partition, default, stalled.Position - 1,
                new ConsumerFault(stalled.Position, stalled.Name, stalled.Reason, stalled.Since)));
        }

        return statuses;
    }
}
