using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Time;
using Journey.Host.Export;

namespace Journey.Host.Import;

/// <summary>One line of our own export as CloudEvents, read back.</summary>
internal static class ExportedCloudEventLine
{
    private static readonly string[] _members =
    [
        "specversion", "id", "source", "type", "subject", "time",
        ExportedCloudEvent.Position, ExportedCloudEvent.Kind, ExportedCloudEvent.Channel, ExportedCloudEvent.Received, "data",
    ];

    public static bool IsOne(JsonElement line) => _members.All(member => line.TryGetProperty(member, out _));

    public static ExportedLine? Read(JsonElement line, out string? reason)
    {
        reason = null;
        var kindName = line.GetProperty(ExportedCloudEvent.Kind).GetString();
        if (!ExportedEvent.TryKind(kindName, out var kind))
        {
            reason = $"'{kindName}' is a kind of event that this version does not know";
            return null;
        }

        var names = line.TryGetProperty(ExportedCloudEvent.Flags, out var listed) ? listed.GetString()!.Split(' ') : [];
        if (!ExportedLine.TryFlags(names, out var flags, out reason))
        {
            return null;
        }

        if (!Instants.TryParse(line.GetProperty("time").GetString(), out var occurredAt)
            || !Instants.TryParse(line.GetProperty(ExportedCloudEvent.Received).GetString(), out var receivedAt))
        {
            reason = "time or journeyreceived is not a time";
            return null;
        }

        var source = line.TryGetProperty(ExportedCloudEvent.Source, out var unescaped) ? unescaped.GetString() : null;
        return new ExportedLine(
            long.Parse(ExportedLine.TextOf(line, ExportedCloudEvent.Position), NumberStyles.None, CultureInfo.InvariantCulture),
            new NewEvent(
                ExportedLine.TextOf(line, "subject"),
                source ?? ExportedLine.TextOf(line, "source"),
                ExportedLine.TextOf(line, "id"),
                ExportedLine.TextOf(line, "type"),
                kind,
                flags,
                ContactChannel.From(line.GetProperty(ExportedCloudEvent.Channel).GetString()),
                occurredAt,
                receivedAt,
                StoredPayload.FromJson(JsonMarshal.GetRawUtf8Value(line.GetProperty("data")))));
    }
}
