using System.Collections.Immutable;

namespace Journey.Domain.Language;

/// <summary>Steps hold steps: the paths that begin at one, and all of them in document order.</summary>
public static class StepTree
{
    /// <summary>A step's own paths in the order of <see cref="FlowStep.Targets"/>; none for steps that only act.</summary>
    public static ImmutableArray<ImmutableArray<Step>> Paths(Step step) => step switch
    {
        Step.Branch branch => [.. branch.Arms.Select(arm => arm.Then), branch.Else],
        Step.Split split => [.. split.Arms.Select(arm => arm.Then)],
        Step.WaitFor waitFor => [.. waitFor.Events.Select(awaited => awaited.Then), waitFor.OnTimeout],
        Step.Call call => [call.OnFailure],
        _ => [],
    };

    /// <summary>The steps and those nested in them, each parent before its children.</summary>
    public static IEnumerable<Step> All(ImmutableArray<Step> steps)
    {
        foreach (var step in steps)
        {
            yield return step;
            foreach (var path in Paths(step))
            {
                foreach (var nested in All(path))
                {
                    yield return nested;
                }
            }
        }
    }
}
