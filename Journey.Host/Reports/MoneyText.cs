using System.Globalization;
using Journey.Domain.Language.Formats;

namespace Journey.Host.Reports;

/// <summary>Money as reports give it.</summary>
/// <param name="Amount">A plain decimal, with as many digits as the currency has.</param>
public sealed record MoneyText(string Currency, string Amount)
{
    public static MoneyText Of(long units, string currency) => new(currency, Text(MinorUnits.ToAmount(units, currency)));

    /// <summary>Sums by currency, without those that come to nothing, in alphabetical order.</summary>
    internal static IReadOnlyList<MoneyText> Of(IEnumerable<KeyValuePair<string, long>> units) =>
        [.. units.Where(static pair => pair.Value != 0).OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => Of(pair.Value, pair.Key))];

    internal static string Text(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);
}
