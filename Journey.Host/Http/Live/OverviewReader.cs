using Journey.Domain.Time;
using Journey.Host.Http.Operations;
using Journey.Host.Http.Queries;
using Journey.Host.Ingestion;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;

namespace Journey.Host.Http.Live;

/// <summary>Reads the overview, once a second at most, however many watch.</summary>
internal sealed class OverviewReader(JourneyServices services, Pulse pulse, Intake intake, Readiness readiness) : IDisposable
{
    /// <summary>Carts counted of one state: beyond, the answer says "at least".</summary>
    public const int CartsMax = 10_000;

    private static readonly string[] OpenStates = ["active", "abandoned", "checking out"];
    private static readonly TimeSpan FreshFor = TimeSpan.FromMilliseconds(900);

    /// <summary>Counting carts reads their rows: more seldom than the rest.</summary>
    private static readonly TimeSpan CartsFreshFor = TimeSpan.FromSeconds(4);

    private readonly SemaphoreSlim _one = new(1, 1);
    private (Overview Overview, long At)? _last;
    private (IReadOnlyList<CartsNow> Carts, CartTotals Totals, long At)? _carts;

    public async ValueTask<Overview> ReadAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (_last is { } last && TimeProvider.System.GetElapsedTime(last.At) < FreshFor)
            {
                return last.Overview;
            }

            var overview = await ReadNowAsync(cancellation);
            _last = (overview, TimeProvider.System.GetTimestamp());
            return overview;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async ValueTask<Overview> ReadNowAsync(CancellationToken cancellation)
    {
        var health = await readiness.CheckAsync(cancellation);
        var head = services.Log.PositionOf(await services.Log.HeadAsync(cancellation));
        var (byChannel, decisions) = pulse.Rates();
        if (_carts is not { } carts || TimeProvider.System.GetElapsedTime(carts.At) >= CartsFreshFor)
        {
            _carts = carts = (await CartsAsync(cancellation), await CartTotalsAsync(cancellation), TimeProvider.System.GetTimestamp());
        }

        return new Overview(
            Instants.ToIso(services.Time.GetUtcNow().ToUnixTimeMilliseconds()),
            head,
            new RatesNow(byChannel.Values.Sum(), byChannel, decisions),
            ProjectionEndpoints.Consumers(services, head).Select(consumer => consumer.Lag).DefaultIfEmpty(0).Max(),
            intake.Queued,
            health.All(check => check.Ok),
            health,
            carts.Carts,
            carts.Totals,
            (await JourneyTotals.ReadAsync(services.State, cancellation)).All,
            pulse.Watchers);
    }

    private async ValueTask<IReadOnlyList<CartsNow>> CartsAsync(CancellationToken cancellation)
    {
        var carts = new List<CartsNow>();
        foreach (var state in OpenStates)
        {
            var rows = await services.State.QueryAsync(
                new TableQuery(ReadModelTables.Carts, [new Filter("state", FilterKind.Equal, state)], ["-active_at"], CartsMax + 1), cancellation);
            var value = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
            foreach (var cells in rows.Take(CartsMax))
            {
                var row = new TableRow(ReadModelTables.Carts, cells);
                if (row.Amount("total") is { } total and not 0)
                {
                    var currency = row.Text("currency") ?? "";
                    value[currency] = value.GetValueOrDefault(currency) + total;
                }
            }

            carts.Add(new CartsNow(state, Math.Min(rows.Count, CartsMax), value, rows.Count > CartsMax));
        }

        return carts;
    }

    private async ValueTask<CartTotals> CartTotalsAsync(CancellationToken cancellation)
    {
        var totals = new CartTotals(0, 0, 0, 0, 0);
        const int readAtOnce = 1_000;
        for (var at = 0; ; at += readAtOnce)
        {
            var rows = await services.State.QueryAsync(new TableQuery(ReadModelTables.CartDays, [], [], readAtOnce, at), cancellation);
            foreach (var cells in rows)
            {
                var row = new TableRow(ReadModelTables.CartDays, cells);
                totals = new CartTotals(totals.Started + row.Number("started"), totals.Abandoned + row.Number("abandoned"),
                    totals.Converted + row.Number("converted"), totals.Recovered + row.Number("recovered"), totals.Expired + row.Number("expired"));
            }

            if (rows.Count < readAtOnce)
            {
                return totals;
            }
        }
    }
}
