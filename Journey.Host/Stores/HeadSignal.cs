namespace Journey.Host.Stores;

/// <summary>The end of a log, and those who wait for it to move.</summary>
internal sealed class HeadSignal(long head)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _moved;
    private Exception? _ended;
    private long _head = head;

    public long Head => Volatile.Read(ref _head);

    public void Publish(long head)
    {
        TaskCompletionSource? moved;
        lock (_gate)
        {
            if (head <= _head)
            {
                return;
            }

            Volatile.Write(ref _head, head);
            moved = _moved;
            _moved = null;
        }

        moved?.SetResult();
    }

    /// <summary>Nothing will come any more: whoever waits is told why.</summary>
    public void End(Exception reason)
    {
        TaskCompletionSource? moved;
        lock (_gate)
        {
            _ended = reason;
            moved = _moved;
            _moved = null;
        }

        moved?.SetException(reason);
    }

    public async ValueTask WaitAsync(long after, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        while (Head <= after)
        {
            Task moved;
            lock (_gate)
            {
                if (_head > after)
                {
                    return;
                }

                if (_ended is not null)
                {
                    throw _ended;
                }

                _moved ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                moved = _moved.Task;
            }

            await moved.WaitAsync(cancellation);
        }
    }
}
