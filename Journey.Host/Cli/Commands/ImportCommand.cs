using System.CommandLine;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Language;
using Journey.Host.Import;
using Journey.Host.Ingestion;

namespace Journey.Host.Cli.Commands;

/// <summary>Brings recorded history in from a file.</summary>
internal sealed class ImportCommand : JourneyCommand
{
    /// <summary>The mapping that stands for our own export.</summary>
    public const string ExportMapping = "journey-export";

    private const int RejectsShown = 20;

    private readonly Argument<string> _file = new("file")
    {
        Description = "CSV, JSON lines, XES or CloudEvents, plain or gzip; or an export of another store.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _mapping = new("--mapping")
    {
        Description = $"YAML that says what the columns mean. XES, CloudEvents, CSV with the columns of an event log, and an export of ours ({ExportMapping}) need none.",
        HelpName = "MAP.yaml",
    };

    private readonly Option<string?> _case = SharedOptions.Choice(
        "--case",
        [.. Enum.GetValues<IdentifierKind>().Select(IdentifierNames.Of)],
        "Without a mapping: what a case's name is. Left out: userId.");

    private readonly Option<string?> _channel = new("--channel")
    {
        Description = "Without a mapping: the channel of events that name none. Left out: unknown.",
        HelpName = "CHANNEL",
    };

    private readonly Option<string?> _source = new("--source")
    {
        Description = "Without a mapping: the events' source. Left out: import: and the file's name.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _rejects = new("--rejects") { Description = "Write every rejected row's line and reason to this CSV file.", HelpName = "FILE" };
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<bool> _json = SharedOptions.Json();

    public ImportCommand(ICommandServices services, Terminal terminal)
        : base("import", "Import recorded history from a CSV, JSON-lines, XES or CloudEvents file (.gz too). Imported history never triggers anything.", services, terminal)
    {
        Add(_file);
        Add(_mapping);
        Add(_case);
        Add(_channel);
        Add(_source);
        Add(_rejects);
        Add(_store);
        Add(_json);
        _source.Validators.Add(result =>
        {
            // Under "journey" a file could claim the id of an event that Journey itself writes.
            if (result.GetValueOrDefault<string?>() is { } name
                && (name.Length is 0 or > IngestLimits.IdLengthMax || name.Equals("journey", StringComparison.OrdinalIgnoreCase)))
            {
                result.AddError($"--source: expected a name of 1 to {IngestLimits.IdLengthMax} characters, other than 'journey'.");
            }
        });
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("import orders.csv.gz --mapping orders.yaml --store sqlite:shop.db", "Import a file, and see what its rows became:"),
        new("import orders.csv --mapping orders.yaml --rejects rejects.csv", "The same, keeping a list of what could not be imported:"),
        new("import hospital.xes.gz --channel store --store sqlite:shop.db", "An event log for process mining, without a mapping:"),
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

        var began = Terminal.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var content = ContentOf(arguments, path);
        using var file = HistoryFile.Open(path);
        using var rows = arguments.GetValue(_mapping) is { } mapping and not ExportMapping
            ? await MappedAsync(file, mapping, cancellation)
            : Standard(file, content, OptionsOf(arguments), began);
        using var rejects = new RejectLog(arguments.GetValue(_rejects));
        var tally = new ImportTally();
        try
        {
            await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.CreateIfMissing, cancellation);
            await ProgressDisplay.RunAsync(Terminal, async progress =>
            {
                await (rows is null
                    ? new RestoreImport(store.Log, store.Ingest, store.Personal.Erasure.AlignAsync, tally, progress).RunAsync(file, cancellation)
                    : new RowImport(store.Ingest, tally, progress).RunAsync(rows, rejects, began, cancellation));
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

    /// <summary>What the file is, where there is no mapping to say it.</summary>
    private HistoryContent ContentOf(ParseResult arguments, string path)
    {
        var isMapped = arguments.GetValue(_mapping) is not null;
        HistoryContent content;
        try
        {
            content = arguments.GetValue(_mapping) == ExportMapping ? HistoryContent.Export
                : isMapped ? HistoryContent.Unknown
                : HistoryOpening.ContentOf(path);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(path, e);
        }

        var unfit = arguments.GetValue(_case) is not null && (isMapped || content is HistoryContent.Export or HistoryContent.CloudEvents) ? "--case"
            : arguments.GetValue(_channel) is not null && (isMapped || content is HistoryContent.Export or HistoryContent.CloudEvents) ? "--channel"
            : arguments.GetValue(_source) is not null && (isMapped || content is HistoryContent.Export or HistoryContent.CloudEvents) ? "--source"
            : null;
        return unfit is null ? content : throw new CommandException(
            isMapped ? $"{unfit} and --mapping exclude each other: the mapping says it." : $"{unfit} has no meaning here: the file says it itself.", ExitCodes.Usage);
    }

    private StandardOptions OptionsOf(ParseResult arguments) => new(
        IdentifierNames.KindOf(arguments.GetValue(_case)) ?? IdentifierKind.UserId,
        ContactChannel.From(arguments.GetValue(_channel)).Name,
        arguments.GetValue(_source));

    /// <returns>Null for an export of ours, which is imported as it is.</returns>
    private static IHistorySource? Standard(HistoryFile file, HistoryContent content, StandardOptions options, long began) => content switch
    {
        HistoryContent.Export => null,
        HistoryContent.CloudEvents => new CloudEventSource(file, options, began),
        HistoryContent.Xes => OpenRows(file, StandardMapping.OfXes(file.Path, options)),
        HistoryContent.EventLogCsv => OpenRows(file, StandardMapping.OfCsv(file.Path, HistoryOpening.ColumnsOf(file.Path), options)!),
        _ => throw new CommandException(
            $"{file.Path} is not an export of ours, nor XES, CloudEvents or CSV with the columns of an event log: its columns need a meaning.",
            ExitCodes.Usage,
            "Expected --mapping MAP.yaml; docs/how-to/import-history.md shows how to write one."),
    };

    private static async Task<IHistorySource> MappedAsync(HistoryFile file, string mappingFile, CancellationToken cancellation)
    {
        if (!File.Exists(mappingFile))
        {
            throw new CommandException($"--mapping: {mappingFile}: there is no such file.", ExitCodes.Usage);
        }

        var (mapping, faults) = MappingReader.Read(mappingFile, await File.ReadAllTextAsync(mappingFile, cancellation));
        Refuse(faults);
        return OpenRows(file, mapping!);
    }

    private static RowSource OpenRows(HistoryFile file, ImportMapping mapping)
    {
        try
        {
            var (source, unfit) = RowSource.Open(file, mapping);
            Refuse(unfit);
            return source!;
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
