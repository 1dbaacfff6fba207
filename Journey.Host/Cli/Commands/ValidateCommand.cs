using System.CommandLine;
using System.Text;
using Journey.Domain.Language;
using Journey.Host.Import;

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
        : base("validate", "Check journeys, rules, segments, funnels, tests, workspaces and import mappings, and list every fault with its place.", services, terminal)
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
        var documents = new List<(string File, ReadOnlyMemory<byte> Utf8)>();
        var faults = new List<Fault>();
        var mappings = 0;
        foreach (var file in DocumentFiles.Find(arguments.GetValue(_files) ?? [], withMappings: true))
        {
            var utf8 = await File.ReadAllBytesAsync(file, cancellation);
            var text = Encoding.UTF8.GetString(utf8);
            if (MappingReader.IsMapping(text))
            {
                mappings++;
                faults.AddRange(MappingReader.Read(file, text).Faults);
            }
            else
            {
                documents.Add((file, utf8));
            }
        }

        // Together, so that documents of one file may refer to those of another.
        var set = DocumentParser.Parse(documents);
        faults.AddRange(set.Faults);
        var kinds = set.Documents.Where(document => document.Kind.Length > 0).CountBy(document => document.Kind)
            .Concat(mappings == 0 ? [] : [KeyValuePair.Create("mapping", mappings)])
            .OrderBy(kind => kind.Key, StringComparer.Ordinal).ToDictionary();
        var isValid = faults.TrueForAll(fault => fault.Severity != FaultSeverity.Error);
        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, new { valid = isValid, documents = kinds, faults = faults.Select(Row) });
        }
        else
        {
            Print(kinds, faults);
        }

        return isValid ? ExitCodes.Ok : ExitCodes.Failure;
    }

    private void Print(Dictionary<string, int> kinds, List<Fault> faults)
    {
        foreach (var fault in faults)
        {
            Terminal.Out.WriteLine(Terminal.Clean(fault.Severity == FaultSeverity.Warning ? $"{fault} (warning)" : fault.ToString()));
        }

        var errors = faults.Count(fault => fault.Severity == FaultSeverity.Error);
        var counted = string.Join(", ", kinds.Select(kind => Show.Count(kind.Value, kind.Key)));
        Terminal.Out.WriteLine($"{(counted.Length == 0 ? "No documents" : counted)}: {Show.Count(errors, "error")}, {Show.Count(faults.Count - errors, "warning")}.");
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
