namespace Journey.Projections.Customers;

/// <summary>When events of each name happened to one customer: what <c>count</c>, <c>last</c>, <c>first</c>, <c>daysSince</c>, <c>performed</c> and <c>followed</c> read.</summary>
/// <remarks>
/// Bounded: the last <see cref="TimesMax"/> times of a name, none older than <see cref="KeptFor"/> before the name's newest; <see cref="NamesMax"/> names,
/// and the one that happened longest ago is forgotten for a further one. Total, first and last of a name live as long as the name does.
/// </remarks>
public sealed class EventHistory
{
    public const int TimesMax = 64;
    public const int NamesMax = 200;
    public const long KeptFor = 400 * Domain.Time.Instants.Day;

    private int[] _ids = new int[4];
    private Entry[] _entries = new Entry[4];

    public int Count { get; private set; }

    internal ReadOnlySpan<Entry> Entries => _entries.AsSpan(0, Count);

    public void Add(KnownName name, long at)
    {
        var index = _ids.AsSpan(0, Count).IndexOf(name.Id);
        if (index < 0)
        {
            index = Room();
            _ids[index] = name.Id;
            _entries[index] = new Entry(name) { First = at, Last = at };
        }

        _entries[index].Add(at);
    }

    internal void Restore(Entry entry)
    {
        var index = Room();
        _ids[index] = entry.Name.Id;
        _entries[index] = entry;
    }

    internal Entry? Find(string name)
    {
        foreach (var entry in Entries)
        {
            if (entry.Name.Text == name)
            {
                return entry;
            }
        }

        return null;
    }

    public long Total(string name) => Find(name)?.Total ?? 0;

    /// <summary>How often within (<paramref name="now"/> − <paramref name="window"/>, <paramref name="now"/>].</summary>
    public long CountWithin(string name, long now, long window)
    {
        var count = 0L;
        foreach (var at in Times(name))
        {
            count += at > now - window && at <= now ? 1 : 0;
        }

        return count;
    }

    public long? Last(string name) => Find(name)?.Last;

    public long? First(string name) => Find(name)?.First;

    /// <summary>Whether some <paramref name="second"/> came after some <paramref name="first"/>, at most <paramref name="within"/> later.</summary>
    public bool Followed(string first, string second, long within)
    {
        var seconds = Times(second);
        foreach (var start in Times(first))
        {
            foreach (var at in seconds)
            {
                if (at > start && at - start <= within)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Ascending; what is kept of them.</summary>
    internal ReadOnlySpan<long> Times(string name) => Find(name) is { } entry ? entry.Times : default;

    /// <summary>The index for a further name.</summary>
    private int Room()
    {
        if (Count < NamesMax)
        {
            if (Count == _ids.Length)
            {
                Array.Resize(ref _ids, Count * 2);
                Array.Resize(ref _entries, Count * 2);
            }

            return Count++;
        }

        var oldest = 0;
        for (var i = 1; i < Count; i++)
        {
            if (_entries[i].Last < _entries[oldest].Last)
            {
                oldest = i;
            }
        }

        return oldest;
    }

    /// <summary>One name's times, ascending.</summary>
    internal sealed class Entry(KnownName name)
    {
        private long[] _times = [];

        public KnownName Name { get; } = name;

        public long Total { get; set; }

        public long First { get; set; }

        public long Last { get; set; }

        public int Count { get; private set; }

        public ReadOnlySpan<long> Times => _times.AsSpan(0, Count);

        public void Add(long at)
        {
            Total++;
            First = Math.Min(First, at);
            Last = Math.Max(Last, at);
            Insert(at);
            var old = 0;
            while (_times[old] < Last - KeptFor || Count - old > TimesMax)
            {
                old++;
            }

            if (old > 0)
            {
                Array.Copy(_times, old, _times, 0, Count - old);
                Count -= old;
            }
        }

        public void Restore(ReadOnlySpan<long> times)
        {
            _times = times.ToArray();
            Count = times.Length;
        }

        private void Insert(long at)
        {
            if (Count == _times.Length)
            {
                Array.Resize(ref _times, Math.Max(2, Math.Min(Count * 2, TimesMax + 1)));
            }

            var index = Count;
            while (index > 0 && _times[index - 1] > at)
            {
                _times[index] = _times[index - 1];
                index--;
            }

            _times[index] = at;
            Count++;
        }
    }
}
