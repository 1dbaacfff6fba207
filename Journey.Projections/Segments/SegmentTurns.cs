using Journey.Domain.Cel;
using Journey.Domain.Language;
using Journey.Domain.Time;
using Journey.Projections.Facts;

namespace Journey.Projections.Segments;

/// <summary>When a customer will enter or leave a segment though nothing more happens. For one thread.</summary>
public sealed class SegmentTurns
{
    /// <summary>So many instants of a condition are looked at in one go; if it turns at none of them, time is to come at the last, and the rest is looked at then.</summary>
    public const int LooksMax = 256;

    private const long NanosecondsPerMillisecond = 1_000_000;

    private readonly List<long> _times = [];
    private readonly List<long> _spans = [];

    /// <param name="clock">The condition's.</param>
    /// <param name="facts">Bound to the customer, its now the instant after which is asked. Left as it was.</param>
    /// <param name="isIn">What the condition says now.</param>
    /// <returns>Unix milliseconds; null: never.</returns>
    public long? Next(Condition condition, SegmentClock clock, CustomerFacts facts, bool isIn)
    {
        if (clock.IsStill)
        {
            return null;
        }

        var now = facts.Now;
        Collect(clock, facts, now);
        _times.Sort();
        long? next = null;
        for (var (i, looked) = (0, 0); i < _times.Count && next is null; i++)
        {
            if (i > 0 && _times[i] == _times[i - 1])
            {
                continue;
            }

            facts.Now = _times[i];
            next = condition.IsTrue(facts) != isIn || ++looked == LooksMax ? _times[i] : null;
        }

        facts.Now = now;
        return next;
    }

    private void Collect(SegmentClock clock, CustomerFacts facts, long now)
    {
        _times.Clear();
        _spans.Clear();
        var history = facts.State.History;
        foreach (var (name, window) in clock.Windows)
        {
            foreach (var at in history.Times(name))
            {
                Consider(at + window, now);
            }
        }

        foreach (var (name, age) in clock.Days)
        {
            if (history.Last(name) is { } last)
            {
                Consider(last + age, now);
            }
        }

        foreach (var span in clock.Spans)
        {
            if (span.Evaluate(facts) is { Kind: CelKind.Duration } value)
            {
                _spans.Add(value.AsDurationNanoseconds() / NanosecondsPerMillisecond);
            }
        }

        foreach (var moment in clock.Moments)
        {
            if (moment.Evaluate(facts) is { Kind: CelKind.Timestamp } value)
            {
                var at = value.AsUnixMilliseconds();
                Around(at, now);
                foreach (var span in _spans)
                {
                    Around(at + span, now);
                    Around(at - span, now);
                }
            }
        }
    }

    /// <summary>"At least" turns at the instant, "more than" a millisecond later.</summary>
    private void Around(long at, long now)
    {
        Consider(at, now);
        Consider(at + 1, now);
    }

    private void Consider(long at, long now)
    {
        if (at > now && at <= Instants.Last)
        {
            _times.Add(at);
        }
    }
}
