using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>Reads whole streams, a block of neighbours in one statement: whoever goes through all of them waits for few answers.</summary>
/// <remarks>The server leaves out the payload of what nobody can want.</remarks>
internal sealed class PostgresStreamScan : IStreamScan
{
    private const int BlockStreams = 64;
    private const int BlockNames = 1_024;

    private const string Columns =
        """
        SELECT position, stream, version, occurred_at, received_at, source, name, channel, "partition", kind, flags, event_id,
               CASE WHEN kind = 1 AND flags = ANY($2) AND NOT name = ANY($3) AND position('"traits"'::bytea IN payload) = 0 THEN NULL ELSE payload END
        FROM journey.events
        """;

    private readonly PostgresAddress _address;
    private readonly PostgresEventReader _reader;
    private readonly EventNameCaches _caches;
    private readonly NpgsqlConnection _connection;
    private readonly long _head;
    private readonly short[] _skipped;
    private readonly int[] _wanted;
    private readonly Dictionary<long, List<StoredEvent>> _block = [];
    private readonly PageBuffer _blockPayloads = new();
    private readonly Dictionary<long, string> _names = [];
    private long _next;
    private EventNameTables _tables;
    private StoredPersonalRows _personal;

    public PostgresStreamScan(
        PostgresAddress address, NpgsqlConnection connection, PostgresEventReader reader, EventNameCaches caches, long head, Func<string, bool> wants, bool skipsImported)
    {
        (_address, _connection, _reader, _caches, _head) = (address, connection, reader, caches, head);
        _skipped = skipsImported ? [(short)EventFlags.None, (short)EventFlags.Imported] : [(short)EventFlags.None];
        _tables = new EventNameTables(caches);
        _personal = new StoredPersonalRows(address, connection);
        var wanted = new List<int>();
        using var all = connection.Command("SELECT id, name FROM journey.names");
        using var rows = all.ExecuteReader();
        while (rows.Read())
        {
            if (wants(rows.Text(1)))
            {
                wanted.Add(rows.GetInt32(0));
            }
        }

        _wanted = [.. wanted];
    }

    public long Streams
    {
        get
        {
            using var last = _connection.Command("SELECT coalesce(max(id), 0) FROM journey.streams");
            return (long)last.ExecuteScalar()!;
        }
    }

    public string NameOf(long stream)
    {
        _next = stream;
        if (!_names.TryGetValue(stream, out var name))
        {
            _names.Clear();
            using var find = _connection.Command("SELECT id, name FROM journey.streams WHERE id >= $1 AND id < $2", Parameters.Of(stream), Parameters.Of(stream + BlockNames));
            using var rows = find.ExecuteReader();
            while (rows.Read())
            {
                _names.Add(rows.GetInt64(0), rows.Text(1));
            }

            name = _names.TryGetValue(stream, out name) ? name : throw new StoreFormatException($"{_address} is damaged: streams has no row {stream}. Restore it from a backup.");
        }

        return name;
    }

    public long NumberOf(string stream)
    {
        using var find = _connection.Command("SELECT id FROM journey.streams WHERE name = $1", Parameters.Of(stream));
        return find.ExecuteScalar() as long? ?? 0;
    }

    public void Read(long stream, string name, List<RecordedEvent> into, PageBuffer buffer, Action<EventKind, EventFlags, long, long> counted)
    {
        if (!_block.TryGetValue(stream, out var events))
        {
            // Relatives are met out of order, without having been asked for their name: the block that is gone through stays for its neighbours.
            events = stream == _next ? Block(stream) : Alone(stream);
        }

        foreach (var stored in events)
        {
            counted(stored.Kind, stored.Flags, stored.OccurredAt, stored.ReceivedAt);
            if (stored.Kind == EventKind.Interaction && stored.Payload.IsEmpty)
            {
                continue;
            }

            var recorded = _reader.Recorded(stored, _tables, _personal, buffer, withId: false);

            // The block's memory is used again for the next one, and the caller may keep this longer.
            into.Add(recorded with { Stream = name, Payload = buffer.Copy(recorded.Payload.Span) });
        }
    }

    public void Dispose() => _connection.Dispose();

    private List<StoredEvent> Alone(long stream)
    {
        var alone = new Dictionary<long, List<StoredEvent>>();
        Fill(alone, stream, stream, new PageBuffer());
        return alone.GetValueOrDefault(stream) ?? [];
    }

    private List<StoredEvent> Block(long first)
    {
        _block.Clear();
        _blockPayloads.Restart();
        (_tables, _personal) = (new EventNameTables(_caches), new StoredPersonalRows(_address, _connection));
        for (var stream = first; stream < first + BlockStreams; stream++)
        {
            _block.Add(stream, []);
        }

        Fill(_block, first, first + BlockStreams - 1, _blockPayloads);
        return _block[first];
    }

    private void Fill(Dictionary<long, List<StoredEvent>> into, long first, long last, PageBuffer payloads)
    {
        var sealedStreams = new HashSet<long>();
        using (var command = _connection.Command(
            $"{Columns} WHERE stream >= $1 AND stream <= $4 AND position <= $5 ORDER BY stream, version",
            Parameters.Of(first), Parameters.Each(_skipped), Parameters.Each(_wanted), Parameters.Of(last), Parameters.Of(_head)))
        {
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                var stored = StoredEvent.Read(rows, payloads, withId: false);
                _tables.Want(stored);
                if (Domain.Personal.SealedPayload.IsOne(stored.Payload.Span))
                {
                    sealedStreams.Add(stored.Stream);
                }

                if (!into.TryGetValue(stored.Stream, out var events))
                {
                    into.Add(stored.Stream, events = []);
                }

                events.Add(stored);
            }
        }

        _tables.Fetch(_connection);
        if (sealedStreams.Count > 0)
        {
            _personal.Read([.. sealedStreams]);
        }
    }
}
