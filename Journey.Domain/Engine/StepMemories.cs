using Journey.Domain.Language;

namespace Journey.Domain.Engine;

/// <summary>What a run remembers of its steps.</summary>
internal static class StepMemories
{
    /// <summary>Counts one more visit; null: that would be one too many.</summary>
    public static Run? Visit(Run run, string step)
    {
        var memory = Of(run, step);
        return memory.Visits >= EngineLimits.VisitsPerStepMax ? null : With(run, memory with { Visits = memory.Visits + 1 });
    }

    /// <summary>Notes what came of a step, for the trace and, where the document asks, for later steps.</summary>
    public static Run Done(Reaction reaction, Run run, PublishedJourney journey, Step step, string outcome, string channel = "")
    {
        reaction.Sink.Trace?.Stepped(new TracePoint(run.Journey, run.Version, run.Id, step.Id), step, outcome, channel);
        return JourneyPlan.Of(journey.Compiled).AsksSteps
            ? With(run, Of(run, step.Id) with { At = reaction.Now, Outcome = outcome, Channel = channel })
            : run;
    }

    public static Run WithAnswer(Run run, ReadOnlyMemory<byte> answer, long position) =>
        With(run, Of(run, run.Step) with { Answer = answer, AnswerPosition = position });

    private static StepMemory Of(Run run, string step)
    {
        foreach (var memory in run.Steps)
        {
            if (memory.Step == step)
            {
                return memory;
            }
        }

        return new StepMemory(step, 0, 0, "", "", default, 0);
    }

    private static Run With(Run run, in StepMemory memory)
    {
        for (var i = 0; i < run.Steps.Length; i++)
        {
            if (run.Steps[i].Step == memory.Step)
            {
                return run with { Steps = run.Steps.SetItem(i, memory) };
            }
        }

        return run with { Steps = run.Steps.Add(memory) };
    }
}
