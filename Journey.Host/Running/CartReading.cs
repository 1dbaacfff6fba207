using System.Globalization;
using Journey.Host.Cli;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;

namespace Journey.Host.Running;

/// <summary>Reads the carts of a store, or of a moment, as the command line shows them.</summary>
internal static class CartReading
{
    public static async Task<CartsReport> ReportAsync(IReadModels models, CartsQuery query, CancellationToken cancellation)
    {
        var all = await models.QueryAsync(new TableQuery(ReadModelTables.Carts, [], [], int.MaxValue), cancellation);
        return await ReportAsync(all.ToAsyncEnumerable(), models, query, cancellation);
    }

    /// <param name="all">Every cart, in any order.</param>
    public static async Task<CartsReport> ReportAsync(IAsyncEnumerable<Cell[]> all, IReadModels models, CartsQuery query, CancellationToken cancellation)
    {
        var counts = new SortedDictionary<string, (long Carts, Dictionary<string, decimal> Values)>(StringComparer.Ordinal);
        await foreach (var row in all.WithCancellation(cancellation))
        {
            var cart = CartOf(row);
            var (carts, values) = counts.GetValueOrDefault(cart.State, (0, []));
            foreach (var (currency, total) in cart.Totals)
            {
                values[currency] = values.GetValueOrDefault(currency) + decimal.Parse(total, CultureInfo.InvariantCulture);
            }

            counts[cart.State] = (carts + 1, values);
        }

        Filter[] where = query.State is { } state ? [new Filter("state", FilterKind.Equal, state.Replace('-', ' '))] : [];
        var rows = await models.QueryAsync(new TableQuery(ReadModelTables.Carts, where, ["-active_at"], query.Limit), cancellation);
        return new CartsReport(
            [.. counts.Select(pair => new CartCount(pair.Key, pair.Value.Carts, pair.Value.Values.ToDictionary(
                value => value.Key, value => value.Value.ToString(CultureInfo.InvariantCulture))))],
            [.. rows.Select(CartOf)]);
    }

    private static CartRow CartOf(Cell[] row)
    {
        var table = ReadModelTables.Carts;
        var totals = new Dictionary<string, string>(StringComparer.Ordinal);
        if (row[table.ColumnIndex("totals")].Text is { } several)
        {
            foreach (var sum in several.Split(", "))
            {
                totals[sum[..3]] = sum[4..];
            }
        }
        else if (row[table.ColumnIndex("currency")].Text is { } currency)
        {
            totals[currency] = row[table.ColumnIndex("total")].Text ?? "0";
        }

        return new CartRow(
            row[0].Text!, row[1].Text!, (row[table.ColumnIndex("state")].Text ?? "").Replace(' ', '-'), totals,
            row[table.ColumnIndex("items")].Integer, row[table.ColumnIndex("active_at")].Integer);
    }
}
