using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Journey.Domain.Cel;
using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Domain.Engine;

/// <summary>What the engine wants to know of a compiled journey at a glance.</summary>
/// <param name="Listens">Events that exits, the goal, resets or waits of this version name.</param>
/// <param name="StateExits">Exit criteria without an event.</param>
/// <param name="HasGoto">Steps can be visited again, so visits are counted.</param>
/// <param name="AsksSteps">An expression reads <c>run.steps</c>, so what came of steps is remembered.</param>
/// <param name="AsksEntry">An expression reads <c>run.entry</c>, so the entry event's properties are kept.</param>
internal sealed record JourneyPlan(FrozenSet<string> Listens, ImmutableArray<ExitCriterion> StateExits, bool HasGoto, bool AsksSteps, bool AsksEntry)
{
    // Derived from immutable definitions, and gone with them.
    private static readonly ConditionalWeakTable<CompiledJourney, JourneyPlan> Plans = [];

    public static JourneyPlan Of(CompiledJourney journey) => Plans.GetValue(journey, static compiled => Make(compiled));

    private static JourneyPlan Make(CompiledJourney journey)
    {
        var reads = JourneyPrograms.Of(journey).SelectMany(program => program.References).OfType<CelReference.Variable>().Where(read => read.Root == "run").ToArray();
        return new JourneyPlan(
            ListenedEvents(journey).ToFrozenSet(),
            [.. journey.Definition.Exits.Where(exit => exit.On is null)],
            journey.Flow.Any(flow => flow.Step is Step.Goto),
            reads.Any(read => read.Path.IsEmpty || read.Path[0] == "steps"),
            reads.Any(read => read.Path.IsEmpty || read.Path[0] == "entry"));
    }

    private static IEnumerable<string> ListenedEvents(CompiledJourney journey)
    {
        foreach (var exit in journey.Definition.Exits)
        {
            if (exit.On is not null)
            {
                yield return exit.On;
            }
        }

        if (journey.Definition.Goal is { } goal)
        {
            yield return goal.On;
        }

        foreach (var name in journey.Flow.SelectMany(flow => flow.Step switch
        {
            Step.Wait { ResetOn: { } reset } => [reset],
            Step.WaitFor waitFor => waitFor.Events.Select(awaited => awaited.On),
            Step.Call => [EventNames.CallAnswered, EventNames.CallFailed],
            _ => (IEnumerable<string>)[],
        }))
        {
            yield return name;
        }
    }
}
