using Journey.Host.Http.Queries;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;

namespace Journey.Host.Reports;

/// <summary>What became of messages, by channel, journey, step, template or day.</summary>
/// <param name="Name">A step's is JOURNEY/STEP.</param>
/// <param name="Failed">One that was sent at a later attempt counts as sent, too.</param>
/// <param name="Suppressed">Withheld, by reason, the most frequent first.</param>
public sealed record DeliveryStats(
    string Name,
    long Requested,
    long Sent,
    long Delivered,
    long Opened,
    long Clicked,
    long Bounced,
    long Failed,
    long Complained,
    IReadOnlyList<ReasonCount> Suppressed);

/// <param name="By">One of <see cref="DeliveryStatistics.Dimensions"/>.</param>
public sealed record DeliveryStatsQuery(string By, Period Period, string? Journey = null, string? Channel = null);

public static class DeliveryStatistics
{
    public static readonly string[] Dimensions = ["channel", "journey", "step", "template", "day"];

    public static async Task<IReadOnlyList<DeliveryStats>> ReadAsync(IStateStore store, DeliveryStatsQuery query, CancellationToken cancellation)
    {
        var counts = new SortedDictionary<string, long[]>(StringComparer.Ordinal);
        await foreach (var row in RowsAsync(store, ReadModelTables.DeliveryDays, query, cancellation))
        {
            var name = NameOf(row, query.By);
            if (!counts.TryGetValue(name, out var sums))
            {
                counts.Add(name, sums = new long[Stages.Length]);
            }

            for (var i = 0; i < Stages.Length; i++)
            {
                sums[i] += row.Number(Stages[i]);
            }
        }

        var reasons = new Dictionary<(string Name, string Reason), long>();
        await foreach (var row in RowsAsync(store, ReadModelTables.SuppressionDays, query, cancellation))
        {
            var key = (NameOf(row, query.By), row.Text("reason")!);
            reasons[key] = reasons.GetValueOrDefault(key) + row.Number("messages");
        }

        return [.. counts.Select(pair => new DeliveryStats(
            pair.Key, pair.Value[0], pair.Value[1], pair.Value[2], pair.Value[3], pair.Value[4], pair.Value[5], pair.Value[6], pair.Value[7],
            [.. reasons.Where(reason => reason.Key.Name == pair.Key).OrderByDescending(static reason => reason.Value)
                .ThenBy(static reason => reason.Key.Reason, StringComparer.Ordinal).Select(static reason => new ReasonCount(reason.Key.Reason, reason.Value))]))];
    }

    private static readonly string[] Stages = ["requested", "sent", "delivered", "opened", "clicked", "bounced", "failed", "complained"];

    private static async IAsyncEnumerable<TableRow> RowsAsync(
        IStateStore store, TableDefinition table, DeliveryStatsQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        List<Filter> where = [.. query.Period.Days()];
        if (query.Journey is { } journey)
        {
            where.Add(new Filter("journey", FilterKind.Equal, journey));
        }

        if (query.Channel is { } channel)
        {
            where.Add(new Filter("channel", FilterKind.Equal, channel));
        }

        await foreach (var cells in store.AllAsync(table, where, cancellation))
        {
            var row = new TableRow(table, cells);
            if (query.Period.HasDay(row.Text("day")!))
            {
                yield return row;
            }
        }
    }

    private static string NameOf(TableRow row, string by) => by == "step" ? $"{row.Text("journey")}/{row.Text("step")}" : row.Text(by) ?? "";
}
