using Journey.Domain.Language;

namespace Journey.Domain.Engine;

/// <summary>Goals: once per run, within their window from entry, also after the run ended, and by holdouts as well.</summary>
internal static class Goals
{
    public static void Apply(Reaction reaction)
    {
        var runs = reaction.State.RunList;
        for (var i = 0; i < runs.Count; i++)
        {
            var run = runs[i];
            if (!run.ReachedGoal && Reaches(reaction, run, out var goal))
            {
                runs[i] = run with { ReachedGoal = true };
                DecisionWriter.GoalReached(reaction, run, goal);
            }
        }

        foreach (var run in reaction.Ended)
        {
            // A goal with a window outlives its run, and is looked for below.
            if (!run.ReachedGoal && Reaches(reaction, run, out var goal) && goal.WithinMs == 0)
            {
                DecisionWriter.GoalReached(reaction, run, goal);
            }
        }

        ApplyToFinished(reaction);
    }

    private static void ApplyToFinished(Reaction reaction)
    {
        var finished = reaction.State.FinishedList;
        for (var i = 0; i < finished.Count; i++)
        {
            var run = finished[i];
            if (run.GoalUntil == 0)
            {
                continue;
            }

            var isOver = run.GoalUntil <= reaction.Now;
            if (!isOver && AsRun(run) is var ended && Reaches(reaction, ended, out var goal))
            {
                isOver = true;
                DecisionWriter.GoalReached(reaction, ended, goal);
            }

            if (isOver)
            {
                finished[i] = run with { GoalUntil = 0 };
            }
        }
    }

    private static bool Reaches(Reaction reaction, Run run, out GoalDefinition goal)
    {
        var journey = reaction.Follow(run).Journey;
        goal = journey.Compiled.Definition.Goal!;
        if (goal is null || goal.On != reaction.Basis.Name
            || reaction.Now < run.EnteredAt || (goal.WithinMs > 0 && reaction.Now >= Dues.After(run.EnteredAt, goal.WithinMs)))
        {
            return false;
        }

        var point = new TracePoint(run.Journey, run.Version, run.Id, null);
        if (!RunKeys.Concerns(reaction, point, run.Key, journey))
        {
            return false;
        }

        reaction.Look(run);
        return reaction.IsTrue(point, ConditionRole.Goal, goal.Where);
    }

    // What a goal's condition may ask of a run that ended; its steps are gone.
    private static Run AsRun(FinishedRun run) => new()
    {
        Id = run.Id,
        Journey = run.Journey,
        Version = run.Version,
        Key = run.Key,
        EnteredAt = run.EnteredAt,
        EntryPosition = 0,
        CartId = run.CartId,
        IsHoldout = run.IsHoldout,
        Messages = run.Messages,
        LastMessage = run.LastMessage,
    };
}
