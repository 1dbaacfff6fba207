using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Projections.Carts;
using Journey.Projections.Customers;
using Journey.Projections.Facts;
using Journey.Projections.ReadModels;

namespace Journey.Projections.Segments;

/// <summary>Keeps the customer's segments, and tells when one is entered or left.</summary>
/// <remarks>
/// Looked at after each event of the customer that is neither a decision nor another segment's word, as of the latest time that the customer's
/// events have reached; and when a condition turns by time alone, at the instant at which it does.
/// </remarks>
internal sealed class SegmentFold
{
    private readonly SegmentTurns _turns = new();
    private DefinitionSet _definitions = DefinitionSet.Empty;
    private Known[] _known = [];

    public void Apply(CustomerState state, DefinitionSet definitions, in RecordedEvent recorded, CustomerFacts facts, FoldOutput output)
    {
        var wasDue = state.SegmentsDueAt;
        state.SegmentsDueAt = null;
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
                Leave(state, left, at, imported, output);
            }
        }

        foreach (var (name, where, clock) in KnownOf(definitions))
        {
            var index = state.Segments.Count == 0 ? -1 : state.Segments.BinarySearch(name, StringComparer.Ordinal);
            var isIn = facts.Holds(where);
            if (isIn && index < 0)
            {
                state.Segments.Insert(~index, name);
                Tell(EventNames.SegmentEntered, name, at, imported, output);
                output.Changes.Put(ReadModelTables.SegmentMembers, name, state.Customer, at);
                output.Changes.Add(ReadModelTables.SegmentDays, [name, Days.NameOf(at)], 1, 0);
            }
            else if (!isIn && index >= 0)
            {
                state.Segments.RemoveAt(index);
                Leave(state, name, at, imported, output);
            }

            if (_turns.Next(where, clock, facts, isIn) is { } due)
            {
                state.SegmentsDueAt = Math.Min(due, state.SegmentsDueAt ?? due);
            }
        }

        // Whoever has turned by time does not turn back for an event that arrives late.
        state.SegmentsAt = (wasDue ?? state.SegmentsDueAt) is null ? state.SegmentsAt : at;
    }

    /// <summary>Out of all of them without a word: the customer turned out to be somebody else, whose segments are looked at on their own.</summary>
    public static void LeaveAll(CustomerState state, long at, FoldOutput output)
    {
        foreach (var name in state.Segments)
        {
            Remove(state, name, at, output);
        }

        (state.Segments, state.SegmentsDueAt, state.SegmentsAt) = ([], null, 0);
    }

    private static void Leave(CustomerState state, string name, long at, bool imported, FoldOutput output)
    {
        Tell(EventNames.SegmentLeft, name, at, imported, output);
        Remove(state, name, at, output);
    }

    private static void Remove(CustomerState state, string name, long at, FoldOutput output)
    {
        output.Changes.Delete(ReadModelTables.SegmentMembers, name, state.Customer);
        output.Changes.Add(ReadModelTables.SegmentDays, [name, Days.NameOf(at)], 0, 1);
    }

    /// <summary>In one order everywhere, so that what is told gets the same ordinals.</summary>
    private Known[] KnownOf(DefinitionSet definitions)
    {
        if (!ReferenceEquals(definitions, _definitions))
        {
            _definitions = definitions;
            _known =
            [
                .. definitions.Segments.OrderBy(static segment => segment.Key, StringComparer.Ordinal)
                    .Select(static segment => new Known(segment.Key, segment.Value.Where, SegmentClock.Of(segment.Value.Where.Program))),
            ];
        }

        return _known;
    }

    private readonly record struct Known(string Name, Condition Where, SegmentClock Clock);

    private static void Tell(string what, string segment, long at, bool imported, FoldOutput output) =>
        output.Derive(what, at, imported, () => DerivedEvents.Properties(json => json.WriteString("segment", segment)));
}
