using System.Collections.Immutable;
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
        var files = new List<(string File, ReadOnlyMemory<byte> Utf8)>();
        foreach (var file in DocumentFiles.Find(arguments.GetValue(_files) ?? []))
        {
            files.Add((file, await File.ReadAllBytesAsync(file, cancellation)));
        }

        // Together, so that documents of one file may refer to those of another.
        var set = DocumentParser.Parse(files);
        var kinds = set.Documents.Where(document => document.Kind.Length > 0).CountBy(document => document.Kind)
            .OrderBy(kind => kind.Key, StringComparer.Ordinal).ToDictionary();
        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, new { valid = !set.HasErrors, documents = kinds, faults = set.Faults.Select(Row) });
        }
        else
        {
            Print(kinds, set.Faults);
        }

        return set.HasErrors ? ExitCodes.Failure : ExitCodes.Ok;
    }

    private void Print(Dictionary<string, int> kinds, ImmutableArray<Fault> faults)
    {
        foreach (var fault in faults)
        {
            Terminal.Out.WriteLine(Terminal.Clean(fault.Severity == FaultSeverity.Warning ? $"{fault} (warning)" : fault.ToString()));
        }

        var errors = faults.Count(fault => fault.Severity == FaultSeverity.Error);
        var counted = string.Join(", ", kinds.Select(kind => Show.Count(kind.Value, kind.Key)));
        Terminal.Out.WriteLine($"{(counted.Length == 0 ? "No documents" : counted)}: {Show.Count(errors, "error")}, {Show.Count(faults.Length - errors, "warning")}.");
    }

    private static object Row(Fault fault) => new
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
