using System.Buffers;
using System.Text;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Personal;
using Journey.Host.Stores.Personal;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>Reads pages of events. Each is one statement, so it shows the log as it stood at one moment.</summary>
internal sealed class PostgresEventReader(PostgresAddress address, PersonalKeys keys, EventNameCaches names)
{
    private const string WithoutPayloads =
        """position, stream, version, occurred_at, received_at, source, name, channel, "partition", kind, flags, event_id, CASE WHEN kind <> 1 THEN payload END""";

    private readonly PayloadReader _payloads = new(keys);
    private long _lastErasure;

    /// <summary>The statement for a page of the log.</summary>
    public static NpgsqlCommand Command(NpgsqlConnection connection, long after, int max, ReadOptions options)
    {
        var columns = options.WithPayloads ? StoredEvent.Columns : WithoutPayloads;

        // Positions are dense, so a page's last one is known beforehand: only the parts that hold it are looked at.
        return options.Partitions == ReadOptions.AllPartitions
            ? connection.Command(
                $"SELECT {columns} FROM journey.events WHERE position > $1 AND position <= $2 ORDER BY position",
                Parameters.Of(after), Parameters.Of(after > long.MaxValue - max ? long.MaxValue : after + max))
            : connection.Command(
                $"""SELECT {columns} FROM journey.events WHERE position > $1 AND ($2 >> "partition") & 1 = 1 ORDER BY position LIMIT $3""",
                Parameters.Of(after), Parameters.Of(unchecked((long)options.Partitions)), Parameters.Of((long)max));
    }

    public static NpgsqlCommand StreamCommand(NpgsqlConnection connection, string stream, long afterVersion, int max) => connection.Command(
        $"""
         SELECT {StoredEvent.Columns} FROM journey.events
         WHERE stream = (SELECT id FROM journey.streams WHERE name = $1) AND version > $2 ORDER BY version LIMIT $3
         """,
        Parameters.Of(stream), Parameters.Of(afterVersion), Parameters.Of((long)max));

    /// <summary>The statement for a page of streams in the order of their names, which the database has as we do: byte by byte.</summary>
    public static NpgsqlCommand StreamsCommand(NpgsqlConnection connection, StreamPlace after, string? before, long upTo, int max, ReadOptions options) => connection.Command(
        $"""
         SELECT {(options.WithPayloads ? StoredEvent.Columns : WithoutPayloads)}
         FROM (SELECT id, name AS stream_name FROM journey.streams WHERE name >= $1 AND ($3::text IS NULL OR name < $3)) s
         JOIN journey.events e ON e.stream = s.id AND e.position <= $4 AND (s.stream_name > $1 OR e.version > $2)
         ORDER BY s.stream_name, e.version LIMIT $5
         """,
        Parameters.Of(after.Stream), Parameters.Of(after.Version), Parameters.Of(before), Parameters.Of(upTo), Parameters.Of((long)max));

    public EventPage ReadStream(NpgsqlConnection connection, string stream, long afterVersion, int max)
    {
        using var command = StreamCommand(connection, stream, afterVersion, max);
        return Page(connection, command.ExecuteReader(), Checkpoint.Start, ReadOptions.Default);
    }

    /// <param name="rows">Is closed.</param>
    public EventPage Page(NpgsqlConnection connection, NpgsqlDataReader rows, Checkpoint after, ReadOptions options)
    {
        var buffer = options.Buffer ?? new PageBuffer();
        buffer.Restart();
        var tables = new EventNameTables(names);
        var stored = ArrayPool<StoredEvent>.Shared.Rent(64);
        try
        {
            var count = 0;
            var sealedStreams = new HashSet<long>();
            using (rows)
            {
                while (rows.Read())
                {
                    if (count == stored.Length)
                    {
                        stored = Larger(stored);
                    }

                    ref var row = ref stored[count++];
                    row = StoredEvent.Read(rows, buffer, options.WithIds);
                    tables.Want(row);
                    if (SealedPayload.IsOne(row.Payload.Span) && !keys.Knows(row.Stream))
                    {
                        sealedStreams.Add(row.Stream);
                    }
                }
            }

            if (count == 0)
            {
                return new EventPage([], after);
            }

            tables.Fetch(connection);
            var personal = new StoredPersonalRows(address, connection);
            if (sealedStreams.Count > 0)
            {
                personal.Read([.. sealedStreams]);
            }

            var events = buffer.Events(count);
            for (var i = 0; i < count; i++)
            {
                events[i] = Recorded(stored[i], tables, personal, buffer, options.WithIds);
            }

            return new EventPage(new ArraySegment<RecordedEvent>(events, 0, count), PositionToken.Of(events[count - 1].Position));
        }
        finally
        {
            ArrayPool<StoredEvent>.Shared.Return(stored, clearArray: true);
        }
    }

    public RecordedEvent Recorded(in StoredEvent stored, EventNameTables tables, StoredPersonalRows personal, PageBuffer buffer, bool withId)
    {
        var name = tables.Names[stored.Name];
        if (name == EventNames.CustomerErased && stored.Position > Interlocked.Read(ref _lastErasure))
        {
            // Another host may have recorded it: no key that it destroyed is used any longer here.
            Interlocked.Exchange(ref _lastErasure, stored.Position);
            keys.Forget();
        }

        return new RecordedEvent(
            stored.Position, tables.Streams[stored.Stream], stored.Version, stored.Partition, tables.Sources[stored.Source],
            withId || stored.Kind != EventKind.Interaction ? stored.Id! : "",
            name, stored.Kind, stored.Flags, tables.Channels[stored.Channel], stored.OccurredAt, stored.ReceivedAt, Payload(stored, personal, buffer));
    }

    private ReadOnlyMemory<byte> Payload(in StoredEvent stored, StoredPersonalRows personal, PageBuffer buffer)
    {
        if (!SealedPayload.IsOne(stored.Payload.Span))
        {
            return stored.Payload;
        }

        const int onStack = 512;
        Span<byte> id = stored.Id!.Length <= onStack / 3 ? stackalloc byte[onStack] : new byte[Encoding.UTF8.GetMaxByteCount(stored.Id.Length)];
        return _payloads.Read(personal, stored.Stream, id[..Encoding.UTF8.GetBytes(stored.Id, id)], stored.Payload.Span, buffer, stored.Position);
    }

    private static StoredEvent[] Larger(StoredEvent[] stored)
    {
        var larger = ArrayPool<StoredEvent>.Shared.Rent(stored.Length * 2);
        stored.CopyTo(larger, 0);
        ArrayPool<StoredEvent>.Shared.Return(stored, clearArray: true);
        return larger;
    }
}
