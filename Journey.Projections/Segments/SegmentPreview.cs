using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Projections.Customers;
using Journey.Projections.Facts;

namespace Journey.Projections.Segments;

/// <summary>Who would be in a segment that is not published yet, from the customers' present states. For one thread.</summary>
/// <param name="now">What the conditions call now, Unix milliseconds; a customer seen after it is looked at as of then.</param>
public sealed class SegmentPreview(SegmentDefinition draft, DefinitionSet definitions, long now)
{
    private readonly CustomerFacts _facts = new();

    /// <summary>Null: the customer is somebody else by now, and in no segment.</summary>
    public SegmentTurn? Of(CustomerState state)
    {
        if (state.MergedInto is not null)
        {
            return null;
        }

        _facts.Bind(state, default, definitions);
        _facts.Now = state.SegmentsLookedAt(now);
        return new SegmentTurn(draft.Where.IsTrue(_facts), state.Segments.BinarySearch(draft.Name, StringComparer.Ordinal) >= 0);
    }
}

/// <param name="IsIn">By the draft.</param>
/// <param name="WasIn">By what is published under the same name; false where nothing is.</param>
public readonly record struct SegmentTurn(bool IsIn, bool WasIn);
