using System.Diagnostics.CodeAnalysis;

namespace Journey.Host.Dispatch;

/// <summary>One delivery under way: how often it was attempted, and how to call it off without cutting short what has begun.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing to release, and it may be cancelled at any time, also after the end.")]
internal sealed class DeliveryFlight
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cancellation = new();
    private bool _isBusy;

    public Delivery Delivery { get; private set; } = null!;

    /// <summary>Timestamp of the pipeline's time.</summary>
    public long StartedAt { get; private set; }

    public int Attempts { get; private set; }

    public bool IsCalledOff { get; private set; }

    public CancellationToken Cancellation => _cancellation.Token;

    /// <summary>Why it is not wanted any more; null: it is. Asked before every attempt but the first, for which the caller has just asked.</summary>
    public Func<CancellationToken, ValueTask<string?>> Withheld { get; init; } = _ => ValueTask.FromResult<string?>(null);

    /// <summary>Ends when the delivery has its outcome, or is left for the next start.</summary>
    public Task Running { get; set; } = Task.CompletedTask;

    public void Start(Delivery delivery, long timestamp) => (Delivery, StartedAt) = (delivery, timestamp);

    /// <summary>Begins what should not be cut short: an attempt, or the recording of its outcome. False: called off before.</summary>
    public bool TryBegin()
    {
        lock (_lock)
        {
            _isBusy = _isBusy || !IsCalledOff;
            return _isBusy;
        }
    }

    public void CountAttempt() => Attempts++;

    /// <summary>From here on it only waits.</summary>
    public void Pause()
    {
        lock (_lock)
        {
            _isBusy = false;
            if (!IsCalledOff)
            {
                return;
            }
        }

        _cancellation.Cancel();
    }

    /// <summary>What has begun may end; what only waits, or would begin, is cancelled.</summary>
    public void CallOff()
    {
        lock (_lock)
        {
            IsCalledOff = true;
            if (_isBusy)
            {
                return;
            }
        }

        _cancellation.Cancel();
    }

    /// <summary>Cuts short what has begun, too.</summary>
    public void Abort()
    {
        lock (_lock)
        {
            IsCalledOff = true;
        }

        _cancellation.Cancel();
    }
}
