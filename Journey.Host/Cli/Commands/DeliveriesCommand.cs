using System.CommandLine;
using Journey.Host.Reports;

namespace Journey.Host.Cli.Commands;

/// <summary>What became of the messages.</summary>
internal sealed class DeliveriesCommand : JourneyCommand
{
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<string?> _by = SharedOptions.Choice("--by", DeliveryStatistics.Dimensions, "What to count by. Left out: channel.");
    private readonly Option<string?> _journey = new("--journey") { Description = "Only this journey's messages.", HelpName = "NAME" };
    private readonly Option<long?> _from = SharedOptions.Moment("--from", "From this day (UTC) on.");
    private readonly Option<long?> _to = SharedOptions.Moment("--to", "Before this instant; the whole day (UTC) of the instant before it counts.");
    private readonly Option<bool> _json = SharedOptions.Json();

    public DeliveriesCommand(ICommandServices services, Terminal terminal)
        : base("deliveries", "Print what became of messages: sent, opened, clicked, bounced, withheld and why.", services, terminal)
    {
        Add(_store);
        Add(_by);
        Add(_journey);
        Add(_from);
        Add(_to);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("deliveries", "By channel, since the beginning:"),
        new("deliveries --by template --from 2026-03-01 --to 2026-04-01", "Which templates were read in March:"),
        new("deliveries --by step --journey abandoned-cart --json", "One journey's steps, for another program:"),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var query = new DeliveryStatsQuery(
            arguments.GetValue(_by) ?? "channel", new Period(arguments.GetValue(_from), arguments.GetValue(_to)), arguments.GetValue(_journey));
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
        var stats = await DeliveryStatistics.ReadAsync(store.States, query, cancellation);
        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, new { by = query.By, items = stats });
            return ExitCodes.Ok;
        }

        var table = new TextTable().Column(query.By).Column("requested", Align.Right).Column("sent", Align.Right).Column("delivered", Align.Right)
            .Column("opened", Align.Right).Column("clicked", Align.Right).Column("bounced", Align.Right).Column("failed", Align.Right)
            .Column("complained", Align.Right).Column("withheld", Align.Right).Column("because of");
        foreach (var row in stats)
        {
            table.Row(row.Name, Show.Number(row.Requested), Show.Number(row.Sent), Show.Number(row.Delivered), Show.Number(row.Opened), Show.Number(row.Clicked),
                Show.Number(row.Bounced), Show.Number(row.Failed), Show.Number(row.Complained), Show.Number(row.Suppressed.Sum(static reason => reason.Count)),
                string.Join(", ", row.Suppressed.Select(static reason => $"{reason.Reason} {Show.Number(reason.Count)}")));
        }

        table.WriteTo(Terminal);
        return ExitCodes.Ok;
    }
}
