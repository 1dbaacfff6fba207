using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Journey.Domain.Language;

namespace Journey.Domain.Engine;

/// <summary>What the engine wants to know of a compiled journey at a glance.</summary>
/// <param name="Listens">Events that exits, the goal, resets or waits of this version name.</param>
/// <param name="StateExits">Exit criteria without an event.</param>
/// <param name="HasGoto">Steps can be visited again, so visits are counted.</param>
internal sealed record JourneyPlan(FrozenSet<string> Listens, ImmutableArray<ExitCriterion> StateExits, bool HasGoto)
{
    // Derived from immutable definitions, and gone with them.
    private static readonly ConditionalWeakTable<CompiledJourney, JourneyPlan> Plans = [];

    public static JourneyPlan Of(CompiledJourney journey) => Plans.GetValue(journey, static compiled => Make(compiled));

    private static JourneyPlan Make(CompiledJourney journey)
    {
        var listens = new HashSet<string>();
        foreach (var exit in journey.Definition.Exits)
        {
            if (exit.On is not null)
            {
                listens.Add(exit.On);
            }
        }

        if (journey.Definition.Goal is { } goal)
        {
            listens.Add(goal.On);
        }

        foreach (var flow in journey.Flow)
        {
            switch (flow.Step)
            {
                case Step.Wait { ResetOn: { } reset }:
                    listens.Add(reset);
                    break;
                case Step.WaitFor waitFor:
                    listens.UnionWith(waitFor.Events.Select(awaited => awaited.On));
                    break;
                case Step.Call:
                    listens.Add(Events.EventNames.CallAnswered);
                    listens.Add(Events.EventNames.CallFailed);
                    break;
            }
        }

        return new JourneyPlan(
            listens.ToFrozenSet(),
            [.. journey.Definition.Exits.Where(exit => exit.On is null)],
            journey.Flow.Any(flow => flow.Step is Step.Goto));
    }
}
