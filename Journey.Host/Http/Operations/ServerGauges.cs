using System.Diagnostics.Metrics;
using Journey.Host.Http.Live;
using Journey.Host.Http.Queries;
using Journey.Host.Ingestion;
using Journey.Host.Running.Rebuilding;

namespace Journey.Host.Http.Operations;

/// <summary>Present values that are read at the moment somebody asks for metrics.</summary>
internal sealed class ServerGauges
{
    public ServerGauges(Meter meter, Intake intake, IngestLimits limits, Pulse pulse)
    {
        meter.CreateObservableGauge("journey.queue.events", () => intake.Queued, description: "Events taken by ingestion and not yet durable.");
        meter.CreateObservableGauge("journey.queue.events.max", () => limits.QueueEventsMax, description: "Events that may wait before ingestion answers 429.");
        meter.CreateObservableGauge("journey.log.position", () => Head, description: "Global position of the log's end.");
        meter.CreateObservableGauge("journey.consumer.position", () => Consumers.Select(consumer => Measured(consumer, consumer.Position)),
            description: "Global position that a consumer has come to.");
        meter.CreateObservableGauge("journey.consumer.lag.events", () => Consumers.Select(consumer => Measured(consumer, consumer.Lag)),
            description: "Events that a consumer has not seen yet.");
        meter.CreateObservableGauge("journey.consumer.stopped", () => Consumers.Select(consumer => Measured(consumer, consumer.Fault is null ? 0 : 1)),
            description: "1 where a consumer stands still because of a fault.");
        meter.CreateObservableGauge("journey.consumer.rate", () => Consumers.Where(consumer => consumer.Rate is not null).Select(consumer => Rated(consumer, consumer.Rate!.Value)),
            description: "Events per second that a consumer took lately.");
        meter.CreateObservableGauge("journey.rebuild.folded.events", () => Rebuilds(rebuild => rebuild.Done), description: "Events that the rebuild under way has folded.");
        meter.CreateObservableGauge("journey.rebuild.target.events", () => Rebuilds(rebuild => rebuild.Total), description: "Events that it will have folded at its end.");
        meter.CreateObservableGauge("journey.live.clients", () => pulse.Watchers, description: "Clients that follow /v1/live.");
    }

    public long Head { get; set; }

    public IReadOnlyList<ConsumerReport> Consumers { get; set; } = [];

    /// <summary>Null: none is under way.</summary>
    public RebuildStatus? Rebuild { get; set; }

    private IEnumerable<Measurement<long>> Rebuilds(Func<RebuildStatus, long> value) =>
        Rebuild is { } rebuild ? [new Measurement<long>(value(rebuild), new KeyValuePair<string, object?>("projection", rebuild.Name))] : [];

    private static Measurement<double> Rated(ConsumerReport consumer, double value) => new(value,
        new KeyValuePair<string, object?>("consumer", consumer.Name),
        new KeyValuePair<string, object?>("partition", consumer.Partition?.ToString() ?? "all"));

    private static Measurement<long> Measured(ConsumerReport consumer, long value) => new(value,
        new KeyValuePair<string, object?>("consumer", consumer.Name),
        new KeyValuePair<string, object?>("partition", consumer.Partition?.ToString() ?? "all"));
}
