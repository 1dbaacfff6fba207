using System.CommandLine;
using System.Globalization;
using Journey.Host.Maps;
using Journey.Projections.Maps;

namespace Journey.Host.Cli.Commands;

/// <summary>The journey map: what customers really do, as a directly-follows graph.</summary>
internal sealed class MapCommand : JourneyCommand
{
    /// <summary>Arcs shown as a table: the most frequent ones; --json has them all.</summary>
    private const int EdgesShown = 30;

    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<string?> _case = SharedOptions.Choice("--case", ["customer", "session"], "What one case is. Left out: customer.");
    private readonly Option<string?> _activity =
        SharedOptions.Choice("--activity", ["name", "channel", "name-channel"], "What an activity is called after. Left out: name.");

    private readonly Option<string?> _channel = new("--channel") { Description = "Only interactions on this channel.", HelpName = "CHANNEL" };
    private readonly Option<string?> _segment = new("--segment") { Description = "Only customers in this segment.", HelpName = "NAME" };
    private readonly Option<long?> _from = SharedOptions.Moment("--from", "Only what happened from then on.");
    private readonly Option<long?> _to = SharedOptions.Moment("--to", "Only what happened before then.");
    private readonly Option<long?> _asOf = SharedOptions.Moment("--as-of", "As it stood then: only what had arrived, and who was in the segment.");
    private readonly Option<string?> _view =
        SharedOptions.Choice("--view", ["arrival", "occurrence"], "The order of events: as they arrived, or as they happened. Left out: arrival.");

    private readonly Option<string?> _stages = SharedOptions.Choice(
        "--stages", ["group", "only"], "Event names count as the stage the workspace puts them into; only: without those that are in none.");

    private readonly Option<bool> _exact = new("--exact") { Description = "Compute the map from the log, though the sums kept live would do." };
    private readonly Option<int?> _variants = Whole("--variants", MapVariants.ItemsMax, "Also the N most frequent variants, and the happy path.");
    private readonly Option<int?> _top = Whole("--top", 10_000, "Only the N most frequent activities, and the arcs between them.");
    private readonly Option<string?> _format = SharedOptions.Choice("--format", ["dot", "mermaid", "svg", "json"], "Write the map for another program, or as a picture.");
    private readonly Option<string?> _file = new("--output", "-o") { Description = "Where to write it. Left out: standard output.", HelpName = "FILE" };
    private readonly Option<bool> _json = SharedOptions.Json();

    public MapCommand(ICommandServices services, Terminal terminal)
        : base("map", "Print the journey map: activities, and which follows which, how often and after how long.", services, terminal)
    {
        foreach (var option in (Option[])[_store, _case, _activity, _channel, _segment, _from, _to, _asOf, _view, _stages, _exact, _variants, _top, _format, _file, _json])
        {
            Add(option);
        }
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("map --store sqlite:shop.db", "What customers do, over their whole history:"),
        new("map --case session --activity channel", "How sessions move between channels:"),
        new("map --case session --from 2026-03-01 --to 2026-04-01 --variants 10", "The ten commonest ways through a session in March:"),
        new("map --stages only --format svg -o map.svg", "A picture of how customers move between the workspace's stages:"),
        new("map --top 20 --json > map.json", "The twenty most frequent activities, for another program:"),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        if (arguments.GetValue(_file) is not null && arguments.GetValue(_format) is null && !arguments.GetValue(_json))
        {
            throw new CommandException("-o needs to know what to write.", ExitCodes.Usage, "Add --format dot, mermaid, svg or json.");
        }

        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
        var (query, variants) = (QueryOf(arguments), arguments.GetValue(_variants));
        var answer = await ProgressDisplay.RunAsync(Terminal, progress => store.MapAsync(query, variants is not null, progress, cancellation));
        var map = arguments.GetValue(_top) is { } top ? answer.Map.MostFrequent(top) : answer.Map;
        var shown = answer.Variants?.Items.Take(variants ?? 0).ToArray();
        var format = arguments.GetValue(_format) ?? (arguments.GetValue(_json) ? "json" : null);
        if (format is null)
        {
            Print(map, answer.Variants, variants is null ? null : shown);
            return ExitCodes.Ok;
        }

        var text = format switch
        {
            "dot" => MapText.Dot(map),
            "mermaid" => MapText.Mermaid(map),
            "svg" => MapSvg.Write(map),
            _ => JsonOutput.Text(Json(map, variants is null ? null : shown)) + Environment.NewLine,
        };
        if (arguments.GetValue(_file) is { } file)
        {
            await File.WriteAllTextAsync(file, text, cancellation);
        }
        else
        {
            Terminal.Out.Write(text);
        }

        return ExitCodes.Ok;
    }

    private static Option<int?> Whole(string name, int max, string description) => new(name)
    {
        Description = $"{description} 1 to {max.ToString("N0", CultureInfo.InvariantCulture)}.",
        HelpName = "N",
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= max)
            {
                return number;
            }

            result.AddError($"{name}: '{result.Tokens[0].Value}' was given. Expected a whole number from 1 to {max}.");
            return null;
        },
    };

    private MapQuery QueryOf(ParseResult arguments) => new(
        MapNotions.CaseFrom(arguments.GetValue(_case) ?? "customer")!.Value,
        MapNotions.ActivityFrom(arguments.GetValue(_activity) ?? "name")!.Value)
    {
        Channel = arguments.GetValue(_channel),
        Segment = arguments.GetValue(_segment),
        From = arguments.GetValue(_from),
        To = arguments.GetValue(_to),
        AsOf = arguments.GetValue(_asOf),
        ByOccurrence = arguments.GetValue(_view) == "occurrence",
        Stages = arguments.GetValue(_stages) switch { "group" => MapStages.Group, "only" => MapStages.Only, _ => MapStages.Off },
        Exact = arguments.GetValue(_exact),
    };

    private static object Json(JourneyMap map, MapVariant[]? variants) => new
    {
        map.Cases,
        map.Events,
        map.Throughput,
        map.Activities,
        map.Edges,
        map.Starts,
        map.Ends,
        map.HappyPath,
        map.IsExact,
        variants,
    };

    private void Print(JourneyMap map, MapVariants? all, MapVariant[]? variants)
    {
        Terminal.Out.WriteLine($"{Show.Count(map.Cases, "case")}, {Show.Count(map.Events, "event")}; first to last event: "
            + $"mean {Show.Seconds(map.Throughput.MeanSeconds)}, median {Show.Seconds(map.Throughput.MedianSeconds)}, p95 {Show.Seconds(map.Throughput.P95Seconds)}");
        var activities = new TextTable().Column("activity").Column("count", Align.Right).Column("cases", Align.Right)
            .Column("starts", Align.Right).Column("ends", Align.Right).Column("rework", Align.Right).Column("self-loops", Align.Right);
        foreach (var row in map.Activities)
        {
            activities.Row(row.Name, Show.Number(row.Count), Show.Number(row.Cases), Show.Number(row.Starts), Show.Number(row.Ends), Show.Number(row.Rework), Show.Number(row.SelfLoops));
        }

        activities.WriteTo(Terminal);
        Terminal.Out.WriteLine();
        var edges = new TextTable().Column("from").Column("to").Column("count", Align.Right).Column("cases", Align.Right)
            .Column("mean", Align.Right).Column("median", Align.Right).Column("p95", Align.Right);
        foreach (var row in map.Edges.Take(EdgesShown))
        {
            edges.Row(row.From, row.To, Show.Number(row.Count), Show.Number(row.Cases),
                Show.Seconds(row.MeanSeconds), Show.Seconds(row.MedianSeconds), Show.Seconds(row.P95Seconds));
        }

        edges.WriteTo(Terminal);
        if (map.Edges.Count > EdgesShown)
        {
            Terminal.Out.WriteLine($"{Show.Count(map.Edges.Count - EdgesShown, "arc")} more: --json has them all.");
        }

        if (variants is not null)
        {
            PrintVariants(map, all!, variants);
        }
    }

    private void PrintVariants(JourneyMap map, MapVariants all, MapVariant[] variants)
    {
        Terminal.Out.WriteLine();
        var table = new TextTable().Column("cases", Align.Right).Column("share", Align.Right).Column("successes", Align.Right).Column("variant");
        foreach (var row in variants)
        {
            var rest = row.Length > row.Activities.Count ? $" > … {Show.Number(row.Length - row.Activities.Count)} more" : "";
            table.Row(Show.Number(row.Count), row.Share.ToString("P1", CultureInfo.InvariantCulture), Show.Number(row.Successes), string.Join(" > ", row.Activities) + rest);
        }

        table.WriteTo(Terminal);
        Terminal.Out.WriteLine($"{Show.Count(all.Count, "variant")} in all. Happy path: {(map.HappyPath is { Count: > 0 } path ? string.Join(" > ", path) : "none")}");
    }
}
