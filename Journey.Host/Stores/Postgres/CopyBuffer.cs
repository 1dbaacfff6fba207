using System.Buffers.Binary;
using System.Text;

namespace Journey.Host.Stores.Postgres;

/// <summary>Rows in the format of PostgreSQL's binary COPY, made whole before they are sent: the server never waits for us in the middle.</summary>
/// <remarks>Numbers are big-endian, each field after its length in bytes as 32 bits: see "Binary Format" under COPY in PostgreSQL's manual.</remarks>
internal sealed class CopyBuffer
{
    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xff, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];

    private byte[] _bytes = new byte[64 * 1024];
    private int _used;

    public int Length => _used;

    public void Begin()
    {
        _used = 0;
        Header.CopyTo(Room(Header.Length));
    }

    public void Row(short fields) => BinaryPrimitives.WriteInt16BigEndian(Room(2), fields);

    public void Add(long value)
    {
        var room = Room(12);
        BinaryPrimitives.WriteInt32BigEndian(room, 8);
        BinaryPrimitives.WriteInt64BigEndian(room[4..], value);
    }

    public void Add(int value)
    {
        var room = Room(8);
        BinaryPrimitives.WriteInt32BigEndian(room, 4);
        BinaryPrimitives.WriteInt32BigEndian(room[4..], value);
    }

    public void Add(short value)
    {
        var room = Room(6);
        BinaryPrimitives.WriteInt32BigEndian(room, 2);
        BinaryPrimitives.WriteInt16BigEndian(room[4..], value);
    }

    public void Add(double value)
    {
        var room = Room(12);
        BinaryPrimitives.WriteInt32BigEndian(room, 8);
        BinaryPrimitives.WriteDoubleBigEndian(room[4..], value);
    }

    public void AddNull() => BinaryPrimitives.WriteInt32BigEndian(Room(4), -1);

    public void AddOrNull(long? value)
    {
        if (value is { } known)
        {
            Add(known);
        }
        else
        {
            AddNull();
        }
    }

    public void Add(Guid id)
    {
        var room = Room(20);
        BinaryPrimitives.WriteInt32BigEndian(room, 16);
        id.TryWriteBytes(room[4..], bigEndian: true, out _);
    }

    public void Add(string text)
    {
        text = PostgresText.To(text);
        var room = Room(4 + Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, room[4..]);
        BinaryPrimitives.WriteInt32BigEndian(room, length);
        _used -= room.Length - 4 - length;
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(Room(4), bytes.Length);
        bytes.CopyTo(Room(bytes.Length));
    }

    /// <summary>Everything since <see cref="Begin"/>, with the end that the format asks for.</summary>
    public ReadOnlySpan<byte> End()
    {
        BinaryPrimitives.WriteInt16BigEndian(Room(2), -1);
        return _bytes.AsSpan(0, _used);
    }

    private Span<byte> Room(int length)
    {
        if (_bytes.Length - _used < length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + length));
        }

        var room = _bytes.AsSpan(_used, length);
        _used += length;
        return room;
    }
}
