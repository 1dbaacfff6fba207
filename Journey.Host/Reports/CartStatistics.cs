using Journey.Host.Http.Queries;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;

namespace Journey.Host.Reports;

/// <summary>What carts come to over a period: what is left behind, and how much of it comes back.</summary>
/// <param name="AtRisk">What the carts hold that were found abandoned in the period and are left behind still.</param>
/// <param name="Abandoned">Carts found abandoned for the first time, as a cart or in their checkout.</param>
/// <param name="RecoveryRate">Recovered of those abandoned; null: none was.</param>
/// <param name="Recovered">What the orders came to that recovered a cart.</param>
/// <param name="MedianSecondsToRecovery">From the last time it was found abandoned to the order; null: none was recovered.</param>
public sealed record CartStats(
    long Started,
    long Abandoned,
    long Converted,
    long RecoveredCarts,
    long ClickedCarts,
    long Expired,
    IReadOnlyList<MoneyText> AtRisk,
    double? RecoveryRate,
    IReadOnlyList<MoneyText> Recovered,
    double? MedianSecondsToRecovery,
    IReadOnlyList<CartStatsDay> Days);

/// <param name="Channel">Of the cart's latest activity when it happened.</param>
/// <param name="AtRisk">Found abandoned on that day, and left behind still.</param>
public sealed record CartStatsDay(
    string Day,
    string Channel,
    long Started,
    long Abandoned,
    long CheckoutsAbandoned,
    long Converted,
    long Recovered,
    long Clicked,
    long Expired,
    IReadOnlyList<MoneyText> AtRisk,
    IReadOnlyList<MoneyText> ConvertedValue,
    IReadOnlyList<MoneyText> RecoveredValue);

/// <summary>Reads what carts come to from the day tables, and the times to recovery from the carts themselves.</summary>
public static class CartStatistics
{
    public static async Task<CartStats> ReadAsync(IStateStore store, Period period, string? channel, CancellationToken cancellation)
    {
        var values = await ValuesAsync(store, period, channel, cancellation);
        var (sums, days) = (new long[8], new List<CartStatsDay>());
        var seen = new HashSet<(string, string)>();
        await foreach (var cells in store.AllAsync(ReadModelTables.CartDays, Where(period, channel), cancellation))
        {
            var row = new TableRow(ReadModelTables.CartDays, cells);
            var key = (row.Text("day")!, row.Text("channel")!);
            if (period.HasDay(key.Item1))
            {
                seen.Add(key);
                days.Add(DayOf(key, column => row.Number(column), values.GetValueOrDefault(key)));
                for (var i = 0; i < sums.Length; i++)
                {
                    sums[i] += cells[2 + i].Integer;
                }
            }
        }

        // A day may have money only: what was left behind on it was told of later.
        days.AddRange(values.Where(pair => !seen.Contains(pair.Key)).Select(pair => DayOf(pair.Key, static _ => 0, pair.Value)));
        var totals = new Values();
        foreach (var value in values.Values)
        {
            totals.Add(value);
        }

        return new CartStats(
            sums[0], sums[7], sums[3], sums[4], sums[5], sums[6],
            MoneyText.Of(totals.AtRisk),
            sums[7] > 0 ? (double)sums[4] / sums[7] : null,
            MoneyText.Of(totals.Recovered),
            await MedianAsync(store, period, channel, cancellation),
            [.. days.OrderBy(static day => day.Day, StringComparer.Ordinal).ThenBy(static day => day.Channel, StringComparer.Ordinal)]);
    }

    private static CartStatsDay DayOf((string Day, string Channel) key, Func<string, long> number, Values? values) => new(
        key.Day, key.Channel, number("started"), number("abandoned"), number("checkouts_abandoned"), number("converted"), number("recovered"),
        number("clicked"), number("expired"), MoneyText.Of(values?.AtRisk ?? []), MoneyText.Of(values?.Converted ?? []), MoneyText.Of(values?.Recovered ?? []));

    private static async Task<Dictionary<(string Day, string Channel), Values>> ValuesAsync(
        IStateStore store, Period period, string? channel, CancellationToken cancellation)
    {
        var byDay = new Dictionary<(string, string), Values>();
        await foreach (var cells in store.AllAsync(ReadModelTables.CartValueDays, Where(period, channel), cancellation))
        {
            var row = new TableRow(ReadModelTables.CartValueDays, cells);
            var key = (row.Text("day")!, row.Text("channel")!);
            if (!period.HasDay(key.Item1))
            {
                continue;
            }

            if (!byDay.TryGetValue(key, out var values))
            {
                byDay.Add(key, values = new Values());
            }

            values.Add(row.Text("currency")!, row.Number("at_risk"), row.Number("converted"), row.Number("recovered"));
        }

        return byDay;
    }

    private static async Task<double?> MedianAsync(IStateStore store, Period period, string? channel, CancellationToken cancellation)
    {
        List<Filter> where = [new("state", FilterKind.Equal, "recovered")];
        if (period.From is { } from)
        {
            where.Add(new Filter("active_at", FilterKind.GreaterOrEqual, from));
        }

        if (channel is not null)
        {
            where.Add(new Filter("channel", FilterKind.Equal, channel));
        }

        var times = new List<long>();
        await foreach (var cells in store.AllAsync(ReadModelTables.Carts, where, cancellation))
        {
            var (abandoned, closed) = (cells[ReadModelTables.Carts.ColumnIndex("abandoned_at")].Integer, cells[ReadModelTables.Carts.ColumnIndex("closed_at")].Integer);
            if (period.Has(closed))
            {
                times.Add(closed - abandoned);
            }
        }

        times.Sort();
        return times.Count == 0 ? null : (times[(times.Count - 1) / 2] + times[times.Count / 2]) / 2_000.0;
    }

    private static Filter[] Where(Period period, string? channel) =>
        channel is null ? period.Days() : [.. period.Days(), new Filter("channel", FilterKind.Equal, channel)];

    /// <summary>Minor units by currency.</summary>
    private sealed class Values
    {
        public Dictionary<string, long> AtRisk { get; } = [];

        public Dictionary<string, long> Converted { get; } = [];

        public Dictionary<string, long> Recovered { get; } = [];

        public void Add(string currency, long atRisk, long converted, long recovered)
        {
            AtRisk[currency] = AtRisk.GetValueOrDefault(currency) + atRisk;
            Converted[currency] = Converted.GetValueOrDefault(currency) + converted;
            Recovered[currency] = Recovered.GetValueOrDefault(currency) + recovered;
        }

        public void Add(Values other)
        {
            foreach (var currency in other.AtRisk.Keys)
            {
                Add(currency, other.AtRisk[currency], other.Converted[currency], other.Recovered[currency]);
            }
        }
    }
}
