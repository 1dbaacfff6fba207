using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Projections.Carts;
using Journey.Projections.Customers;
using Journey.Projections.Facts;

namespace Journey.Projections.Segments;

/// <summary>Keeps the customer's segments, and tells when one is entered or left.</summary>
/// <remarks>
/// Looked at after each event of the customer that is neither a decision nor another segment's word, as of the latest time that the customer's
/// events have reached: a condition that turns by time alone is noticed at the next event.
/// </remarks>
internal sealed class SegmentFold
{
    private DefinitionSet _definitions = DefinitionSet.Empty;
    private string[] _names = [];

    public void Apply(CustomerState state, DefinitionSet definitions, in RecordedEvent recorded, CustomerFacts facts, FoldOutput output)
    {
        if (definitions.Segments.Count == 0 && state.Segments.Count == 0)
        {
            return;
        }

        var (at, imported) = (facts.Now, recorded.IsImported);
        for (var i = state.Segments.Count - 1; i >= 0; i--)
        {
            var left = state.Segments[i];
            if (!definitions.Segments.ContainsKey(left))
            {
                state.Segments.RemoveAt(i);
                Tell(EventNames.SegmentLeft, left, at, imported, output);
            }
        }

        foreach (var name in NamesOf(definitions))
        {
            var index = state.Segments.BinarySearch(name, StringComparer.Ordinal);
            var isIn = facts.InSegment(name).IsTrue;
            if (isIn && index < 0)
            {
                state.Segments.Insert(~index, name);
                Tell(EventNames.SegmentEntered, name, at, imported, output);
            }
            else if (!isIn && index >= 0)
            {
                state.Segments.RemoveAt(index);
                Tell(EventNames.SegmentLeft, name, at, imported, output);
            }
        }
    }

    /// <summary>In one order everywhere, so that what is told gets the same ordinals.</summary>
    private string[] NamesOf(DefinitionSet definitions)
    {
        if (!ReferenceEquals(definitions, _definitions))
        {
            _definitions = definitions;
            _names = [.. definitions.Segments.Keys.Order(StringComparer.Ordinal)];
        }

        return _names;
    }

    private static void Tell(string what, string segment, long at, bool imported, FoldOutput output) =>
        output.Derive(what, at, imported, () => DerivedEvents.Properties(json => json.WriteString("segment", segment)));
}
