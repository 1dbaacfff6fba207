using System.Buffers;
using System.Text.Json;
using Journey.Domain.Time;

namespace Journey.Host.Dispatch.Providers;

/// <summary>What a webhook says: the same bytes on every attempt, documented in docs/reference/deliveries.md.</summary>
internal static class WebhookBody
{
    public static ReadOnlyMemory<byte> Write(Delivery delivery)
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using var writer = new Utf8JsonWriter(buffer);
        var request = delivery.Request;
        writer.WriteStartObject();
        writer.WriteString("id"u8, request.Id);
        writer.WriteString("type"u8, request.Kind == DeliveryKind.Task ? "task.requested" : "message.requested");
        writer.WriteString("timestamp"u8, Instants.ToIso(request.RequestedAt));
        writer.WriteStartObject("data"u8);
        writer.WriteString("customer"u8, request.Customer);
        writer.WriteString("channel"u8, request.Channel.Name);
        WriteText(writer, "to"u8, delivery.Address);
        WriteText(writer, "template"u8, request.Template);
        WriteText(writer, "team"u8, request.Text("team"));
        WriteText(writer, "subject"u8, delivery.Subject);
        WriteText(writer, "body"u8, delivery.Body);
        WriteText(writer, "contentType"u8, delivery.ContentType);
        if (delivery.Data.ValueKind == JsonValueKind.Object)
        {
            writer.WritePropertyName("data"u8);
            delivery.Data.WriteTo(writer);
        }

        writer.WriteString("journey"u8, request.Journey);
        writer.WriteNumber("version"u8, request.Version);
        writer.WriteString("run"u8, request.Run);
        writer.WriteString("step"u8, request.Step);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }
}
