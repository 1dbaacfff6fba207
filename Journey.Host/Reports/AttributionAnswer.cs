using Journey.Domain.Language.Formats;
using Journey.Domain.Time;
using Journey.Projections.Attribution;

namespace Journey.Host.Reports;

/// <summary>The report as HTTP and the command line give it.</summary>
/// <param name="Revenue">A plain decimal, in <paramref name="Currency"/>, as all money in it.</param>
/// <param name="OtherCurrencies">What was paid in others: counted as conversions, credited to nobody.</param>
public sealed record AttributionAnswer(
    string Conversion,
    string By,
    string? From,
    string? To,
    string Lookback,
    string Currency,
    long Conversions,
    string Revenue,
    IReadOnlyList<MoneyText> OtherCurrencies,
    IReadOnlyList<ModelAnswer> Models)
{
    public static AttributionAnswer Of(AttributionReport report, string conversion, AttributionOptions options) => new(
        conversion,
        options.By == AttributionDimension.Campaign ? "campaign" : "channel",
        options.From == long.MinValue ? null : Instants.ToIso(options.From),
        options.To == long.MaxValue ? null : Instants.ToIso(options.To),
        Durations.Format(options.Lookback),
        report.Currency,
        report.Conversions,
        MoneyText.Text(report.Revenue),
        [.. report.Elsewhere.Select(static money => new MoneyText(money.Currency, MoneyText.Text(money.Revenue)))],
        [.. report.Models.Select(static model => new ModelAnswer(
            AttributionModels.NameOf(model.Model),
            [.. model.Rows.Select(static row => new CreditAnswer(
                row.Name, row.Conversions, MoneyText.Text(row.Revenue), row.Cost is { } cost ? MoneyText.Text(cost) : null, row.Roi))],
            model.Note))]);
}

/// <param name="Note">Why there are no rows; null: there are.</param>
public sealed record ModelAnswer(string Model, IReadOnlyList<CreditAnswer> Rows, string? Note);

/// <param name="Conversions">Credited, to the millionth: a model's rows sum to all of them.</param>
/// <param name="Cost">Null: none was recorded.</param>
/// <param name="Roi">What came back, less the cost, by the cost; null: no cost.</param>
public sealed record CreditAnswer(string Name, decimal Conversions, string Revenue, string? Cost, double? Roi);
