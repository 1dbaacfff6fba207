using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Journey.Host.Metrics;

/// <summary>Listens to the engine's instruments and keeps what they said, to be read in the format of Prometheus.</summary>
/// <remarks>Those of the meter given, and of meters of the same name without a scope. Instruments of one name are one metric.</remarks>
public sealed class MetricsReader : IDisposable
{
    /// <summary>Label combinations kept of one instrument; what comes beyond is counted in journey_metrics_series_dropped_total.</summary>
    public const int SeriesMax = 1_000;

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, MetricSeries> _series = new();
    private long _dropped;

    public MetricsReader(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!ReferenceEquals(instrument.Meter, meter) && (instrument.Meter.Name != meter.Name || instrument.Meter.Scope is not null))
            {
                return;
            }

            var series = _series.GetOrAdd(MetricSeries.NameOf(instrument), _ => new MetricSeries(instrument));
            if (series.Type == MetricSeries.TypeOf(instrument))
            {
                listener.EnableMeasurementEvents(instrument, series);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, series) => Take(series, value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, series) => Take(series, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, series) => Take(series, value, tags));
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

    private void Take(object? series, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!((MetricSeries)series!).Take(value, tags))
        {
            Interlocked.Increment(ref _dropped);
        }
    }
}
