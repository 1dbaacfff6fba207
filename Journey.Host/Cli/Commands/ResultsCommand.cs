using System.CommandLine;
using System.Globalization;
using Journey.Domain.Language.Publishing;
using Journey.Host.Reports;
using Journey.Host.Running;

namespace Journey.Host.Cli.Commands;

/// <summary>What a journey comes to.</summary>
internal sealed class ResultsCommand : JourneyCommand
{
    private readonly Argument<string> _journey = new("journey") { Description = "A journey's or a rule's name.", HelpName = "NAME" };
    private readonly Option<string?> _store = SharedOptions.Store();

    private readonly Option<int?> _version = new("--version")
    {
        Description = "Only this version. Left out: all of them together.",
        HelpName = "N",
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version >= 1)
            {
                return version;
            }

            result.AddError($"--version: '{result.Tokens[0].Value}' was given. Expected a whole number from 1.");
            return null;
        },
    };

    private readonly Option<bool> _json = SharedOptions.Json();

    public ResultsCommand(ICommandServices services, Terminal terminal)
        : base("results", "Print what a journey comes to: who is where, how runs end, goals with and without holdout, arms of splits.", services, terminal)
    {
        Add(_journey);
        Add(_store);
        Add(_version);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("results abandoned-cart", "What the journey brought, and where its runs are:"),
        new("results abandoned-cart --version 2 --json", "The second version only, for another program:"),
    ];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes => [(ExitCodes.Failure, "there is no such journey or version, or the store cannot be read")];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var (name, version) = (arguments.GetRequiredValue(_journey), arguments.GetValue(_version));
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
        var definitions = await DefinitionHistory.Empty.LoadAsync(store.Log, cancellation);
        var results = await JourneyResultsReading.ReadAsync(store.States, definitions.Latest, name, version, cancellation)
            ?? throw new CommandException(
                version is null ? $"There is no journey or rule '{name}' in this store." : $"There is no version {version} of a journey or rule '{name}' in this store.",
                hint: "`journey versions` lists what was published.");
        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, results);
            return ExitCodes.Ok;
        }

        Print(results);
        return ExitCodes.Ok;
    }

    private void Print(JourneyResults results)
    {
        Terminal.Out.WriteLine($"{results.Journey}{(results.Version is { } version ? $" version {version}" : "")}: "
            + $"{Show.Number(results.Entered)} entered, {Show.Number(results.Active)} active, {Show.Number(results.Ended.Sum(static end => end.Count))} ended, "
            + $"{Show.Number(results.NotEntered)} refused");
        PrintGoals(results.Goals);
        PrintReasons("ended as", results.Ended);
        if (results.Steps.Count > 0)
        {
            Terminal.Out.WriteLine();
            var steps = new TextTable().Column("step").Column("now", Align.Right).Column("arrivals", Align.Right).Column("oldest since");
            foreach (var step in results.Steps)
            {
                steps.Row(step.Step, Show.Number(step.Waiting), Show.Number(step.Arrivals), step.OldestSince ?? "");
            }

            steps.WriteTo(Terminal);
        }

        PrintSplits(results.Splits);
        PrintReasons("withheld because of", results.Suppressed);
    }

    private void PrintGoals(GoalResults goals)
    {
        var table = new TextTable().Column("group").Column("runs", Align.Right).Column("goals", Align.Right).Column("rate", Align.Right);
        table.Row("treated", Show.Number(goals.Treated.Runs), Show.Number(goals.Treated.Goals), Show.Share(goals.Treated.Rate));
        table.Row("holdout", Show.Number(goals.Holdout.Runs), Show.Number(goals.Holdout.Goals), Show.Share(goals.Holdout.Rate));
        Terminal.Out.WriteLine();
        table.WriteTo(Terminal);
        if (goals.Lift is { } lift)
        {
            Terminal.Out.WriteLine($"lift: {Show.Points(lift.Value)}, with 95% confidence between {Show.Points(lift.Low)} and {Show.Points(lift.High)}");
        }
    }

    private void PrintSplits(IReadOnlyList<SplitResult> splits)
    {
        if (splits.Count == 0)
        {
            return;
        }

        Terminal.Out.WriteLine();
        var table = new TextTable().Column("split").Column("arm").Column("runs", Align.Right).Column("goals", Align.Right).Column("rate", Align.Right).Column("95% between");
        foreach (var split in splits)
        {
            foreach (var arm in split.Arms)
            {
                table.Row(split.Step, arm.Arm, Show.Number(arm.Runs), Show.Number(arm.Goals), Show.Share(arm.Rate),
                    arm.Low is null ? "" : $"{Show.Share(arm.Low)} and {Show.Share(arm.High)}");
            }
        }

        table.WriteTo(Terminal);
    }

    private void PrintReasons(string title, IReadOnlyList<ReasonCount> reasons)
    {
        if (reasons.Count == 0)
        {
            return;
        }

        Terminal.Out.WriteLine();
        var table = new TextTable().Column(title).Column("count", Align.Right);
        foreach (var reason in reasons)
        {
            table.Row(reason.Reason, Show.Number(reason.Count));
        }

        table.WriteTo(Terminal);
    }
}
