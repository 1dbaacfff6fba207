using System.Text.Json;
using Journey.Domain.Cel;
using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Time;

namespace Journey.Host.Testing;

/// <summary>Writes down what happened and why: events, conditions with the values they saw, gates, steps and decisions.</summary>
internal sealed class Story : IEngineTrace
{
    /// <summary>Beyond these the beginning is left out: what led to a failure is at the end.</summary>
    public const int LinesMax = 400;

    /// <summary>What a decision says that explains it.</summary>
    private static readonly string[] Told = ["channel", "template", "team", "title", "url", "variant", "reason", "until", "key"];

    private readonly Queue<string> _lines = new();
    private string? _event;
    private int _leftOut;

    public IEnumerable<string> Lines => _leftOut == 0 ? _lines : _lines.Prepend($"({_leftOut} lines left out)");

    /// <summary>What follows is about this event. Interactions are always told, others where something comes of them.</summary>
    public void Begin(in RecordedEvent recorded)
    {
        _event = null;
        var text = $"{Instants.ToIso(recorded.OccurredAt)}  {recorded.Name} ({(recorded.Kind == EventKind.Interaction ? recorded.Channel.Name : Word(recorded.Kind))}"
            + (recorded.IsImported ? ", imported" : "")
            + (recorded.Kind == EventKind.Interaction && recorded.ReceivedAt != recorded.OccurredAt ? $", received {Instants.ToIso(recorded.ReceivedAt)}" : "") + ")";
        if (recorded.Kind is EventKind.Interaction or EventKind.Derived or EventKind.Definition or EventKind.Identity)
        {
            Write(text);
        }
        else
        {
            _event = text;
        }
    }

    public void PassedOver(in RecordedEvent basis)
    {
        if (basis.Kind is EventKind.Interaction or EventKind.Derived)
        {
            Tell("starts nothing: imported, or later than the workspace allows");
        }
    }

    public void LookedAt(in TracePoint point, in RecordedEvent basis, long now)
    {
    }

    public void Evaluated(in TracePoint point, ConditionRole role, SourcePlace at, CelProgram program, in CelValue value, ICelActivation facts)
    {
        Tell($"{Where(point)}{Word(role)} `{program.Source}` is {value}");
        var seen = new SeenValues(program.Source);
        program.EvaluateTraced(facts, seen);
        foreach (var line in seen.Lines)
        {
            Tell($"    {line}");
        }
    }

    public void Refused(in TracePoint point, Gate gate, string detail) =>
        Tell($"{Where(point)}{Word(gate)} holds it back{(detail.Length == 0 ? "" : $": {detail}")}");

    public void Stepped(in TracePoint point, Step step, string outcome, string channel)
    {
        if (step is not (Step.Exit or Step.Set or Step.Emit))
        {
            Tell($"{point.Journey}/{step.Id}: {outcome}{(channel.Length == 0 ? "" : $" ({channel})")}");
        }
    }

    public void Decided(in TracePoint point, in Decision decision)
    {
        using var json = JsonDocument.Parse(StoredPayload.Json(decision.Payload));
        var properties = json.RootElement.GetProperty("properties");
        var said = Told
            .Where(name => properties.TryGetProperty(name, out _)).Select(name => $"{name} {Observed.Text(properties, name)}").ToArray();
        Tell($"{Where(point)}{decision.Name}{(said.Length == 0 ? "" : $": {string.Join(", ", said)}")}");
    }

    private void Tell(string line)
    {
        if (_event is { } text)
        {
            _event = null;
            Write(text);
        }

        Write($"    {line}");
    }

    private void Write(string line)
    {
        _lines.Enqueue(line);
        if (_lines.Count > LinesMax)
        {
            _lines.Dequeue();
            _leftOut++;
        }
    }

    private static string Where(in TracePoint point) => point.Step is { Length: > 0 } step ? $"{point.Journey}/{step}: " : $"{point.Journey}: ";

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    private sealed class SeenValues(string whole) : ICelTrace
    {
        public List<string> Lines { get; } = [];

        public void Saw(int offset, string source, in CelValue value)
        {
            var line = $"{source} = {value}";
            if (source != whole && !Lines.Contains(line))
            {
                Lines.Add(line);
            }
        }
    }
}
