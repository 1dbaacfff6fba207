using Journey.Domain.Events;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Journey.Host.Demo;

/// <summary>What the demo's terminal shows: the shop's clock, what people do, what the engine makes of it.</summary>
public static class DemoScreen
{
    public static IRenderable Draw(DemoTally tally, DateTimeOffset shopTime, double speed, string url, double eventsPerSecond)
    {
        var channels = new Table().Border(TableBorder.Rounded).Title("what people did").AddColumn("channel").AddColumn(new TableColumn("events").RightAligned());
        foreach (var (channel, count) in tally.Channels())
        {
            channels.AddRow(channel, count.ToString("N0"));
        }

        var journeys = new Table().Border(TableBorder.Rounded).Title("what the engine made of it").AddColumn("").AddColumn(new TableColumn("").RightAligned()).HideHeaders();
        foreach (var (label, name) in Rows)
        {
            journeys.AddRow(label, tally.Of(name).ToString("N0"));
        }

        foreach (var (reason, count) in tally.Withheld())
        {
            journeys.AddRow($"[grey]withheld: {Markup.Escape(reason)}[/]", $"[grey]{count:N0}[/]");
        }

        var latest = new Panel(new Rows(tally.Latest().Select(line => new Text(line)))).Header("latest").Expand();
        return new Rows(
            new Markup($"[bold]Journey demo[/]  shop time [bold]{shopTime:yyyy-MM-dd HH:mm}[/] UTC ({speed:N0}× the wall's)   "
                + $"{tally.Events:N0} events, {eventsPerSecond:N0}/s   [link]{Markup.Escape(url)}[/]"),
            new Columns(channels, journeys),
            latest,
            new Markup("[grey]Ctrl-C stops; starting again goes on from here.[/]"));
    }

    /// <summary>One line for logs and pipes, where nothing can be drawn over.</summary>
    public static string Line(DemoTally tally, DateTimeOffset shopTime) =>
        $"{shopTime:yyyy-MM-dd HH:mm}  events {tally.Events}  abandoned {tally.Of(EventNames.CartAbandoned)}  messages {tally.Of(EventNames.MessageRequested)}"
        + $"  withheld {tally.Of(EventNames.MessageSuppressed)}  recovered {tally.Of(EventNames.CartRecovered)}  tasks {tally.Of(EventNames.TaskRequested)}";

    private static readonly (string Label, string Name)[] Rows =
    [
        ("carts abandoned", EventNames.CartAbandoned),
        ("checkouts abandoned", EventNames.CheckoutAbandoned),
        ("carts recovered", EventNames.CartRecovered),
        ("runs entered", EventNames.RunEntered),
        ("messages requested", EventNames.MessageRequested),
        ("messages sent", EventNames.MessageSent),
        ("tasks for people", EventNames.TaskRequested),
        ("goals reached", EventNames.GoalReached),
        ("identities merged", EventNames.IdentitiesMerged),
    ];
}
