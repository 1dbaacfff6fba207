using System.CommandLine;
using Journey.Domain.Language;
using Journey.Host.Publishing;
using Journey.Host.Testing;

namespace Journey.Host.Cli.Commands;

/// <summary>Runs test documents in virtual time: no server, no store, no clock.</summary>
internal sealed class TestCommand : JourneyCommand
{
    private readonly Argument<string[]> _files = new("files")
    {
        Description = "YAML files, or folders of them (.yaml, .yml; subfolders too), with journeys and their tests.",
        HelpName = "FILE|FOLDER",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _filter = new("--filter")
    {
        Description = "Only tests whose name, journey or file contains this text.",
        HelpName = "TEXT",
    };

    private readonly Option<string?> _junit = new("--junit")
    {
        Description = "Write the results as JUnit XML too, for a build server.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _coverage = new("--coverage") { Description = "Show which steps, ways on and exits of each journey no test reached." };
    private readonly Option<bool> _json = SharedOptions.Json();

    public TestCommand(ICommandServices services, Terminal terminal)
        : base("test", "Run the tests of journeys and rules in virtual time, against the real engine.", services, terminal)
    {
        Add(_files);
        Add(_filter);
        Add(_junit);
        Add(_coverage);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("test journeys/", "Every test in a folder, with the journeys, segments and workspace beside it:"),
        new("test journeys/ --filter abandoned-cart --coverage", "Those of one journey, and what they leave untested:"),
        new("test journeys/ --junit results.xml", "In a build:"),
    ];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes =>
        [(ExitCodes.Failure, "a test failed, a document has an error, or there is no test to run")];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var set = DocumentParser.Parse(await DocumentReading.FilesAsync(arguments.GetValue(_files) ?? [], cancellation));
        if (set.HasErrors)
        {
            DocumentReading.WriteErrors(Terminal, set.Faults);
            throw new CommandException("No test was run, because of the errors above.", hint: "journey validate lists warnings too.");
        }

        var text = arguments.GetValue(_filter);
        var report = new JourneyTests(set, Terminal.Time).Run(test => text is null || IsMeant(test, text), cancellation);
        if (report.Results.IsEmpty)
        {
            throw new CommandException(text is null ? "The documents hold no test." : $"No test's name, journey or file contains '{text}'.");
        }

        if (arguments.GetValue(_junit) is { } file)
        {
            await using var stream = File.Create(file);
            JUnitReport.Write(report, stream);
        }

        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, Json(report));
        }
        else
        {
            Print(report, arguments.GetValue(_coverage));
        }

        return report.Failed == 0 ? ExitCodes.Ok : ExitCodes.Failure;
    }

    private static bool IsMeant(TestDefinition test, string text) =>
        test.Name.Contains(text, StringComparison.OrdinalIgnoreCase)
        || test.At.File.Contains(text, StringComparison.OrdinalIgnoreCase)
        || test.Journeys.Any(journey => journey.Contains(text, StringComparison.OrdinalIgnoreCase));

    private void Print(TestReport report, bool withCoverage)
    {
        foreach (var result in report.Results)
        {
            Line($"{(result.Passed ? "ok    " : "FAILED")} {result.Test.At.File}:{result.Test.At.Line}: {result.Test.Name}");
            foreach (var line in TestText.Lines(result))
            {
                Line($"    {line}");
            }
        }

        if (withCoverage)
        {
            Terminal.Out.WriteLine();
            Print(report.Coverage);
            Terminal.Out.WriteLine();
        }

        Line($"{Show.Count(report.Results.Length, "test")}, {report.Failed} failed, {Show.Seconds(report.Elapsed.TotalSeconds)}.");
    }

    private void Print(IReadOnlyList<JourneyCoverage> coverage)
    {
        var table = new TextTable().Column("journey").Column("steps", Align.Right).Column("ways on", Align.Right).Column("exits", Align.Right);
        foreach (var journey in coverage)
        {
            table.Row(journey.Journey, Share(journey.Steps), Share(journey.Arms), Share(journey.Exits));
        }

        table.WriteTo(Terminal);
        foreach (var journey in coverage)
        {
            Missed(journey.Journey, "step", journey.Steps);
            Missed(journey.Journey, "way on", journey.Arms);
            Missed(journey.Journey, "exit", journey.Exits);
        }
    }

    private void Missed(string journey, string what, IReadOnlyList<Covered> covered)
    {
        foreach (var missed in covered.Where(part => !part.IsReached))
        {
            Line($"{missed.At.File}:{missed.At.Line}: {journey}: no test reaches the {what} {missed.Name}");
        }
    }

    private void Line(string text) => Terminal.Out.WriteLine(Terminal.Clean(text));

    private static string Share(IReadOnlyList<Covered> covered) =>
        covered.Count == 0 ? "-" : $"{covered.Count(part => part.IsReached)} of {covered.Count}";

    private static object Json(TestReport report) => new
    {
        tests = report.Results.Length,
        failed = report.Failed,
        seconds = report.Elapsed.TotalSeconds,
        results = report.Results.Select(result => new
        {
            result.Test.Name,
            result.Test.At.File,
            result.Test.At.Line,
            journeys = result.Test.Journeys,
            passed = result.Passed,
            failures = result.Failures.Select(failure => new { failure.At.Line, failure.Expected, failure.Got }),
            story = result.Story,
        }),
        coverage = report.Coverage.Select(journey => new { journey.Journey, steps = Parts(journey.Steps), waysOn = Parts(journey.Arms), exits = Parts(journey.Exits) }),
    };

    private static object Parts(IReadOnlyList<Covered> covered) => new
    {
        total = covered.Count,
        reached = covered.Count(part => part.IsReached),
        missed = covered.Where(part => !part.IsReached).Select(part => new { part.Name, part.At.File, part.At.Line }),
    };
}
