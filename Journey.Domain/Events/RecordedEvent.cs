namespace Journey.Domain.Events;

/// <summary>A fact in the log. Never edited; what it says and where it stands are both fixed at commit.</summary>
/// <param name="Position">Global position: dense, in commit order, from 1.</param>
/// <param name="Stream">The customer's id, or a system stream whose name starts with <c>$</c>.</param>
/// <param name="Version">Place in its stream: dense, from 1.</param>
/// <param name="Partition">0 to 63, by <see cref="Partitions.Of"/>; stored, so that it never changes for an event.</param>
/// <param name="Source">Who says so: a write key's name, a CloudEvents source, <c>import:FILE</c>, <c>journey</c>. With <paramref name="Id"/> it makes ingest idempotent.</param>
/// <param name="Id">The sender's id of this event (Segment's <c>messageId</c>, CloudEvents' <c>id</c>); empty when the reader did not ask for ids.</param>
/// <param name="Name">What happened, past tense. Interned: the same name is the same string object.</param>
/// <param name="OccurredAt">When it happened, as far as the sender knows: milliseconds since 1970 UTC.</param>
/// <param name="ReceivedAt">When it reached us: milliseconds since 1970 UTC.</param>
/// <param name="Payload">One format marker byte and the content: see <see cref="StoredPayload"/>. Valid until the next page is read unless copied.</param>
public readonly record struct RecordedEvent(
    long Position,
    string Stream,
    long Version,
    int Partition,
    string Source,
    string Id,
    string Name,
    EventKind Kind,
    EventFlags Flags,
    ContactChannel Channel,
    long OccurredAt,
    long ReceivedAt,
    ReadOnlyMemory<byte> Payload)
{
    public bool IsImported => (Flags & EventFlags.Imported) != 0;

    /// <summary>The payload's JSON, without the format marker.</summary>
    public ReadOnlyMemory<byte> Json => StoredPayload.Json(Payload);
}

/// <summary>An event to be appended. Position, version and partition are the log's to give.</summary>
public sealed record NewEvent(
    string Stream,
    string Source,
    string Id,
    string Name,
    EventKind Kind,
    EventFlags Flags,
    ContactChannel Channel,
    long OccurredAt,
    long ReceivedAt,
    ReadOnlyMemory<byte> Payload);

/// <summary>Where an event came from. The numbers are on disk: add, never renumber.</summary>
public enum EventKind : byte
{
    None = 0,

    /// <summary>From outside: somebody did something, on some channel. Only these are activities of the journey map.</summary>
    Interaction = 1,

    /// <summary>Computed by a fold: "Cart Abandoned", "Session Ended", "Segment Entered".</summary>
    Derived = 2,

    /// <summary>Taken by the journey engine: "Message Requested", "Run Exited". Never starts a journey.</summary>
    Decision = 3,

    /// <summary>The scheduler saw a due time pass.</summary>
    Time = 4,

    /// <summary>What became of a delivery: "Message Sent", "Message Failed".</summary>
    Outcome = 5,

    /// <summary>Two identities became one, or were parted again.</summary>
    Identity = 6,

    /// <summary>A document was published, paused, resumed or retired; on the stream <c>$definitions</c>.</summary>
    Definition = 7,
}

[Flags]
public enum EventFlags : byte
{
    None = 0,

    /// <summary>History brought in from elsewhere: projected, and never triggers.</summary>
    Imported = 1,

    /// <summary>This event taught the resolver an identifier, so a rebuild of the identity table has to read it.</summary>
    LinksIdentity = 2,
}
