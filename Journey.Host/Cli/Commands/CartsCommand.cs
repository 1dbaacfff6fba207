using System.CommandLine;
using Journey.Domain.Language.Publishing;
using Journey.Domain.Time;
using Journey.Host.Reports;
using Journey.Host.Replay;
using Journey.Host.Running;

namespace Journey.Host.Cli.Commands;

/// <summary>Carts by state, and what they are worth.</summary>
internal sealed class CartsCommand : JourneyCommand
{
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<string?> _state = SharedOptions.Choice("--state", CartsQuery.States, "Only carts in this state.");
    private readonly Option<long?> _asOf = SharedOptions.Moment("--as-of", "As they stood then: what had arrived by that moment, folded again. Without an offset, UTC.");
    private readonly Option<int> _limit = SharedOptions.Limit(50, 10_000, "Most carts to list, the latest activity first.");
    private readonly Option<bool> _stats = new("--stats") { Description = "What is left behind and how much of it comes back, by day and channel, instead of a list." };
    private readonly Option<string?> _channel = new("--channel") { Description = "With --stats: only carts last touched on this channel.", HelpName = "CHANNEL" };
    private readonly Option<long?> _from = SharedOptions.Moment("--from", "With --stats: from this day (UTC) on.");
    private readonly Option<long?> _to = SharedOptions.Moment("--to", "With --stats: before this instant; the whole day (UTC) of the instant before it counts.");
    private readonly Option<bool> _json = SharedOptions.Json();

    public CartsCommand(ICommandServices services, Terminal terminal)
        : base("carts", "List carts: how many are in which state, what they hold, whose they are.", services, terminal)
    {
        Add(_store);
        Add(_state);
        Add(_asOf);
        Add(_limit);
        Add(_stats);
        Add(_channel);
        Add(_from);
        Add(_to);
        Add(_json);
        Validators.Add(result =>
        {
            if (!result.GetValue(_stats) && (result.GetResult(_channel) ?? result.GetResult(_from) ?? result.GetResult(_to)) is not null)
            {
                result.AddError("--from, --to and --channel go with --stats.");
            }

            if (result.GetValue(_stats) && result.GetResult(_asOf) is not null)
            {
                result.AddError("--as-of lists carts as they stood, and --stats sums them up as they stand: expected one of them.");
            }
        });
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("carts", "How many carts are active, abandoned, recovered, and the latest of them:"),
        new("carts --state abandoned --limit 10", "The ten carts left behind most lately:"),
        new("carts --stats --from 2026-03-01", "What was left behind since March, and what came back:"),
        new("carts --as-of 2026-03-01T12:00Z", "As they stood at noon of the first of March:"),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
        if (arguments.GetValue(_stats))
        {
            var period = new Period(arguments.GetValue(_from), arguments.GetValue(_to));
            PrintStats(await CartStatistics.ReadAsync(store.States, period, arguments.GetValue(_channel), cancellation), arguments.GetValue(_json));
            return ExitCodes.Ok;
        }

        var query = new CartsQuery(arguments.GetValue(_state), arguments.GetValue(_limit));
        var carts = arguments.GetValue(_asOf) is { } moment
            ? await ProgressDisplay.RunAsync(Terminal, progress => AsOfAsync(store, query, moment, progress, cancellation))
            : await store.CartsAsync(query, cancellation);
        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, new
            {
                counts = carts.Counts,
                carts = carts.Rows.Select(row => new
                {
                    row.Customer,
                    row.CartId,
                    row.State,
                    row.Totals,
                    row.Items,
                    lastActivityAt = Instants.ToIso(row.LastActivityAt),
                }),
            });
            return ExitCodes.Ok;
        }

        Print(carts);
        return ExitCodes.Ok;
    }

    private void PrintStats(CartStats stats, bool json)
    {
        if (json)
        {
            JsonOutput.Write(Terminal, stats);
            return;
        }

        Terminal.Out.WriteLine($"at risk: {Sum(stats.AtRisk)}");
        Terminal.Out.WriteLine($"recovered: {Show.Number(stats.RecoveredCarts)} of {Show.Count(stats.Abandoned, "cart")} abandoned"
            + $"{(stats.RecoveryRate is { } rate ? $" ({Show.Share(rate)})" : "")}, {Sum(stats.Recovered)}"
            + $"{(stats.MedianSecondsToRecovery is { } median ? $", after {Show.Seconds(median)} in the median" : "")}");
        Terminal.Out.WriteLine();
        var days = new TextTable().Column("day").Column("channel").Column("started", Align.Right).Column("abandoned", Align.Right).Column("checkouts", Align.Right)
            .Column("converted", Align.Right).Column("recovered", Align.Right).Column("expired", Align.Right).Column("at risk", Align.Right).Column("recovered value", Align.Right);
        foreach (var day in stats.Days)
        {
            days.Row(day.Day, day.Channel, Show.Number(day.Started), Show.Number(day.Abandoned), Show.Number(day.CheckoutsAbandoned), Show.Number(day.Converted),
                Show.Number(day.Recovered), Show.Number(day.Expired), Sum(day.AtRisk), Sum(day.RecoveredValue));
        }

        days.WriteTo(Terminal);
    }

    private static string Sum(IReadOnlyList<MoneyText> money) => money.Count == 0 ? "0" : string.Join(" + ", money.Select(static sum => $"{sum.Amount} {sum.Currency}"));

    private static async Task<CartsReport> AsOfAsync(IOpenStore store, CartsQuery query, long moment, IProgress<WorkProgress> progress, CancellationToken cancellation)
    {
        var source = await ReplaySource.LoadAsync(store.Log, store.States, DefinitionHistory.Empty, cancellation);
        var models = await PastReadModels.FoldAsync(source, moment, progress, cancellation);
        return await CartReading.ReportAsync(models, query, cancellation);
    }

    private void Print(CartsReport carts)
    {
        var counts = new TextTable().Column("state").Column("carts", Align.Right).Column("value", Align.Right);
        foreach (var count in carts.Counts)
        {
            counts.Row(count.State, Show.Number(count.Carts), Show.Money(count.Values));
        }

        counts.WriteTo(Terminal);
        Terminal.Out.WriteLine();
        var rows = new TextTable().Column("customer").Column("cart").Column("state").Column("items", Align.Right).Column("total", Align.Right).Column("last activity");
        foreach (var row in carts.Rows)
        {
            rows.Row(row.Customer, row.CartId, row.State, Show.Number(row.Items), Show.Money(row.Totals), Instants.ToIso(row.LastActivityAt));
        }

        rows.WriteTo(Terminal);
    }
}
