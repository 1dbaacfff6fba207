using Journey.Domain.EventLog;
using Journey.Domain.Events;

namespace Journey.Host.Stores.Sqlite;

/// <summary>Reads whole streams one after the other, and leaves out at the row what nobody can want: its payload is never copied.</summary>
/// <remarks>A connection of its own, for one thread at a time. The store may be written to meanwhile: events behind the head it was opened with are not seen.</remarks>
public sealed class StreamScan : IStreamScan
{
    // Streams lie across the whole file, so the pages of many events are looked up: mapped, a page is not copied first.
    private const long MappedBytesMax = 256L * 1024 * 1024 * 1024;
    private const int CacheKib = 16 * 1024;

    private const string StreamSql =
        """
        SELECT position, source, name, kind, flags, channel, occurred_at, received_at, payload, event_id, version
        FROM events WHERE stream = ?1 ORDER BY version
        """;

    private static readonly byte[] Traits = "\"traits\""u8.ToArray();

    private readonly SqliteDatabase _database;
    private readonly EventReader _reader;
    private readonly Func<string, bool> _wants;
    private readonly long _head;
    private readonly bool _skipsImported;
    private byte[] _known = new byte[256];

    /// <param name="head">The last position that is read.</param>
    /// <param name="wants">Whether interactions of a name can matter. Those that carry identifiers or traits are always read.</param>
    /// <param name="skipsImported">Imported interactions may be left out as well.</param>
    internal StreamScan(string path, EventReader reader, long head, Func<string, bool> wants, bool skipsImported)
    {
        _database = SqliteDatabase.OpenReader(path);
        _database.Execute($"PRAGMA mmap_size = {MappedBytesMax}; PRAGMA cache_size = -{CacheKib};");
        (_reader, _head, _wants, _skipsImported) = (reader, head, wants, skipsImported);
    }

    /// <summary>Streams are numbered from 1 in the order of their first event.</summary>
    public long Streams => _database.Scalar("SELECT max(id) FROM streams");

    public string NameOf(long stream) => _reader.StreamName(_database, stream);

    /// <summary>0: there is no such stream.</summary>
    public long NumberOf(string stream)
    {
        var find = _database.Prepare("SELECT id FROM streams WHERE name = ?1").Bind(1, stream);
        var number = find.Step() ? find.Integer(0) : 0;
        find.Reset();
        return number;
    }

    /// <summary>Reads one stream in order.</summary>
    /// <param name="into">Added to.</param>
    /// <param name="buffer">Keeps the payloads; not restarted here.</param>
    /// <param name="counted">Told every event, also those left out: flags, when it happened, when it was received.</param>
    public void Read(long stream, string name, List<RecordedEvent> into, PageBuffer buffer, Action<EventKind, EventFlags, long, long> counted)
    {
        var partition = Partitions.Of(name);
        var statement = _database.Prepare(StreamSql).Bind(1, stream);
        try
        {
            while (statement.Step())
            {
                var position = statement.Integer(0);
                if (position > _head)
                {
                    break;
                }

                var kind = (EventKind)statement.Integer(3);
                var flags = (EventFlags)statement.Integer(4);
                var (occurred, received) = (statement.Integer(6), statement.Integer(7));
                counted(kind, flags, occurred, received);
                if (kind == EventKind.Interaction && IsLeftOut(statement, flags))
                {
                    continue;
                }

                into.Add(new RecordedEvent(
                    position, name, statement.Integer(10), partition,
                    _reader.SourceName(_database, statement.Integer(1)),
                    kind == EventKind.Interaction ? "" : statement.Text(9),
                    _reader.EventName(_database, statement.Integer(2)),
                    kind, flags,
                    _reader.Channel(_database, statement.Integer(5)),
                    occurred, received,
                    _reader.Payload(_database, stream, statement.Bytes(9), statement.Bytes(8), buffer, position)));
            }
        }
        finally
        {
            statement.Reset();
        }
    }

    public void Dispose() => _database.Dispose();

    private bool IsLeftOut(SqliteStatement statement, EventFlags flags)
    {
        if (flags != EventFlags.None && !(_skipsImported && flags == EventFlags.Imported))
        {
            return false;
        }

        return !Wants(statement.Integer(2)) && statement.Bytes(8).IndexOf(Traits) < 0;
    }

    private bool Wants(long name)
    {
        if (name >= _known.Length)
        {
            Array.Resize(ref _known, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)name + 1));
        }

        ref var known = ref _known[name];
        if (known == 0)
        {
            known = _wants(_reader.EventName(_database, name)) ? (byte)1 : (byte)2;
        }

        return known == 1;
    }
}
