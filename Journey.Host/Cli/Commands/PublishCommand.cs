using System.CommandLine;
using Journey.Domain.Language;
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
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Show what would change, and change nothing." };
    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask. Where no person looks on, nothing is asked anyway." };
    private readonly Option<bool> _json = SharedOptions.Json();

    public PublishCommand(ICommandServices services, Terminal terminal)
        : base("publish", "Publish journeys, rules, segments, funnels and workspaces: all of the documents, or none.", services, terminal)
    {
        Add(_files);
        Add(_store);
        Add(_dryRun);
        Add(_yes);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("publish journeys/ --dry-run", "What would change, and what becomes of runs under way:"),
        new("publish journeys/ --store sqlite:shop.db", "Publish what is new or changed:"),
    ];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes =>
        [(ExitCodes.Failure, "a document has an error, somebody else published at the same moment, or the store cannot be used")];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var files = await DocumentReading.FilesAsync(arguments.GetValue(_files) ?? [], cancellation);
        var isDry = arguments.GetValue(_dryRun);
        await using var store = await Services.OpenAsync(
            SharedOptions.StoreOf(arguments, _store), isDry ? StoreAccess.Read : StoreAccess.CreateIfMissing, cancellation);
        var publisher = new Publisher(store.Log, store.States, Terminal.Time);
        var plan = await publisher.PlanAsync(files, cancellation);
        if (plan.HasErrors)
        {
            DocumentReading.WriteErrors(Terminal, plan.Faults);
            throw new CommandException("Nothing was published, because of the errors above.", hint: "journey validate lists warnings too.");
        }

        var json = arguments.GetValue(_json);
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

        var answer = isWanted ? await publisher.ApplyAsync(plan, cancellation) : new PublishAnswer.Published([], 0);
        if (answer is not PublishAnswer.Published published)
        {
            throw new CommandException("Nothing was published: somebody else published at the same moment.", hint: "Run the command again to see what has changed.");
        }

        if (json)
        {
            JsonOutput.Write(Terminal, Json(plan, isDry, published.Position));
        }
        else if (isWanted)
        {
            Terminal.Out.WriteLine($"Published {Show.Count(published.Documents.Length, "document")}.");
        }

        return ExitCodes.Ok;
    }

    private void Print(PublishPlan plan)
    {
        var table = new TextTable().Column("document").Column("change").Column("version", Align.Right).Column("lines").Column("runs under way");
        foreach (var planned in plan.Documents)
        {
            table.Row(
                $"{planned.Document.Kind} {planned.Document.Name}",
                planned.Change.ToString().ToLowerInvariant(),
                Show.Number(planned.Version),
                planned.Change == DocumentChange.Unchanged ? "" : $"+{planned.Added} -{planned.Removed}",
                planned.InFlight is { } runs ? Summary(runs) : "");
        }

        table.WriteTo(Terminal);
        foreach (var planned in plan.Changes.Where(planned => planned.InFlight is not null))
        {
            Details(planned.Document.Name, planned.InFlight!);
        }

        if (!plan.Changes.Any())
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

    private static object Json(PublishPlan plan, bool isDry, long position) => new
    {
        dryRun = isDry,
        published = position > 0,
        position = position > 0 ? position : (long?)null,
        documents = plan.Documents.Select(planned => new
        {
            planned.Document.Kind,
            planned.Document.Name,
            planned.Document.Hash,
            planned.Change,
            planned.Version,
            planned.Added,
            planned.Removed,
            runsUnderWay = planned.InFlight is { } runs ? new { runs.Runs, runs.Pinned, runs.Moves, runs.Ends } : null,
        }),
        warnings = plan.Faults.Where(fault => fault.Severity == FaultSeverity.Warning).Select(fault => fault.ToString()),
    };
}
