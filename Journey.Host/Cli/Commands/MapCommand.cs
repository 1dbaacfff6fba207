using System.CommandLine;
using System.Globalization;

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

    private readonly Option<int?> _top = new("--top")
    {
        Description = "Only the N most frequent activities, and the arcs between them.",
        HelpName = "N",
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var top) && top >= 1)
            {
                return top;
            }

            result.AddError($"--top: '{result.Tokens[0].Value}' was given. Expected a whole number from 1.");
            return null;
        },
    };

    private readonly Option<bool> _json = SharedOptions.Json();

    public MapCommand(ICommandServices services, Terminal terminal)
        : base("map", "Print the journey map: activities, and which follows which, how often and after how long.", services, terminal)
    {
        Add(_store);
        Add(_case);
        Add(_activity);
        Add(_top);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("map --store sqlite:shop.db", "What customers do, over their whole history:"),
        new("map --case session --activity channel", "How sessions move between channels:"),
        new("map --top 20 --json > map.json", "The twenty most frequent activities, for another program:"),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var query = new MapQuery(
            arguments.GetValue(_case) == "session" ? MapCase.Session : MapCase.Customer,
            arguments.GetValue(_activity) switch { "channel" => MapActivity.Channel, "name-channel" => MapActivity.NameAndChannel, _ => MapActivity.Name },
            arguments.GetValue(_top));
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
        var map = await store.MapAsync(query, cancellation);
        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, map);
            return ExitCodes.Ok;
        }

        Print(map);
        return ExitCodes.Ok;
    }

    private void Print(MapReport map)
    {
        Terminal.Out.WriteLine($"{Show.Count(map.Cases, "case")}, {Show.Count(map.Events, "event")}");
        var starts = map.Starts.ToDictionary(row => row.Name, row => row.Count);
        var ends = map.Ends.ToDictionary(row => row.Name, row => row.Count);
        var activities = new TextTable().Column("activity").Column("count", Align.Right).Column("cases", Align.Right)
            .Column("starts", Align.Right).Column("ends", Align.Right);
        foreach (var row in map.Activities)
        {
            var (started, ended) = (starts.GetValueOrDefault(row.Name), ends.GetValueOrDefault(row.Name));
            activities.Row(row.Name, Show.Number(row.Count), Show.Number(row.Cases), Show.Number(started), Show.Number(ended));
        }

        activities.WriteTo(Terminal);
        Terminal.Out.WriteLine();
        var edges = new TextTable().Column("from").Column("to").Column("count", Align.Right).Column("cases", Align.Right)
            .Column("mean", Align.Right).Column("median", Align.Right);
        foreach (var row in map.Edges.Take(EdgesShown))
        {
            edges.Row(row.From, row.To, Show.Number(row.Count), Show.Number(row.Cases), Show.Seconds(row.MeanSeconds), Show.Seconds(row.MedianSeconds));
        }

        edges.WriteTo(Terminal);
        if (map.Edges.Count > EdgesShown)
        {
            Terminal.Out.WriteLine($"{Show.Count(map.Edges.Count - EdgesShown, "arc")} more: --json has them all.");
        }
    }
}
