using System.Text.Json;
using Journey.Host.Ingestion;

namespace Journey.Tests.Host.Ingestion;

public sealed class EventTimesTests
{
    [TestCase("\"2026-03-01T12:00:00Z\"", 1_772_366_400_000)]
    [TestCase("\"2026-03-01T13:00:00+01:00\"", 1_772_366_400_000)]
    [TestCase("\"2026-03-01T12:00:00\"", 1_772_366_400_000, Description = "No offset: UTC.")]
    [TestCase("\"2026-03-01T12:00:00.123456789Z\"", 1_772_366_400_123)]
    [TestCase("\"2026-03-01\"", 1_772_323_200_000)]
    [TestCase("1772366400123", 1_772_366_400_123)]
    [TestCase("1772366400", 1_772_366_400_000, Description = "Too small for milliseconds: seconds.")]
    [TestCase("0", 0)]
    public void Times_are_read_as_milliseconds_since_1970(string json, long expected) => Assert.That(Parse(json), Is.EqualTo(expected));

    [TestCase("\"12:00\"")]
    [TestCase("\"March 1, 2026\"")]
    [TestCase("\"01/02/2026 10:00\"")]
    [TestCase("\"2026-13-01T00:00:00Z\"")]
    [TestCase("\"1969-12-31T23:59:59Z\"")]
    [TestCase("-1")]
    [TestCase("1e300")]
    [TestCase("true")]
    [TestCase("{}")]
    public void What_is_no_time_from_1970_on_is_not_guessed_at(string json) => Assert.That(Parse(json), Is.Null);

    [TestCase(1_000, null, 1_000)]
    [TestCase(1_000, 5_000L, 6_000, Description = "The sender's clock was 5 s behind.")]
    [TestCase(9_000, 12_000L, 7_000, Description = "The sender's clock was 2 s ahead.")]
    [TestCase(11_000, null, 10_000, Description = "Never later than the arrival.")]
    [TestCase(1_000, 99_000L, 0, Description = "Never before 1970.")]
    public void The_senders_clock_is_corrected(long timestamp, long? sentAt, long expected) =>
        Assert.That(EventTimes.OccurredAt(timestamp, sentAt, receivedAt: 10_000), Is.EqualTo(expected));

    [Test]
    public void An_event_without_a_time_happened_when_it_arrived() => Assert.That(EventTimes.OccurredAt(null, 1, 10_000), Is.EqualTo(10_000));

    private static long? Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return EventTimes.Parse(document.RootElement);
    }
}
