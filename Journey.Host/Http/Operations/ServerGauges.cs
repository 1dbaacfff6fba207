using System.Diagnostics.Metrics;
using Journey.Host.Http.Live;
using Journey.Host.Http.Queries;
using Journey.Host.Ingestion;

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
        meter.CreateObservableGauge("journey.live.clients", () => pulse.Watchers, description: "Clients that follow /v1/live.");
    }

    public long Head { get; set; }

    public IReadOnlyList<ConsumerReport> Consumers { get; set; } = [];

    private static Measurement<long> Measured(ConsumerReport consumer, long value) => new(value,
        new KeyValuePair<string, object?>("consumer", consumer.Name),
        new KeyValuePair<string, object?>("partition", consumer.Partition?.ToString() ?? "all"));
}
