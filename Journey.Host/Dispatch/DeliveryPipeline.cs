using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Journey.Host.Dispatch;

/// <summary>One provider and everything that stands between it and an impatient log: retries, circuit, pace, timeouts.</summary>
internal sealed class DeliveryPipeline : IDisposable
{
    private static readonly ResiliencePropertyKey<DeliveryFlight> FlightKey = new("flight");
    private static readonly TimeSpan CircuitPoll = TimeSpan.FromSeconds(1);

    private readonly CircuitBreakerStateProvider _circuit = new();
    private readonly ResiliencePipeline<DeliveryOutcome> _patient;
    private readonly ResiliencePipeline<DeliveryOutcome> _single;
    private readonly SemaphoreSlim _slots;
    private readonly TimeProvider _time;
    private readonly ResilienceOptions _options;

    /// <param name="jitter">Answers in [0, 1).</param>
    public DeliveryPipeline(IDeliveryProvider provider, ResilienceOptions options, TimeProvider time, Func<double> jitter)
    {
        Provider = provider;
        _options = options;
        _time = time;
        _slots = new SemaphoreSlim(options.ConcurrencyMax);
        var pacing = new PacingStrategy(options.RatePerSecond, time);
        var builder = new ResiliencePipelineBuilder<DeliveryOutcome> { TimeProvider = time };
        if (options.AttemptsMax > 1)
        {
            // Retry is outermost, so that each attempt has a timeout of its own.
            builder.AddRetry(Retries(jitter));
        }

        // An open circuit is waited for instead of using up attempts: an outage of the receiver must not empty the log into dead letters.
        _patient = builder
            .AddRetry(CircuitWaits(jitter))
            .AddCircuitBreaker(Circuit())
            .AddStrategy(_ => pacing, new PacingOptions())
            .AddTimeout(AttemptTimeout())
            .Build();
        _single = new ResiliencePipelineBuilder<DeliveryOutcome> { TimeProvider = time }
            .AddStrategy(_ => pacing, new PacingOptions())
            .AddTimeout(AttemptTimeout())
            .Build();
    }

    public IDeliveryProvider Provider { get; }

    public CircuitState State => _circuit.CircuitState;

    /// <summary>Attempts until it is delivered, refused, or out of attempts or time; the last outcome.</summary>
    /// <exception cref="OperationCanceledException">The flight was called off.</exception>
    public Task<DeliveryOutcome> DeliverAsync(Delivery delivery, DeliveryFlight flight) => RunAsync(_patient, delivery, flight);

    /// <summary>One attempt, whatever the circuit says: a person asked for it.</summary>
    public Task<DeliveryOutcome> DeliverOnceAsync(Delivery delivery, DeliveryFlight flight) => RunAsync(_single, delivery, flight);

    public void Dispose() => _slots.Dispose();

    private async Task<DeliveryOutcome> RunAsync(ResiliencePipeline<DeliveryOutcome> pipeline, Delivery delivery, DeliveryFlight flight)
    {
        await _slots.WaitAsync(flight.Cancellation);
        var context = ResilienceContextPool.Shared.Get(flight.Cancellation);
        try
        {
            flight.Start(delivery, _time.GetTimestamp());
            context.Properties.Set(FlightKey, flight);
            var outcome = await pipeline.ExecuteOutcomeAsync(AttemptAsync, context, this);
            return outcome.Exception switch
            {
                null => outcome.Result!,
                OperationCanceledException when flight.Cancellation.IsCancellationRequested => throw new OperationCanceledException(flight.Cancellation),
                TimeoutRejectedException => new DeliveryOutcome.Retry("timeout"),
                BrokenCircuitException => new DeliveryOutcome.Retry("circuit-open"),
                var unexpected => new DeliveryOutcome.Retry($"error: {unexpected.GetType().Name}"),
            };
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
            _slots.Release();
        }
    }

    private static async ValueTask<Outcome<DeliveryOutcome>> AttemptAsync(ResilienceContext context, DeliveryPipeline pipeline)
    {
        var flight = FlightOf(context);
        if (!flight.TryBegin())
        {
            return Outcome.FromException<DeliveryOutcome>(new OperationCanceledException(flight.Cancellation));
        }

        try
        {
            if (flight.Attempts > 0 && await flight.Withheld(context.CancellationToken) is { } reason)
            {
                return Outcome.FromResult<DeliveryOutcome>(new DeliveryOutcome.Withheld(reason));
            }

            flight.CountAttempt();
            var outcome = await pipeline.Provider.DeliverAsync(flight.Delivery, context.CancellationToken);
            if (outcome is DeliveryOutcome.Retry)
            {
                flight.Pause();
            }

            return Outcome.FromResult(outcome);
        }
        catch (Exception e)
        {
            flight.Pause();
            return Outcome.FromException<DeliveryOutcome>(e);
        }
    }

    private static DeliveryFlight FlightOf(ResilienceContext context) => context.Properties.GetValue(FlightKey, null!);

    private RetryStrategyOptions<DeliveryOutcome> Retries(Func<double> jitter) => new()
    {
        Name = "retry",
        MaxRetryAttempts = _options.AttemptsMax - 1,
        Delay = _options.FirstDelay,
        MaxDelay = _options.DelayMax,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Randomizer = jitter,
        ShouldHandle = arguments => ValueTask.FromResult(MayRetry(arguments.Context) && IsTransient(arguments.Outcome)),
        DelayGenerator = arguments => ValueTask.FromResult(
            arguments.Outcome.Result is DeliveryOutcome.Retry { After: { } after }
                ? (TimeSpan?)(after < _options.DelayMax ? after : _options.DelayMax)
                : null),
    };

    private RetryStrategyOptions<DeliveryOutcome> CircuitWaits(Func<double> jitter) => new()
    {
        Name = "circuit-wait",
        MaxRetryAttempts = int.MaxValue,
        ShouldHandle = arguments => ValueTask.FromResult(MayRetry(arguments.Context) && arguments.Outcome.Exception is BrokenCircuitException),
        DelayGenerator = arguments =>
        {
            var left = (arguments.Outcome.Exception as BrokenCircuitException)?.RetryAfter ?? TimeSpan.Zero;
            // Spread over a second, so that they don't all come back at the same moment.
            return ValueTask.FromResult<TimeSpan?>((left > TimeSpan.Zero ? left : CircuitPoll) + (CircuitPoll * jitter()));
        },
    };

    private CircuitBreakerStrategyOptions<DeliveryOutcome> Circuit() => new()
    {
        Name = "circuit",
        FailureRatio = _options.BreakRatio,
        MinimumThroughput = _options.BreakMinimum,
        SamplingDuration = _options.BreakSampling,
        BreakDuration = _options.BreakDuration,
        StateProvider = _circuit,
        ShouldHandle = arguments => ValueTask.FromResult(
            arguments.Outcome.Result is DeliveryOutcome.Retry { IsThrottled: false }
            || arguments.Outcome.Exception is not null and not OperationCanceledException),
    };

    private TimeoutStrategyOptions AttemptTimeout() => new()
    {
        Name = "timeout",
        TimeoutGenerator = arguments => ValueTask.FromResult(
            FlightOf(arguments.Context).Delivery.Call?.Left is { } left && left < _options.AttemptTimeout ? left : _options.AttemptTimeout),
    };

    private bool MayRetry(ResilienceContext context)
    {
        var flight = FlightOf(context);
        return !flight.IsCalledOff && _time.GetElapsedTime(flight.StartedAt) < _options.GiveUpAfter;
    }

    private static bool IsTransient(Outcome<DeliveryOutcome> outcome) =>
        outcome.Result is DeliveryOutcome.Retry
        || outcome.Exception is not null and not OperationCanceledException and not BrokenCircuitException;

    private sealed class PacingOptions : ResilienceStrategyOptions;
}
