namespace Journey.Host.Running;

/// <summary>Events per second, over the last few seconds.</summary>
public sealed class EventRate(TimeProvider time)
{
    private const int SecondsKept = 10;

    private readonly Lock _gate = new();
    private readonly Queue<(long At, long Count)> _counted = new();
    private readonly long _since = time.GetTimestamp();
    private long _sum;

    public double PerSecond
    {
        get
        {
            lock (_gate)
            {
                Forget();
                var span = Math.Clamp(time.GetElapsedTime(_since).TotalSeconds, 1, SecondsKept);
                return _sum / span;
            }
        }
    }

    public void Add(long count)
    {
        lock (_gate)
        {
            _counted.Enqueue((time.GetTimestamp(), count));
            _sum += count;
            Forget();
        }
    }

    private void Forget()
    {
        while (_counted.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At).TotalSeconds > SecondsKept)
        {
            _sum -= oldest.Count;
            _counted.Dequeue();
        }
    }
}
