using System.Collections.Frozen;

namespace Journey.Domain.Language.Formats;

/// <summary>Money as whole numbers of its currency's smallest unit (cents, yen, fils), so that sums are exact.</summary>
/// <remarks>An amount with more digits than its currency has is rounded half to even.</remarks>
public static class MinorUnits
{
    /// <summary>Amounts beyond it, either way, count as it: so many millions of them still fit a 64-bit sum.</summary>
    public const long AmountMax = 10_000_000_000_000;

    private static readonly FrozenSet<string> _withoutDigits =
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> _withThreeDigits = "BHD IQD JOD KWD LYD OMR TND".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Digits behind the decimal point, as ISO 4217 has them; 2 for a code it does not know.</summary>
    public static int DigitsOf(string currency) => _withoutDigits.Contains(currency) ? 0 : _withThreeDigits.Contains(currency) ? 3 : 2;

    public static long Of(decimal amount, string currency)
    {
        var units = Math.Round(amount, DigitsOf(currency), MidpointRounding.ToEven);
        return (long)Math.Clamp(units * ScaleOf(currency), -AmountMax, AmountMax);
    }

    /// <summary>With as many digits as the currency has: 1050 of EUR is 10.50.</summary>
    public static decimal ToAmount(decimal units, string currency)
    {
        var digits = DigitsOf(currency);
        return Math.Round(units / ScaleOf(currency), digits) + new decimal(0, 0, 0, false, (byte)digits);
    }

    private static decimal ScaleOf(string currency) => DigitsOf(currency) switch { 0 => 1m, 3 => 1_000m, _ => 100m };
}
