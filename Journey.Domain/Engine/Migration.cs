using Journey.Domain.Language;

namespace Journey.Domain.Engine;

/// <summary>Where a run stands in a newer version: at the same step id, else at the first of the steps after it that are still there.</summary>
/// <remarks>A run never acts earlier than it would have: a wait that has begun keeps its end, also where its step is gone.</remarks>
internal static class Migration
{
    /// <summary>The run as it goes on in <paramref name="next"/>; null: nothing that it was about to do is there.</summary>
    public static Run? Of(Run run, CompiledJourney from, CompiledJourney next, long now)
    {
        if (run.Step.Length == 0)
        {
            return run;
        }

        var old = from.IndexById[run.Step];
        if (!next.IndexById.TryGetValue(run.Step, out var index))
        {
            return FirstSurvivor(from, next, old) is { } survivor ? MovedTo(run, survivor, now) : null;
        }

        var isAboutToDoIt = run.Phase is RunPhase.Blocked or RunPhase.Paused;
        var step = next.Flow[index].Step;
        if (!isAboutToDoIt && step.GetType() != from.Flow[old].Step.GetType())
        {
            return MovedTo(run, run.Step, now);
        }

        // A timeout that the newer version adds counts from here.
        return run is { Phase: RunPhase.Listening, Due: Run.Never } && step is Step.WaitFor { TimeoutMs: { } timeout }
            ? run with { Due = Dues.After(now, timeout) }
            : run;
    }

    private static Run MovedTo(Run run, string step, long now) => run with
    {
        Phase = run.Phase == RunPhase.Paused ? RunPhase.Paused : RunPhase.Blocked,
        Step = step,
        Repeats = 0,
        Due = run.Due == Run.Never ? now : run.Due,
    };

    private static string? FirstSurvivor(CompiledJourney from, CompiledJourney next, int old)
    {
        // Goto may lead in circles: no more steps than there are need to be looked at.
        for (var (at, left) = (from.Flow[old].Next, from.Flow.Length); at != CompiledJourney.End && left > 0; at = from.Flow[at].Next, left--)
        {
            if (next.IndexById.ContainsKey(from.Flow[at].Step.Id))
            {
                return from.Flow[at].Step.Id;
            }
        }

        return null;
    }
}
