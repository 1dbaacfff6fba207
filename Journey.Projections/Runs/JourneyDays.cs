using Journey.Projections.Deliveries;
using Journey.Projections.ReadModels;

namespace Journey.Projections.Runs;

/// <summary>The value columns of <c>journey_days</c>, in their order.</summary>
internal enum JourneyDay
{
    Entered,
    EnteredHoldout,
    NotEntered,
    Exited,
    Requested,
    Suppressed,
    Sent,
    Failed,
    Tasks,
    Goals,
    GoalsHoldout,
}

internal static class JourneyDays
{
    public static void Count(FoldOutput output, long at, DecisionFacts facts, JourneyDay what) =>
        Count(output, at, facts.Journey, facts.Version, what);

    public static void Count(FoldOutput output, long at, string journey, long version, JourneyDay what)
    {
        if (!output.Changes.Keeps)
        {
            return;
        }

        Span<long> amounts = stackalloc long[11];
        amounts.Clear();
        amounts[(int)what] = 1;
        output.Changes.Add(ReadModelTables.JourneyDays, [Days.NameOf(at), journey, version], amounts);
    }
}
