using System.Globalization;

namespace Journey.Domain.Language.Formats;

/// <summary>Shares of a whole: <c>10%</c>, or a number from 0 to 1.</summary>
public static class Shares
{
    public const string Expected = "a share such as 10% or 0.1";

    public const string Pattern = "^[0-9]+(\\.[0-9]+)?%$|^(0(\\.[0-9]+)?|1(\\.0+)?)$";

    /// <summary>From 0 to 1, both included.</summary>
    public static bool TryParse(string text, out double share)
    {
        var isPercent = text.EndsWith('%');
        var number = isPercent ? text[..^1] : text;
        if (number.Length is 0 or > 20 || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            share = 0;
            return false;
        }

        // Decimal, so that 33.3% is exactly the double that 0.333 is.
        share = (double)(isPercent ? value / 100m : value);
        return share is >= 0 and <= 1;
    }
}
