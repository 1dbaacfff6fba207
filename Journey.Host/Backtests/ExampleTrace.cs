using System.Globalization;
using Journey.Domain.Cel;
using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Host.Backtests;

/// <summary>One thing that the engine looked at for one customer.</summary>
/// <param name="Run">Null while an entry is being considered.</param>
/// <param name="What">The same text in two worlds means the same thing: what is compared.</param>
/// <param name="Says">For a person.</param>
/// <param name="Place">Where it stands in the document; null: nowhere.</param>
/// <param name="Now">Unix milliseconds.</param>
internal sealed record TraceLine(TraceLineKind Kind, string Journey, Guid? Run, string Step, string What, string Says, SourcePlace? Place, long Now, bool Holds);

internal enum TraceLineKind { Condition, Gate, Step, Decision }

/// <summary>Writes down everything the engine looks at, with the values that conditions saw: for the few customers that a report shows.</summary>
internal sealed class ExampleTrace : IEngineTrace
{
    private const int FactsMax = 4;
    private const int ValueLengthMax = 60;

    private long _now;

    public List<TraceLine> Lines { get; } = [];

    public void PassedOver(in RecordedEvent basis)
    {
    }

    public void LookedAt(in TracePoint point, in RecordedEvent basis, long now) => _now = now;

    public void Evaluated(in TracePoint point, ConditionRole role, SourcePlace at, CelProgram program, in CelValue value, ICelActivation facts)
    {
        var saw = new Seen();
        program.EvaluateTraced(facts, saw);
        var result = value.IsError ? $"false, because {value}" : Short(value.ToString());
        var values = saw.Values.Count == 0 ? "" : $" ({string.Join(", ", saw.Values.Take(FactsMax).Select(pair => $"{pair.Key} was {pair.Value}"))})";
        var source = program.Source.Trim();
        Add(TraceLineKind.Condition, point, $"{role}|{source}|{result}", $"{NameOf(role)} `{source}` was {result}{values}", at, value.IsTrue);
    }

    public void Refused(in TracePoint point, Gate gate, string detail) =>
        Add(TraceLineKind.Gate, point, $"{gate}|{detail}", $"the {gate.ToString().ToLowerInvariant()} gate: {detail}", null, holds: false);

    public void Stepped(in TracePoint point, Step step, string outcome, string channel) =>
        Add(TraceLineKind.Step, point, $"{step.Id}|{outcome}|{channel}", $"step {step.Id} came out as {outcome}{(channel.Length > 0 ? $" by {channel}" : "")}", step.At, holds: true);

    public void Decided(in TracePoint point, in Decision decision)
    {
        _now = decision.OccurredAt;
        Add(TraceLineKind.Decision, point, $"{decision.Name}|{decision.OccurredAt}|{TextOf(decision)}", TextOf(decision), null, holds: true);
    }

    private void Add(TraceLineKind kind, in TracePoint point, string what, string says, SourcePlace? at, bool holds) =>
        Lines.Add(new TraceLine(kind, point.Journey, point.Run, point.Step ?? "", what, says, at, _now, holds));

    private static string TextOf(in Decision decision)
    {
        using var json = System.Text.Json.JsonDocument.Parse(StoredPayload.Json(decision.Payload));
        var said = json.RootElement.GetProperty("properties");
        var parts = new List<string> { decision.Name };
        foreach (var name in (string[])["step", "channel", "template", "reason", "until", "variant"])
        {
            if (said.TryGetProperty(name, out var value))
            {
                parts.Add($"{name} {value}");
            }
        }

        return string.Join(", ", parts);
    }

    private static string NameOf(ConditionRole role) => role switch
    {
        ConditionRole.Entry => "the entry condition",
        ConditionRole.Audience => "the audience",
        ConditionRole.Key => "the key",
        ConditionRole.Exit => "the exit condition",
        ConditionRole.Goal => "the goal's condition",
        ConditionRole.Reset => "the reset's condition",
        ConditionRole.Awaited => "the awaited event's condition",
        ConditionRole.Branch => "the branch",
        ConditionRole.Guard => "the guard",
        ConditionRole.Until => "the time to wait until",
        _ => "the value",
    };

    private static string Short(string text) => text.Length <= ValueLengthMax ? text : string.Create(CultureInfo.InvariantCulture, $"{text[..ValueLengthMax]}…");

    private sealed class Seen : ICelTrace
    {
        public Dictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

        public void Saw(int offset, string source, in CelValue value)
        {
            // Comparisons are reported too: what they compare says more.
            if (source.AsSpan().IndexOfAny("<>=!") < 0)
            {
                Values[source] = value.IsError ? "missing" : Short(value.ToString());
            }
        }
    }
}
