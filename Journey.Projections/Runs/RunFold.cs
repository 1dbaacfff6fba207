using Journey.Domain.Events;
using Journey.Projections.Customers;
using Journey.Projections.Deliveries;

namespace Journey.Projections.Runs;

/// <summary>Runs as the log tells them: from the decisions read back, so that the rows need nothing but the log.</summary>
internal static class RunFold
{
    public static void Apply(CustomerState state, in RecordedEvent recorded, DecisionFacts facts, FoldOutput output)
    {
        switch (recorded.Name)
        {
            case EventNames.RunEntered:
                Enter(state, recorded, facts, output);
                break;
            case EventNames.RunNotEntered:
                JourneyDays.Count(output, recorded.OccurredAt, facts, JourneyDay.NotEntered);
                break;
            case EventNames.RunExited:
                JourneyDays.Count(output, recorded.OccurredAt, facts, JourneyDay.Exited);
                Change(state, facts, run =>
                {
                    run.ExitReason = facts.Reason;
                    run.WaitingUntil = 0;
                }, endedAt: recorded.OccurredAt);
                break;
            case EventNames.GoalReached:
                JourneyDays.Count(output, recorded.OccurredAt, facts, JourneyDay.Goals);
                if (facts.IsHoldout)
                {
                    JourneyDays.Count(output, recorded.OccurredAt, facts, JourneyDay.GoalsHoldout);
                }

                var goalAt = recorded.OccurredAt;
                Change(state, facts, run => run.GoalAt = goalAt);
                break;
            case EventNames.RunWaiting:
                Change(state, facts, run => run.WaitingUntil = facts.Until);
                break;
            case EventNames.MessageRequested:
                Change(state, facts, static run => run.MessagesRequested++);
                break;
            default:
                Change(state, facts, static _ => { });
                break;
        }
    }

    private static void Enter(CustomerState state, in RecordedEvent recorded, DecisionFacts facts, FoldOutput output)
    {
        JourneyDays.Count(output, recorded.OccurredAt, facts, JourneyDay.Entered);
        if (facts.IsHoldout)
        {
            JourneyDays.Count(output, recorded.OccurredAt, facts, JourneyDay.EnteredHoldout);
        }

        var run = new RunView(facts.Run)
        {
            Journey = facts.Journey,
            Version = facts.Version,
            Key = facts.Key,
            IsHoldout = facts.IsHoldout,
            EnteredAt = recorded.OccurredAt,
            IsDirty = true,
        };
        state.Runs.Add(run, out var forgotten);
        if (forgotten is { IsDirty: true })
        {
            CustomerRows.Put(state.Customer, forgotten, output.Changes);
        }
    }

    private static void Change(CustomerState state, DecisionFacts facts, Action<RunView> change, long endedAt = 0)
    {
        if (facts.Run.Length == 0 || state.Runs.Find(facts.Run) is not { } run)
        {
            return;
        }

        run.Step = facts.Step ?? run.Step;
        run.Version = facts.Version != 0 ? facts.Version : run.Version;
        run.EndedAt = endedAt != 0 ? endedAt : run.EndedAt;
        change(run);
        run.IsDirty = true;
    }
}
