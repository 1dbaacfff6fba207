using System.Diagnostics.Metrics;
using System.Globalization;

namespace Journey.Host.Metrics;

/// <summary>One instrument's values, by its labels.</summary>
/// <remarks>Locked per instrument: a measurement is an addition, and contention was not seen to matter beside a commit.</remarks>
internal sealed class MetricSeries
{
    private static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Row> _rows = [];
    private readonly string _name;
    private readonly string _help;
    private readonly bool _adds;
    private readonly double[] _bounds;

    /// <summary>counter, gauge or histogram.</summary>
    public string Type { get; }

    public MetricSeries(Instrument instrument)
    {
        var kind = instrument.GetType().Name;
        Type = TypeOf(instrument);

        // Observable instruments report totals, and a gauge its present value; the others report what to add.
        _adds = kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("UpDownCounter", StringComparison.Ordinal);
        _bounds = Type == "histogram" ? [.. (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? DefaultBounds] : [];
        _name = NameOf(instrument);
        _help = instrument.Description ?? instrument.Name;
    }

    /// <summary>As Prometheus wants it: the unit behind the name, and _total behind a counter's.</summary>
    public static string NameOf(Instrument instrument)
    {
        var name = PrometheusText.Name(instrument.Name);
        if (instrument.Unit == "s" && !name.EndsWith("_seconds", StringComparison.Ordinal))
        {
            name += "_seconds";
        }

        return TypeOf(instrument) == "counter" && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    public static string TypeOf(Instrument instrument)
    {
        var kind = instrument.GetType().Name;
        return kind.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram"
            : kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal) ? "counter"
            : "gauge";
    }

    /// <returns>False: too many label combinations; nothing was kept.</returns>
    public bool Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = KeyOf(tags);
        lock (_lock)
        {
            if (!_rows.TryGetValue(key, out var row))
            {
                if (_rows.Count == MetricsReader.SeriesMax)
                {
                    return false;
                }

                _rows[key] = row = new Row(Labels(tags), Type == "histogram" ? new long[_bounds.Length + 1] : []);
            }

            if (Type == "histogram")
            {
                var bucket = Array.BinarySearch(_bounds, value);
                row.Buckets[bucket < 0 ? ~bucket : bucket]++;
                row.Value += value;
            }
            else
            {
                row.Value = _adds ? row.Value + value : value;
            }

            return true;
        }
    }

    public MetricFamily Family()
    {
        lock (_lock)
        {
            // A counter that nothing has happened to yet is zero, so that the first event is seen as a rise.
            var samples = _rows.Count == 0 && Type == "counter"
                ? [new MetricSample("", [], 0)]
                : _rows.OrderBy(row => row.Key, StringComparer.Ordinal).SelectMany(row => Samples(row.Value)).ToList();
            return new MetricFamily(_name, Type, _help, samples);
        }
    }

    private IEnumerable<MetricSample> Samples(Row row)
    {
        if (Type != "histogram")
        {
            yield return new MetricSample("", row.Labels, row.Value);
            yield break;
        }

        var count = 0L;
        for (var i = 0; i < row.Buckets.Length; i++)
        {
            count += row.Buckets[i];
            var bound = PrometheusText.Number(i < _bounds.Length ? _bounds[i] : double.PositiveInfinity);
            yield return new MetricSample("_bucket", [.. row.Labels, new("le", bound)], count);
        }

        yield return new MetricSample("_sum", row.Labels, row.Value);
        yield return new MetricSample("_count", row.Labels, count);
    }

    private static string KeyOf(ReadOnlySpan<KeyValuePair<string, object?>> tags) => tags.Length switch
    {
        0 => "",
        1 => Text(tags[0].Value),
        _ => string.Join('\u001f', Labels(tags).Select(label => label.Value)),
    };

    private static KeyValuePair<string, string>[] Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new KeyValuePair<string, string>[tags.Length];
        for (var i = 0; i < tags.Length; i++)
        {
            labels[i] = new(tags[i].Key, Text(tags[i].Value));
        }

        return labels;
    }

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private sealed class Row(IReadOnlyList<KeyValuePair<string, string>> labels, long[] buckets)
    {
        public IReadOnlyList<KeyValuePair<string, string>> Labels { get; } = labels;
        public long[] Buckets { get; } = buckets;
        public double Value { get; set; }
    }
}
