using System.Globalization;

namespace Journey.Domain.Time;

/// <summary>Instants are milliseconds since 1970 UTC where they are stored and compared, and ISO 8601 where people read them.</summary>
public static class Instants
{
    public const long Second = 1_000;
    public const long Minute = 60 * Second;
    public const long Hour = 60 * Minute;
    public const long Day = 24 * Hour;

    /// <summary>The last millisecond of the year 9999, beyond which conditions know no time.</summary>
    public const long Last = 253_402_300_799_999;

    public static string ToIso(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>ISO 8601; a time without an offset is UTC.</summary>
    public static bool TryParse(string? text, out long milliseconds)
    {
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out var parsed))
        {
            milliseconds = parsed.ToUnixTimeMilliseconds();
            return true;
        }

        milliseconds = 0;
        return false;
    }
}
