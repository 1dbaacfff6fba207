namespace Journey.Domain.Engine;

/// <summary>What a run remembers of its steps.</summary>
internal static class StepMemories
{
    /// <summary>Counts one more visit; null: that would be one too many.</summary>
    public static Run? Visit(Run run, string step)
    {
        var index = IndexOf(run, step);
        if (index < 0)
        {
            return run with { Steps = run.Steps.Add(new StepMemory(step, 1, default, 0)) };
        }

        var memory = run.Steps[index];
        return memory.Visits >= EngineLimits.VisitsPerStepMax ? null : run with { Steps = run.Steps.SetItem(index, memory with { Visits = memory.Visits + 1 }) };
    }

    public static Run WithAnswer(Run run, ReadOnlyMemory<byte> answer, long position)
    {
        var index = IndexOf(run, run.Step);
        return index < 0
            ? run with { Steps = run.Steps.Add(new StepMemory(run.Step, 0, answer, position)) }
            : run with { Steps = run.Steps.SetItem(index, run.Steps[index] with { Answer = answer, AnswerPosition = position }) };
    }

    private static int IndexOf(Run run, string step)
    {
        for (var i = 0; i < run.Steps.Length; i++)
        {
            if (run.Steps[i].Step == step)
            {
                return i;
            }
        }

        return -1;
    }
}
