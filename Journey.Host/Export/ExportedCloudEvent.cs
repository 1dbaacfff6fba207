using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Time;

namespace Journey.Host.Export;

/// <summary>One recorded event as a CloudEvents 1.0 structured JSON object; what CloudEvents has no word for stands in extension attributes.</summary>
/// <remarks>Nothing that the log knows is lost, so that such an export can be imported again: see docs/reference/exchange.md.</remarks>
public static class ExportedCloudEvent
{
    /// <summary>Extension attributes that every exported event has, and nobody else's is likely to.</summary>
    public const string Position = "journeyposition";
    public const string Kind = "journeykind";

    /// <summary>Flags, parted by blanks; left out where there are none.</summary>
    public const string Flags = "journeyflags";
    public const string Channel = "journeychannel";
    public const string Received = "journeyreceived";

    /// <summary>The source as recorded, where it is not a URI reference and <c>source</c> had to be escaped.</summary>
    public const string Source = "journeysource";

    public static void Write(Utf8JsonWriter writer, in RecordedEvent recorded)
    {
        var isUri = Uri.IsWellFormedUriString(recorded.Source, UriKind.RelativeOrAbsolute);
        writer.WriteStartObject();
        writer.WriteString("specversion"u8, "1.0"u8);
        writer.WriteString("id"u8, recorded.Id);
        // A source is a URI reference; ours are plain names, of which blanks and the like have to be escaped.
        writer.WriteString("source"u8, isUri ? recorded.Source : Uri.EscapeDataString(recorded.Source));
        writer.WriteString("type"u8, recorded.Name);
        writer.WriteString("subject"u8, recorded.Stream);
        writer.WriteString("time"u8, Instants.ToIso(recorded.OccurredAt));
        writer.WriteString("datacontenttype"u8, "application/json"u8);
        // CloudEvents integers have 32 bits: positions are longer, so they are text.
        writer.WriteString(Position, recorded.Position.ToString(System.Globalization.CultureInfo.InvariantCulture));
        writer.WriteString(Kind, ExportedEvent.NameOf(recorded.Kind));
        if (recorded.Flags != EventFlags.None)
        {
            writer.WriteString(Flags, string.Join(' ', ExportedEvent.NamesOf(recorded.Flags)));
        }

        writer.WriteString(Channel, recorded.Channel.Name);
        writer.WriteString(Received, Instants.ToIso(recorded.ReceivedAt));
        if (!isUri)
        {
            writer.WriteString(Source, recorded.Source);
        }

        writer.WritePropertyName("data"u8);
        writer.WriteRawValue(recorded.Json.Span, skipInputValidation: true);
        writer.WriteEndObject();
    }
}
