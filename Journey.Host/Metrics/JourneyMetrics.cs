using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Journey.Domain.Events;

namespace Journey.Host.Metrics;

/// <summary>What the engine counts and measures, for <c>/metrics</c> and for any other listener to the meter "Journey".</summary>
/// <remarks>No personal data: labels are channels, event and consumer names, outcomes and codes. A part with something more to measure
/// makes its instrument on <see cref="Meter"/>, or on a meter of the same name, and it is exposed without further ado.</remarks>
public sealed class JourneyMetrics : IDisposable
{
    public const string MeterName = "Journey";

    /// <summary>Senders may invent channels: only these get a series of their own.</summary>
    private static readonly FrozenSet<string> KnownChannels = new[]
    {
        ContactChannel.Web, ContactChannel.App, ContactChannel.Email, ContactChannel.Store, ContactChannel.CallCenter, ContactChannel.Social,
        ContactChannel.Chat, ContactChannel.Kiosk, ContactChannel.Sms, ContactChannel.Push, ContactChannel.Internal, ContactChannel.Unknown,
        ContactChannel.From("server"), ContactChannel.From("webhook"), ContactChannel.From("console"),
    }.Select(channel => channel.Name).ToFrozenSet();

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private readonly Counter<long> _recorded;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _turnedAway;
    private readonly Histogram<double> _append;
    private readonly Counter<long> _processed;
    private readonly Counter<long> _decisions;
    private readonly Histogram<double> _decisionLatency;

    public JourneyMetrics()
    {
        Meter = new Meter(MeterName, version: null, tags: null, scope: this);
        _recorded = Meter.CreateCounter<long>("journey.events.recorded", description: "Events recorded by ingestion, by channel.");
        _duplicates = Meter.CreateCounter<long>("journey.events.duplicate", description: "Events that had been recorded before: retries made harmless.");
        _refused = Meter.CreateCounter<long>("journey.events.refused", description: "Events refused for themselves, by code.");
        _turnedAway = Meter.CreateCounter<long>("journey.ingest.requests.refused", description: "Ingest requests answered with an error, by status.");
        _append = Meter.CreateHistogram("journey.append", "s", "Time from handing events to the store until their commit was durable.", advice: Seconds);
        _processed = Meter.CreateCounter<long>("journey.events.processed", description: "Events folded into read models, by consumer.");
        _decisions = Meter.CreateCounter<long>("journey.decisions", description: "Decisions taken by the journey engine, by name.");
        _decisionLatency = Meter.CreateHistogram("journey.event.to.decision", "s", "Time from an event's arrival until the decisions on it were committed.", advice: Seconds);
    }

    public Meter Meter { get; }

    public void Recorded(ContactChannel channel, long count = 1) => _recorded.Add(count, Label("channel", Known(channel)));

    public void Duplicate(long count = 1) => _duplicates.Add(count);

    /// <param name="code">One of the codes of a refusal.</param>
    public void Refused(string code) => _refused.Add(1, Label("code", code));

    public void TurnedAway(int status) => _turnedAway.Add(1, Label("status", status));

    public void Appended(TimeSpan elapsed) => _append.Record(elapsed.TotalSeconds);

    public void Processed(string consumer, long count) => _processed.Add(count, Label("consumer", consumer));

    /// <param name="name">The decision's event name: one of the engine's own.</param>
    public void Decided(string name, long count = 1) => _decisions.Add(count, Label("name", name));

    public void DecidedAfter(TimeSpan sinceArrival) => _decisionLatency.Record(sinceArrival.TotalSeconds);

    public void Dispose() => Meter.Dispose();

    private static string Known(ContactChannel channel) => KnownChannels.Contains(channel.Name) ? channel.Name : "other";

    private static KeyValuePair<string, object?> Label(string name, object value) => new(name, value);
}
