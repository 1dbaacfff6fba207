using Journey.Domain.Language;
using Journey.Projections.Customers;
using Journey.Projections.Facts;

namespace Journey.Projections.Segments;

/// <summary>Whom it concerns that segments were published or taken back: who is in another one by what is in force now, or will turn by time at another instant. For one thread.</summary>
/// <param name="now">Unix milliseconds; a customer seen after it is looked at as of then.</param>
public sealed class SegmentReview(DefinitionSet definitions, long now)
{
    private readonly CustomerFacts _facts = new();
    private readonly SegmentTurns _turns = new();

    public bool Concerns(CustomerState state)
    {
        if (state.MergedInto is not null || state.IsErased)
        {
            return false;
        }

        if (state.Segments.Any(name => !definitions.Segments.ContainsKey(name)))
        {
            return true;
        }

        _facts.Bind(state, default, definitions);
        _facts.Now = state.SegmentsLookedAt(now);
        long? due = null;
        foreach (var (name, segment) in definitions.Segments)
        {
            var isIn = segment.Where.IsTrue(_facts);
            if (isIn != state.Segments.Contains(name))
            {
                return true;
            }

            due = _turns.Next(segment.Where, SegmentClock.Of(segment.Where.Program), _facts, isIn) is { } turn && !(due <= turn) ? turn : due;
        }

        return due != state.SegmentsDueAt;
    }
}
