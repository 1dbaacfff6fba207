using Journey.Domain.Events;

namespace Journey.Domain.EventLog;

/// <summary>What a reader of pages can do without, and where the pages may be put.</summary>
/// <param name="WithIds">
/// False: interactions come with an empty <see cref="RecordedEvent.Id"/>, which spares a string for each of them;
/// a decision's id is always there. An adapter may give them all.
/// </param>
/// <param name="Buffer">The reader's own memory, used again for every page; null: every page has memory of its own.</param>
/// <param name="Partitions">A bit for each partition that is asked for; an adapter may give others as well.</param>
/// <param name="WithPayloads">False: interactions come with an empty payload. An adapter may give them all.</param>
public sealed record ReadOptions(
    bool WithIds = true, PageBuffer? Buffer = null, ulong Partitions = ReadOptions.AllPartitions, bool WithPayloads = true)
{
    public const ulong AllPartitions = ulong.MaxValue;

    public static ReadOptions Default { get; } = new();
}

/// <summary>Memory for one page of events and their payloads, owned by one reader and used again for each of its pages.</summary>
/// <remarks>A page read into a buffer, payloads included, is valid until the next page is read into it. Not for two readers at once.</remarks>
public sealed class PageBuffer
{
    private const int FirstChunkBytes = 4_096;

    // Below the size from which arrays are collected only with the oldest generation.
    private const int ChunkBytesMax = 80_000;

    private readonly List<byte[]> _chunks = [];
    private readonly List<object> _parts = [];
    private RecordedEvent[] _events = [];
    private int _chunk;
    private int _used;
    private int _part;

    /// <summary>Room for events, with whatever the last page left in it.</summary>
    public RecordedEvent[] Events(int atLeast)
    {
        if (_events.Length < atLeast)
        {
            _events = new RecordedEvent[Math.Max(atLeast, _events.Length * 2)];
        }

        return _events;
    }

    /// <summary>Keeps what is in the first <paramref name="count"/> places and makes room for more.</summary>
    public RecordedEvent[] Grow(int count, int atLeast)
    {
        if (_events.Length < atLeast)
        {
            Array.Resize(ref _events, Math.Max(atLeast, count * 2));
        }

        return _events;
    }

    /// <summary>Takes back all memory given out for payloads.</summary>
    public void Restart() => (_chunk, _used, _part) = (0, 0, 0);

    public ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> payload)
    {
        var target = Take(payload.Length);
        payload.CopyTo(target.Span);
        return target;
    }

    /// <summary>An object that goes with one payload, with whatever the last page left in it. A buffer's are all of one type.</summary>
    public T Part<T>()
        where T : class, new()
    {
        if (_part == _parts.Count)
        {
            _parts.Add(new T());
        }

        return (T)_parts[_part++];
    }

    /// <summary>Room for one payload, with whatever the last page left in it.</summary>
    public Memory<byte> Take(int length)
    {
        while (_chunk < _chunks.Count)
        {
            if (_chunks[_chunk].Length - _used >= length)
            {
                var taken = _chunks[_chunk].AsMemory(_used, length);
                _used += length;
                return taken;
            }

            _chunk++;
            _used = 0;
        }

        // Most pages outside of a scan are small, so the first chunks are too.
        var size = Math.Min(ChunkBytesMax, FirstChunkBytes << Math.Min(_chunks.Count, 5));
        _chunks.Add(new byte[Math.Max(size, length)]);
        _used = length;
        return _chunks[_chunk].AsMemory(0, length);
    }
}
