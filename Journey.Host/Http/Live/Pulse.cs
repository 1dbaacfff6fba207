using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Journey.Host.Http.Live;

/// <summary>Counts what is committed, per channel and second, by following the log while somebody watches. Nobody watching, it costs nothing.</summary>
internal sealed class Pulse(IEventLog log, TimeProvider time, ILogger<Pulse> logger) : BackgroundService
{
    /// <summary>Rates are means over this many seconds, the running one left out.</summary>
    public const int WindowSeconds = 5;

    private const int ReadAtOnce = 2_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long[]> _interactions = [];
    private readonly long[] _decisions = new long[WindowSeconds + 1];
    private TaskCompletionSource _watched = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _second;
    private int _watchers;

    public int Watchers => Volatile.Read(ref _watchers);

    /// <summary>Follows the log until the answer is disposed of, and everybody else's is.</summary>
    public IDisposable Watch()
    {
        if (Interlocked.Increment(ref _watchers) == 1)
        {
            Volatile.Read(ref _watched).TrySetResult();
        }

        return new Watching(this);
    }

    /// <summary>Events per second, by channel for interactions, and for decisions.</summary>
    public (IReadOnlyDictionary<string, double> ByChannel, double Decisions) Rates()
    {
        lock (_lock)
        {
            MoveTo(Now());
            return (_interactions
                .Select(counts => (counts.Key, Rate: Mean(counts.Value)))
                .Where(rate => rate.Rate > 0)
                .ToDictionary(rate => rate.Key, rate => rate.Rate), Mean(_decisions));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Volatile.Read(ref _watched).Task.WaitAsync(stoppingToken);
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.LogWarning(exception, "The log could not be followed; trying again in a second.");
                await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken);
            }
        }
    }

    private async Task FollowAsync(CancellationToken cancellation)
    {
        var options = new ReadOptions(WithIds: false, new PageBuffer());
        var after = await log.HeadAsync(cancellation);
        while (Watchers > 0)
        {
            using var second = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            second.CancelAfter(TimeSpan.FromSeconds(1));
            try
            {
                await log.WaitAsync(after, second.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // Nothing happened: whether anybody still watches is asked again.
                continue;
            }

            var page = await log.ReadAsync(after, ReadAtOnce, options, cancellation);
            after = page.Next;
            Count(page);
        }

        Volatile.Write(ref _watched, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (Watchers > 0)
        {
            // Somebody came between the last look and the new latch.
            Volatile.Read(ref _watched).TrySetResult();
        }
    }

    private void Count(EventPage page)
    {
        lock (_lock)
        {
            MoveTo(Now());
            var slot = _second % (WindowSeconds + 1);
            foreach (ref readonly var recorded in page.AsSpan())
            {
                if (recorded.Kind == EventKind.Interaction)
                {
                    if (!_interactions.TryGetValue(recorded.Channel.Name, out var counts))
                    {
                        if (_interactions.Count == LiveLimits.ChannelsMax)
                        {
                            continue;
                        }

                        _interactions[recorded.Channel.Name] = counts = new long[WindowSeconds + 1];
                    }

                    counts[slot]++;
                }
                else if (recorded.Kind == EventKind.Decision)
                {
                    _decisions[slot]++;
                }
            }
        }
    }

    private long Now() => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Empties the slots of the seconds that have begun since.</summary>
    private void MoveTo(long second)
    {
        for (var skipped = Math.Max(_second + 1, second - WindowSeconds); skipped <= second; skipped++)
        {
            var slot = skipped % (WindowSeconds + 1);
            _decisions[slot] = 0;
            foreach (var counts in _interactions.Values)
            {
                counts[slot] = 0;
            }
        }

        _second = Math.Max(_second, second);
    }

    private double Mean(long[] counts) => (double)(counts.Sum() - counts[_second % (WindowSeconds + 1)]) / WindowSeconds;

    private sealed class Watching(Pulse pulse) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                Interlocked.Decrement(ref pulse._watchers);
            }
        }
    }
}
