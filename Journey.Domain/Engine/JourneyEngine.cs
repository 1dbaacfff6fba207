using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Domain.Engine;

/// <summary>Decides what journeys do for one customer, and applies it to the customer's state at once.</summary>
/// <remarks>
/// Pure: the same definitions, state, basis and facts give the same decisions with the same ids. Live processing, rebuild, replay and
/// backtest all call it alike; decisions met later in the log change nothing here.
/// </remarks>
public static class JourneyEngine
{
    /// <summary>Reacts to an event that has been projected already: exits, goals, waits, entries, then steps until the next wait.</summary>
    public static void React(DefinitionSet definitions, EngineState state, in RecordedEvent basis, IFacts facts, DecisionSink sink)
    {
    }

    /// <summary>The earliest instant at which a run goes on by itself, Unix milliseconds; null: none does.</summary>
    public static long? NextDue(EngineState state)
    {
        var next = Run.Never;
        for (var i = 0; i < state.Runs.Count; i++)
        {
            next = Math.Min(next, state.Runs[i].Due);
        }

        return next == Run.Never ? null : next;
    }

    /// <summary>Fires the one run that is due first, at or before <paramref name="due"/>; nothing if none is.</summary>
    /// <param name="basis">The event by which time was recorded to have come.</param>
    /// <param name="due">What <see cref="NextDue"/> answered: logic uses it as now, whenever it was noticed.</param>
    public static void ElapseNext(DefinitionSet definitions, EngineState state, in RecordedEvent basis, long due, IFacts facts, DecisionSink sink)
    {
    }

    /// <summary>Takes everything out of an absorbed customer's state, for the survivor to adopt: the stored form, or nothing where there is nothing.</summary>
    public static ReadOnlyMemory<byte> HandOver(EngineState absorbed) => default;

    /// <summary>Moves an absorbed customer's runs, and what is remembered of ended ones, to the survivor.</summary>
    /// <remarks>Where both are in one journey and key, the older run stays and the other ends as <c>merged</c>.</remarks>
    /// <param name="absorbed">Empty afterwards.</param>
    /// <param name="basis">The event by which they were handed over, on the survivor's stream.</param>
    public static void AdoptRuns(DefinitionSet definitions, EngineState survivor, EngineState absorbed, in RecordedEvent basis, IFacts facts, DecisionSink sink)
    {
    }
}
