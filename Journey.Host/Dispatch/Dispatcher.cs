using System.Collections.Concurrent;
using System.Threading.Channels;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Templates;
using Journey.Host.Stores;

namespace Journey.Host.Dispatch;

/// <summary>What the dispatcher stands on.</summary>
public sealed record DispatcherPorts(IEventLog Log, IDispatchCheckpoint Checkpoint, IDeadLetterStore DeadLetters, IDeliveryFacts Facts);

/// <param name="Checkpoint">Everything up to here has its outcome in the log.</param>
/// <param name="Open">Deliveries read that have no outcome yet.</param>
/// <param name="Fault">Why it stopped by itself; null: it did not.</param>
public sealed record DispatcherStatus(Checkpoint Checkpoint, int Open, string? Fault, IReadOnlyList<CircuitStatus> Circuits);

/// <summary>Follows the log, delivers what decisions ask for, and records what became of it: at least once, with the decision's id as idempotency key.</summary>
/// <remarks>
/// The checkpoint moves only past decisions whose outcome is recorded. Outcomes that stand after it are read at start, so that what was
/// delivered out of order before a crash is not delivered again.
/// </remarks>
public sealed partial class Dispatcher : IHostedService, IDisposable
{
    private static readonly TimeSpan ReadRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LandingMax = TimeSpan.FromSeconds(1);

    private readonly DispatcherPorts _ports;
    private readonly DispatchOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ProviderSet _providers;
    private readonly DispatchMetrics _metrics;
    private readonly Courier _courier;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, DeliveryFlight> _flights = new();
    private readonly Channel<bool> _progress = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Channel<bool> _unsaved = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private DeliveryWindow _window = new(Checkpoint.Start);
    private Checkpoint _saved;
    private Task _running = Task.CompletedTask;
    private string? _fault;

    /// <param name="console">Where console providers write.</param>
    /// <param name="time">For waits and timeouts: the wall's time, also where the workspace's clock runs fast.</param>
    /// <param name="clock">The time outcomes are recorded with; null: <paramref name="time"/>.</param>
    /// <param name="jitter">Answers in [0, 1), and spreads retries; null: at random.</param>
    public Dispatcher(
        DispatcherPorts ports,
        TemplateLibrary templates,
        DispatchOptions options,
        TextWriter console,
        ILogger<Dispatcher> logger,
        TimeProvider? time = null,
        TimeProvider? clock = null,
        Func<double>? jitter = null)
    {
        (_ports, _options, _logger, _time) = (ports, options, logger, time ?? TimeProvider.System);
        _providers = new ProviderSet(options, console, _time, jitter ?? Random.Shared.NextDouble);
        _metrics = new DispatchMetrics(Status);
        _courier = new Courier(ports, new DeliveryComposer(templates), _providers, _metrics, _time, clock ?? _time, logger);
    }

    /// <summary>Ends when it stops reading: asked to, or by itself with a fault in <see cref="Status"/>.</summary>
    public Task Completion => _running;

    public DispatcherStatus Status() => new(_window.LowWater, _window.Open, _fault, _providers.Circuits());

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll(Task.Run(RunAsync, cancellationToken), Task.Run(SaveRegularlyAsync, cancellationToken));
        return Task.CompletedTask;
    }

    /// <summary>Ends attempts under way within the drain timeout, leaves the rest for the next start, and saves the checkpoint.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running;
        var flights = _flights.Values;
        var running = Task.WhenAll(flights.Select(flight => flight.Running));
        foreach (var flight in flights)
        {
            flight.CallOff();
        }

        try
        {
            await running.WaitAsync(_options.DrainTimeout, _time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            foreach (var flight in flights)
            {
                flight.Abort();
            }

            await running;
        }

        if (_fault is null)
        {
            await SaveAsync(CancellationToken.None);
        }
    }

    /// <summary>Tries a dead letter once more, now: one attempt, and its answer.</summary>
    public async Task<RetryAnswer> RetryAsync(string decisionId, CancellationToken cancellation = default)
    {
        if (await _ports.DeadLetters.FindAsync(decisionId, cancellation) is not { } letter
            || await FindDecisionAsync(letter, cancellation) is not { } request)
        {
            return new RetryAnswer.NotFound();
        }

        var flight = _courier.Flight(request);
        if (!_flights.TryAdd(decisionId, flight) && !(await IsLandedAsync(decisionId, cancellation) && _flights.TryAdd(decisionId, flight)))
        {
            return new RetryAnswer.UnderWay();
        }

        try
        {
            await using var abort = cancellation.Register(flight.Abort);
            return await _courier.RetryAsync(request, letter, flight);
        }
        finally
        {
            _flights.TryRemove(decisionId, out _);
        }
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _providers.Dispose();
        _stopping.Dispose();
    }

    /// <summary>A letter is kept a moment before its delivery ends: an operator who is that quick waits for it.</summary>
    private async Task<bool> IsLandedAsync(string decisionId, CancellationToken cancellation)
    {
        try
        {
            await (_flights.GetValueOrDefault(decisionId)?.Running ?? Task.CompletedTask).WaitAsync(LandingMax, _time, cancellation);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task RunAsync()
    {
        var stop = _stopping.Token;
        var position = await InsistAsync(ResumeAsync, stop);
        if (position is not { } resumed)
        {
            return;
        }

        var (checkpoint, recorded) = resumed;

        while (!stop.IsCancellationRequested)
        {
            checkpoint = await InsistAsync(() => NextAsync(checkpoint, recorded, stop), stop) ?? checkpoint;
        }
    }

    /// <summary>Where to go on, and the ids of the outcomes that stand after that place.</summary>
    private async Task<(Checkpoint From, HashSet<string> Recorded)?> ResumeAsync()
    {
        var stop = _stopping.Token;
        _saved = await _ports.Checkpoint.LoadAsync(stop);
        _window = new DeliveryWindow(_saved);
        var recorded = new HashSet<string>(StringComparer.Ordinal);
        var head = _ports.Log.PositionOf(await _ports.Log.HeadAsync(stop));
        for (var at = _saved; _ports.Log.PositionOf(at) < head;)
        {
            var page = await _ports.Log.ReadAsync(at, _options.PageEventsMax, stop);
            if (page.AtEnd)
            {
                break;
            }

            foreach (var passed in page.Events)
            {
                if (passed.Kind == EventKind.Outcome && passed.Source == OutcomeEvents.Source)
                {
                    recorded.Add(passed.Id);
                }
            }

            at = page.Next;
        }

        return (_saved, recorded);
    }

    /// <summary>Reads and starts one page; at the log's end, waits for more.</summary>
    private async Task<Checkpoint?> NextAsync(Checkpoint after, HashSet<string> recorded, CancellationToken stop)
    {
        while (_window.Open >= _options.OpenDeliveriesMax)
        {
            await _progress.Reader.ReadAsync(stop);
        }

        var page = await _ports.Log.ReadAsync(after, _options.PageEventsMax, stop);
        if (page.AtEnd)
        {
            await _ports.Log.WaitAsync(after, stop);
            return after;
        }

        var requests = new List<DeliveryRequest>();
        foreach (var passed in page.Events)
        {
            if (DeliveryRequest.KindOf(passed) is { } kind && !OutcomeEvents.HasOutcome(passed.Id, kind, recorded))
            {
                requests.Add(DeliveryRequest.From(passed, kind));
            }
        }

        var open = _window.Add(page.Next, requests.Count);
        _unsaved.Writer.TryWrite(true);
        foreach (var request in requests)
        {
            Begin(request, open);
        }

        return page.Next;
    }

    private void Begin(DeliveryRequest request, DeliveryWindow.Page page)
    {
        var flight = _courier.Flight(request);
        _flights[request.Id] = flight;
        flight.Running = Task.Run(() => DeliverAsync(request, flight, page));
    }

    private async Task DeliverAsync(DeliveryRequest request, DeliveryFlight flight, DeliveryWindow.Page page)
    {
        try
        {
            if (await _courier.DeliverAsync(request, flight))
            {
                _window.Done(page);
                _progress.Writer.TryWrite(true);
                _unsaved.Writer.TryWrite(true);
            }
        }
        catch (Exception e)
        {
            // The page stays open, so the checkpoint stays before it: visible as a lag, and delivered again after a restart.
            LogBroken(_logger, request.Id, e);
        }
        finally
        {
            _flights.TryRemove(request.Id, out _);
        }
    }

    private async Task SaveRegularlyAsync()
    {
        var stop = _stopping.Token;
        try
        {
            while (true)
            {
                await _unsaved.Reader.ReadAsync(stop);
                await SaveAsync(stop);
                await Task.Delay(_options.CheckpointEvery, _time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The stop saves once more, after the last outcome.
        }
    }

    private async Task SaveAsync(CancellationToken cancellation)
    {
        var checkpoint = _window.LowWater;
        if (checkpoint == _saved)
        {
            return;
        }

        try
        {
            if (await _ports.Checkpoint.SaveAsync(checkpoint, cancellation))
            {
                _saved = checkpoint;
                return;
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // It is only a place to begin from: the next save, or the next start, makes up for it.
            LogTrouble(_logger, e);
            return;
        }

        _fault = "Another dispatcher has moved the checkpoint.";
        LogLost(_logger);
        await _stopping.CancelAsync();
        foreach (var flight in _flights.Values)
        {
            flight.CallOff();
        }
    }

    /// <summary>The store's trouble is waited out; null when stopping.</summary>
    private async Task<T?> InsistAsync<T>(Func<Task<T?>> action, CancellationToken stop) where T : struct
    {
        while (true)
        {
            try
            {
                return await action();
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception e)
            {
                LogTrouble(_logger, e);
            }

            try
            {
                await Task.Delay(ReadRetry, _time, stop);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }
    }

    private async Task<DeliveryRequest?> FindDecisionAsync(DeadLetter letter, CancellationToken cancellation)
    {
        for (var version = 0L; ;)
        {
            var page = await _ports.Log.ReadStreamAsync(letter.Customer, version, _options.PageEventsMax, cancellation);
            if (page.AtEnd)
            {
                return null;
            }

            foreach (var passed in page.Events)
            {
                if (passed.Id == letter.DecisionId && DeliveryRequest.KindOf(passed) is { } kind)
                {
                    return DeliveryRequest.From(passed, kind);
                }

                version = passed.Version;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The dispatcher cannot read or save; trying again")]
    private static partial void LogTrouble(ILogger logger, Exception failure);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Another dispatcher has moved the checkpoint; this one stops")]
    private static partial void LogLost(ILogger logger);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Delivery {Decision} broke off; it will be delivered after the next start")]
    private static partial void LogBroken(ILogger logger, string decision, Exception failure);
}
