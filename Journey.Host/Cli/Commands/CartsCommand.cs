using System.CommandLine;
using Journey.Domain.Language.Publishing;
using Journey.Domain.Time;
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
    private readonly Option<bool> _json = SharedOptions.Json();

    public CartsCommand(ICommandServices services, Terminal terminal)
        : base("carts", "List carts: how many are in which state, what they hold, whose they are.", services, terminal)
    {
        Add(_store);
        Add(_state);
        Add(_asOf);
        Add(_limit);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("carts", "How many carts are active, abandoned, recovered, and the latest of them:"),
        new("carts --state abandoned --limit 10", "The ten carts left behind most lately:"),
        new("carts --as-of 2026-03-01T12:00Z", "As they stood at noon of the first of March:"),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
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
