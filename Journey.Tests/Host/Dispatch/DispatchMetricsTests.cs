using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Journey.Tests.Host.Dispatch;

public sealed class DispatchMetricsTests
{
    [Test]
    public async Task Deliveries_are_counted_by_channel_and_outcome_and_circuits_are_shown()
    {
        await using var rig = new DispatchRig();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = WebhookReceiver.Statuses(200, 400);
        rig.Options = rig.Options with { Channels = rig.Options.Channels.Add("metered", DispatchRig.Webhook(receiver)) };
        var measured = new ConcurrentQueue<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == "Journey" && instrument.Name.StartsWith("journey_", StringComparison.Ordinal))
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
        await rig.StartAsync();
        await rig.DecideAsync(properties: DispatchRig.Message("metered"));
        await rig.OutcomesAsync(1);
        await rig.DecideAsync(properties: DispatchRig.Message("metered"));
        await rig.OutcomesAsync(2);
        listener.RecordObservableInstruments();
        await rig.StopAsync();

        // Other tests of this process measure too, on channels of their own. A count comes a moment after its event, so the order is open.
        Assert.That(measured.Where(line => line.Contains("metered", StringComparison.Ordinal)), Is.EquivalentTo(new[]
        {
            "journey_deliveries_total 1 channel=metered outcome=sent",
            "journey_deliveries_total 1 channel=metered outcome=failed",
            "journey_circuit_state 0 provider=webhook:metered",
        }));

        void Note<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            measured.Enqueue($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}");
    }
}
