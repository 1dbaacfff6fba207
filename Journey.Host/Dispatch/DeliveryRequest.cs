using System.Text.Json;
using Journey.Domain.Events;

namespace Journey.Host.Dispatch;

public enum DeliveryKind
{
    /// <summary>To the customer, on a channel.</summary>
    Message,

    /// <summary>To a person of a team, about the customer.</summary>
    Task,

    /// <summary>To another system, whose answer the run reads.</summary>
    Call,
}

/// <summary>A decision that asks for a delivery, as it stands in the log.</summary>
/// <param name="Id">The decision's id: the delivery's idempotency key, the same on every attempt and after every restart.</param>
/// <param name="Customer">Whose stream it stands in, and where the outcome goes.</param>
/// <param name="RequestedAt">The decision's own time, Unix milliseconds.</param>
/// <param name="Properties">Everything the decision says: template and data, team and title, url and body.</param>
public sealed record DeliveryRequest(
    string Id,
    DeliveryKind Kind,
    string Customer,
    long Position,
    long RequestedAt,
    ContactChannel Channel,
    string Journey,
    long Version,
    string Run,
    string Step,
    JsonElement Properties)
{
    /// <summary>The key under which tasks find their provider.</summary>
    public const string TaskChannel = "task";

    /// <summary>The key under which calls report.</summary>
    public const string CallChannel = "call";

    public string? Template => Text("template");

    /// <summary>The consent purpose; "marketing" where the decision does not say.</summary>
    public string Purpose => Text("purpose") ?? "marketing";

    /// <summary>What kind of delivery an event asks for; null: none, or one that must not be delivered.</summary>
    /// <remarks>Only the engine's own decisions are; a sender cannot ask for a message by sending an event of that name, and history brought in asks for nothing.</remarks>
    public static DeliveryKind? KindOf(in RecordedEvent recorded) => recorded.Kind != EventKind.Decision || recorded.IsImported
        ? null
        : recorded.Name switch
        {
            EventNames.MessageRequested => DeliveryKind.Message,
            EventNames.TaskRequested => DeliveryKind.Task,
            EventNames.CallRequested => DeliveryKind.Call,
            _ => null,
        };

    /// <summary>Copies what is needed, so that the page the event came in may be reused.</summary>
    /// <remarks>A payload that cannot be read gives a request without properties, and <see cref="IsReadable"/> is false: it fails visibly instead of being skipped.</remarks>
    public static DeliveryRequest From(in RecordedEvent recorded, DeliveryKind kind)
    {
        var properties = ReadProperties(recorded);
        var request = new DeliveryRequest(recorded.Id, kind, recorded.Stream, recorded.Position, recorded.OccurredAt, recorded.Channel, "", 0, "", "", properties);
        return request with
        {
            Channel = kind switch
            {
                DeliveryKind.Task => ContactChannel.From(TaskChannel),
                DeliveryKind.Call => ContactChannel.From(CallChannel),
                _ => request.Text("channel") is { } channel ? ContactChannel.From(channel) : recorded.Channel,
            },
            Journey = request.Text("journey") ?? "",
            Version = request.IsReadable && properties.TryGetProperty("version", out var version) && version.TryGetInt64(out var number) ? number : 0,
            Run = request.Text("run") ?? "",
            Step = request.Text("step") ?? "",
        };
    }

    public bool IsReadable => Properties.ValueKind == JsonValueKind.Object;

    public string? Text(string property) =>
        IsReadable && Properties.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement ReadProperties(in RecordedEvent recorded)
    {
        try
        {
            using var json = JsonDocument.Parse(recorded.Json);
            return json.RootElement.TryGetProperty("properties", out var properties) ? properties.Clone() : default;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException)
        {
            return default;
        }
    }
}
