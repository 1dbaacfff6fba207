using System.Globalization;
using Journey.Domain.Time;
using NodaTime;
using NodaTime.TimeZones;

namespace Journey.Host.Import;

/// <summary>Reads a row's time: ISO 8601 unless the mapping gives formats; a time without an offset is of the mapping's zone.</summary>
/// <remarks>
/// A local time that a zone has twice (clocks go back) is the earlier of the two; one that it skips (clocks go forward) is taken as if they had not.
/// Instants must lie from 1970 up to the year 9999.
/// </remarks>
internal sealed class TimeText
{
    private static readonly string[] _isoDates =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm", "yyyy-MM-dd",
    ];

    private static readonly string[] _isoWithOffset =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK",
        "yyyy-MM-dd HH:mm:ss.FFFFFFF K", "yyyy-MM-dd HH:mm:ss.FFFFFFF 'UTC'",
    ];

    private static readonly ZoneLocalMappingResolver _lenient =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnForwardShifted);

    private readonly DateTimeZone _zone;
    private readonly bool _unix;
    private readonly bool _unixMilliseconds;
    private readonly string[] _local;
    private readonly string[] _withOffset;

    public TimeText(TimeMapping mapping)
    {
        _zone = DateTimeZoneProviders.Tzdb[mapping.Zone];
        _unix = mapping.Formats.Contains("unix");
        _unixMilliseconds = mapping.Formats.Contains("unix-ms");
        var formats = mapping.Formats.Where(format => format is not ("unix" or "unix-ms")).ToArray();
        _local = mapping.Formats.IsEmpty ? _isoDates : [.. formats.Where(format => !HasOffset(format))];
        _withOffset = mapping.Formats.IsEmpty ? _isoWithOffset : [.. formats.Where(HasOffset)];
    }

    /// <param name="milliseconds">Unix milliseconds.</param>
    /// <returns>Null; or why the text is no time.</returns>
    public string? Read(string text, out long milliseconds)
    {
        milliseconds = 0;
        text = text.Trim();
        if ((_unix || _unixMilliseconds)
            && decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return ReadNumber(text, number, out milliseconds);
        }

        if (DateTime.TryParseExact(text, _local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            milliseconds = _zone.ResolveLocal(LocalDateTime.FromDateTime(local), _lenient).ToInstant().ToUnixTimeMilliseconds();
        }
        else if (DateTimeOffset.TryParseExact(text, _withOffset, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
        {
            milliseconds = moment.ToUnixTimeMilliseconds();
        }
        else
        {
            return $"'{Shortened(text)}' is not a time";
        }

        return milliseconds < 0 ? $"'{Shortened(text)}' is before 1970" : null;
    }

    private string? ReadNumber(string text, decimal number, out long milliseconds)
    {
        const decimal lastMillisecond = 253_402_300_799_999;
        milliseconds = 0;
        var scaled = _unixMilliseconds ? number : number * Instants.Second;
        if (scaled is < 0 or > lastMillisecond)
        {
            return _unix && scaled > 0 && number <= lastMillisecond
                ? $"'{Shortened(text)}' is too large for seconds since 1970: are these milliseconds (unix-ms)?"
                : $"'{Shortened(text)}' is not a time from 1970 to 9999";
        }

        milliseconds = (long)scaled;
        return null;
    }

    /// <summary>z and K are .NET's signs for an offset; what stands in quotes is literal.</summary>
    private static bool HasOffset(string format)
    {
        var quoted = false;
        foreach (var c in format)
        {
            quoted ^= c == '\'';
            if (!quoted && c is 'z' or 'K')
            {
                return true;
            }
        }

        return false;
    }

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
