namespace Journey.Projections.Scans;

/// <summary>A list that grows without copying what it holds: for millions of small values.</summary>
internal sealed class ChunkedList<T> where T : struct
{
    private const int ChunkBits = 15;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly List<T[]> _chunks = [];

    public int Count { get; private set; }

    public ref readonly T this[int index] => ref _chunks[index >> ChunkBits][index & (ChunkSize - 1)];

    public void Add(in T value)
    {
        if (Count >> ChunkBits == _chunks.Count)
        {
            _chunks.Add(new T[ChunkSize]);
        }

        _chunks[Count >> ChunkBits][Count & (ChunkSize - 1)] = value;
        Count++;
    }
}
