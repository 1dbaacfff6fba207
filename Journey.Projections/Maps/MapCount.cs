using System.Runtime.InteropServices;
using Journey.Projections.Scans;

namespace Journey.Projections.Maps;

/// <summary>Counts traces into a journey map: exactly, with every variant.</summary>
/// <remarks>For one thread; several are added up. Memory grows with the steps (8 bytes each, for medians and percentiles) and the variants.</remarks>
public sealed class MapCount : ITraceVisitor
{
    private readonly Dictionary<int, Activity> _activities = [];
    private readonly Dictionary<ulong, Arc> _arcs = [];
    private readonly Dictionary<int[], Variant> _variants = new(SequenceComparer.Instance);
    private readonly Dictionary<int[], Variant>.AlternateLookup<ReadOnlySpan<int>> _variantsBySpan;
    private readonly List<long> _throughputs = [];
    private int[] _labels = new int[64];
    private long _case;
    private long _events;

    public MapCount() => _variantsBySpan = _variants.GetAlternateLookup<ReadOnlySpan<int>>();

    public void Visit(string customer, ReadOnlySpan<int> codes, ReadOnlySpan<long> times)
    {
        _case++;
        _events += codes.Length;
        if (_labels.Length < codes.Length)
        {
            _labels = new int[codes.Length * 2];
        }

        var converts = false;
        var (first, last) = (times[0], times[0]);
        Activity? before = null;
        for (var i = 0; i < codes.Length; i++)
        {
            var label = _labels[i] = MapLabels.LabelOf(codes[i]);
            converts |= MapLabels.IsConversion(codes[i]);
            (first, last) = (Math.Min(first, times[i]), Math.Max(last, times[i]));
            var activity = CollectionsMarshal.GetValueRefOrAddDefault(_activities, label, out _) ??= new Activity();
            activity.See(_case);
            if (before is null)
            {
                activity.Starts++;
            }
            else
            {
                var arc = CollectionsMarshal.GetValueRefOrAddDefault(_arcs, ((ulong)(uint)_labels[i - 1] << 32) | (uint)label, out _) ??= new Arc();
                arc.See(_case, Math.Max(0, times[i] - times[i - 1]));
            }

            before = activity;
        }

        before!.Ends++;
        _throughputs.Add(last - first);
        ref var variant = ref CollectionsMarshal.GetValueRefOrAddDefault(_variantsBySpan, _labels.AsSpan(0, codes.Length), out _);
        variant.Count++;
        variant.Successes += converts ? 1 : 0;
    }

    /// <summary>Takes what another thread counted, of other customers.</summary>
    public void Add(MapCount other)
    {
        _case += other._case;
        _events += other._events;
        _throughputs.AddRange(other._throughputs);
        foreach (var (label, activity) in other._activities)
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(_activities, label, out _) ??= new Activity()).Add(activity);
        }

        foreach (var (ends, arc) in other._arcs)
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(_arcs, ends, out _) ??= new Arc()).Add(arc);
        }

        foreach (var (labels, variant) in other._variants)
        {
            ref var own = ref CollectionsMarshal.GetValueRefOrAddDefault(_variants, labels, out _);
            own.Count += variant.Count;
            own.Successes += variant.Successes;
        }
    }

    public JourneyMap Map(MapLabels labels)
    {
        var edges = _arcs.Select(pair => pair.Value.ToEdge(labels[(int)(pair.Key >> 32)], labels[(int)(uint)pair.Key]))
            .OrderByDescending(static edge => edge.Count)
            .ThenBy(static edge => edge.From, StringComparer.Ordinal).ThenBy(static edge => edge.To, StringComparer.Ordinal)
            .ToList();
        var activities = _activities
            .Select(pair => new MapActivity(
                labels[pair.Key], pair.Value.Count, pair.Value.Cases, pair.Value.Starts, pair.Value.Ends, pair.Value.Rework,
                _arcs.GetValueOrDefault(((ulong)(uint)pair.Key << 32) | (uint)pair.Key)?.Count ?? 0))
            .OrderByDescending(static activity => activity.Count).ThenBy(static activity => activity.Name, StringComparer.Ordinal)
            .ToList();
        return new JourneyMap(
            _case,
            _events,
            Times(_throughputs),
            activities,
            edges,
            JourneyMapQuery.Terminals(activities.Select(static activity => new MapTerminal(activity.Name, activity.Starts))),
            JourneyMapQuery.Terminals(activities.Select(static activity => new MapTerminal(activity.Name, activity.Ends))),
            HappyPath(labels),
            IsExact: true);
    }

    public MapVariants Variants(MapLabels labels) => new(
        _case,
        _variants.Count,
        [.. _variants.OrderByDescending(static pair => pair.Value.Count).ThenBy(static pair => pair.Key.Length)
            .ThenBy(pair => pair.Key, new NameOrder(labels)).Take(MapVariants.ItemsMax)
            .Select(pair => new MapVariant(
                Names(pair.Key, labels), pair.Key.Length, pair.Value.Count, (double)pair.Value.Count / _case, pair.Value.Successes))]);

    /// <summary>Most successes; of equals the shortest; of equals the first by name.</summary>
    private IReadOnlyList<string> HappyPath(MapLabels labels)
    {
        int[]? best = null;
        var most = 0L;
        var order = new NameOrder(labels);
        foreach (var (sequence, variant) in _variants)
        {
            if (variant.Successes > most || (best is not null && variant.Successes == most
                && (sequence.Length < best.Length || (sequence.Length == best.Length && order.Compare(sequence, best) < 0))))
            {
                (best, most) = (sequence, variant.Successes);
            }
        }

        return best is null ? [] : Names(best, labels);
    }

    private static IReadOnlyList<string> Names(int[] sequence, MapLabels labels) => [.. sequence.Take(MapVariant.ActivitiesShown).Select(label => labels[label])];

    private static MapTimes Times(List<long> values)
    {
        if (values.Count == 0)
        {
            return new MapTimes(0, 0, 0);
        }

        var sorted = CollectionsMarshal.AsSpan(values);
        sorted.Sort();
        var sum = 0L;
        foreach (var value in sorted)
        {
            sum += value;
        }

        return new MapTimes(sum / 1000.0 / values.Count, Quantiles.Of(sorted, 0.5) / 1000, Quantiles.Of(sorted, 0.95) / 1000);
    }

    private struct Variant
    {
        public long Count;
        public long Successes;
    }

    private sealed class Activity
    {
        private long _lastCase;
        private long _inCase;

        public long Count { get; private set; }

        public long Cases { get; private set; }

        public long Rework { get; private set; }

        public long Starts { get; set; }

        public long Ends { get; set; }

        public void See(long one)
        {
            Count++;
            _inCase = _lastCase == one ? _inCase + 1 : 1;
            _lastCase = one;
            Cases += _inCase == 1 ? 1 : 0;
            Rework += _inCase == 2 ? 1 : 0;
        }

        public void Add(Activity other)
        {
            Count += other.Count;
            Cases += other.Cases;
            Rework += other.Rework;
            Starts += other.Starts;
            Ends += other.Ends;
        }
    }

    private sealed class Arc
    {
        private readonly List<long> _gaps = [];
        private long _lastCase;
        private long _cases;

        public long Count => _gaps.Count;

        public void See(long one, long gap)
        {
            _gaps.Add(gap);
            _cases += _lastCase == one ? 0 : 1;
            _lastCase = one;
        }

        public void Add(Arc other)
        {
            _gaps.AddRange(other._gaps);
            _cases += other._cases;
        }

        public MapEdge ToEdge(string from, string to)
        {
            var times = Times(_gaps);
            return new MapEdge(from, to, Count, _cases, times.MeanSeconds, times.MedianSeconds, times.P95Seconds);
        }
    }

    private sealed class NameOrder(MapLabels labels) : IComparer<int[]>
    {
        public int Compare(int[]? x, int[]? y)
        {
            for (var i = 0; i < Math.Min(x!.Length, y!.Length); i++)
            {
                if (string.CompareOrdinal(labels[x[i]], labels[y[i]]) is var order and not 0)
                {
                    return order;
                }
            }

            return x.Length.CompareTo(y.Length);
        }
    }

    /// <summary>Sequences by what is in them, looked up without a copy.</summary>
    private sealed class SequenceComparer : IEqualityComparer<int[]>, IAlternateEqualityComparer<ReadOnlySpan<int>, int[]>
    {
        public static SequenceComparer Instance { get; } = new();

        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<int> alternate, int[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<int> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(alternate));
            return hash.ToHashCode();
        }

        public int[] Create(ReadOnlySpan<int> alternate) => alternate.ToArray();
    }
}
