using System.Globalization;
using System.Runtime.CompilerServices;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Projections.Attribution;
using Journey.Projections.ReadModels;

namespace Journey.Host.Reports;

/// <summary>Joins touches with conversions, customer by customer, and lets the models share the credit out.</summary>
/// <remarks>Orders are kept as rows. Any other event is looked for in the whole log, which takes longer the longer the log is.</remarks>
public static class AttributionReading
{
    private const int PageEvents = 10_000;

    public static async Task<AttributionReport> ReadAsync(
        IStateStore store, IEventLog log, string conversion, AttributionOptions options, string defaultCurrency, CancellationToken cancellation)
    {
        var run = new AttributionRun(options);
        var conversions = conversion == AttributionOptions.DefaultConversion
            ? KeptAsync(store, cancellation)
            : ByCustomerAsync(await FoundAsync(store, log, conversion, defaultCurrency, cancellation));
        await using var touched = TouchesAsync(store, cancellation).GetAsyncEnumerator(cancellation);
        await using var converted = conversions.GetAsyncEnumerator(cancellation);
        var (hasTouches, hasConversions) = (await touched.MoveNextAsync(), await converted.MoveNextAsync());
        while (hasConversions || (hasTouches && run.NeedsEverybody))
        {
            var order = !hasTouches ? 1 : !hasConversions ? -1 : string.CompareOrdinal(touched.Current.Customer, converted.Current.Customer);
            if (order <= 0)
            {
                if (order == 0 || run.NeedsEverybody)
                {
                    run.Add(touched.Current.Touches, order == 0 ? converted.Current.Conversions : []);
                }

                hasTouches = await touched.MoveNextAsync();
            }
            else
            {
                run.Add([], converted.Current.Conversions);
            }

            hasConversions = order >= 0 ? await converted.MoveNextAsync() : hasConversions;
        }

        return run.Close(await CostsAsync(store, options, cancellation));
    }

    private static async IAsyncEnumerable<(string Customer, List<Touch> Touches)> TouchesAsync(
        IStateStore store, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? customer = null;
        List<Touch> touches = [];
        await foreach (var row in store.AllAsync(ReadModelTables.Touches, [], cancellation))
        {
            if (customer is not null && row[0].Text != customer)
            {
                yield return (customer, touches);
                touches = [];
            }

            customer = row[0].Text!;
            touches.Add(new Touch(row[2].Integer, row[1].Integer, Touch.KindOf(row[3].Text), row[4].Text!, row[5].Text));
        }

        if (customer is not null)
        {
            yield return (customer, touches);
        }
    }

    private static async IAsyncEnumerable<(string Customer, IReadOnlyList<Converted> Conversions)> KeptAsync(
        IStateStore store, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? customer = null;
        List<Converted> conversions = [];
        await foreach (var row in store.AllAsync(ReadModelTables.Conversions, [], cancellation))
        {
            if (customer is not null && row[0].Text != customer)
            {
                yield return (customer, conversions);
                conversions = [];
            }

            customer = row[0].Text!;
            conversions.Add(new Converted(row[2].Integer, row[1].Integer, decimal.Parse(row[4].Text!, CultureInfo.InvariantCulture), row[5].Text!));
        }

        if (customer is not null)
        {
            yield return (customer, conversions);
        }
    }

    private static async IAsyncEnumerable<(string Customer, IReadOnlyList<Converted> Conversions)> ByCustomerAsync(SortedDictionary<string, List<Converted>> found)
    {
        foreach (var (customer, conversions) in found)
        {
            yield return (customer, conversions);
        }

        await Task.CompletedTask;
    }

    private static async Task<SortedDictionary<string, List<Converted>>> FoundAsync(
        IStateStore store, IEventLog log, string conversion, string defaultCurrency, CancellationToken cancellation)
    {
        var survivors = new Dictionary<string, string>(StringComparer.Ordinal);
        var (id, into) = (ReadModelTables.Customers.ColumnIndex("customer"), ReadModelTables.Customers.ColumnIndex("merged_into"));
        await foreach (var row in store.AllAsync(ReadModelTables.Customers, [new Filter("merged_into", FilterKind.NotEqual, Cell.Null)], cancellation))
        {
            survivors[row[id].Text!] = row[into].Text!;
        }

        var found = new SortedDictionary<string, List<Converted>>(StringComparer.Ordinal);
        var buffer = new PageBuffer();
        for (var after = Checkpoint.Start; ;)
        {
            var page = await log.ReadAsync(after, PageEvents, new ReadOptions(WithIds: false, buffer), cancellation);
            if (page.AtEnd)
            {
                return found;
            }

            foreach (var recorded in page.Events)
            {
                if (recorded.Name == conversion && !SystemStreams.IsSystem(recorded.Stream))
                {
                    var customer = recorded.Stream;
                    while (survivors.TryGetValue(customer, out var survivor))
                    {
                        customer = survivor;
                    }

                    if (!found.TryGetValue(customer, out var conversions))
                    {
                        found.Add(customer, conversions = []);
                    }

                    conversions.Add(ConversionFacts.Read(recorded, defaultCurrency));
                }
            }

            after = page.Next;
        }
    }

    private static async Task<Dictionary<string, long>> CostsAsync(IStateStore store, AttributionOptions options, CancellationToken cancellation)
    {
        var period = new Period(options.From == long.MinValue ? null : options.From, options.To == long.MaxValue ? null : options.To);
        var name = options.By == AttributionDimension.Channel ? 1 : 2;
        var costs = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var row in store.AllAsync(ReadModelTables.CampaignCosts, [new Filter("currency", FilterKind.Equal, options.Currency)], cancellation))
        {
            if (period.HasDay(row[0].Text!) && row[name].Text is { Length: > 0 } spentOn)
            {
                costs[spentOn] = costs.GetValueOrDefault(spentOn) + row[4].Integer;
            }
        }

        return costs;
    }
}
