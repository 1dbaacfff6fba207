using System.Buffers.Binary;

namespace Journey.Projections.Customers;

/// <summary>Reads what <see cref="StateWriter"/> wrote.</summary>
internal ref struct StateReader(ReadOnlySpan<byte> bytes, Vocabulary vocabulary)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly List<string> _texts = [];
    private int _at;

    public Vocabulary Vocabulary { get; } = vocabulary;

    public byte Byte() => _bytes[_at++];

    public bool Flag() => Byte() != 0;

    public int Count() => (int)Number();

    public long Number()
    {
        ulong value = 0;
        var shift = 0;
        byte part;
        do
        {
            part = _bytes[_at++];
            value |= (ulong)(part & 0x7f) << shift;
            shift += 7;
        }
        while (part >= 0x80);

        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public decimal Money()
    {
        Span<int> bits = stackalloc int[4];
        for (var i = 0; i < 4; i++)
        {
            bits[i] = BinaryPrimitives.ReadInt32LittleEndian(_bytes[_at..]);
            _at += 4;
        }

        return new decimal(bits);
    }

    public decimal? MoneyOrNull() => Flag() ? Money() : null;

    public string Text() => TextOrNull()!;

    public string? TextOrNull()
    {
        var known = Count();
        if (known == 0)
        {
            return null;
        }

        if (known > 1)
        {
            return _texts[known - 2];
        }

        var text = Vocabulary.Intern(Bytes());
        _texts.Add(text);
        return text;
    }

    public ReadOnlySpan<byte> Bytes()
    {
        var length = Count();
        var bytes = _bytes.Slice(_at, length);
        _at += length;
        return bytes;
    }
}
