using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Journey.Domain.Language;

/// <summary>Lays the steps of a journey flat and resolves where each leads.</summary>
public static class JourneyCompiler
{
    /// <remarks>Total: a <c>goto</c> whose target is missing leads to the end, and of steps with the same id the first is found. Both are faults, reported elsewhere.</remarks>
    public static CompiledJourney Compile(JourneyDefinition definition)
    {
        var steps = StepTree.All(definition.Steps).ToImmutableArray();
        var indexById = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < steps.Length; i++)
        {
            indexById.TryAdd(steps[i].Id, i);
        }

        var flow = new FlowStep[steps.Length];
        Lay(definition.Steps, 0, CompiledJourney.End, flow, indexById);
        return new(definition, [.. flow], indexById.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>Lays one path; after its last step comes <paramref name="after"/>.</summary>
    /// <returns>The index behind the path and everything nested in it.</returns>
    private static int Lay(ImmutableArray<Step> path, int start, int after, FlowStep[] flow, Dictionary<string, int> indexById)
    {
        for (var i = 0; i < path.Length; i++)
        {
            var index = start;
            var step = path[i];
            var paths = StepTree.Paths(step);
            var next = i + 1 < path.Length ? index + Size(step) : after;
            var targets = ImmutableArray.CreateBuilder<int>(Math.Max(1, paths.Length));
            start = index + 1;
            foreach (var nested in paths)
            {
                targets.Add(nested.IsEmpty ? next : start);
                start = Lay(nested, start, next, flow, indexById);
            }

            if (step is Step.Goto jump)
            {
                targets.Add(indexById.GetValueOrDefault(jump.Target, CompiledJourney.End));
            }

            flow[index] = new(step, next, targets.ToImmutable());
        }

        return start;
    }

    private static int Size(Step step) => 1 + StepTree.Paths(step).Sum(path => path.Sum(Size));
}
