using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Time;

namespace Journey.Host.Http.Live;

/// <summary>One committed event, as the feed tells it. No personal data: for that there is the timeline.</summary>
/// <param name="Says">Of events that the engine wrote: journey, step, channel, template, team, reason, variant, where they say so.</param>
public sealed record LiveEvent(long Position, string Name, string Kind, string Channel, string Customer, string OccurredAt, string ReceivedAt,
    IReadOnlyDictionary<string, string>? Says)
{
    private static readonly string[] Told = ["journey", "step", "channel", "template", "team", "reason", "variant"];

    internal static LiveEvent From(in RecordedEvent recorded) => new(
        recorded.Position, recorded.Name, recorded.Kind.ToString().ToLowerInvariant(), recorded.Channel.Name, recorded.Stream,
        Instants.ToIso(recorded.OccurredAt), Instants.ToIso(recorded.ReceivedAt),
        recorded.Kind is EventKind.Decision or EventKind.Outcome ? SaysOf(recorded) : null);

    private static Dictionary<string, string>? SaysOf(in RecordedEvent recorded)
    {
        using var json = JsonDocument.Parse(recorded.Json);
        if (!json.RootElement.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        return Told
            .Where(name => properties.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
            .ToDictionary(name => name, name => properties.GetProperty(name).GetString()!);
    }
}
