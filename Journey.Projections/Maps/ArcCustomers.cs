using Journey.Projections.Scans;

namespace Journey.Projections.Maps;

/// <summary>Who goes along one arc, and how often.</summary>
public sealed class ArcCustomers(int from, int to) : ITraceVisitor
{
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> Counts => _counts;

    public void Visit(string customer, ReadOnlySpan<int> codes, ReadOnlySpan<long> times)
    {
        var count = 0L;
        for (var i = 1; i < codes.Length; i++)
        {
            count += MapLabels.LabelOf(codes[i - 1]) == from && MapLabels.LabelOf(codes[i]) == to ? 1 : 0;
        }

        if (count > 0)
        {
            _counts[customer] = _counts.GetValueOrDefault(customer) + count;
        }
    }
}
