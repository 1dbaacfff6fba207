using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Journey.Domain.Language;

/// <summary>A journey ready to run: its steps laid flat, with the place to go on at after each.</summary>
/// <param name="Flow">Steps in document order, nested ones after their parent.</param>
public sealed record CompiledJourney(JourneyDefinition Definition, ImmutableArray<FlowStep> Flow, FrozenDictionary<string, int> IndexById)
{
    /// <summary>After the last step: the run is completed.</summary>
    public const int End = -1;

    public int First => Flow.Length == 0 ? End : 0;
}

/// <param name="Next">Index in <see cref="CompiledJourney.Flow"/> after this step is done, or <see cref="CompiledJourney.End"/>.</param>
/// <param name="Targets">
/// Where the step's own paths begin, one per path in document order, already resolved (an empty path points to <paramref name="Next"/>):
/// Branch: one per arm, then else. Split: one per arm. WaitFor: one per awaited event, then the timeout's.
/// Call: [failure]. Goto: [target]. Others: none.
/// </param>
public sealed record FlowStep(Step Step, int Next, ImmutableArray<int> Targets);
