using System.CommandLine;
using Journey.Host.Publishing;
using Spectre.Console;

namespace Journey.Host.Cli.Commands;

/// <summary>Publishes documents, after showing what that will change.</summary>
internal sealed class PublishCommand : JourneyCommand
{
    private readonly Argument<string[]> _files = new("files")
    {
        Description = "YAML files, or folders of them (.yaml, .yml; subfolders too). Tests in them are checked and not published.",
        HelpName = "FILE|FOLDER",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<string?> _server = SharedOptions.Server();
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Show what would change, and change nothing." };
    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask. Where no person looks on, nothing is asked anyway." };
    private readonly Option<bool> _json = SharedOptions.Json();

    public PublishCommand(ICommandServices services, Terminal terminal)
        : base("publish", "Publish journeys, rules, segments, funnels and workspaces: all of the documents, or none.", services, terminal)
    {
        Add(_files);
        Add(_store);
        Add(_server);
        Add(_dryRun);
        Add(_yes);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("publish journeys/ --dry-run", "What would change, and what becomes of runs under way:"),
        new("publish journeys/ --store sqlite:shop.db", "Publish what is new or changed:"),
        new("publish journeys/ --server http://127.0.0.1:8080", "Into the store of a server that is running:"),
    ];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes =>
        [(ExitCodes.Failure, "a document has an error, somebody else published at the same moment, or the store or server cannot be used")];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var files = await DocumentReading.FilesAsync(arguments.GetValue(_files) ?? [], cancellation);
        if (arguments.GetValue(_server) is { } server)
        {
            using var remote = new RemotePublisher(server, Terminal);
            return await PublishAsync(arguments, await remote.PlanAsync(files, cancellation), plan => remote.ApplyAsync(files, plan.Basis, cancellation), cancellation);
        }

        await using var store = await LockedStore.OpenAsync(
            Services, SharedOptions.StoreOf(arguments, _store), arguments.GetValue(_dryRun) ? StoreAccess.Read : StoreAccess.CreateIfMissing, cancellation);
        var publisher = new Publisher(store.Log, store.States, Terminal.Time);
        var planned = await publisher.PlanAsync(files, cancellation);
        if (planned.HasErrors)
        {
            DocumentReading.WriteErrors(Terminal, planned.Faults);
            throw NotPublished();
        }

        return await PublishAsync(arguments, PublishReport.Of(planned, isDry: true, 0), async _ => await publisher.ApplyAsync(planned, cancellation) switch
        {
            PublishAnswer.Published published => PublishReport.Of(planned, isDry: false, published.Position),
            _ => throw new CommandException("Nothing was published: somebody else published at the same moment.", hint: "Run the command again to see what has changed."),
        }, cancellation);
    }

    internal static CommandException NotPublished() => new("Nothing was published, because of the errors above.", hint: "journey validate lists warnings too.");

    private async Task<int> PublishAsync(ParseResult arguments, PublishReport plan, Func<PublishReport, Task<PublishReport>> apply, CancellationToken cancellation)
    {
        var (isDry, json) = (arguments.GetValue(_dryRun), arguments.GetValue(_json));
        if (!json)
        {
            Print(plan);
        }

        var isWanted = !isDry && plan.Changes.Any();
        if (isWanted && !json && !arguments.GetValue(_yes) && Terminal.IsInteractive
            && !await new ConfirmationPrompt("Publish?") { DefaultValue = false }.ShowAsync(Terminal.Screen, cancellation))
        {
            Terminal.Out.WriteLine("Nothing was published.");
            return ExitCodes.Ok;
        }

        var report = isWanted ? await apply(plan) : plan with { DryRun = isDry };
        if (json)
        {
            JsonOutput.Write(Terminal, report);
        }
        else if (isWanted)
        {
            Terminal.Out.WriteLine($"Published {Show.Count(report.Changes.Count(), "document")}.");
        }

        return ExitCodes.Ok;
    }

    private void Print(PublishReport plan)
    {
        var changes = plan.Changes.ToList();
        var table = new TextTable().Column("document").Column("change").Column("version", Align.Right).Column("lines").Column("runs under way");
        foreach (var planned in plan.Documents)
        {
            table.Row(
                $"{planned.Kind} {planned.Name}",
                planned.Change,
                Show.Number(planned.Version),
                changes.Contains(planned) ? $"+{planned.Added} -{planned.Removed}" : "",
                planned.RunsUnderWay is { } runs ? Summary(runs) : "");
        }

        table.WriteTo(Terminal);
        foreach (var planned in changes.Where(planned => planned.RunsUnderWay is not null))
        {
            Details(planned.Name, planned.RunsUnderWay!);
        }

        if (changes.Count == 0)
        {
            Terminal.Out.WriteLine("Everything is published already.");
        }
    }

    private static string Summary(InFlightSummary runs)
    {
        (long Runs, string Fate)[] fates = [(runs.Pinned, "stay"), (runs.Moves.Sum(move => move.Runs), "move"), (runs.Ends.Sum(end => end.Runs), "end")];
        return string.Join(", ", fates.Where(fate => fate.Runs > 0).Select(fate => $"{Show.Number(fate.Runs)} {fate.Fate}"));
    }

    private void Details(string journey, InFlightSummary runs)
    {
        if (runs.Pinned > 0)
        {
            Line($"{journey}: {Show.Count(runs.Pinned, "run")} under way will go on by the version entered.");
        }

        foreach (var move in runs.Moves)
        {
            Line($"{journey}: {Show.Count(move.Runs, "run")} at {Step(move.Step)} will go on at {Step(move.ToStep)} of the new version.");
        }

        foreach (var end in runs.Ends)
        {
            Line($"{journey}: {Show.Count(end.Runs, "run")} at {Step(end.Step)} will end as migrated-away: the new version has neither this step nor any after it.");
        }
    }

    private void Line(string text) => Terminal.Out.WriteLine(Terminal.Clean(text));

    private static string Step(string id) => id.Length == 0 ? "the end" : id;
}
