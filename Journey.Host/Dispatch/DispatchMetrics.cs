using System.Diagnostics.Metrics;

namespace Journey.Host.Dispatch;

/// <summary>What the dispatcher tells of itself: no customer, no address, no text.</summary>
internal sealed class DispatchMetrics : IDisposable
{
    private readonly Meter _meter = new("Journey");
    private readonly Counter<long> _deliveries;
    private readonly Histogram<double> _seconds;

    public DispatchMetrics(Func<DispatcherStatus> status)
    {
        _deliveries = _meter.CreateCounter<long>("journey_deliveries_total", description: "Deliveries that came to an outcome, by channel and outcome (sent, failed, suppressed).");
        _seconds = _meter.CreateHistogram<double>("journey_delivery_seconds", "s", "From reading the request to recording its outcome, all attempts and waits included.");
        _meter.CreateObservableGauge("journey_deliveries_open", () => status().Open, description: "Deliveries read from the log that have no outcome yet.");
        _meter.CreateObservableGauge(
            "journey_circuit_state",
            () => status().Circuits.Select(circuit => new Measurement<int>((int)circuit.State, new KeyValuePair<string, object?>("provider", circuit.Provider))),
            description: "0 closed, 1 open, 2 half open, 3 isolated.");
    }

    public void Delivered(string channel, string outcome, TimeSpan took)
    {
        _deliveries.Add(1, new("channel", channel), new("outcome", outcome));
        _seconds.Record(took.TotalSeconds, new KeyValuePair<string, object?>("channel", channel));
    }

    public void Dispose() => _meter.Dispose();
}
