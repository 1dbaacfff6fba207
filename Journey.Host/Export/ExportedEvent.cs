using System.Text.Encodings.Web;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Time;

namespace Journey.Host.Export;

/// <summary>One recorded event as one JSON object: everything that the log knows of it. Documented in docs/reference/cli.md.</summary>
public static class ExportedEvent
{
    internal static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Stored names of kinds and flags in an export: add, never rename.</summary>
    private static readonly (EventKind Kind, string Name)[] _kinds =
    [
        (EventKind.None, "none"), (EventKind.Interaction, "interaction"), (EventKind.Derived, "derived"), (EventKind.Decision, "decision"),
        (EventKind.Time, "time"), (EventKind.Outcome, "outcome"), (EventKind.Identity, "identity"), (EventKind.Definition, "definition"),
    ];

    private static readonly (EventFlags Flag, string Name)[] _flags =
        [(EventFlags.Imported, "imported"), (EventFlags.LinksIdentity, "linksIdentity")];

    public static string NameOf(EventKind kind) => Array.Find(_kinds, pair => pair.Kind == kind).Name
        ?? throw new ArgumentOutOfRangeException(nameof(kind), kind, "The kind has no name in an export.");

    public static IEnumerable<string> NamesOf(EventFlags flags) => _flags.Where(pair => (flags & pair.Flag) != 0).Select(pair => pair.Name);

    public static bool TryKind(string? name, out EventKind kind)
    {
        kind = Array.Find(_kinds, pair => pair.Name == name).Kind;
        return Array.Exists(_kinds, pair => pair.Name == name);
    }

    public static bool TryFlag(string? name, out EventFlags flag)
    {
        flag = Array.Find(_flags, pair => pair.Name == name).Flag;
        return flag != EventFlags.None;
    }

    public static void Write(Utf8JsonWriter writer, in RecordedEvent recorded)
    {
        writer.WriteStartObject();
        writer.WriteNumber("position"u8, recorded.Position);
        writer.WriteString("stream"u8, recorded.Stream);
        writer.WriteNumber("version"u8, recorded.Version);
        writer.WriteString("source"u8, recorded.Source);
        writer.WriteString("id"u8, recorded.Id);
        writer.WriteString("name"u8, recorded.Name);
        writer.WriteString("kind"u8, NameOf(recorded.Kind));
        if (recorded.Flags != EventFlags.None)
        {
            writer.WriteStartArray("flags"u8);
            foreach (var flag in NamesOf(recorded.Flags))
            {
                writer.WriteStringValue(flag);
            }

            writer.WriteEndArray();
        }

        writer.WriteString("channel"u8, recorded.Channel.Name);
        writer.WriteString("occurredAt"u8, Instants.ToIso(recorded.OccurredAt));
        writer.WriteString("receivedAt"u8, Instants.ToIso(recorded.ReceivedAt));
        writer.WritePropertyName("payload"u8);
        writer.WriteRawValue(recorded.Json.Span, skipInputValidation: true);
        writer.WriteEndObject();
    }
}
