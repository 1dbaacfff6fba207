using Polly;

namespace Journey.Host.Dispatch;

/// <summary>Spaces attempts evenly: each takes the next free moment and waits for it.</summary>
/// <remarks>Waiting instead of refusing, because what is refused would come again at once. A burst of up to one tenth of a second's worth goes through unspaced.</remarks>
internal sealed class PacingStrategy : ResilienceStrategy<DeliveryOutcome>
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly long _interval;
    private readonly long _burst;
    private long _nextFree;

    public PacingStrategy(double perSecond, TimeProvider time)
    {
        _time = time;
        _interval = (long)(time.TimestampFrequency / perSecond);
        _burst = Math.Max(0, (time.TimestampFrequency / 10) - _interval);
        _nextFree = time.GetTimestamp();
    }

    protected override async ValueTask<Outcome<DeliveryOutcome>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<DeliveryOutcome>>> callback, ResilienceContext context, TState state)
    {
        var wait = Reserve();
        if (wait > TimeSpan.Zero)
        {
            try
            {
                await Task.Delay(wait, _time, context.CancellationToken).ConfigureAwait(context.ContinueOnCapturedContext);
            }
            catch (OperationCanceledException e)
            {
                return Outcome.FromException<DeliveryOutcome>(e);
            }
        }

        return await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);
    }

    private TimeSpan Reserve()
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            _nextFree = Math.Max(_nextFree, now - _burst);
            var wait = _nextFree - now;
            _nextFree += _interval;
            return wait <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)wait / _time.TimestampFrequency);
        }
    }
}
