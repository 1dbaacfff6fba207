using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Time;

namespace Journey.Host.Export;

/// <summary>One recorded event as a CloudEvents 1.0 structured JSON object; what CloudEvents has no word for stands in extension attributes.</summary>
public static class ExportedCloudEvent
{
    public static void Write(Utf8JsonWriter writer, in RecordedEvent recorded)
    {
        writer.WriteStartObject();
        writer.WriteString("specversion"u8, "1.0"u8);
        writer.WriteString("id"u8, recorded.Id);
        // A source is a URI reference; ours are plain names, of which blanks and the like have to be escaped.
        writer.WriteString("source"u8, Uri.IsWellFormedUriString(recorded.Source, UriKind.RelativeOrAbsolute) ? recorded.Source : Uri.EscapeDataString(recorded.Source));
        writer.WriteString("type"u8, recorded.Name);
        writer.WriteString("subject"u8, recorded.Stream);
        writer.WriteString("time"u8, Instants.ToIso(recorded.OccurredAt));
        writer.WriteString("datacontenttype"u8, "application/json"u8);
        // CloudEvents integers have 32 bits: positions are longer, so they are text.
        writer.WriteString("journeyposition"u8, recorded.Position.ToString(System.Globalization.CultureInfo.InvariantCulture));
        writer.WriteString("journeykind"u8, ExportedEvent.NameOf(recorded.Kind));
        writer.WriteString("journeychannel"u8, recorded.Channel.Name);
        writer.WriteString("journeyreceived"u8, Instants.ToIso(recorded.ReceivedAt));
        writer.WritePropertyName("data"u8);
        writer.WriteRawValue(recorded.Json.Span, skipInputValidation: true);
        writer.WriteEndObject();
    }
}
