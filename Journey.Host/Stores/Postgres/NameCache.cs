using System.Numerics;

namespace Journey.Host.Stores.Postgres;

/// <summary>From the numbers in the events' table to what they stand for, shared by all readers.</summary>
/// <remarks>
/// Numbers are given from 1 without gaps, so a number's place is the number itself, and up to <paramref name="capacity"/> of them every one has a
/// place of its own: the same name is then the same object. Beyond that the last one read keeps the place. Rows are never changed, so nothing goes stale.
/// </remarks>
/// <param name="capacity">A power of two.</param>
internal sealed class NameCache<T>(int capacity, Func<string, T> make)
    where T : notnull
{
    private readonly Lock _gate = new();
    private Entry?[] _places = new Entry?[16];

    /// <summary>There are more numbers than places: what is at hand may be pushed out at any moment.</summary>
    public bool IsCrowded { get; private set; }

    public bool TryGet(long id, out T value)
    {
        var places = Volatile.Read(ref _places);
        if (places[(int)(id & (places.Length - 1))] is { } entry && entry.Id == id)
        {
            value = entry.Value;
            return true;
        }

        value = default!;
        return false;
    }

    /// <returns>What stands for the number from now on.</returns>
    public T Add(long id, string name)
    {
        lock (_gate)
        {
            IsCrowded |= id >= capacity;
            var place = Place(id);
            if (_places[place] is { } entry && entry.Id == id)
            {
                return entry.Value;
            }

            var value = make(name);
            _places[place] = new Entry(id, value);
            return value;
        }
    }

    private int Place(long id)
    {
        if (id >= _places.Length && _places.Length < capacity)
        {
            var larger = new Entry?[(int)Math.Min(capacity, (long)BitOperations.RoundUpToPowerOf2((ulong)id + 1))];
            foreach (var entry in _places)
            {
                if (entry is not null)
                {
                    larger[(int)(entry.Id & (larger.Length - 1))] = entry;
                }
            }

            Volatile.Write(ref _places, larger);
        }

        return (int)(id & (_places.Length - 1));
    }

    private sealed record Entry(long Id, T Value);
}
