using System.CommandLine;
using Journey.Domain.Language;

namespace Journey.Host.Cli.Commands;

/// <summary>Reads documents and lists everything that is wrong with them, with place and suggestion.</summary>
internal sealed class ValidateCommand : JourneyCommand
{
    private readonly Argument<string[]> _files = new("files")
    {
        Description = "YAML files, or folders of them (.yaml, .yml; subfolders too).",
        HelpName = "FILE|FOLDER",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _json = SharedOptions.Json();

    public ValidateCommand(ICommandServices services, Terminal terminal)
        : base("validate", "Check journeys, rules, segments, funnels and workspaces, and list every fault with its place.", services, terminal)
    {
        Add(_files);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("validate journeys/", "Everything in a folder, together:"),
        new("validate abandoned-cart.yaml --json", "One file, for an editor or a build:"),
    ];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes => [(ExitCodes.Failure, "a document has a fault that keeps it from being published")];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var documents = new List<SourceDocument>();
        foreach (var file in DocumentFiles.Find(arguments.GetValue(_files) ?? []))
        {
            documents.Add(new SourceDocument(file, await File.ReadAllTextAsync(file, cancellation)));
        }

        var report = Services.Validate(documents);
        var faults = report.Faults.OrderBy(fault => fault.At.File, StringComparer.Ordinal).ThenBy(fault => fault.At.Line).ThenBy(fault => fault.At.Column).ToArray();
        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, new { valid = report.IsValid, documents = report.Documents, faults = faults.Select(Row) });
        }
        else
        {
            Print(report, faults);
        }

        return report.IsValid ? ExitCodes.Ok : ExitCodes.Failure;
    }

    private void Print(ValidationReport report, Fault[] faults)
    {
        foreach (var fault in faults)
        {
            Terminal.Out.WriteLine(Terminal.Clean(fault.Severity == FaultSeverity.Warning ? $"{fault} (warning)" : fault.ToString()));
        }

        var errors = faults.Count(fault => fault.Severity == FaultSeverity.Error);
        var kinds = string.Join(", ", report.Documents.OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => Show.Count(kind.Value, kind.Key)));
        Terminal.Out.WriteLine($"{(kinds.Length == 0 ? "No documents" : kinds)}: {Show.Count(errors, "error")}, {Show.Count(faults.Length - errors, "warning")}.");
    }

    internal static object Row(Fault fault) => new
    {
        fault.Code,
        severity = fault.Severity,
        file = fault.At.File,
        line = fault.At.Line,
        column = fault.At.Column,
        fault.Message,
        fault.Expected,
        fault.Suggestion,
    };
}
