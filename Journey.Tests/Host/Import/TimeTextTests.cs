using System.Collections.Immutable;
using Journey.Domain.Time;
using Journey.Host.Import;

namespace Journey.Tests.Host.Import;

public sealed class TimeTextTests
{
    [TestCase("2024-03-13T10:21:14Z", "2024-03-13T10:21:14Z")]
    [TestCase("2024-03-13 10:21:14", "2024-03-13T10:21:14Z")]
    [TestCase("2024-03-13 10:21:14.5", "2024-03-13T10:21:14.5Z")]
    [TestCase("2024-03-13T10:21:14.1239999+02:00", "2024-03-13T08:21:14.123Z")]
    [TestCase("2024-03-13 10:21:14 UTC", "2024-03-13T10:21:14Z")]
    [TestCase("2024-03-13 10:21:14 -05:00", "2024-03-13T15:21:14Z")]
    [TestCase("2024-03-13T10:21Z", "2024-03-13T10:21:00Z")]
    [TestCase(" 2024-03-13 ", "2024-03-13T00:00:00Z")]
    [TestCase("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z")]
    public void ISO_8601_is_read_without_being_asked_for(string text, string instant) => Assert.That(Read(text), Is.EqualTo(instant));

    [TestCase("03/04/2024", "'03/04/2024' is not a time")]
    [TestCase("10:21", "'10:21' is not a time")]
    [TestCase("2024-02-30", "'2024-02-30' is not a time")]
    [TestCase("1969-12-31T23:59:59Z", "'1969-12-31T23:59:59Z' is before 1970")]
    [TestCase("1710325274", "'1710325274' is not a time")]
    public void Nothing_is_guessed(string text, string why) => Assert.That(Read(text), Is.EqualTo(why));

    [TestCase("1710325274", "unix", "2024-03-13T10:21:14Z")]
    [TestCase("1710325274.25", "unix", "2024-03-13T10:21:14.25Z")]
    [TestCase("1710325274000", "unix-ms", "2024-03-13T10:21:14Z")]
    [TestCase("1710325274000", "unix", "'1710325274000' is too large for seconds since 1970: are these milliseconds (unix-ms)?")]
    [TestCase("-1", "unix", "'-1' is not a time from 1970 to 9999")]
    [TestCase("253402300799", "unix", "9999-12-31T23:59:59Z")]
    [TestCase("13/03/2024 10:21", "dd/MM/yyyy HH:mm", "2024-03-13T10:21:00Z")]
    [TestCase("13/03/2024 10:21 +01:00", "dd/MM/yyyy HH:mm zzz", "2024-03-13T09:21:00Z")]
    [TestCase("2024-03-13", "dd/MM/yyyy HH:mm", "'2024-03-13' is not a time")]
    public void A_format_is_taken_at_its_word(string text, string format, string expected) => Assert.That(Read(text, format: format), Is.EqualTo(expected));

    [TestCase("2024-07-01 12:00", "Europe/Rome", "2024-07-01T10:00:00Z", Description = "summer time")]
    [TestCase("2024-01-01 12:00", "Europe/Rome", "2024-01-01T11:00:00Z", Description = "winter time")]
    [TestCase("2024-03-31 02:30", "Europe/Rome", "2024-03-31T01:30:00Z", Description = "skipped: as if the clocks had not gone forward")]
    [TestCase("2024-10-27 02:30", "Europe/Rome", "2024-10-27T00:30:00Z", Description = "twice: the earlier one")]
    [TestCase("2024-07-01T12:00:00Z", "Europe/Rome", "2024-07-01T12:00:00Z", Description = "an offset of its own wins")]
    [TestCase("2024-07-01 12:00", "Asia/Tokyo", "2024-07-01T03:00:00Z")]
    public void A_time_without_an_offset_is_of_the_mappings_zone(string text, string zone, string instant) => Assert.That(Read(text, zone), Is.EqualTo(instant));

    private static string Read(string text, string zone = "UTC", string? format = null)
    {
        var time = new TimeText(new TimeMapping(default, format is null ? [] : ImmutableArray.Create(format), zone));
        return time.Read(text, out var milliseconds) ?? Instants.ToIso(milliseconds);
    }
}
