using System.Collections.Immutable;
using System.Globalization;
using Journey.Domain.Engine;
using Journey.Domain.Language;
using Journey.Domain.Language.Formats;
using Journey.Domain.Time;

namespace Journey.Tests.Domain.Engine;

internal sealed class LocalClockTests
{
    // Rome: 2026-03-29 02:00 to 03:00 is skipped, 2026-10-25 02:00 to 03:00 is passed twice (first at +02:00).
    // New York: 2026-03-08 02:00 to 03:00 is skipped, 2026-11-01 01:00 to 02:00 is passed twice (first at -04:00). Tokyo has no clock changes.
    [TestCase("Europe/Rome", "2026-03-01T07:59:59Z", "09:00", "2026-03-01T08:00:00Z", TestName = "Wait_until_later_today")]
    [TestCase("Europe/Rome", "2026-03-01T08:00:00Z", "09:00", "2026-03-02T08:00:00Z", TestName = "Wait_at_the_very_time_until_the_next_day")]
    [TestCase("Europe/Rome", "2026-03-28T12:00:00Z", "09:00", "2026-03-29T07:00:00Z", TestName = "Wait_over_the_spring_change_in_Rome")]
    [TestCase("Europe/Rome", "2026-10-24T12:00:00Z", "09:00", "2026-10-25T08:00:00Z", TestName = "Wait_over_the_autumn_change_in_Rome")]
    [TestCase("Europe/Rome", "2026-03-28T12:00:00Z", "02:30", "2026-03-29T01:00:00Z", TestName = "Wait_until_a_time_that_is_skipped_in_Rome")]
    [TestCase("Europe/Rome", "2026-10-24T12:00:00Z", "02:30", "2026-10-25T00:30:00Z", TestName = "Wait_until_the_first_of_two_passes_in_Rome")]
    [TestCase("Europe/Rome", "2026-10-25T00:30:00Z", "02:30", "2026-10-26T01:30:00Z", TestName = "Wait_not_for_the_second_pass_of_the_same_day")]
    [TestCase("America/New_York", "2026-03-07T20:00:00Z", "09:00", "2026-03-08T13:00:00Z", TestName = "Wait_over_the_spring_change_in_New_York")]
    [TestCase("America/New_York", "2026-10-31T20:00:00Z", "09:00", "2026-11-01T14:00:00Z", TestName = "Wait_over_the_autumn_change_in_New_York")]
    [TestCase("America/New_York", "2026-03-07T20:00:00Z", "02:00", "2026-03-08T07:00:00Z", TestName = "Wait_until_a_time_that_is_skipped_in_New_York")]
    [TestCase("America/New_York", "2026-10-31T20:00:00Z", "01:30", "2026-11-01T05:30:00Z", TestName = "Wait_until_the_first_of_two_passes_in_New_York")]
    [TestCase("Asia/Tokyo", "2026-03-28T12:00:00Z", "09:00", "2026-03-29T00:00:00Z", TestName = "Wait_in_Tokyo_in_spring")]
    [TestCase("Asia/Tokyo", "2026-10-24T23:59:00Z", "09:00", "2026-10-25T00:00:00Z", TestName = "Wait_in_Tokyo_in_autumn")]
    [TestCase("UTC", "2026-03-28T12:00:00Z", "02:30", "2026-03-29T02:30:00Z", TestName = "Wait_where_no_zone_is_known")]
    public void A_local_time_comes_when_the_clocks_there_show_it(string zone, string now, string time, string expected) =>
        Assert.That(Instants.ToIso(LocalClock.Next(World.Instant(now), Clock(time), [], Zone(zone))), Is.EqualTo(expected));

    [TestCase("2026-03-02T07:00:00Z", "2026-03-02T08:00:00Z", TestName = "Today_is_one_of_the_days")]
    [TestCase("2026-03-02T08:00:00Z", "2026-03-04T08:00:00Z", TestName = "Today_is_over")]
    [TestCase("2026-03-05T08:00:00Z", "2026-03-09T08:00:00Z", TestName = "The_week_is_over")]
    public void A_local_time_may_fall_on_some_weekdays_only(string now, string expected) => Assert.That(
        Instants.ToIso(LocalClock.Next(World.Instant(now), Clock("09:00"), [DayOfWeek.Monday, DayOfWeek.Wednesday], Zone("Europe/Rome"))),
        Is.EqualTo(expected));

    [Test]
    public void A_day_that_a_zone_skipped_whole_is_no_day_to_wait_for() => Assert.That(
        Instants.ToIso(LocalClock.Next(World.Instant("2011-12-29T22:00:00Z"), Clock("13:00"), [DayOfWeek.Friday], Zone("Pacific/Apia"))),
        Is.EqualTo("2012-01-05T23:00:00Z"));

    [TestCase("Europe/Rome", "21:00", "09:00", "2026-03-28T20:00:00Z", "2026-03-29T07:00:00Z", TestName = "Quiet_night_of_the_spring_change_in_Rome")]
    [TestCase("Europe/Rome", "21:00", "09:00", "2026-10-24T19:00:00Z", "2026-10-25T08:00:00Z", TestName = "Quiet_night_of_the_autumn_change_in_Rome")]
    [TestCase("Europe/Rome", "21:00", "02:30", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", TestName = "Quiet_until_a_time_that_is_skipped")]
    [TestCase("Europe/Rome", "21:00", "02:30", "2026-10-25T00:15:00Z", "2026-10-25T00:30:00Z", TestName = "Quiet_until_the_first_pass")]
    [TestCase("Europe/Rome", "21:00", "02:30", "2026-10-25T01:15:00Z", "2026-10-25T01:30:00Z", TestName = "Quiet_again_until_the_second_pass")]
    [TestCase("America/New_York", "22:00", "08:00", "2026-03-08T03:00:00Z", "2026-03-08T12:00:00Z", TestName = "Quiet_night_of_the_spring_change_in_New_York")]
    [TestCase("America/New_York", "22:00", "08:00", "2026-11-01T02:00:00Z", "2026-11-01T13:00:00Z", TestName = "Quiet_night_of_the_autumn_change_in_New_York")]
    [TestCase("Asia/Tokyo", "21:00", "09:00", "2026-03-28T12:00:00Z", "2026-03-29T00:00:00Z", TestName = "Quiet_night_in_Tokyo")]
    [TestCase("UTC", "12:00", "14:00", "2026-03-28T12:00:00Z", "2026-03-28T14:00:00Z", TestName = "Quiet_by_day_where_no_zone_is_known")]
    public void Quiet_hours_end_at_the_first_instant_that_is_not_quiet(string zone, string from, string to, string now, string expected)
    {
        var quiet = new QuietHours(Clock(from), Clock(to), "customer");
        Assert.That(LocalClock.IsQuiet(quiet, World.Instant(now), Zone(zone)), Is.True);
        var end = LocalClock.QuietEnd(quiet, World.Instant(now), Zone(zone));
        Assert.That(Instants.ToIso(end), Is.EqualTo(expected));
        Assert.That(LocalClock.IsQuiet(quiet, end, Zone(zone)), Is.False);
        Assert.That(LocalClock.IsQuiet(quiet, end - 1, Zone(zone)), Is.True);
    }

    [TestCase("Europe/Rome")]
    [TestCase("America/New_York")]
    [TestCase("Asia/Tokyo")]
    [TestCase("Australia/Lord_Howe")]
    public void The_end_of_quiet_hours_is_the_next_instant_that_is_not_quiet_at_every_quarter_of_a_year(string zone)
    {
        const long quarter = 15 * Instants.Minute;
        var quiet = new QuietHours(Clock("21:00"), Clock("02:30"), "customer");
        var place = Zone(zone);
        long? end = null;
        for (var at = World.Instant("2026-12-31T00:00Z"); at > World.Instant("2026-01-01T00:00Z"); at -= quarter)
        {
            if (!LocalClock.IsQuiet(quiet, at, place))
            {
                end = at;
            }
            else if (end is { } expected)
            {
                Assert.That(LocalClock.QuietEnd(quiet, at, place), Is.EqualTo(expected), () => Instants.ToIso(at));
            }
        }
    }

    [TestCase(null, "Asia/Tokyo", "Asia/Tokyo", TestName = "No_zone_is_the_workspaces")]
    [TestCase("Mars/Base", "Asia/Tokyo", "Asia/Tokyo", TestName = "An_unknown_zone_is_the_workspaces")]
    [TestCase("Europe/Rome", "Asia/Tokyo", "Europe/Rome", TestName = "The_customers_own_zone_comes_first")]
    [TestCase(null, "Mars/Base", "UTC", TestName = "No_zone_at_all_is_UTC")]
    public void A_customers_zone_is_their_own_else_the_workspaces(string? own, string workspace, string expected) => Assert.That(
        LocalClock.ZoneFor(LocalTimes.CustomerZone, new ShopFacts { Zone = own }, new Workspace { DefaultZone = workspace }).Id,
        Is.EqualTo(expected));

    [Test]
    public void A_document_may_name_the_zone_itself() => Assert.That(
        LocalClock.ZoneFor("America/New_York", new ShopFacts { Zone = "Europe/Rome" }, Workspace.Default).Id, Is.EqualTo("America/New_York"));

    [Test]
    public void At_the_end_of_the_calendar_a_wait_is_due_at_its_end() =>
        Assert.That(LocalClock.Next(EngineLimits.DueMax - 1, Clock("09:00"), ImmutableArray<DayOfWeek>.Empty, Zone("UTC")), Is.EqualTo(EngineLimits.DueMax));

    private static TimeOnly Clock(string text) => TimeOnly.Parse(text, CultureInfo.InvariantCulture);

    private static NodaTime.DateTimeZone Zone(string id) => NodaTime.DateTimeZoneProviders.Tzdb[id];
}
