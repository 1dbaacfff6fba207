namespace Journey.Tests;

/// <summary>Time that moves when a test says so. Timers fire in order of their due time, on the thread that advances.</summary>
public sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = start;
    private TaskCompletionSource _changed = Signal();

    public ManualTimeProvider() : this(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)) { }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        var until = GetUtcNow() + by;
        while (TakeDue(until) is { } due)
        {
            due.Fire();
        }

        lock (_lock)
        {
            _now = until;
        }
    }

    /// <summary>Waits until something waits for at most this long, and answers how long.</summary>
    public async Task<TimeSpan> NextWaitAsync(TimeSpan atMost)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                var waits = _timers.Where(timer => timer.Due is not null).Select(timer => timer.Due!.Value - _now).Where(wait => wait <= atMost).ToArray();
                if (waits.Length > 0)
                {
                    return waits.Min();
                }

                changed = _changed.Task;
            }

            await changed;
        }
    }

    /// <summary>Moves to the next wait of at most this long, again and again, until the task is done.</summary>
    public async Task<T> RunAsync<T>(Task<T> task, TimeSpan atMost)
    {
        while (!task.IsCompleted)
        {
            var wait = NextWaitAsync(atMost);
            if (await Task.WhenAny(task, wait) == wait)
            {
                Advance(await wait);
            }
        }

        return await task;
    }

    private ManualTimer? TakeDue(DateTimeOffset until)
    {
        lock (_lock)
        {
            var due = _timers.Where(timer => timer.Due <= until).MinBy(timer => timer.Due);
            if (due is not null)
            {
                _now = due.Due > _now ? due.Due!.Value : _now;
                due.Due = due.Period is { } period ? _now + period : null;
            }

            return due;
        }
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class ManualTimer(ManualTimeProvider time, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset? Due { get; set; }

        public TimeSpan? Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var isNow = dueTime == TimeSpan.Zero;
            lock (time._lock)
            {
                time._timers.Remove(this);
                Period = period == Timeout.InfiniteTimeSpan || period == TimeSpan.Zero ? null : period;
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : time._now + dueTime;
                if (isNow)
                {
                    Due = Period is { } again ? time._now + again : null;
                }

                if (Due is not null)
                {
                    time._timers.Add(this);
                }

                time._changed.TrySetResult();
                time._changed = Signal();
            }

            if (isNow)
            {
                Fire();
            }

            return true;
        }

        public void Dispose()
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                Due = null;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
