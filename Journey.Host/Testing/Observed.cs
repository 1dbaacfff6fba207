using System.Text.Json;
using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Time;

namespace Journey.Host.Testing;

/// <summary>What a test may look at when it is over: the log of one person, and what the decisions in it say.</summary>
internal sealed class Observed : IDisposable
{
    private readonly List<JsonDocument> _payloads = [];
    private readonly List<(RecordedEvent Recorded, JsonElement Properties)> _events = [];

    /// <param name="first">Position of the first event that belongs to the test, and not to what is known before it.</param>
    public Observed(VirtualWorkspace workspace, TestPeople people, string name, int first)
    {
        Customers = people.CustomersOf(name);
        for (var i = first - 1; i < workspace.Log.Count; i++)
        {
            var recorded = workspace.Log[i];
            if (!SystemStreams.IsSystem(recorded.Stream) && people.IsOf(name, recorded.Stream))
            {
                var payload = JsonDocument.Parse(workspace.Rendered.JsonOf(recorded));
                _payloads.Add(payload);
                _events.Add((recorded, payload.RootElement.TryGetProperty("properties", out var properties) ? properties : default));
            }
        }

        Runs = ReadRuns(workspace);
    }

    public IReadOnlySet<string> Customers { get; }

    /// <summary>In order of entry.</summary>
    public IReadOnlyList<ObservedRun> Runs { get; }

    public IEnumerable<(RecordedEvent Recorded, JsonElement Properties)> Named(string name) => _events.Where(seen => seen.Recorded.Name == name);

    public void Dispose()
    {
        foreach (var payload in _payloads)
        {
            payload.Dispose();
        }
    }

    public static string Text(JsonElement properties, string name) =>
        properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name, out var value)
            ? value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()
            : "";

    private List<ObservedRun> ReadRuns(VirtualWorkspace workspace)
    {
        var runs = new List<ObservedRun>();
        foreach (var (recorded, properties) in _events)
        {
            if (recorded.Kind != EventKind.Decision)
            {
                continue;
            }

            if (recorded.Name == EventNames.RunEntered)
            {
                runs.Add(new ObservedRun(Text(properties, "run"), Text(properties, "journey"), Text(properties, "key"), properties.GetProperty("holdout").GetBoolean(), recorded.OccurredAt)
                {
                    Version = properties.GetProperty("version").GetInt32(),
                });
            }
            else if (runs.Find(run => run.Id == Text(properties, "run")) is { } run)
            {
                Follow(run, recorded, properties);
            }
        }

        foreach (var active in Customers.SelectMany(customer => workspace.States.TryGetValue(customer, out var state) ? state.Engine.Runs : []))
        {
            if (runs.Find(run => run.Id == active.Id.ToString("D")) is { } run)
            {
                run.Step = active.Step;
                run.Version = active.Version;
                run.State = active.Phase is RunPhase.Blocked or RunPhase.Paused ? "held" : "waiting";
            }
        }

        return runs;
    }

    private static void Follow(ObservedRun run, in RecordedEvent recorded, JsonElement properties)
    {
        switch (recorded.Name)
        {
            case EventNames.RunExited:
                run.Exit = Text(properties, "reason");
                run.State = "ended";
                run.EndedAt = recorded.OccurredAt;
                break;
            case EventNames.GoalReached:
                run.ReachedGoal = true;
                return;
            case EventNames.RunMigrated:
                run.Version = properties.GetProperty("version").GetInt32();
                break;
        }

        if (Text(properties, "step") is { Length: > 0 } step)
        {
            run.Step = step;
        }
    }
}

/// <summary>One run as it stands when the test is over.</summary>
internal sealed class ObservedRun(string id, string journey, string key, bool isHoldout, long enteredAt)
{
    public string Id { get; } = id;

    public string Journey { get; } = journey;

    public bool IsHoldout { get; } = isHoldout;

    public int Version { get; set; }

    public string Step { get; set; } = "";

    /// <summary>waiting, held or ended.</summary>
    public string State { get; set; } = "ended";

    public string? Exit { get; set; }

    public long? EndedAt { get; set; }

    public bool ReachedGoal { get; set; }

    public override string ToString()
    {
        var text = $"{Journey} version {Version}{(key.Length > 0 ? $", key {key}" : "")}, entered {Instants.ToIso(enteredAt)}";
        text += State == "ended" ? $", ended {Instants.ToIso(EndedAt ?? enteredAt)} as {Exit}" : $", {State}";
        text += Step.Length > 0 ? $" at {Step}" : "";
        return text + (IsHoldout ? ", holdout" : "") + (ReachedGoal ? ", goal reached" : "");
    }
}
