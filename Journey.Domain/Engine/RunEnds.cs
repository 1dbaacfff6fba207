using Journey.Domain.Language;

namespace Journey.Domain.Engine;

/// <summary>How a run ends, and what is remembered of it.</summary>
internal static class RunEnds
{
    /// <summary>Ends a run: recorded, taken from the active ones, and remembered for as long as somebody may ask.</summary>
    public static void End(Reaction reaction, Run run, PublishedJourney journey, string reason)
    {
        DecisionWriter.RunExited(reaction, run, reason);
        reaction.State.RunList.RemoveAt(reaction.State.IndexOf(run.Id));

        // Two runs that became one are one chance for a goal, and the one that stays has it.
        Remember(reaction.State, run, journey.Compiled.Definition, reaction.Now, looksForGoal: reason != ExitReasons.Merged);
    }

    // A rule asks for nothing that outlives its run: no re-entry, no cooldown, no goal.
    private static void Remember(EngineState state, Run run, JourneyDefinition definition, long now, bool looksForGoal)
    {
        if (definition.IsRule)
        {
            return;
        }

        var goalUntil = looksForGoal && !run.ReachedGoal && definition.Goal is { WithinMs: > 0 } goal ? Dues.After(run.EnteredAt, goal.WithinMs) : 0;
        var fact = new FinishedRun(
            run.Id, run.Journey, run.Version, run.Key, run.CartId, run.EnteredAt, now, goalUntil > now ? goalUntil : 0, run.IsHoldout, run.Messages, run.LastMessage);
        Forget(state.FinishedList, fact, now);
        state.FinishedList.Add(fact);
    }

    /// <summary>Makes place for a fact of the same journey: what can matter no more goes, and then what ended first beyond the limit.</summary>
    private static void Forget(List<FinishedRun> finished, FinishedRun coming, long now)
    {
        var kept = 0;
        for (var i = finished.Count - 1; i >= 0; i--)
        {
            if (finished[i].Journey != coming.Journey)
            {
                continue;
            }

            var isSuperseded = finished[i].Key == coming.Key && finished[i].GoalUntil <= now;
            if (isSuperseded || ++kept >= EngineLimits.FinishedRunsPerJourneyMax)
            {
                finished.RemoveAt(i);
            }
        }
    }
}
