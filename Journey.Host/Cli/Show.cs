using System.Globalization;

namespace Journey.Host.Cli;

/// <summary>Numbers, money and periods as people read them.</summary>
public static class Show
{
    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>"1 row", "1,200 rows".</summary>
    public static string Count(long value, string thing) => $"{Number(value)} {thing}{(value == 1 ? "" : "s")}";

    /// <summary>"80.00 EUR + 12.50 USD"; nothing where there is no amount.</summary>
    public static string Money(IReadOnlyDictionary<string, string> amounts) =>
        string.Join(" + ", amounts.OrderBy(amount => amount.Key, StringComparer.Ordinal).Select(amount => $"{amount.Value} {amount.Key}"));

    /// <summary>"12.5%"; nothing where there is no share.</summary>
    public static string Share(double? share) => share is { } known ? $"{(known * 100).ToString("0.##", CultureInfo.InvariantCulture)}%" : "";

    /// <summary>"+1.25 points": a difference of two shares, in percentage points.</summary>
    public static string Points(double difference) => $"{(difference * 100).ToString("+0.##;-0.##;0", CultureInfo.InvariantCulture)} points";

    /// <summary>"12.5 s", "3.2 min", "1.5 h", "12.1 d": three figures or so.</summary>
    public static string Seconds(double seconds) => seconds switch
    {
        < 120 => $"{seconds.ToString("0.#", CultureInfo.InvariantCulture)} s",
        < 7_200 => $"{(seconds / 60).ToString("0.#", CultureInfo.InvariantCulture)} min",
        < 172_800 => $"{(seconds / 3_600).ToString("0.#", CultureInfo.InvariantCulture)} h",
        _ => $"{(seconds / 86_400).ToString("0.#", CultureInfo.InvariantCulture)} d",
    };
}
