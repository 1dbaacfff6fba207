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

    private EventPage Page(SqliteDatabase database, SqliteStatement statement, Checkpoint after, ReadOptions options)
    {
        const int firstRoom = 64;
        var buffer = options.Buffer ?? new PageBuffer();
        buffer.Restart();
        var events = buffer.Events(firstRoom);
        var count = 0;
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
        return count == 0
            ? new EventPage([], after)
            : new EventPage(new ArraySegment<RecordedEvent>(events, 0, count), PositionToken.Of(events[count - 1].Position));
    }
}
