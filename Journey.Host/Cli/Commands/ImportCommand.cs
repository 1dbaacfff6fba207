using System.CommandLine;
using Journey.Domain.Language;
using Journey.Host.Import;

namespace Journey.Host.Cli.Commands;

/// <summary>Brings recorded history in from a file.</summary>
internal sealed class ImportCommand : JourneyCommand
{
    /// <summary>The mapping that stands for our own export.</summary>
    public const string ExportMapping = "journey-export";

    private const int RejectsShown = 20;

    private readonly Argument<string> _file = new("file") { Description = "CSV or JSON lines, plain or gzip; or an export of another store.", HelpName = "FILE" };

    private readonly Option<string?> _mapping = new("--mapping")
    {
        Description = $"YAML that says what the columns mean. An export of ours needs none ({ExportMapping}).",
        HelpName = "MAP.yaml",
    };

    private readonly Option<string?> _rejects = new("--rejects") { Description = "Write every rejected row's line and reason to this CSV file.", HelpName = "FILE" };
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<bool> _json = SharedOptions.Json();

    public ImportCommand(ICommandServices services, Terminal terminal)
        : base("import", "Import recorded history from a CSV or JSON-lines file (.gz too). Imported history never triggers anything.", services, terminal)
    {
        Add(_file);
        Add(_mapping);
        Add(_rejects);
        Add(_store);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("import orders.csv.gz --mapping orders.yaml --store sqlite:shop.db", "Import a file, and see what its rows became:"),
        new("import orders.csv --mapping orders.yaml --rejects rejects.csv", "The same, keeping a list of what could not be imported:"),
        new("import history.jsonl.gz --store sqlite:copy.db", "An export of another store, into an empty one:"),
    ];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes =>
    [
        (ExitCodes.Usage, "wrong arguments, or a mapping with faults: nothing was imported"),
        (ExitCodes.RowsRejected, "imported, and some rows were rejected"),
        (ExitCodes.Interrupted, "interrupted: run it again, and what is there already is skipped"),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var path = arguments.GetRequiredValue(_file);
        if (!File.Exists(path))
        {
            throw new CommandException($"{path}: there is no such file.", ExitCodes.Usage);
        }

        using var file = HistoryFile.Open(path);
        using var rows = await RowsAsync(file, arguments.GetValue(_mapping), cancellation);
        using var rejects = new RejectLog(arguments.GetValue(_rejects));
        var tally = new ImportTally();
        try
        {
            await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.CreateIfMissing, cancellation);
            await ProgressDisplay.RunAsync(Terminal, async progress =>
            {
                await (rows is null
                    ? new RestoreImport(store.Log, store.Ingest, tally, progress).RunAsync(file, cancellation)
                    : new RowImport(store.Ingest, tally, progress).RunAsync(rows, rejects, Terminal.Time.GetUtcNow().ToUnixTimeMilliseconds(), cancellation));
                await store.ProcessToEndAsync(progress, cancellation);
            });
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Terminal.Error.WriteLine($"Interrupted: {Summary(tally)}. Run the same command again: what is there already is skipped.");
            return ExitCodes.Interrupted;
        }
        catch (InvalidDataException e)
        {
            throw Damaged(path, e);
        }

        Print(arguments.GetValue(_json), tally, rejects, arguments.GetValue(_rejects));
        return tally.Rejected == 0 ? ExitCodes.Ok : ExitCodes.RowsRejected;
    }

    /// <returns>Null for an export of ours, which needs no mapping.</returns>
    private static async Task<RowSource?> RowsAsync(HistoryFile file, string? mappingFile, CancellationToken cancellation)
    {
        if (mappingFile is null && !LooksLikeExport(file.Path))
        {
            throw new CommandException(
                $"{file.Path} is not an export of ours: its columns need a meaning.",
                ExitCodes.Usage,
                "Expected --mapping MAP.yaml; docs/how-to/import-history.md shows how to write one.");
        }

        if (mappingFile is null or ExportMapping)
        {
            return null;
        }

        if (!File.Exists(mappingFile))
        {
            throw new CommandException($"--mapping: {mappingFile}: there is no such file.", ExitCodes.Usage);
        }

        var (mapping, faults) = MappingReader.Read(mappingFile, await File.ReadAllTextAsync(mappingFile, cancellation));
        Refuse(faults);
        try
        {
            var (source, unfit) = RowSource.Open(file, mapping!);
            Refuse(unfit);
            return source;
        }
        catch (InvalidDataException e)
        {
            throw Damaged(file.Path, e);
        }
    }

    private static CommandException Damaged(string path, InvalidDataException e) => new($"{path}: {e.Message}");

    private static void Refuse(IReadOnlyList<Fault> faults)
    {
        if (faults.Count > 0)
        {
            throw new CommandException(
                $"the mapping has {Show.Count(faults.Count, "fault")}; nothing was imported.\n"
                    + string.Join('\n', faults.OrderBy(fault => fault.At.Line).ThenBy(fault => fault.At.Column)),
                ExitCodes.Usage);
        }
    }

    private static bool LooksLikeExport(string path)
    {
        using var file = HistoryFile.Open(path);
        return new LineReader(file.Content, RestoreImport.LineBytesMax).TryRead(out var line) && line.Fault is null && ExportedLine.IsOne(line.Bytes);
    }

    private void Print(bool json, ImportTally tally, RejectLog rejects, string? rejectsFile)
    {
        if (json)
        {
            JsonOutput.Write(Terminal, new { tally.Imported, tally.Duplicates, tally.Rejected, tally.Skipped, rejects = rejects.Kept });
            return;
        }

        foreach (var row in rejects.Kept.Take(RejectsShown))
        {
            Terminal.Out.WriteLine($"line {row.Line}: {Terminal.Clean(row.Reason)}");
        }

        if (tally.Rejected > RejectsShown)
        {
            var where = rejectsFile is null ? "--rejects FILE lists them all" : $"see {rejectsFile}";
            Terminal.Out.WriteLine($"{Show.Number(tally.Rejected - RejectsShown)} more rejected: {where}.");
        }

        Terminal.Out.WriteLine($"Done: {Summary(tally)}.");
    }

    private static string Summary(ImportTally tally)
    {
        var text = $"{Show.Number(tally.Imported)} imported, {Show.Count(tally.Duplicates, "duplicate")}, {Show.Number(tally.Rejected)} rejected";
        return tally.Skipped == 0 ? text : $"{text}, {Show.Number(tally.Skipped)} left out by the mapping";
    }
}
