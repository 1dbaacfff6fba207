using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Projections.Customers;

namespace Journey.Projections.Merges;

/// <summary>"Event Moved": an event that was recorded for an absorbed customer after the merge, told on the survivor's stream.</summary>
/// <remarks>The survivor projects it; journeys do not react to it, and nothing is delivered twice because of it.</remarks>
internal static class MovedEvent
{
    public static ReadOnlyMemory<byte> Write(in RecordedEvent recorded)
    {
        var buffer = new ArrayBufferWriter<byte>(recorded.Payload.Length + 256);
        buffer.Write([StoredPayload.JsonMarker]);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartObject("properties");
        json.WriteString("from", recorded.Stream);
        json.WriteNumber("position", recorded.Position);

        // Most readers leave ids of interactions out: what is written must not depend on who read it.
        json.WriteString("id", recorded.Kind == EventKind.Interaction ? "" : recorded.Id);
        json.WriteString("name", recorded.Name);
        json.WriteNumber("kind", (int)recorded.Kind);
        json.WriteNumber("flags", (int)recorded.Flags);
        json.WriteString("channel", recorded.Channel.Name);
        json.WriteNumber("occurredAt", recorded.OccurredAt);
        json.WritePropertyName("payload");
        json.WriteRawValue(recorded.Json.Span);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>The event as it was, at the place where it was moved to.</summary>
    public static RecordedEvent Read(in RecordedEvent moved)
    {
        var text = moved.Json.Span;
        var payload = StoredPayload.Empty;
        var json = new Utf8JsonReader(text);
        if (JsonScan.EnterObject(ref json, "properties"u8))
        {
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var wanted = json.ValueTextEquals("payload"u8);
                json.Read();
                var start = (int)json.TokenStartIndex;
                json.Skip();
                if (wanted)
                {
                    payload = StoredPayload.FromJson(text[start..(int)json.BytesConsumed]);
                }
            }
        }

        return moved with
        {
            Id = JsonScan.Property(text, "id"u8) ?? "",
            Name = JsonScan.Property(text, "name"u8) ?? "",
            Kind = (EventKind)Number(text, "kind"u8),
            Flags = (EventFlags)Number(text, "flags"u8),
            Channel = ContactChannel.From(JsonScan.Property(text, "channel"u8)),
            OccurredAt = Number(text, "occurredAt"u8),
            Payload = payload,
        };
    }

    /// <summary>Where the event stands that was moved.</summary>
    public static long PositionOf(in RecordedEvent moved) => Number(moved.Json.Span, "position"u8);

    private static long Number(ReadOnlySpan<byte> text, ReadOnlySpan<byte> member) =>
        long.TryParse(JsonScan.Property(text, member), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
