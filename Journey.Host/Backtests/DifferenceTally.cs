namespace Journey.Host.Backtests;

/// <summary>Differences by kind: how many, of how many customers, and the first customers of each.</summary>
internal sealed class DifferenceTally
{
    private readonly SortedDictionary<DifferenceKind, OfKind> _kinds = [];

    /// <summary>Customers who are treated differently in some way.</summary>
    public long Customers { get; private set; }

    public IReadOnlyDictionary<DifferenceKind, OfKind> Kinds => _kinds;

    /// <param name="stream">The family's place in the store: which examples are kept depends on nothing else.</param>
    public void Take(long stream, List<Difference> differences)
    {
        if (differences.Count == 0)
        {
            return;
        }

        Customers++;
        foreach (var group in differences.GroupBy(difference => difference.Kind))
        {
            var kind = Of(group.Key);
            kind.Customers++;
            kind.Count += group.Count();
            kind.Keep(stream, group.First());
        }
    }

    public void Add(DifferenceTally other)
    {
        Customers += other.Customers;
        foreach (var (key, theirs) in other._kinds)
        {
            var kind = Of(key);
            kind.Customers += theirs.Customers;
            kind.Count += theirs.Count;
            foreach (var (stream, difference) in theirs.Examples)
            {
                kind.Keep(stream, difference);
            }
        }
    }

    private OfKind Of(DifferenceKind kind)
    {
        if (!_kinds.TryGetValue(kind, out var known))
        {
            _kinds.Add(kind, known = new OfKind());
        }

        return known;
    }

    internal sealed class OfKind
    {
        private readonly SortedList<long, Difference> _examples = [];

        public long Customers { get; set; }

        public long Count { get; set; }

        public IReadOnlyDictionary<long, Difference> Examples => _examples;

        public void Keep(long stream, Difference difference)
        {
            _examples.TryAdd(stream, difference);
            if (_examples.Count > BacktestRun.ExamplesMax)
            {
                _examples.RemoveAt(_examples.Count - 1);
            }
        }
    }
}
