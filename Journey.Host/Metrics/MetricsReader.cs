using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Journey.Host.Metrics;

/// <summary>Listens to one meter and keeps what its instruments said, to be read in the format of Prometheus.</summary>
public sealed class MetricsReader : IDisposable
{
    /// <summary>Label combinations kept of one instrument; what comes beyond is counted in journey_metrics_series_dropped_total.</summary>
    public const int SeriesMax = 1_000;

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, MetricSeries> _series = new();
    private long _dropped;

    public MetricsReader(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                _series.TryAdd(instrument, new MetricSeries(instrument));
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Everything measured so far; observable instruments are asked now.</summary>
    public string Render()
    {
        _listener.RecordObservableInstruments();
        var families = _series.Values.Select(series => series.Family()).Append(new MetricFamily(
            "journey_metrics_series_dropped_total", "counter", "Measurements dropped because their instrument had too many label combinations.",
            [new MetricSample("", [], Volatile.Read(ref _dropped))]));
        return PrometheusText.Render(families);
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_series[instrument].Take(value, tags))
        {
            Interlocked.Increment(ref _dropped);
        }
    }
}
