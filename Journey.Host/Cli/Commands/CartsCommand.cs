using System.CommandLine;
using Journey.Domain.Time;

namespace Journey.Host.Cli.Commands;

/// <summary>Carts by state, and what they are worth.</summary>
internal sealed class CartsCommand : JourneyCommand
{
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<string?> _state = SharedOptions.Choice("--state", CartsQuery.States, "Only carts in this state.");
    private readonly Option<int> _limit = SharedOptions.Limit(50, 10_000, "Most carts to list, the latest activity first.");
    private readonly Option<bool> _json = SharedOptions.Json();

    public CartsCommand(ICommandServices services, Terminal terminal)
        : base("carts", "List carts: how many are in which state, what they hold, whose they are.", services, terminal)
    {
        Add(_store);
        Add(_state);
        Add(_limit);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("carts", "How many carts are active, abandoned, recovered, and the latest of them:"),
        new("carts --state abandoned --limit 10", "The ten carts left behind most lately:"),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
        var carts = await store.CartsAsync(new CartsQuery(arguments.GetValue(_state), arguments.GetValue(_limit)), cancellation);
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
