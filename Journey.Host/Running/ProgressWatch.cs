using System.Collections.Concurrent;

namespace Journey.Host.Running;

/// <summary>Notices a consumer that stays where it is while there is work for it, whatever it is that holds it.</summary>
/// <remarks>Goes by what it is shown: whoever asks for health or metrics shows it. The first look at a consumer that is behind begins the wait.</remarks>
/// <param name="wall">Never faster than the wall's clock.</param>
/// <param name="forgotten">After so long without a look nothing is known of the time between, and the wait begins again.</param>
public sealed class ProgressWatch(TimeProvider wall, TimeSpan forgotten)
{
    private readonly ConcurrentDictionary<string, Seen> _seen = new(StringComparer.Ordinal);

    /// <summary>For how long the consumer has been seen where it is, with work before it; null: it has none, or was elsewhere at the last look.</summary>
    public TimeSpan? Since(string consumer, long position, long head)
    {
        var now = wall.GetTimestamp();
        if (position >= head)
        {
            _seen.TryRemove(consumer, out _);
            return null;
        }

        var seen = _seen.AddOrUpdate(
            consumer,
            _ => new Seen(position, now, now),
            (_, before) => before.Position == position && wall.GetElapsedTime(before.LookedAt, now) <= forgotten * 4
                ? before with { LookedAt = now }
                : new Seen(position, now, now));
        return wall.GetElapsedTime(seen.Since, now);
    }

    private readonly record struct Seen(long Position, long Since, long LookedAt);
}
