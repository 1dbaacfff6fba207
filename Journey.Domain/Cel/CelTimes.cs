using System.Buffers;
using System.Globalization;
using NodaTime;

namespace Journey.Domain.Cel;

/// <summary>Timestamps and durations: reading, writing, and the parts of a local time.</summary>
internal static class CelTimes
{
    /// <summary>0001-01-01T00:00:00Z in seconds since 1970.</summary>
    public const long SecondsMin = -62_135_596_800;

    /// <summary>9999-12-31T23:59:59Z in seconds since 1970.</summary>
    public const long SecondsMax = 253_402_300_799;

    private const long SecondsPerDay = 86_400;

    private static readonly SearchValues<char> AmountCharacters = SearchValues.Create("0123456789.");

    /// <summary>RFC 3339: date, T, time, an optional fraction, and Z or an offset. Digits beyond nanoseconds are cut.</summary>
    public static CelValue Parse(string text)
    {
        var at = 0;
        if (!(Number(text, ref at, 4, out var year) && Mark(text, ref at, '-') && Number(text, ref at, 2, out var month)
            && Mark(text, ref at, '-') && Number(text, ref at, 2, out var day) && Mark(text, ref at, 'T')
            && Number(text, ref at, 2, out var hour) && Mark(text, ref at, ':') && Number(text, ref at, 2, out var minute)
            && Mark(text, ref at, ':') && Number(text, ref at, 2, out var second)))
        {
            return CelTexts.BadTimestamp;
        }

        if (month is < 1 or > 12 || day < 1 || day > DaysIn(year, month) || hour > 23 || minute > 59 || second > 59
            || !Fraction(text, ref at, out var nanos) || !Zone(text, ref at, out var offset) || at != text.Length)
        {
            return CelTexts.BadTimestamp;
        }

        var seconds = (DaysFrom(year, month, day) * SecondsPerDay) + (hour * 3600) + (minute * 60) + second - offset;
        return CelValue.Timestamp(seconds, nanos);
    }

    /// <summary>UTC with as many digits of the fraction as there are.</summary>
    public static string Format(in CelValue timestamp)
    {
        var (days, second) = Split(timestamp.Bits);
        var (year, month, day) = DateOf(days);
        var text = string.Create(CultureInfo.InvariantCulture, $"{year:D4}-{month:D2}-{day:D2}T{second / 3600:D2}:{second / 60 % 60:D2}:{second % 60:D2}");
        return timestamp.Nanos == 0 ? text + "Z" : text + "." + timestamp.Nanos.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0') + "Z";
    }

    /// <summary>A sign, and numbers with units, the way 1h30m or 1.5s or -250ms are written; a bare 0 needs no unit.</summary>
    public static CelValue ParseDuration(string text)
    {
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-", StringComparison.Ordinal);
        if (negative || rest.StartsWith("+", StringComparison.Ordinal))
        {
            rest = rest[1..];
        }

        if (rest.SequenceEqual("0"))
        {
            return CelValue.DurationOf(0);
        }

        if (rest.IsEmpty || rest.Length > 100)
        {
            return CelTexts.BadDuration;
        }

        decimal total = 0;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOfAnyExcept(AmountCharacters);
            if (end <= 0 || end > 28 || !decimal.TryParse(rest[..end], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            {
                return CelTexts.BadDuration;
            }

            rest = rest[end..];
            var unitEnd = rest.IndexOfAny(AmountCharacters);
            var unit = unitEnd < 0 ? rest : rest[..unitEnd];
            rest = rest[unit.Length..];
            var nanoseconds = UnitOf(unit);
            if (nanoseconds == 0)
            {
                return CelTexts.BadDuration;
            }

            if (amount > long.MaxValue / (decimal)nanoseconds + 1)
            {
                return CelTexts.DurationRange;
            }

            total += decimal.Truncate(amount * nanoseconds);
        }

        total = negative ? -total : total;
        return total is < long.MinValue or > long.MaxValue ? CelTexts.DurationRange : CelValue.DurationOf((long)total);
    }

    /// <summary>In seconds, with as many digits of the fraction as there are.</summary>
    public static string FormatDuration(long nanoseconds) =>
        (nanoseconds / (decimal)CelValue.NanosPerSecond).ToString("0.#########", CultureInfo.InvariantCulture) + "s";

    /// <summary>A part of the local time: the name is that of the CEL function.</summary>
    public static CelValue Part(string function, in CelValue timestamp, int offsetSeconds)
    {
        var (days, second) = Split(timestamp.Bits + offsetSeconds);
        return CelValue.From(function switch
        {
            "getHours" => second / 3600,
            "getMinutes" => second / 60 % 60,
            "getSeconds" => second % 60,
            "getMilliseconds" => timestamp.Nanos / 1_000_000,
            "getDayOfWeek" => Modulo(days + 4, 7), // 1970-01-01 was a Thursday, and Sunday is 0.
            "getFullYear" => DateOf(days).Year,
            "getMonth" => DateOf(days).Month - 1,
            "getDate" => DateOf(days).Day,
            "getDayOfMonth" => DateOf(days).Day - 1,
            _ => days - DaysFrom(DateOf(days).Year, 1, 1),
        });
    }

    /// <summary>Seconds east of Greenwich at that time, for an offset such as -02:30, a name such as Europe/Rome, or nothing for UTC.</summary>
    public static bool TryOffset(string zone, in CelValue timestamp, out int seconds)
    {
        seconds = 0;
        if (zone is "" or "UTC" or "Z")
        {
            return true;
        }

        var at = zone[0] is '+' or '-' ? 1 : 0;
        if (Number(zone, ref at, 2, out var hours) && Mark(zone, ref at, ':') && Number(zone, ref at, 2, out var minutes) && at == zone.Length)
        {
            seconds = ((hours * 3600) + (minutes * 60)) * (zone[0] == '-' ? -1 : 1);
            return hours <= 23 && minutes <= 59;
        }

        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is not { } known)
        {
            return false;
        }

        seconds = known.GetUtcOffset(Instant.FromUnixTimeSeconds(timestamp.Bits)).Seconds;
        return true;
    }

    private static long UnitOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 1,
        "us" or "µs" or "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => CelValue.NanosPerSecond,
        "m" => 60L * CelValue.NanosPerSecond,
        "h" => 3600L * CelValue.NanosPerSecond,
        _ => 0,
    };

    private static (long Days, int SecondOfDay) Split(long seconds)
    {
        var second = Modulo(seconds, SecondsPerDay);
        return ((seconds - second) / SecondsPerDay, (int)second);
    }

    private static long Modulo(long value, long divisor) => ((value % divisor) + divisor) % divisor;

    private static int DaysIn(int year, int month) => month switch
    {
        2 => (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    // Proleptic Gregorian, counted in 400-year eras from March, so that the leap day is the last of its year.
    // NodaTime ends with the year 9999, which a local time may leave by some hours.
    private static long DaysFrom(int year, int month, int day)
    {
        var y = month <= 2 ? year - 1 : year;
        var era = (y >= 0 ? y : y - 399) / 400;
        var yearOfEra = y - (era * 400);
        var dayOfYear = (((153 * ((month + 9) % 12)) + 2) / 5) + day - 1;
        return (era * 146_097L) + (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear - 719_468;
    }

    private static (int Year, int Month, int Day) DateOf(long days)
    {
        var shifted = days + 719_468;
        var dayOfEra = (int)Modulo(shifted, 146_097);
        var era = (int)((shifted - dayOfEra) / 146_097);
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var fromMarch = ((5 * dayOfYear) + 2) / 153;
        var month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
        return (yearOfEra + (era * 400) + (month <= 2 ? 1 : 0), month, dayOfYear - (((153 * fromMarch) + 2) / 5) + 1);
    }

    private static bool Number(string text, ref int at, int digits, out int value)
    {
        value = 0;
        for (var i = 0; i < digits; i++, at++)
        {
            if (at >= text.Length || !char.IsAsciiDigit(text[at]))
            {
                return false;
            }

            value = (value * 10) + (text[at] - '0');
        }

        return true;
    }

    private static bool Mark(string text, ref int at, char mark)
    {
        var found = at < text.Length && text[at] == mark;
        at += found ? 1 : 0;
        return found;
    }

    private static bool Fraction(string text, ref int at, out int nanos)
    {
        nanos = 0;
        if (!Mark(text, ref at, '.'))
        {
            return true;
        }

        var start = at;
        for (var weight = 100_000_000; at < text.Length && char.IsAsciiDigit(text[at]); at++, weight /= 10)
        {
            nanos += (text[at] - '0') * weight;
        }

        return at > start;
    }

    private static bool Zone(string text, ref int at, out int offset)
    {
        offset = 0;
        if (Mark(text, ref at, 'Z'))
        {
            return true;
        }

        var sign = at < text.Length && text[at] is '+' or '-' ? (text[at] == '-' ? -1 : 1) : 0;
        at++;
        if (sign == 0 || !Number(text, ref at, 2, out var hours) || !Mark(text, ref at, ':') || !Number(text, ref at, 2, out var minutes))
        {
            return false;
        }

        offset = sign * ((hours * 3600) + (minutes * 60));
        return hours <= 23 && minutes <= 59;
    }
}
