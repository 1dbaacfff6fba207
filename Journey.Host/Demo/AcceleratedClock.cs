namespace Journey.Host.Demo;

/// <summary>A clock that runs faster than the wall: what waits four hours in the shop waits four seconds in front of the screen.</summary>
/// <remarks>Timers made by it run at the same rate, so everything that takes a <see cref="TimeProvider"/> follows.</remarks>
public sealed class AcceleratedClock : TimeProvider
{
    /// <summary>Timers of a very fast clock would fire more often than a screen can follow; this is the finest that one waits.</summary>
    private static readonly TimeSpan _finestWait = TimeSpan.FromMilliseconds(1);

    private readonly DateTimeOffset _start;
    private readonly long _startedAt;
    private readonly double _rate;

    /// <param name="start">What the clock shows now.</param>
    /// <param name="rate">Seconds of this clock per second of the wall: 1 to 1,000,000.</param>
    public AcceleratedClock(DateTimeOffset start, double rate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rate, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rate, 1_000_000);
        _start = start;
        _rate = rate;
        _startedAt = System.GetTimestamp();
    }

    public double Rate => _rate;

    public override DateTimeOffset GetUtcNow() => _start + (System.GetElapsedTime(_startedAt) * _rate);

    public override long GetTimestamp() => (long)(System.GetElapsedTime(_startedAt).Ticks * _rate);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Real(dueTime), Real(period));

    private TimeSpan Real(TimeSpan ours) =>
        ours == Timeout.InfiniteTimeSpan || ours == TimeSpan.Zero ? ours
        : ours / _rate < _finestWait ? _finestWait
        : ours / _rate;
}
