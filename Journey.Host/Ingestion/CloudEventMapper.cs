using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Identity;

namespace Journey.Host.Ingestion;

/// <summary>Turns CloudEvents 1.0, in their JSON format, into interactions. One mapper serves a whole request.</summary>
/// <remarks>
/// <c>type</c> is the event's name, <c>source</c> and <c>id</c> make it idempotent, <c>time</c> is when it happened, <c>data</c> its properties.
/// Whose it is: the extensions <c>journeyuserid</c>, <c>journeyanonymousid</c>, <c>journeyemail</c>, <c>journeyphone</c>,
/// <c>journeyloyaltycard</c>, <c>journeydeviceid</c>; then <c>subject</c>, as "email:ann@example.org" or else a user id.
/// <c>journeychannel</c> and <c>journeysession</c> say the rest.
/// </remarks>
public sealed class CloudEventMapper(IngestLimits limits) : IDisposable
{
    private const string Prefix = "journey";

    private readonly PayloadWriter _payload = new();

    public MappedEvent Map(JsonElement cloudEvent, long receivedAt)
    {
        if (cloudEvent.ValueKind != JsonValueKind.Object)
        {
            return MappedEvent.Refused(Refusal.NotAnObject);
        }

        var id = cloudEvent.Member("id").Text();
        var shownId = id?.Length > IngestLimits.IdLengthMax ? null : id;
        return (EventShape.Check(JsonMarshal.GetRawUtf8Value(cloudEvent), limits.EventBytesMax)
                ?? CheckAttributes(cloudEvent)
                ?? ReservedNames.Check(cloudEvent.Member("type").Text()!)) is { } refusal
            ? MappedEvent.Refused(refusal, shownId)
            : Map(cloudEvent, id!, receivedAt);
    }

    public void Dispose() => _payload.Dispose();

    private MappedEvent Map(JsonElement cloudEvent, string id, long receivedAt)
    {
        var time = cloudEvent.Member("time");
        var happened = EventTimes.Parse(time);
        if (happened is null && !time.IsAbsent())
        {
            return MappedEvent.Refused(Refusal.BadTime("time"), id);
        }

        var identity = Identify(cloudEvent);
        if (identity.Fault is { } fault)
        {
            return MappedEvent.Refused(fault, id);
        }

        if (identity.IsEmpty)
        {
            return MappedEvent.Refused(Refusal.NoIdentifier, id);
        }

        var session = cloudEvent.Member("journeysession").Text();
        if (session?.Length > IngestLimits.IdLengthMax)
        {
            return MappedEvent.Refused(Refusal.IdTooLong("journeysession"), id);
        }

        if (!TryWritePayload(cloudEvent, identity.Found, session, out var payload))
        {
            return MappedEvent.Refused(Refusal.DataNotBase64, id);
        }

        return MappedEvent.Taken(new Interaction(
            cloudEvent.Member("source").Text()!,
            id,
            cloudEvent.Member("type").Text()!,
            ContactChannel.From(cloudEvent.Member("journeychannel").Text() ?? cloudEvent.Member("data").Member("channel").Text()),
            EventFlags.None,
            EventTimes.OccurredAt(happened, sentAt: null, receivedAt),
            receivedAt,
            identity.Found,
            [],
            payload));
    }

    private static Refusal? CheckAttributes(JsonElement cloudEvent)
    {
        var version = cloudEvent.Member("specversion").Text();
        if (version != "1.0")
        {
            return Refusal.SpecVersion(version);
        }

        foreach (var name in (ReadOnlySpan<string>)["id", "source", "type"])
        {
            var value = cloudEvent.Member(name);
            if (value.ValueKind != JsonValueKind.String || value.Text() is null)
            {
                return Refusal.AttributeMissing(name);
            }
        }

        foreach (var member in cloudEvent.EnumerateObject())
        {
            if (member.Name != "data" && member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            {
                return Refusal.AttributeNotText(member.Name);
            }
        }

        var source = cloudEvent.Member("source").Text()!;
        return source.Length > IngestLimits.IdLengthMax ? Refusal.IdTooLong("source")
            : cloudEvent.Member("id").Text()!.Length > IngestLimits.IdLengthMax ? Refusal.IdTooLong("id")
            : ReservedNames.IsSource(source) ? Refusal.SourceReserved(source)
            : !cloudEvent.Member("data").IsAbsent() && !cloudEvent.Member("data_base64").IsAbsent() ? Refusal.DataTwice
            : null;
    }

    private static EventIdentity Identify(JsonElement cloudEvent)
    {
        var identity = new EventIdentity();
        foreach (var kind in Enum.GetValues<IdentifierKind>())
        {
            var name = AttributeOf(kind);
            identity.Require(cloudEvent.Member(name), kind, name);
        }

        if (cloudEvent.Member("subject").Text() is { } subject)
        {
            var (kind, value) = IdentifierText.Parse(subject) ?? (IdentifierKind.UserId, subject);
            identity.Require(value, kind, "subject");
        }

        identity.NoticePerson(cloudEvent.Member("data"));
        return identity;
    }

    private static string AttributeOf(IdentifierKind kind) => kind switch
    {
        IdentifierKind.UserId => "journeyuserid",
        IdentifierKind.AnonymousId => "journeyanonymousid",
        IdentifierKind.Email => "journeyemail",
        IdentifierKind.Phone => "journeyphone",
        IdentifierKind.LoyaltyCard => "journeyloyaltycard",
        IdentifierKind.DeviceId => "journeydeviceid",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private bool TryWritePayload(JsonElement cloudEvent, ImmutableArray<Identifier> identifiers, string? session, out ReadOnlyMemory<byte> payload)
    {
        var data = cloudEvent.Member("data");
        var encoded = cloudEvent.Member("data_base64");
        _payload.Begin();
        _payload.Ids(identifiers, []);
        if (data.ValueKind == JsonValueKind.Object)
        {
            _payload.Object("properties", data);
        }
        else if (!data.IsAbsent())
        {
            _payload.ObjectWith("properties", default, ("data", data));
        }
        else if (!encoded.IsAbsent())
        {
            if (encoded.ValueKind != JsonValueKind.String || !encoded.TryGetBytesFromBase64(out _))
            {
                payload = default;
                return false;
            }

            _payload.ObjectWith("properties", default, ("data_base64", encoded));
        }

        WriteContext(cloudEvent);
        _payload.Session(session);
        payload = _payload.End();
        return true;
    }

    /// <summary>What a CloudEvent says beside its data: the optional attributes and the sender's own extensions.</summary>
    private void WriteContext(JsonElement cloudEvent)
    {
        var begun = false;
        foreach (var member in cloudEvent.EnumerateObject())
        {
            if (member.Name is "specversion" or "id" or "source" or "type" or "time" or "data" or "data_base64" or "subject"
                || member.Name.StartsWith(Prefix, StringComparison.Ordinal) || member.Value.IsAbsent())
            {
                continue;
            }

            if (!begun)
            {
                _payload.Json.WriteStartObject("context"u8);
                begun = true;
            }

            _payload.Json.WritePropertyName(member.Name);
            _payload.Raw(member.Value);
        }

        if (begun)
        {
            _payload.Json.WriteEndObject();
        }
    }
}
