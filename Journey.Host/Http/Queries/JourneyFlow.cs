using Journey.Domain.Language;
using Journey.Domain.Language.Formats;

namespace Journey.Host.Http.Queries;

/// <summary>A step, as it is drawn.</summary>
/// <param name="Kind">As the language writes it: "waitFor", "task".</param>
/// <param name="Says">What it does, in a few words of the document's: a duration, a channel and template, a team. Empty where the kind says it all.</param>
/// <param name="Next">The ways on, in document order.</param>
public sealed record JourneyStep(string Id, string Kind, string Says, IReadOnlyList<JourneyWay> Next);

/// <param name="When">What takes this way: a condition, an event, an arm; empty: nothing more is asked.</param>
/// <param name="To">The step it leads to; null: the run is completed.</param>
public sealed record JourneyWay(string When, string? To);

/// <summary>A journey's steps with the ways between them.</summary>
internal static class JourneyFlow
{
    private const string Otherwise = "else";
    private const string Timeout = "timeout";
    private const string Failed = "failed";

    public static IReadOnlyList<JourneyStep> Of(CompiledJourney journey) =>
        [.. journey.Flow.Select(flow => new JourneyStep(flow.Step.Id, KindOf(flow.Step), Says(flow.Step), [.. WaysOn(flow).Select(way => new JourneyWay(way.When, IdOf(journey, way.To)))]))];

    private static string? IdOf(CompiledJourney journey, int index) => index == CompiledJourney.End ? null : journey.Flow[index].Step.Id;

    private static IEnumerable<(string When, int To)> WaysOn(FlowStep flow) => flow.Step switch
    {
        Step.Exit => [],
        Step.Goto => [("", flow.Targets[0])],
        Step.Branch branch => branch.Arms.Select((arm, i) => (arm.If.Source, flow.Targets[i])).Append((Otherwise, flow.Targets[^1])),
        Step.Split split => split.Arms.Select((arm, i) => ($"{arm.Name} {arm.Weight:P0}", flow.Targets[i])),
        Step.WaitFor waitFor => waitFor.Events.Select((awaited, i) => (awaited.On, flow.Targets[i]))
            .Concat(waitFor.TimeoutMs is { } limit ? [($"{Timeout} {Durations.Format(limit)}", flow.Targets[^1])] : []),
        Step.Call => [("", flow.Next), (Failed, flow.Targets[0])],
        _ => [("", flow.Next)],
    };

    private static string Says(Step step) => step switch
    {
        Step.Wait { DurationMs: { } length } => Durations.Format(length),
        Step.Wait { LocalTime: { } time } => $"{time:HH\\:mm}",
        Step.Wait { Until: { } until } => until.Source,
        Step.WaitFor waitFor => string.Join(", ", waitFor.Events.Select(awaited => awaited.On).Distinct()),
        Step.Send send => $"{send.Channels[0].Name}: {send.Template}",
        Step.AskPerson ask => ask.Team,
        Step.Call call => call.Method,
        Step.Set set => string.Join(", ", set.Traits.Select(trait => trait.Name)),
        Step.Emit emit => emit.Event,
        Step.Start start => start.Journey,
        Step.Exit exit => exit.Reason,
        Step.Goto to => to.Target,
        _ => "",
    };

    private static string KindOf(Step step) => step is Step.AskPerson ? "task" : char.ToLowerInvariant(step.GetType().Name[0]) + step.GetType().Name[1..];
}
