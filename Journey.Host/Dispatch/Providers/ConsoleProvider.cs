using System.Text;
using System.Text.Json;

namespace Journey.Host.Dispatch.Providers;

/// <summary>Writes one line of JSON for each delivery: for trying out, and for every channel that has no other provider.</summary>
/// <param name="showContent">Also what is said and to whom.</param>
public sealed class ConsoleProvider(string name, TextWriter output, bool showContent) : IDeliveryProvider
{
    private static readonly JsonWriterOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Name => name;

    public Task<DeliveryOutcome> DeliverAsync(Delivery delivery, CancellationToken cancellation)
    {
        var line = Line(delivery);

        // One writer may serve several channels.
        lock (output)
        {
            output.WriteLine(line);
        }

        return Task.FromResult<DeliveryOutcome>(new DeliveryOutcome.Delivered());
    }

    private string Line(Delivery delivery)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Json))
        {
            var request = delivery.Request;
            writer.WriteStartObject();
            writer.WriteString("delivery"u8, request.Id);
            writer.WriteString("channel"u8, request.Channel.Name);
            writer.WriteString("customer"u8, request.Customer);
            writer.WriteString("journey"u8, request.Journey);
            writer.WriteString("step"u8, request.Step);
            Write(writer, "template", request.Template);
            Write(writer, "team", request.Text("team"));
            if (showContent)
            {
                Write(writer, "to", delivery.Address);
                Write(writer, "subject", delivery.Subject);
                Write(writer, "body", delivery.Body);
                if (delivery.Data.ValueKind == JsonValueKind.Object)
                {
                    writer.WritePropertyName("data"u8);
                    delivery.Data.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Write(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }
}
