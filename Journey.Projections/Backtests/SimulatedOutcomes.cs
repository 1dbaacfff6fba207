using System.Buffers;
using System.Text.Json;
using Journey.Domain.Events;

namespace Journey.Projections.Backtests;

/// <summary>What becomes of requests that were never made in truth: messages and tasks are sent at once, calls are not answered and time out.</summary>
internal static class SimulatedOutcomes
{
    private static readonly string[] TakenOver = ["journey", "version", "run", "step", "channel", "template"];

    /// <summary>What becomes of a request; null: nothing, or it is none.</summary>
    public static string? NameFor(NewEvent request) => request switch
    {
        { Kind: EventKind.Decision, Name: EventNames.MessageRequested } => EventNames.MessageSent,
        { Kind: EventKind.Decision, Name: EventNames.TaskRequested } => EventNames.TaskSent,
        _ => null,
    };

    public static NewEvent Of(NewEvent request, string name)
    {
        using var asked = JsonDocument.Parse(StoredPayload.Json(request.Payload));
        var buffer = new ArrayBufferWriter<byte>(256);
        buffer.Write([StoredPayload.JsonMarker]);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("properties");
            json.WriteString("decision", request.Id);
            var properties = asked.RootElement.GetProperty("properties");
            foreach (var taken in TakenOver)
            {
                if (properties.TryGetProperty(taken, out var value))
                {
                    json.WritePropertyName(taken);
                    value.WriteTo(json);
                }
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return new NewEvent(
            request.Stream, "dispatcher", $"{request.Id}|{name}", name, EventKind.Outcome, EventFlags.None, ContactChannel.Internal,
            request.OccurredAt, request.ReceivedAt, buffer.WrittenMemory);
    }
}
