using System.Globalization;
using System.Text;
using Journey.Domain.Time;

namespace Journey.Domain.Language.Formats;

/// <summary>Lengths of time as people write them: <c>4h</c>, <c>1h30m</c>, <c>2w</c>, or ISO 8601 <c>PT4H</c>.</summary>
public static class Durations
{
    public const string Expected = "a duration such as 30m, 4h, 1h30m, 7d or PT4H";

    /// <summary>What an editor checks; the bounds are checked here.</summary>
    public const string Pattern = "^([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$|^P([0-9]+W)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+S)?)?$";

    private static readonly (char Unit, long Ms)[] Units =
        [('w', 7 * Instants.Day), ('d', Instants.Day), ('h', Instants.Hour), ('m', Instants.Minute), ('s', Instants.Second)];

    /// <summary>Longer than nothing, at most <see cref="LanguageLimits.DurationMaxMs"/>; each unit once, from large to small.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long milliseconds)
    {
        milliseconds = 0;
        var isIso = text.Length > 0 && text[0] == 'P';
        var rest = isIso ? text[1..] : text;
        var smallest = -1;
        var inTime = !isIso;
        while (!rest.IsEmpty)
        {
            if (isIso && !inTime && rest[0] == 'T' && rest.Length > 1)
            {
                inTime = true;
                rest = rest[1..];
            }

            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > 9)
            {
                return false;
            }

            var unit = UnitOf(rest[digits], isIso);
            // In ISO 8601 "M" before the "T" would be months, which have no fixed length.
            if (unit <= smallest || (isIso && inTime != unit >= 2))
            {
                return false;
            }

            milliseconds += int.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture) * Units[unit].Ms;
            smallest = unit;
            rest = rest[(digits + 1)..];
        }

        return milliseconds is > 0 and <= LanguageLimits.DurationMaxMs;
    }

    /// <summary>The shortest way to write it, in whole seconds: 5,400,000 is <c>1h30m</c>; less than a second is <c>0s</c>.</summary>
    public static string Format(long milliseconds)
    {
        var text = new StringBuilder();
        var rest = milliseconds;
        foreach (var (unit, ms) in Units)
        {
            // Weeks only when whole, for "8d" reads better than "1w1d".
            if (rest >= ms && (unit != 'w' || rest % ms == 0))
            {
                text.Append(CultureInfo.InvariantCulture, $"{rest / ms}{unit}");
                rest %= ms;
            }
        }

        return text.Length == 0 ? "0s" : text.ToString();
    }

    private static int UnitOf(char letter, bool isIso)
    {
        for (var i = 0; i < Units.Length; i++)
        {
            if (letter == (isIso ? char.ToUpperInvariant(Units[i].Unit) : Units[i].Unit))
            {
                return i;
            }
        }

        return -1;
    }
}
