using Journey.Domain.Events;
using Journey.Projections.Customers;
using Journey.Projections.Deliveries;
using Journey.Projections.ReadModels;

namespace Journey.Projections.Runs;

/// <summary>Runs as the log tells them: from the decisions read back, so that the rows need nothing but the log.</summary>
internal static class RunFold
{
    public static void Apply(CustomerState state, in RecordedEvent recorded, DecisionFacts facts, FoldOutput output)
    {
        var at = recorded.OccurredAt;
        switch (recorded.Name)
        {
            case EventNames.RunEntered:
                Enter(state, at, facts, output);
                break;
            case EventNames.RunNotEntered:
                JourneyDays.Count(output, at, facts, JourneyDay.NotEntered);
                break;
            case EventNames.RunExited:
                JourneyDays.Count(output, at, facts, JourneyDay.Exited);
                End(state, at, facts, output);
                break;
            case EventNames.GoalReached:
                JourneyDays.Count(output, at, facts, JourneyDay.Goals);
                if (facts.IsHoldout)
                {
                    JourneyDays.Count(output, at, facts, JourneyDay.GoalsHoldout);
                }

                ReachGoal(state, at, facts, output);
                break;
            case EventNames.RunWaiting when Moved(state, at, facts, output) is { } waiting:
                waiting.WaitingUntil = facts.Until;
                break;
            case EventNames.MessageRequested when Moved(state, at, facts, output) is { } sending:
                sending.MessagesRequested++;
                break;
            case EventNames.RunBranched when Moved(state, at, facts, output) is { } branching:
                Branch(branching, facts, output);
                break;
            case not (EventNames.RunWaiting or EventNames.MessageRequested or EventNames.RunBranched):
                Moved(state, at, facts, output);
                break;
        }
    }

    private static void Enter(CustomerState state, long at, DecisionFacts facts, FoldOutput output)
    {
        JourneyDays.Count(output, at, facts, JourneyDay.Entered);
        if (facts.IsHoldout)
        {
            JourneyDays.Count(output, at, facts, JourneyDay.EnteredHoldout);
        }

        var run = new RunView(facts.Run)
        {
            Journey = facts.Journey,
            Version = facts.Version,
            Key = facts.Key,
            IsHoldout = facts.IsHoldout,
            EnteredAt = at,
            StepSince = at,
            IsDirty = true,
        };
        state.Runs.Add(run, out var forgotten);
        CountAt(run, output, active: 1, arrivals: 1);
        if (forgotten is null)
        {
            return;
        }

        if (forgotten.EndedAt == 0)
        {
            // Nobody follows it any more, so it could never be taken off again.
            CountAt(forgotten, output, active: -1, arrivals: 0);
        }

        if (forgotten.IsDirty)
        {
            CustomerRows.Put(state.Customer, forgotten, output.Changes);
        }
    }

    private static void End(CustomerState state, long at, DecisionFacts facts, FoldOutput output)
    {
        var run = Moved(state, at, facts, output);
        output.Changes.Add(ReadModelTables.RunEnds, [facts.Journey, facts.Version, facts.Reason ?? ""], 1, run is { IsHoldout: true } ? 1 : 0);
        if (run is null || run.EndedAt != 0)
        {
            return;
        }

        CountAt(run, output, active: -1, arrivals: 0);
        run.ExitReason = facts.Reason;
        run.WaitingUntil = 0;
        run.StepSince = 0;
        run.EndedAt = at;
    }

    private static void ReachGoal(CustomerState state, long at, DecisionFacts facts, FoldOutput output)
    {
        if (Moved(state, at, facts, output) is not { } run)
        {
            return;
        }

        if (run.GoalAt == 0 && !run.IsHoldout)
        {
            foreach (var (step, arm) in run.Arms)
            {
                output.Changes.Add(ReadModelTables.SplitArms, [run.Journey, run.Version, step, arm], 0, 1);
            }
        }

        run.GoalAt = at;
    }

    private static void Branch(RunView run, DecisionFacts facts, FoldOutput output)
    {
        if (facts.Step is { } step && facts.Variant is { } arm && run.Take(step, arm) && !run.IsHoldout)
        {
            output.Changes.Add(ReadModelTables.SplitArms, [run.Journey, run.Version, step, arm], 1, 0);
        }
    }

    /// <summary>The run that a decision is about, at the step and version that the decision tells; null: it is not followed.</summary>
    private static RunView? Moved(CustomerState state, long at, DecisionFacts facts, FoldOutput output)
    {
        if (facts.Run.Length == 0 || state.Runs.Find(facts.Run) is not { } run)
        {
            return null;
        }

        var (step, version) = (facts.Step ?? run.Step, facts.Version != 0 ? facts.Version : run.Version);
        if (run.EndedAt == 0 && (step != run.Step || version != run.Version))
        {
            CountAt(run, output, active: -1, arrivals: 0);
            run.StepSince = step == run.Step ? run.StepSince : at;
            (run.Step, run.Version) = (step, version);
            CountAt(run, output, active: 1, arrivals: 1);
        }

        run.IsDirty = true;
        return run;
    }

    private static void CountAt(RunView run, FoldOutput output, long active, long arrivals) =>
        output.Changes.Add(ReadModelTables.RunSteps, [run.Journey, run.Version, run.Step ?? ""], active, arrivals);
}
