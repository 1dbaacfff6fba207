using System.Globalization;
using NodaTime;

namespace Journey.Domain.Language.Formats;

/// <summary>Times of day, weekdays and time zones as documents write them.</summary>
public static class LocalTimes
{
    /// <summary>Stands for the customer's own zone, and the workspace's where that is not known.</summary>
    public const string CustomerZone = "customer";

    public const string TimeOfDayPattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$";

    private static readonly Dictionary<string, DayOfWeek> Days = new(StringComparer.OrdinalIgnoreCase)
    {
        ["mon"] = DayOfWeek.Monday, ["tue"] = DayOfWeek.Tuesday, ["wed"] = DayOfWeek.Wednesday, ["thu"] = DayOfWeek.Thursday,
        ["fri"] = DayOfWeek.Friday, ["sat"] = DayOfWeek.Saturday, ["sun"] = DayOfWeek.Sunday,
        ["monday"] = DayOfWeek.Monday, ["tuesday"] = DayOfWeek.Tuesday, ["wednesday"] = DayOfWeek.Wednesday, ["thursday"] = DayOfWeek.Thursday,
        ["friday"] = DayOfWeek.Friday, ["saturday"] = DayOfWeek.Saturday, ["sunday"] = DayOfWeek.Sunday,
    };

    public static IEnumerable<string> WeekdayNames => Days.Keys;

    public static bool TryParseTimeOfDay(string text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    public static bool TryParseWeekday(string text, out DayOfWeek day) => Days.TryGetValue(text, out day);

    /// <summary>Whether the time-zone data that ships with the engine knows this IANA id.</summary>
    public static bool IsZone(string id) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) is not null;

    public static IEnumerable<string> ZoneIds => DateTimeZoneProviders.Tzdb.Ids;
}
