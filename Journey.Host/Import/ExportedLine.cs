using System.Runtime.InteropServices;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Time;
using Journey.Host.Export;

namespace Journey.Host.Import;

/// <summary>One line of our own export, read back.</summary>
/// <param name="Position">Where it stood, and will stand again.</param>
internal sealed record ExportedLine(long Position, NewEvent Event)
{
    private static readonly string[] _members =
        ["position", "stream", "version", "source", "id", "name", "kind", "channel", "occurredAt", "receivedAt", "payload"];

    /// <summary>Whether a line is one of ours, whatever it says: told from the members that every one has.</summary>
    public static bool IsOne(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && (_members.All(member => root.TryGetProperty(member, out _)) || ExportedCloudEventLine.IsOne(root));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>An event of another log, to stand at the same place here.</summary>
    public static ExportedLine Of(in RecordedEvent recorded) => new(recorded.Position, new NewEvent(
        recorded.Stream, recorded.Source, recorded.Id, recorded.Name, recorded.Kind, recorded.Flags, recorded.Channel, recorded.OccurredAt, recorded.ReceivedAt,
        recorded.Payload.ToArray()));

    /// <returns>Null, and why the line cannot be read.</returns>
    public static ExportedLine? Read(ReadOnlyMemory<byte> json, out string? reason)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            reason = null;
            return ExportedCloudEventLine.IsOne(document.RootElement)
                ? ExportedCloudEventLine.Read(document.RootElement, out reason)
                : Read(document.RootElement, out reason);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            reason = "the line is no event of a journey export";
            return null;
        }
    }

    /// <summary>The interaction as it came in, so that its customer is resolved again.</summary>
    public Interaction ToInteraction()
    {
        var (identifiers, alias) = PayloadIds.Read(StoredPayload.Json(Event.Payload).Span);
        return new Interaction(
            Event.Source,
            Event.Id,
            Event.Name,
            Event.Channel,
            Event.Flags & ~EventFlags.LinksIdentity,
            Event.OccurredAt,
            Event.ReceivedAt,
            identifiers,
            alias,
            Event.Payload);
    }

    private static ExportedLine? Read(JsonElement line, out string? reason)
    {
        reason = null;
        if (!ExportedEvent.TryKind(line.GetProperty("kind").GetString(), out var kind))
        {
            reason = $"'{line.GetProperty("kind").GetString()}' is a kind of event that this version does not know";
            return null;
        }

        var names = line.TryGetProperty("flags", out var listed) ? listed.EnumerateArray().Select(flag => flag.GetString()) : [];
        if (!TryFlags(names, out var flags, out reason))
        {
            return null;
        }

        if (!Instants.TryParse(line.GetProperty("occurredAt").GetString(), out var occurredAt)
            || !Instants.TryParse(line.GetProperty("receivedAt").GetString(), out var receivedAt))
        {
            reason = "occurredAt or receivedAt is not a time";
            return null;
        }

        return new ExportedLine(line.GetProperty("position").GetInt64(), new NewEvent(
            TextOf(line, "stream"),
            TextOf(line, "source"),
            TextOf(line, "id"),
            TextOf(line, "name"),
            kind,
            flags,
            ContactChannel.From(line.GetProperty("channel").GetString()),
            occurredAt,
            receivedAt,
            StoredPayload.FromJson(JsonMarshal.GetRawUtf8Value(line.GetProperty("payload")))));
    }

    internal static bool TryFlags(IEnumerable<string?> names, out EventFlags flags, out string? reason)
    {
        (flags, reason) = (EventFlags.None, null);
        foreach (var name in names)
        {
            if (!ExportedEvent.TryFlag(name, out var flag))
            {
                reason = $"'{name}' is a flag that this version does not know";
                return false;
            }

            flags |= flag;
        }

        return true;
    }

    internal static string TextOf(JsonElement line, string member) => line.GetProperty(member).GetString() ?? throw new FormatException(member);
}
