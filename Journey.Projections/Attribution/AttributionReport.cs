using System.Collections.Immutable;

namespace Journey.Projections.Attribution;

/// <param name="Conversions">Credit of all rows sums to it, to the millionth, in every model.</param>
/// <param name="Revenue">In the currency asked for; credit of all rows sums to it exactly, in every model.</param>
/// <param name="Elsewhere">What was paid in other currencies: counted as conversions, and credited to nobody.</param>
public sealed record AttributionReport(
    long Conversions, decimal Revenue, string Currency, ImmutableArray<RevenueElsewhere> Elsewhere, ImmutableArray<ModelledCredit> Models);

public sealed record RevenueElsewhere(string Currency, long Conversions, decimal Revenue);

/// <param name="Note">Why there are no rows; null: there are.</param>
/// <param name="Rows">Most conversions first.</param>
public sealed record ModelledCredit(AttributionModel Model, ImmutableArray<CreditRow> Rows, string? Note);

/// <param name="Name">A channel's or a campaign's, <c>(none)</c> or <c>(other)</c>.</param>
/// <param name="Conversions">To the millionth.</param>
/// <param name="Cost">In the report's currency; null: none was recorded.</param>
/// <param name="Roi">What came back of the cost, less the cost, by the cost: 0.5 is half as much again; null: there was no cost.</param>
public sealed record CreditRow(string Name, decimal Conversions, decimal Revenue, decimal? Cost, double? Roi);
