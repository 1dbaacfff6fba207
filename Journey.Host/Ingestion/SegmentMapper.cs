using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Identity;

namespace Journey.Host.Ingestion;

/// <summary>Turns Segment messages into interactions. One mapper serves a whole request.</summary>
public sealed class SegmentMapper(IngestLimits limits) : IDisposable
{
    private readonly PayloadWriter _payload = new();

    /// <param name="call">Null: as the message's <c>type</c> says.</param>
    /// <param name="source">The write key's name.</param>
    /// <param name="previousIdKind">What an alias' <c>previousId</c> is: Segment doesn't say.</param>
    public MappedEvent Map(JsonElement message, SegmentCall? call, string source, in SegmentEnvelope envelope,
        IdentifierKind previousIdKind = IdentifierKind.AnonymousId)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            return MappedEvent.Refused(Refusal.NotAnObject);
        }

        var id = message.Member("messageId").Text();
        if (EventShape.Check(JsonMarshal.GetRawUtf8Value(message), limits.EventBytesMax) is { } misshapen)
        {
            return MappedEvent.Refused(misshapen, id?.Length > IngestLimits.IdLengthMax ? null : id);
        }

        if (id?.Length > IngestLimits.IdLengthMax)
        {
            return MappedEvent.Refused(Refusal.IdTooLong("messageId"));
        }

        var type = call ?? SegmentCalls.Parse(message.Member("type").Text());
        return type is not { } known
            ? MappedEvent.Refused(Refusal.UnknownType(message.Member("type").Text()), id)
            : Map(message, known, source, id, envelope, previousIdKind);
    }

    public void Dispose() => _payload.Dispose();

    private MappedEvent Map(JsonElement message, SegmentCall call, string source, string? id, in SegmentEnvelope envelope, IdentifierKind previousIdKind)
    {
        var name = call.EventName(message) ?? "";
        if (ReservedNames.Check(name) is { } misnamed)
        {
            return MappedEvent.Refused(misnamed, id);
        }

        var properties = message.Member("properties");
        var traits = message.Member("traits");
        var context = message.Member("context") is { ValueKind: JsonValueKind.Object } own ? own : envelope.Context;
        foreach (var (part, value) in (ReadOnlySpan<(string, JsonElement)>)[("properties", properties), ("traits", traits), ("context", message.Member("context"))])
        {
            if (!value.IsObjectOrAbsent())
            {
                return MappedEvent.Refused(Refusal.NotAnObjectMember(part), id);
            }
        }

        var timestamp = message.Member("timestamp") is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } stated
            ? stated
            : message.Member("originalTimestamp");
        var happened = EventTimes.Parse(timestamp);
        if (happened is null && !timestamp.IsAbsent())
        {
            return MappedEvent.Refused(Refusal.BadTime("timestamp"), id);
        }

        var identity = Identify(message, call, properties, traits, context);
        if (identity.Fault is { } fault)
        {
            return MappedEvent.Refused(fault, id);
        }

        if (identity.IsEmpty)
        {
            return MappedEvent.Refused(Refusal.NoIdentifier, id);
        }

        var (alias, misaliased) = Alias(message, call, previousIdKind);
        if (misaliased is not null)
        {
            return MappedEvent.Refused(misaliased, id);
        }

        if (call == SegmentCall.Group && message.Member("groupId").Text() is null)
        {
            return MappedEvent.Refused(Refusal.GroupIdMissing, id);
        }

        var session = Session(context, properties);
        if (session?.Length > IngestLimits.IdLengthMax)
        {
            return MappedEvent.Refused(Refusal.IdTooLong("sessionId"), id);
        }

        var identifiers = identity.Found;
        return MappedEvent.Taken(new Interaction(
            source,
            id ?? NameBased(message, happened is not null),
            name,
            SenderChannel.Of(call, name, context, properties),
            EventFlags.None,
            EventTimes.OccurredAt(happened, EventTimes.Parse(message.Member("sentAt")) ?? envelope.SentAt, envelope.ReceivedAt),
            envelope.ReceivedAt,
            identifiers,
            alias,
            Payload(message, call, identifiers, alias, properties, traits, context, session)));
    }

    private static EventIdentity Identify(JsonElement message, SegmentCall call, JsonElement properties, JsonElement traits, JsonElement context)
    {
        var identity = new EventIdentity();
        identity.Require(message.Member("userId"), IdentifierKind.UserId, "userId");
        identity.Require(message.Member("anonymousId"), IdentifierKind.AnonymousId, "anonymousId");
        if (call != SegmentCall.Group)
        {
            // A group's traits are the group's: its email is nobody's in particular.
            identity.NoticePerson(traits);
        }

        identity.NoticePerson(context.Member("traits"));
        identity.NoticePerson(properties);
        identity.Notice(context.Member("device").Member("id"), IdentifierKind.DeviceId);
        return identity;
    }

    private static (ImmutableArray<Identifier> Alias, Refusal? Fault) Alias(JsonElement message, SegmentCall call, IdentifierKind kind)
    {
        if (call != SegmentCall.Alias)
        {
            return ([], null);
        }

        var previous = new EventIdentity();
        previous.Require(message.Member("previousId"), kind, "previousId");
        return previous.Fault is { } fault ? ([], fault)
            : previous.IsEmpty ? ([], Refusal.PreviousIdMissing)
            : (previous.Found, null);
    }

    private static string? Session(JsonElement context, JsonElement properties) =>
        context.Member("sessionId").Text() ?? context.Member("session").Member("id").Text() ?? properties.Member("session_id").Text();

    /// <summary>The id of a message that came without one.</summary>
    /// <remarks>With a time of its own, the same content is the same event, and a retry is recognized. Without one, the same content may well be
    /// a second event, and counting a retry twice is the smaller harm than losing every visit after the first.</remarks>
    private static string NameBased(JsonElement message, bool hasTime) => hasTime
        ? "content-" + Convert.ToHexStringLower(SHA256.HashData(JsonMarshal.GetRawUtf8Value(message)).AsSpan(0, 16))
        : "arrival-" + Guid.CreateVersion7().ToString("N");

    private ReadOnlyMemory<byte> Payload(JsonElement message, SegmentCall call, ImmutableArray<Identifier> identifiers, ImmutableArray<Identifier> alias,
        JsonElement properties, JsonElement traits, JsonElement context, string? session)
    {
        _payload.Begin();
        _payload.Ids(identifiers, alias);
        switch (call)
        {
            case SegmentCall.Identify:
                _payload.Object("traits", traits);
                break;
            case SegmentCall.Group:
                _payload.Object("traits", context.Member("traits"));
                _payload.ObjectWith("properties", properties, ("groupId", message.Member("groupId")), ("traits", traits));
                break;
            case SegmentCall.Alias:
                _payload.ObjectWith("properties", properties, ("previousId", message.Member("previousId")));
                break;
            case SegmentCall.Page or SegmentCall.Screen:
                _payload.Object("traits", context.Member("traits"));
                _payload.ObjectWith("properties", properties, ("name", message.Member("name")), ("category", message.Member("category")));
                break;
            default:
                _payload.Object("traits", context.Member("traits"));
                _payload.Object("properties", properties);
                break;
        }

        _payload.Context(context);
        _payload.Session(session);
        return _payload.End();
    }
}
