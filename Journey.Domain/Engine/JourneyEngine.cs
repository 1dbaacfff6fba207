using System.Collections.Immutable;
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
    /// <remarks>
    /// Decisions, time and definitions are not reacted to, and neither is what is imported or late (<see cref="Workspace.AllowedLateness"/>):
    /// conditions see what it did to the customer when they are next asked. The event reacted to last decides nothing when it comes again.
    /// </remarks>
    public static void React(DefinitionSet definitions, EngineState state, in RecordedEvent basis, IFacts facts, DecisionSink sink)
    {
        // What most events take: nobody is under way, and nothing starts by this name.
        if (state.IsIdle && !definitions.EntriesByEvent.ContainsKey(basis.Name))
        {
            return;
        }

        if (!Triggers(basis, definitions.Workspace) || basis.Position == state.LastBasis)
        {
            sink.Trace?.PassedOver(basis);
            return;
        }

        state.LastBasis = basis.Position;
        var reaction = sink.Reaction;
        reaction.Open(definitions, state, basis, basis.OccurredAt, facts);
        if (!state.IsIdle)
        {
            Exits.Apply(reaction);
            Goals.Apply(reaction);
            Waits.Apply(reaction);
        }

        Entries.Apply(reaction);
        Steps.RunReady(reaction);
        reaction.Close();
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
        var run = FirstDue(state, due);
        if (run is null)
        {
            return;
        }

        var reaction = sink.Reaction;
        reaction.Open(definitions, state, basis, run.Due, facts);
        Elapse(reaction, run);
        Steps.RunReady(reaction);
        reaction.Close();
    }

    /// <summary>Takes everything out of an absorbed customer's state, for the survivor to adopt: the stored form, or nothing where there is nothing.</summary>
    public static ReadOnlyMemory<byte> HandOver(EngineState absorbed)
    {
        // Where the absorbed customer's stream stood is no business of the survivor's.
        absorbed.LastBasis = 0;
        if (absorbed.IsEmpty)
        {
            return default;
        }

        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
        {
            absorbed.Write(writer);
        }

        absorbed.Clear();
        return stream.ToArray();
    }

    /// <summary>Moves an absorbed customer's runs, and what is remembered of ended ones, to the survivor.</summary>
    /// <remarks>
    /// Where both are in one journey and key, the older run stays and the other ends as <c>merged</c>; precedence and limits then hold as
    /// for one customer. Runs keep their ids, and whether they are holdouts.
    /// </remarks>
    /// <param name="absorbed">Empty afterwards.</param>
    /// <param name="basis">The event by which they were handed over, on the survivor's stream.</param>
    public static void AdoptRuns(DefinitionSet definitions, EngineState survivor, EngineState absorbed, in RecordedEvent basis, IFacts facts, DecisionSink sink)
    {
        var reaction = sink.Reaction;
        reaction.Open(definitions, survivor, basis, basis.OccurredAt, facts);
        Merging.Adopt(reaction, absorbed);
        absorbed.Clear();
        reaction.Close();
    }

    /// <summary>Ends every run of a customer.</summary>
    /// <param name="basis">The event by which nothing goes on for the customer.</param>
    public static void EndRuns(DefinitionSet definitions, EngineState state, in RecordedEvent basis, string reason, IFacts facts, DecisionSink sink)
    {
        var reaction = sink.Reaction;
        reaction.Open(definitions, state, basis, basis.OccurredAt, facts);
        foreach (var run in state.Runs.ToArray())
        {
            RunEnds.End(reaction, run, Versions.Of(definitions, run.Journey, run.Version), reason);
        }

        reaction.Close();
    }

    /// <summary>What publishing <paramref name="next"/> will do to a customer's runs of that journey, once something happens to them.</summary>
    /// <param name="now">Unix milliseconds.</param>
    public static ImmutableArray<InFlightPreview> Preview(DefinitionSet definitions, EngineState state, CompiledJourney next, long now)
    {
        var previews = ImmutableArray.CreateBuilder<InFlightPreview>();
        foreach (var run in state.Runs)
        {
            if (run.Journey != next.Definition.Name)
            {
                continue;
            }

            var isPinned = next.Definition.InFlight == InFlight.Pin;
            var moved = isPinned ? run : Migration.Of(run, Versions.Of(definitions, run.Journey, run.Version).Compiled, next, now);
            previews.Add(new InFlightPreview(
                run.Id,
                run.Version,
                run.Step,
                isPinned ? RunFate.StaysPinned : moved is null ? RunFate.Ends : RunFate.Moves,
                moved?.Step));
        }

        return previews.ToImmutable();
    }

    private static void Elapse(Reaction reaction, Run run)
    {
        // Neither a newer version nor a state that changed unseen lets a run act on what was true when it began to wait.
        if (!Versions.Settle(reaction, ref run, out var journey) || Exits.ByState(reaction, run, journey) is not null)
        {
            return;
        }

        var target = Steps.AfterElapse(run, journey.Compiled);
        if (run.Phase is RunPhase.Resting or RunPhase.Listening or RunPhase.Calling)
        {
            var step = journey.Compiled.Flow[journey.Compiled.IndexById[run.Step]].Step;
            run = StepMemories.Done(reaction, run, journey, step, run.Phase == RunPhase.Resting ? StepOutcomes.Done : StepOutcomes.Timeout);
            reaction.State.Put(run);
        }

        if (Versions.IsPaused(reaction.Definitions, run.Journey))
        {
            Pauses.Hold(reaction, run, journey, target);
            return;
        }

        reaction.Ready(run.Id, target);
    }

    private static Run? FirstDue(EngineState state, long due)
    {
        Run? first = null;
        for (var i = 0; i < state.Runs.Count; i++)
        {
            var run = state.Runs[i];
            if (run.Due <= due && run.Due != Run.Never && (first is null || run.Due < first.Due))
            {
                first = run;
            }
        }

        return first;
    }

    private static bool Triggers(in RecordedEvent basis, Workspace workspace) => basis.Kind switch
    {
        _ when basis.IsImported => false,
        EventKind.Interaction or EventKind.Derived => basis.ReceivedAt - basis.OccurredAt <= workspace.AllowedLateness,
        EventKind.Outcome or EventKind.Identity => true,
        _ => false,
    };
}
