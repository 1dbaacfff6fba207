using Journey.Domain.Language;

namespace Journey.Domain.Engine;

/// <summary>Exit criteria: by event the moment it arrives, by state whenever something happens to the customer.</summary>
internal static class Exits
{
    /// <summary>Ends the runs that this event, or the state it left, makes pointless.</summary>
    public static void Apply(Reaction reaction)
    {
        var runs = reaction.State.RunList;
        for (var i = 0; i < runs.Count;)
        {
            var run = runs[i];
            if (Versions.Settle(reaction, ref run, out var journey) && ByEvent(reaction, run, journey) is null && ByState(reaction, run, journey) is null)
            {
                i++;
            }
        }
    }

    /// <summary>The criterion without an event that holds for a run, which is then ended; null: none does.</summary>
    public static ExitCriterion? ByState(Reaction reaction, Run run, PublishedJourney journey)
    {
        var criteria = JourneyPlan.Of(journey.Compiled).StateExits;
        if (criteria.IsEmpty)
        {
            return null;
        }

        var point = new TracePoint(run.Journey, run.Version, run.Id, run.Step);
        reaction.Look(run);
        foreach (var criterion in criteria)
        {
            if (reaction.IsTrue(point, ConditionRole.Exit, criterion.Condition))
            {
                RunEnds.End(reaction, run, journey, criterion.Reason);
                return criterion;
            }
        }

        return null;
    }

    private static ExitCriterion? ByEvent(Reaction reaction, Run run, PublishedJourney journey)
    {
        if (!JourneyPlan.Of(journey.Compiled).Listens.Contains(reaction.Basis.Name))
        {
            return null;
        }

        var point = new TracePoint(run.Journey, run.Version, run.Id, run.Step);
        reaction.Sink.Trace?.LookedAt(point, reaction.Basis, reaction.Now);
        foreach (var criterion in journey.Compiled.Definition.Exits)
        {
            if (criterion.On != reaction.Basis.Name || !RunKeys.Concerns(reaction, point, run.Key, journey))
            {
                continue;
            }

            reaction.Look(run);
            if (reaction.IsTrue(point, ConditionRole.Exit, criterion.Condition))
            {
                reaction.Ended.Add(run);
                RunEnds.End(reaction, run, journey, criterion.Reason);
                return criterion;
            }
        }

        return null;
    }
}
