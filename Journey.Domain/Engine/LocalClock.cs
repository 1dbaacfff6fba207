using System.Collections.Concurrent;
using System.Collections.Immutable;
using Journey.Domain.Language;
using Journey.Domain.Language.Formats;
using Journey.Domain.Time;
using NodaTime;
using NodaTime.Extensions;
using NodaTime.TimeZones;

namespace Journey.Domain.Engine;

/// <summary>Local time of day, by the time-zone data that ships with the engine: the same on every machine.</summary>
/// <remarks>
/// A local time that the clocks skip means the first instant after the gap. One that they pass twice means the first pass for a wait;
/// quiet hours hold in both passes.
/// </remarks>
public static class LocalClock
{
    private const int DaysAhead = 15;

    // The provider's own cache is behind a lock that every send of every thread would wait at. There are no more zones than the data has.
    private static readonly ConcurrentDictionary<string, DateTimeZone> Known = new(StringComparer.Ordinal);

    private static readonly ZoneLocalMappingResolver FirstPass =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);

    /// <summary>Which time-zone data it is, recorded with the waits that used it.</summary>
    public static string DatabaseVersion => DateTimeZoneProviders.Tzdb.VersionId;

    /// <summary>The zone a document means for this customer: theirs, else the workspace's, else UTC. An unknown one is as none.</summary>
    public static DateTimeZone ZoneFor(string zone, IFacts facts, Workspace workspace) =>
        Find(zone == LocalTimes.CustomerZone ? facts.Zone : zone) ?? Find(workspace.DefaultZone) ?? DateTimeZone.Utc;

    /// <summary>The zone of this name; null: there is none.</summary>
    public static DateTimeZone? Find(string? zone)
    {
        if (zone is null)
        {
            return null;
        }

        if (Known.TryGetValue(zone, out var known))
        {
            return known;
        }

        var found = DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone);
        if (found is not null)
        {
            Known.TryAdd(zone, found);
        }

        return found;
    }

    /// <summary>The first instant after <paramref name="now"/> at which clocks there show <paramref name="time"/>, on one of the days if any are given.</summary>
    public static long Next(long now, TimeOnly time, ImmutableArray<DayOfWeek> weekdays, DateTimeZone zone)
    {
        if (IsOutOfReach(now))
        {
            return EngineLimits.DueMax;
        }

        var today = Instant.FromUnixTimeMilliseconds(now).InZone(zone).Date;
        for (var ahead = 0; ahead <= DaysAhead; ahead++)
        {
            var date = today.PlusDays(ahead);
            if (!weekdays.IsDefaultOrEmpty && !weekdays.Contains(date.DayOfWeek.ToDayOfWeek()))
            {
                continue;
            }

            var at = zone.ResolveLocal(date + LocalTime.FromTimeOnly(time), FirstPass);

            // A zone that crossed the date line skipped a whole day; what follows the gap is then another day.
            if (at.Date == date && at.ToInstant().ToUnixTimeMilliseconds() > now)
            {
                return at.ToInstant().ToUnixTimeMilliseconds();
            }
        }

        return EngineLimits.DueMax;
    }

    public static bool IsQuiet(QuietHours quiet, long now, DateTimeZone zone) =>
        !IsOutOfReach(now) && quiet.Contains(Instant.FromUnixTimeMilliseconds(now).InZone(zone).TimeOfDay.ToTimeOnly());

    /// <summary>The first instant after <paramref name="now"/>, which is quiet, that is not.</summary>
    public static long QuietEnd(QuietHours quiet, long now, DateTimeZone zone)
    {
        var today = Instant.FromUnixTimeMilliseconds(now).InZone(zone).Date;
        for (var ahead = 0; ahead <= DaysAhead; ahead++)
        {
            var mapping = zone.MapLocal(today.PlusDays(ahead) + LocalTime.FromTimeOnly(quiet.To));
            if (mapping.Count == 0 && IsEnd(mapping.LateInterval.Start))
            {
                return mapping.LateInterval.Start.ToUnixTimeMilliseconds();
            }

            if (mapping.Count > 0 && IsEnd(mapping.First().ToInstant()))
            {
                return mapping.First().ToInstant().ToUnixTimeMilliseconds();
            }

            if (mapping.Count == 2 && IsEnd(mapping.Last().ToInstant()))
            {
                return mapping.Last().ToInstant().ToUnixTimeMilliseconds();
            }
        }

        return EngineLimits.DueMax;

        bool IsEnd(Instant instant) =>
            instant.ToUnixTimeMilliseconds() > now && !quiet.Contains(instant.InZone(zone).TimeOfDay.ToTimeOnly());
    }

    // Near the calendar's end, days ahead would leave it.
    private static bool IsOutOfReach(long now) => now > EngineLimits.DueMax - (30 * Instants.Day);
}
