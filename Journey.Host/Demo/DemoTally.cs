using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Time;

namespace Journey.Host.Demo;

/// <summary>What the demo has seen happen, counted from the log as it grows: what the terminal shows.</summary>
public sealed class DemoTally
{
    private const int LatestMax = 8;

    private readonly SortedDictionary<string, long> _byChannel = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _byName = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _withheld = new(StringComparer.Ordinal);
    private readonly Queue<string> _latest = new();
    private readonly Lock _gate = new();

    public long Events { get; private set; }

    public long Interactions { get; private set; }

    public void Observe(in RecordedEvent recorded)
    {
        lock (_gate)
        {
            Events++;
            if (recorded.Kind == EventKind.Interaction)
            {
                Interactions++;
                _byChannel[recorded.Channel.Name] = _byChannel.GetValueOrDefault(recorded.Channel.Name) + 1;
            }

            _byName[recorded.Name] = _byName.GetValueOrDefault(recorded.Name) + 1;
            if (recorded.Kind is EventKind.Derived or EventKind.Decision && Tell(recorded) is { } line)
            {
                _latest.Enqueue($"{Instants.ToIso(recorded.OccurredAt)[5..16].Replace('T', ' ')}  {line}");
                if (_latest.Count > LatestMax)
                {
                    _latest.Dequeue();
                }
            }
        }
    }

    public long Of(string name)
    {
        lock (_gate)
        {
            return _byName.GetValueOrDefault(name);
        }
    }

    public IReadOnlyList<(string Channel, long Count)> Channels()
    {
        lock (_gate)
        {
            return [.. _byChannel.Select(pair => (pair.Key, pair.Value))];
        }
    }

    public IReadOnlyList<(string Reason, long Count)> Withheld()
    {
        lock (_gate)
        {
            return [.. _withheld.Select(pair => (pair.Key, pair.Value))];
        }
    }

    public IReadOnlyList<string> Latest()
    {
        lock (_gate)
        {
            return [.. _latest];
        }
    }

    private string? Tell(in RecordedEvent recorded)
    {
        using var payload = JsonDocument.Parse(recorded.Json);
        var about = payload.RootElement.TryGetProperty("properties", out var properties) ? properties : payload.RootElement;
        if (recorded.Name == EventNames.MessageSuppressed)
        {
            var reason = Text(about, "reason");
            _withheld[reason] = _withheld.GetValueOrDefault(reason) + 1;
        }

        return recorded.Name switch
        {
            EventNames.CartAbandoned => $"cart abandoned: {Text(about, "total")} {Text(about, "currency")}",
            EventNames.CartRecovered => $"cart recovered: {Text(about, "total")} {Text(about, "currency")}",
            EventNames.MessageRequested => $"{Text(about, "channel")} message: {Text(about, "template")} ({Text(about, "journey")})",
            EventNames.TaskRequested => $"task for the {Text(about, "team")}: {Text(about, "journey")}",
            EventNames.GoalReached => $"goal reached: {Text(about, "journey")}",
            _ => null,
        };
    }

    private static string Text(JsonElement about, string property) =>
        about.ValueKind == JsonValueKind.Object && about.TryGetProperty(property, out var value) ? value.ToString() : "";
}
