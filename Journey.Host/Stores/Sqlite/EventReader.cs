using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Stores.Personal;

namespace Journey.Host.Stores.Sqlite;

/// <summary>Reads pages of events. Each is one statement, so it shows the log as it stood at one moment.</summary>
internal sealed class EventReader(int streamsCachedMax, PayloadReader payloads)
{
    /// <summary>Names, sources and channels that are shared as objects. Further ones are read right, but not shared.</summary>
    private const int SymbolsMax = 131_072;

    private const string Columns =
        """SELECT position, stream, version, "partition", source, name, kind, flags, channel, occurred_at, received_at, payload, event_id""";

    private const string LogSql = $"{Columns} FROM events WHERE position > ?1 ORDER BY position LIMIT ?2";
    private const string SomePartitionsSql = $"""{Columns} FROM events WHERE position > ?1 AND (?3 >> "partition") & 1 ORDER BY position LIMIT ?2""";
    private const string StreamSql = $"{Columns} FROM events WHERE stream = ?3 AND version > ?1 ORDER BY version LIMIT ?2";
    private const string RestOfStreamSql =
        $"{Columns} FROM events WHERE stream = (SELECT id FROM streams WHERE name = ?3) AND version > ?1 AND position <= ?4 ORDER BY version LIMIT ?2";

    // The order of the join is the order of the result: streams by the index on their names, each one's events by the index on their versions.
    private const string StreamsSql =
        """
        SELECT e.position, e.stream, e.version, e."partition", e.source, e.name, e.kind, e.flags, e.channel, e.occurred_at, e.received_at, e.payload, e.event_id
        FROM streams s CROSS JOIN events e ON e.stream = s.id
        WHERE s.name > ?1 AND s.name < ?3 AND e.position <= ?4 ORDER BY s.name, e.version LIMIT ?2
        """;

    private const string AfterAllNames = "\U0010ffff";
    private const int EventIdColumn = 12;

    private readonly SymbolCache<string> _streams = new("streams", (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)streamsCachedMax), name => name);
    private readonly SymbolCache<string> _names = new("names", SymbolsMax, name => name);
    private readonly SymbolCache<string> _sources = new("sources", SymbolsMax, name => name);
    private readonly SymbolCache<ContactChannel> _channels = new("channels", SymbolsMax, ContactChannel.From);

    public string StreamName(SqliteDatabase database, long id) => _streams.Get(database, id);

    public string SourceName(SqliteDatabase database, long id) => _sources.Get(database, id);

    public string EventName(SqliteDatabase database, long id) => _names.Get(database, id);

    public ContactChannel Channel(SqliteDatabase database, long id) => _channels.Get(database, id);

    /// <summary>A stored payload as it is handed out: personal values in their places, where the customer's key is there.</summary>
    public ReadOnlyMemory<byte> Payload(SqliteDatabase database, long stream, ReadOnlySpan<byte> eventId, ReadOnlySpan<byte> stored, PageBuffer buffer, long position) =>
        payloads.Read(database.Personal, stream, eventId, stored, buffer, position);

    public EventPage Read(SqliteDatabase database, Checkpoint after, int max, ReadOptions options)
    {
        var isWhole = options.Partitions == ReadOptions.AllPartitions;
        var statement = database.Prepare(isWhole ? LogSql : SomePartitionsSql)
            .Bind(1, PositionToken.Position(after))
            .Bind(2, max);
        if (!isWhole)
        {
            statement.Bind(3, unchecked((long)options.Partitions));
        }

        return Page(database, statement, after, options);
    }

    public EventPage ReadStream(SqliteDatabase database, string stream, long afterVersion, int max)
    {
        var find = database.Prepare("SELECT id FROM streams WHERE name = ?1").Bind(1, stream);
        var id = find.Step() ? find.Integer(0) : 0;
        find.Reset();
        var statement = database.Prepare(StreamSql).Bind(1, afterVersion).Bind(2, max).Bind(3, id);
        return Page(database, statement, Checkpoint.Start, ReadOptions.Default);
    }

    public EventPage ReadStreams(SqliteDatabase database, in StreamPlace after, string? before, long upTo, int max, ReadOptions options)
    {
        if (before is not null && string.CompareOrdinal(after.Stream, before) >= 0)
        {
            return new EventPage([], Checkpoint.Start);
        }

        var buffer = options.Buffer ?? new PageBuffer();
        buffer.Restart();
        var count = 0;
        Take(database, database.Prepare(RestOfStreamSql).Bind(1, after.Version).Bind(2, max).Bind(3, after.Stream).Bind(4, upTo), options, buffer, ref count);
        if (count < max)
        {
            Take(database, database.Prepare(StreamsSql).Bind(1, after.Stream).Bind(2, max - count).Bind(3, before ?? AfterAllNames).Bind(4, upTo), options, buffer, ref count);
        }

        return new EventPage(new ArraySegment<RecordedEvent>(buffer.Events(count), 0, count), Checkpoint.Start);
    }

    private EventPage Page(SqliteDatabase database, SqliteStatement statement, Checkpoint after, ReadOptions options)
    {
        var buffer = options.Buffer ?? new PageBuffer();
        buffer.Restart();
        var count = 0;
        Take(database, statement, options, buffer, ref count);
        return count == 0
            ? new EventPage([], after)
            : new EventPage(new ArraySegment<RecordedEvent>(buffer.Events(count), 0, count), PositionToken.Of(buffer.Events(count)[count - 1].Position));
    }

    /// <summary>Adds a statement's rows to the events in the buffer.</summary>
    private void Take(SqliteDatabase database, SqliteStatement statement, ReadOptions options, PageBuffer buffer, ref int count)
    {
        const int firstRoom = 64;
        var events = buffer.Events(firstRoom);
        while (statement.Step())
        {
            if (count == events.Length)
            {
                events = buffer.Grow(count, count + 1);
            }

            var kind = (EventKind)statement.Integer(6);
            var stream = statement.Integer(1);
            events[count++] = new RecordedEvent(
                statement.Integer(0),
                _streams.Get(database, stream),
                statement.Integer(2),
                (int)statement.Integer(3),
                _sources.Get(database, statement.Integer(4)),
                options.WithIds || kind != EventKind.Interaction ? statement.Text(EventIdColumn) : "",
                _names.Get(database, statement.Integer(5)),
                kind,
                (EventFlags)statement.Integer(7),
                _channels.Get(database, statement.Integer(8)),
                statement.Integer(9),
                statement.Integer(10),
                options.WithPayloads || kind != EventKind.Interaction
                    ? Payload(database, stream, statement.Bytes(EventIdColumn), statement.Bytes(11), buffer, statement.Integer(0))
                    : default);
        }

        statement.Reset();
    }
}
