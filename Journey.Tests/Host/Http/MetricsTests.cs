using System.Globalization;
using System.Text.RegularExpressions;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Http;

namespace Journey.Tests.Host.Http;

public sealed partial class MetricsTests
{
    [Test]
    public async Task What_happened_is_counted()
    {
        await using var server = await ServerUnderTest.StartAsync(with: services => services with
        {
            Consumers = () => [new ConsumerStatus("processor", null, new Checkpoint("1"), 1)],
        });
        using var sent = await server.PostAsync("/v1/batch",
            """{"batch":[{"type":"page","userId":"u","messageId":"1"},{"type":"page","userId":"u","messageId":"2"},{"type":"screen","userId":"u","messageId":"3"},{"type":"x"}]}""");
        using var again = await server.PostAsync("/v1/batch", """{"batch":[{"type":"page","userId":"u","messageId":"1"}]}""");
        using var malformed = await server.PostAsync("/v1/batch", "{");

        var samples = Parse(await server.Client.GetStringAsync("/metrics"));

        Assert.Multiple(() =>
        {
            Assert.That(samples["journey_events_recorded_total{channel=\"web\"}"], Is.EqualTo(2));
            Assert.That(samples["journey_events_recorded_total{channel=\"app\"}"], Is.EqualTo(1));
            Assert.That(samples["journey_events_duplicate_total"], Is.EqualTo(1));
            Assert.That(samples["journey_events_refused_total{code=\"unknown-type\"}"], Is.EqualTo(1));
            Assert.That(samples["journey_ingest_requests_refused_total{status=\"400\"}"], Is.EqualTo(1));
            Assert.That(samples["journey_append_seconds_count"], Is.EqualTo(2));
            Assert.That(samples["journey_append_seconds_bucket{le=\"+Inf\"}"], Is.EqualTo(2));
            Assert.That(samples["journey_queue_events"], Is.EqualTo(0));
            Assert.That(samples["journey_log_position"], Is.EqualTo(3));
            Assert.That(samples["journey_consumer_lag_events{consumer=\"processor\",partition=\"all\"}"], Is.EqualTo(2));
        });
    }

    [Test]
    public async Task Channels_that_senders_invent_share_one_series()
    {
        await using var server = await ServerUnderTest.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            server.Services.Metrics.Recorded(ContactChannel.From($"invented-{i}"));
        }

        Assert.That(Parse(await server.Client.GetStringAsync("/metrics"))["journey_events_recorded_total{channel=\"other\"}"], Is.EqualTo(3));
    }

    [Test]
    public async Task Buckets_are_cumulative_and_the_sum_is_of_all()
    {
        await using var server = await ServerUnderTest.StartAsync();
        foreach (var milliseconds in new[] { 1, 2, 20, 60_000 })
        {
            server.Services.Metrics.DecidedAfter(TimeSpan.FromMilliseconds(milliseconds));
        }

        var samples = Parse(await server.Client.GetStringAsync("/metrics"));
        Assert.Multiple(() =>
        {
            Assert.That(samples["journey_event_to_decision_seconds_bucket{le=\"0.001\"}"], Is.EqualTo(1));
            Assert.That(samples["journey_event_to_decision_seconds_bucket{le=\"0.0025\"}"], Is.EqualTo(2));
            Assert.That(samples["journey_event_to_decision_seconds_bucket{le=\"10\"}"], Is.EqualTo(3));
            Assert.That(samples["journey_event_to_decision_seconds_bucket{le=\"+Inf\"}"], Is.EqualTo(4));
            Assert.That(samples["journey_event_to_decision_seconds_sum"], Is.EqualTo(60.023).Within(1e-9));
        });
    }

    [Test]
    public async Task Labels_are_escaped()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.Services.Metrics.Decided("a \"b\" \\ c\nd");
        Assert.That(Parse(await server.Client.GetStringAsync("/metrics")), Contains.Key("journey_decisions_total{name=\"a \\\"b\\\" \\\\ c\\nd\"}"));
    }

    [Test]
    public async Task Two_servers_in_one_process_count_for_themselves()
    {
        await using var first = await ServerUnderTest.StartAsync();
        await using var second = await ServerUnderTest.StartAsync();
        using var sent = await first.PostAsync("/v1/page", """{"userId":"u"}""");
        Assert.That(Parse(await second.Client.GetStringAsync("/metrics"))["journey_events_recorded_total"], Is.EqualTo(0));
    }

    /// <summary>Reads the text format strictly: each family once, HELP and TYPE before its samples, every sample of a family that was announced.</summary>
    private static Dictionary<string, double> Parse(string text)
    {
        Assert.That(text, Does.EndWith("\n"));
        var samples = new Dictionary<string, double>();
        var families = new HashSet<string>();
        var (family, type, helped) = ("", "", "");
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                helped = line.Split(' ')[2];
                continue;
            }

            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                (family, type) = (line.Split(' ')[2], line.Split(' ')[3]);
                Assert.That(helped, Is.EqualTo(family));
                Assert.That(families.Add(family), Is.True, $"{family} comes twice.");
                Assert.That(type, Is.AnyOf("counter", "gauge", "histogram"));
                continue;
            }

            var match = Sample().Match(line);
            Assert.That(match.Success, Is.True, line);
            var name = match.Groups["name"].Value;
            string[] expected = type == "histogram" ? [$"{family}_bucket", $"{family}_sum", $"{family}_count"] : [family];
            Assert.That(expected, Does.Contain(name), line);
            samples.Add(name + match.Groups["labels"].Value, Number(match.Groups["value"].Value));
        }

        return samples;
    }

    private static double Number(string text) => text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*")*\})? (?<value>[-+]?[0-9.eE+-]+|\+Inf|NaN)$""")]
    private static partial Regex Sample();
}
