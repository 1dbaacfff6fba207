using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Journey.Projections.Customers;

/// <summary>Writes a state's parts compactly: numbers at variable length, each text once and by its number from then on.</summary>
internal sealed class StateWriter
{
    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);
    private byte[] _buffer = new byte[4_096];
    private int _length;

    public void Reset()
    {
        _texts.Clear();
        _length = 0;
    }

    public void CopyTo(IBufferWriter<byte> into) => into.Write(_buffer.AsSpan(0, _length));

    public void Byte(byte value)
    {
        Room(1);
        _buffer[_length++] = value;
    }

    public void Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    /// <summary>Small numbers of either sign are short.</summary>
    public void Number(long value)
    {
        Room(10);
        var rest = (ulong)((value << 1) ^ (value >> 63));
        while (rest >= 0x80)
        {
            _buffer[_length++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        _buffer[_length++] = (byte)rest;
    }

    public void Money(decimal value)
    {
        Room(16);
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        foreach (var part in bits)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_length), part);
            _length += 4;
        }
    }

    public void Money(decimal? value)
    {
        Flag(value is not null);
        if (value is { } known)
        {
            Money(known);
        }
    }

    /// <summary>0: null; 1: a text met for the first time follows; above: the text that was met so-many-th.</summary>
    public void Text(string? text)
    {
        if (text is null)
        {
            Number(0);
            return;
        }

        if (_texts.TryGetValue(text, out var known))
        {
            Number(known + 2);
            return;
        }

        _texts.Add(text, _texts.Count);
        Number(1);
        var bytes = Encoding.UTF8.GetByteCount(text);
        Number(bytes);
        Room(bytes);
        _length += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length));
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number(bytes.Length);
        Room(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Room(int bytes)
    {
        if (_buffer.Length - _length < bytes)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + bytes));
        }
    }
}
