namespace Journey.Domain.Personal;

/// <summary>A stored payload whose personal values are encrypted: marker 2, the JSON with placeholders, a zero byte, then what puts the values back.</summary>
/// <remarks>
/// Behind the zero byte, which JSON cannot hold: how many places, for each the gap since the last one's end, its placeholder's length and its
/// value's length; then the sealed values (nonce, tag, ciphertext, as the store has it). Numbers are LEB128.
/// Whoever has no key reads the JSON with placeholders.
/// </remarks>
public static class SealedPayload
{
    public const byte Marker = 2;

    private const int NumberBytesMax = 5;

    /// <summary>Bytes of what stands before the sealed values, at most.</summary>
    public static int HeadLengthMax(Redaction parted) => 2 + parted.Redacted.Length + (NumberBytesMax * ((3 * parted.Places.Count) + 1));

    /// <summary>Writes what stands before the sealed values.</summary>
    /// <param name="room">Of <see cref="HeadLengthMax"/> bytes at least.</param>
    /// <returns>How many bytes were written: the sealed values follow there.</returns>
    public static int WriteHead(Redaction parted, Span<byte> room)
    {
        room[0] = Marker;
        parted.Redacted.CopyTo(room[1..]);
        var at = 1 + parted.Redacted.Length;
        room[at++] = 0;
        Put(room, ref at, parted.Places.Count);
        var end = 0;
        foreach (var place in parted.Places)
        {
            Put(room, ref at, place.Start - end);
            Put(room, ref at, place.Length);
            Put(room, ref at, place.ValueLength);
            end = place.Start + place.Length;
        }

        return at;
    }

    public static bool IsOne(ReadOnlySpan<byte> stored) => stored.Length > 0 && stored[0] == Marker;

    /// <summary>The JSON with placeholders.</summary>
    /// <exception cref="InvalidDataException">The payload is damaged.</exception>
    public static ReadOnlySpan<byte> Redacted(ReadOnlySpan<byte> stored) => stored[1..EndOf(stored)];

    internal static int EndOf(ReadOnlySpan<byte> stored)
    {
        var end = stored.IndexOf((byte)0);
        return end > 0 ? end : throw Damaged();
    }

    /// <summary>Where the parts of a sealed payload lie.</summary>
    /// <exception cref="InvalidDataException">The payload is damaged.</exception>
    public static Parts Read(ReadOnlySpan<byte> stored)
    {
        var end = EndOf(stored);
        var at = end + 1;
        var count = Take(stored, ref at);
        var places = at;
        var values = 0;
        var placeholders = 0;
        for (var i = 0; i < count; i++)
        {
            Take(stored, ref at);
            placeholders += Take(stored, ref at);
            values += Take(stored, ref at);
        }

        return new Parts(stored[1..end], stored[places..at], count, stored[at..], values, end - 1 - placeholders + values);
    }

    /// <param name="Places">The numbers that say where values belong.</param>
    /// <param name="ValuesLength">Bytes of the values, once decrypted.</param>
    /// <param name="Length">Bytes of the JSON with the values in their places.</param>
    public readonly ref struct Parts(
        ReadOnlySpan<byte> redacted, ReadOnlySpan<byte> places, int count, ReadOnlySpan<byte> sealedValues, int valuesLength, int length)
    {
        private readonly ReadOnlySpan<byte> _places = places;
        private readonly int _count = count;

        public ReadOnlySpan<byte> Redacted { get; } = redacted;

        public ReadOnlySpan<byte> Sealed { get; } = sealedValues;

        public int ValuesLength { get; } = valuesLength;

        public int Length { get; } = length;

        /// <summary>Writes the JSON as it was.</summary>
        /// <param name="values">Decrypted.</param>
        /// <param name="into">Of <see cref="Length"/> bytes.</param>
        public void Join(ReadOnlySpan<byte> values, Span<byte> into)
        {
            var (at, from, to) = (0, 0, 0);
            for (var i = 0; i < _count; i++)
            {
                var gap = Take(_places, ref at);
                var placeholder = Take(_places, ref at);
                var length = Take(_places, ref at);
                Redacted.Slice(from, gap).CopyTo(into[to..]);
                values[..length].CopyTo(into[(to + gap)..]);
                values = values[length..];
                from += gap + placeholder;
                to += gap + length;
            }

            Redacted[from..].CopyTo(into[to..]);
        }
    }

    private static void Put(Span<byte> room, ref int at, int number)
    {
        var rest = (uint)number;
        while (rest >= 0x80)
        {
            room[at++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        room[at++] = (byte)rest;
    }

    private static int Take(ReadOnlySpan<byte> stored, ref int at)
    {
        uint number = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (at >= stored.Length)
            {
                break;
            }

            var next = stored[at++];
            number |= (uint)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return number <= int.MaxValue ? (int)number : throw Damaged();
            }
        }

        throw Damaged();
    }

    private static InvalidDataException Damaged() => new("A sealed payload is damaged: its parts do not fit together.");
}
