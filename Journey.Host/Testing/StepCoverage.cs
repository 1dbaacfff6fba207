using System.Collections.Immutable;
using System.Text.Json;
using Journey.Domain.Cel;
using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Host.Testing;

/// <summary>Notes which steps, arms and exits of the journeys are reached, over all tests that run with it.</summary>
/// <remarks>Of the documents' own versions; what a test publishes itself is not counted.</remarks>
internal sealed class StepCoverage : IEngineTrace
{
    private const int OwnVersion = 1;

    private readonly HashSet<(string Journey, string Step)> _steps = [];
    private readonly HashSet<(string Journey, string Step, string Arm)> _arms = [];
    private readonly HashSet<(string Journey, string Reason)> _exits = [];

    public JourneyCoverage Of(CompiledJourney journey)
    {
        var name = journey.Definition.Name;
        var exits = journey.Definition.Exits.DistinctBy(exit => exit.Reason)
            .Select(exit => new Covered(exit.Reason, exit.At, _exits.Contains((name, exit.Reason))));
        var arms = journey.Flow.SelectMany(flow => ArmsOf(flow.Step).Select(arm => (flow.Step, arm.Outcome, arm.Shown)))
            .Select(arm => new Covered($"{arm.Step.Id} → {arm.Shown}", arm.Step.At, _arms.Contains((name, arm.Step.Id, arm.Outcome))));
        var steps = journey.Flow.Select(flow => new Covered(flow.Step.Id, flow.Step.At, _steps.Contains((name, flow.Step.Id))));
        return new JourneyCoverage(name, [.. steps], [.. arms], [.. exits]);
    }

    public void PassedOver(in RecordedEvent basis)
    {
    }

    public void LookedAt(in TracePoint point, in RecordedEvent basis, long now)
    {
    }

    public void Evaluated(in TracePoint point, ConditionRole role, SourcePlace at, CelProgram program, in CelValue value, ICelActivation facts)
    {
    }

    public void Refused(in TracePoint point, Gate gate, string detail)
    {
    }

    public void Stepped(in TracePoint point, Step step, string outcome, string channel)
    {
        if (point.Version == OwnVersion)
        {
            _steps.Add((point.Journey, step.Id));
            _arms.Add((point.Journey, step.Id, step is Step.Call && outcome == StepOutcomes.Timeout ? StepOutcomes.Failed : outcome));
        }
    }

    public void Decided(in TracePoint point, in Decision decision)
    {
        if (point.Version != OwnVersion)
        {
            return;
        }

        // A step that ends or holds the run back tells so by what it decides.
        if (point.Step is { } step)
        {
            _steps.Add((point.Journey, step));
        }

        if (decision.Name == EventNames.RunExited)
        {
            using var json = JsonDocument.Parse(StoredPayload.Json(decision.Payload));
            _exits.Add((point.Journey, Observed.Text(json.RootElement.GetProperty("properties"), "reason")));
        }
    }

    /// <summary>What may come of a step that has several ways on, as the engine tells it and as people read it.</summary>
    private static IEnumerable<(string Outcome, string Shown)> ArmsOf(Step step) => step switch
    {
        Step.Branch branch => branch.Arms.Select((arm, i) => ($"{i + 1}", arm.If.Source)).Append((StepOutcomes.Else, StepOutcomes.Else)),
        Step.Split split => split.Arms.Select(arm => (arm.Name, arm.Name)),
        Step.WaitFor waitFor => waitFor.Events.Select(awaited => awaited.On).Distinct().Concat(waitFor.TimeoutMs is null ? [] : [StepOutcomes.Timeout]).Select(way => (way, way)),
        Step.Call => [(StepOutcomes.Answered, StepOutcomes.Answered), (StepOutcomes.Failed, StepOutcomes.Failed)],
        _ => [],
    };
}
