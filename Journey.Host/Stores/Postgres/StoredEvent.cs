using System.Runtime.InteropServices;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Npgsql;

namespace Journey.Host.Stores.Postgres;

/// <summary>A row of the events' table before numbers are names and sealed values are open.</summary>
internal readonly record struct StoredEvent(
    long Position,
    long Stream,
    long Version,
    long OccurredAt,
    long ReceivedAt,
    int Source,
    int Name,
    int Channel,
    int Partition,
    EventKind Kind,
    EventFlags Flags,
    string? Id,
    ReadOnlyMemory<byte> Payload)
{
    /// <summary>In the order that <see cref="Read"/> takes them.</summary>
    public const string Columns =
        """position, stream, version, occurred_at, received_at, source, name, channel, "partition", kind, flags, event_id, payload""";

    /// <param name="buffer">Holds the payload.</param>
    /// <param name="withId">False: an interaction's id is read only where it is needed to open its payload.</param>
    public static StoredEvent Read(NpgsqlDataReader row, PageBuffer buffer, bool withId)
    {
        const int idColumn = 11;
        const int payloadColumn = 12;
        var kind = (EventKind)row.GetInt16(9);
        var payload = ReadOnlyMemory<byte>.Empty;
        if (!row.IsDBNull(payloadColumn) && row.GetBytes(payloadColumn, 0, null, 0, 0) is > 0 and var length)
        {
            var room = buffer.Take((int)length);
            MemoryMarshal.TryGetArray<byte>(room, out var array);
            row.GetBytes(payloadColumn, 0, array.Array, array.Offset, (int)length);
            payload = room;
        }

        var id = withId || kind != EventKind.Interaction || Domain.Personal.SealedPayload.IsOne(payload.Span) ? row.Text(idColumn) : null;
        return new StoredEvent(
            row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt32(5), row.GetInt32(6), row.GetInt32(7),
            row.GetInt16(8), kind, (EventFlags)row.GetInt16(10), id, payload);
    }
}
