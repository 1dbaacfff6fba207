using System.Globalization;

namespace Journey.Host.Why;

/// <summary>Times and periods as one says them.</summary>
internal static class Moments
{
    /// <summary>"2 March 2026 at 14:05 UTC".</summary>
    public static string Say(long unixMilliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds).ToString("d MMMM yyyy 'at' HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>"7 days", "4 hours", "90 minutes": the largest unit that says it whole, and else two of them.</summary>
    public static string Period(long milliseconds)
    {
        var span = TimeSpan.FromMilliseconds(milliseconds);
        return span switch
        {
            { TotalDays: >= 2 } => Two((long)span.TotalDays, "day", span.Hours, "hour"),
            { TotalHours: >= 1 } => Two((long)span.TotalHours, "hour", span.Minutes, "minute"),
            { TotalMinutes: >= 1 } => Two((long)span.TotalMinutes, "minute", span.Seconds, "second"),
            _ => Count((long)span.TotalSeconds, "second"),
        };
    }

    private static string Two(long large, string largeUnit, long small, string smallUnit) =>
        small == 0 ? Count(large, largeUnit) : $"{Count(large, largeUnit)} and {Count(small, smallUnit)}";

    private static string Count(long value, string unit) => $"{value} {unit}{(value == 1 ? "" : "s")}";
}
