namespace Journey.Host.Running;

/// <summary>A position that only grows, and that can be awaited.</summary>
public sealed class PositionSignal
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<TaskCompletionSource, long> _waiting = new();
    private long _position;

    public long Position => Interlocked.Read(ref _position);

    public void Reach(long position)
    {
        lock (_gate)
        {
            Interlocked.Exchange(ref _position, Math.Max(position, _position));
            while (_waiting.TryPeek(out var waiter, out var awaited) && awaited <= _position)
            {
                _waiting.Dequeue();
                waiter.TrySetResult();
            }
        }
    }

    public Task ReachedAsync(long position, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (position <= _position)
            {
                return Task.CompletedTask;
            }

            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(waiter, position);
            return waiter.Task.WaitAsync(cancellation);
        }
    }
}
