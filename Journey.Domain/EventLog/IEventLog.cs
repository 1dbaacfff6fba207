using Journey.Domain.Events;

namespace Journey.Domain.EventLog;

/// <summary>The log: append-only, dense positions in commit order. Free of SQL, so that a clustered log can stand behind it.</summary>
public interface IEventLog
{
    /// <summary>Appends every request, each whole or not at all, and returns after a durable commit: one answer per request, in order.</summary>
    /// <remarks>Requests of one call, and of concurrent calls, may share a commit. A conflict or a duplicate fails its own request only.</remarks>
    ValueTask<IReadOnlyList<AppendResult>> AppendAsync(IReadOnlyList<AppendRequest> requests, CancellationToken cancellation = default);

    /// <summary>Reads up to <paramref name="max"/> events after a checkpoint, in position order. An empty page means the end of the log.</summary>
    ValueTask<EventPage> ReadAsync(Checkpoint after, int max, CancellationToken cancellation = default);

    /// <summary>As above, for a reader that can do without some of it or brings its own memory.</summary>
    ValueTask<EventPage> ReadAsync(Checkpoint after, int max, ReadOptions options, CancellationToken cancellation = default) =>
        ReadAsync(after, max, cancellation);

    /// <summary>Reads one stream in version order, from the event after <paramref name="afterVersion"/> (0: from the start).</summary>
    ValueTask<EventPage> ReadStreamAsync(string stream, long afterVersion, int max, CancellationToken cancellation = default);

    /// <summary>
    /// Reads streams whole, one after the other, in the order of their names (byte by byte in UTF-8), each in version order.
    /// A page may end in the midst of a stream; an empty one means that there is nothing more.
    /// </summary>
    /// <param name="after">Where to go on: the stream and version of the last event read; a name that no stream has is fine.</param>
    /// <param name="before">Only streams whose names come before it; null: all.</param>
    /// <param name="upTo">Only events up to this global position.</param>
    /// <returns>A page whose <see cref="EventPage.Next"/> means nothing.</returns>
    ValueTask<EventPage> ReadStreamsAsync(StreamPlace after, string? before, long upTo, int max, ReadOptions options, CancellationToken cancellation = default);

    /// <summary>The end of the log as of now.</summary>
    ValueTask<Checkpoint> HeadAsync(CancellationToken cancellation = default);

    /// <summary>Completes once the log has an event after <paramref name="after"/>: at once if it has one already.</summary>
    ValueTask WaitAsync(Checkpoint after, CancellationToken cancellation = default);

    /// <summary>The place from which reading on begins with the event at <paramref name="position"/>: for people who name positions.</summary>
    ValueTask<Checkpoint> BeforeAsync(long position, CancellationToken cancellation = default);

    /// <summary>The global position that a checkpoint stands for: for lag, and for nothing else.</summary>
    long PositionOf(Checkpoint checkpoint);
}

/// <summary>Events for one stream, appended together.</summary>
/// <param name="Events">1 to <see cref="EventsMax"/> events, all of <paramref name="Stream"/>.</param>
public sealed record AppendRequest(string Stream, ExpectedVersion Expected, IReadOnlyList<NewEvent> Events)
{
    public const int EventsMax = 10_000;
}

/// <summary>The version the decider saw. <see cref="Any"/> for facts that nobody can contradict.</summary>
public readonly record struct ExpectedVersion(long Value)
{
    public static ExpectedVersion Any { get; } = new(-1);
    public static ExpectedVersion NoStream { get; } = new(0);
    public static ExpectedVersion Exactly(long version) => new(version);
}

/// <summary>A conflict is an answer, not an exception: the caller reloads and decides again.</summary>
public abstract record AppendResult
{
    private AppendResult() { }

    /// <summary>Durable. <paramref name="LastPosition"/> and <paramref name="LastVersion"/> are those of the request's last event.</summary>
    public sealed record Appended(long LastPosition, long LastVersion) : AppendResult;

    /// <summary>Every event of the request had been appended before, by (source, id). Nothing was written.</summary>
    /// <param name="Position">Where the last one stands.</param>
    public sealed record Duplicate(long Position) : AppendResult;

    /// <summary>The stream stands at another version. Nothing was written.</summary>
    public sealed record Conflict(long ActualVersion) : AppendResult;

    /// <summary>Some of the request's events were there already and some were not: the request is not the one it claims to repeat. Nothing was written.</summary>
    public sealed record Torn(string Reason) : AppendResult;
}

/// <summary>How far a consumer has read. Opaque: only the adapter that made it can read it.</summary>
public readonly record struct Checkpoint(string? Token)
{
    public static Checkpoint Start { get; }

    public override string ToString() => Token ?? "start";
}

/// <param name="Next">Where to go on reading.</param>
public sealed record EventPage(IReadOnlyList<RecordedEvent> Events, Checkpoint Next)
{
    public bool AtEnd => Events.Count == 0;

    /// <summary>The events without a copy for each, where the adapter keeps them in an array.</summary>
    public ReadOnlySpan<RecordedEvent> AsSpan() => Events switch
    {
        RecordedEvent[] array => array,
        ArraySegment<RecordedEvent> segment => segment,
        _ => Events.ToArray(),
    };
}

/// <summary>A place in the log read stream by stream: behind a version of a stream.</summary>
/// <param name="Version">0: before the stream's first event.</param>
public readonly record struct StreamPlace(string Stream, long Version);
