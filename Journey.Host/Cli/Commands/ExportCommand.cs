using System.CommandLine;
using System.IO.Compression;
using Journey.Domain.Events;
using Journey.Host.Export;
using Journey.Host.Http.Queries;
using Journey.Projections.Maps;

namespace Journey.Host.Cli.Commands;

/// <summary>Writes the log, or a part of it, to a file: for another store, a process-mining tool, or another program.</summary>
internal sealed class ExportCommand : JourneyCommand
{
    private const string Person = "json";

    private static readonly string[] _formats = ["jsonl", "cloudevents", "xes", "csv", Person];
    private static readonly string[] _kinds = ["interaction", "derived", "decision", "time", "outcome", "identity", "definition", "all"];

    private readonly Argument<string> _file = new("file")
    {
        Description = "Where to write; .gz is compressed; - is standard output.",
        HelpName = "FILE|-",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => "-",
    };

    private readonly Option<string?> _format = SharedOptions.Choice(
        "--format",
        _formats,
        "jsonl: everything, can be imported again. cloudevents: CloudEvents 1.0, one per line; the same. xes, csv: cases for process-mining tools. "
            + "json: everything held on one --customer. Left out: by the file's name, or else jsonl.");

    private readonly Option<string[]> _kind = SharedOptions.Words(
        "--kind", _kinds, "KIND", "Only events of this kind; again for more. Left out: interactions in xes and csv, all in the others.");

    private readonly Option<string?> _case = SharedOptions.Choice("--case", ["customer", "session"], "What one case of xes and csv is. Left out: customer.");

    private readonly Option<string[]> _properties = new("--property")
    {
        Description = "A property of events to take along in xes and csv; again for more. Left out: none.",
        HelpName = "NAME",
    };

    private readonly Option<bool> _raw = new("--raw")
    {
        Description = "csv: leave fields as they are that a spreadsheet would take for formulas. Left out: they get an apostrophe before them.",
    };

    private readonly Option<long?> _from = SharedOptions.Moment("--from", "Only what happened then or later; without an offset, UTC.");
    private readonly Option<long?> _to = SharedOptions.Moment("--to", "Only what happened before then.");

    private readonly Option<string?> _customer = new("--customer")
    {
        Description = "Only one customer: a customer id, an email address, a user id, or KIND:VALUE.",
        HelpName = "CUSTOMER",
    };

    private readonly Option<bool> _force = new("--force") { Description = "Overwrite the file if it is there." };
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<bool> _json = new("--json") { Description = "Print how many events were written as JSON, on standard error." };

    public ExportCommand(ICommandServices services, Terminal terminal)
        : base("export", "Write the events of the log to a file: JSON lines, CloudEvents, XES or CSV.", services, terminal)
    {
        Add(_file);
        Add(_format);
        Add(_kind);
        Add(_case);
        Add(_properties);
        Add(_raw);
        Add(_from);
        Add(_to);
        Add(_customer);
        Add(_force);
        Add(_store);
        Add(_json);
        Validators.Add(result =>
        {
            if (result.GetValue(_properties) is { } names && (names.Length > EventProperties.NamesMax || names.Distinct(StringComparer.Ordinal).Count() < names.Length))
            {
                result.AddError($"--property: expected at most {EventProperties.NamesMax} names, each once.");
            }
        });
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("export history.jsonl.gz", "The whole history, compressed:"),
        new("import history.jsonl.gz --store sqlite:copy.db", "The same history in another store:"),
        new("export journeys.xes.gz", "What customers did, for a process-mining tool:"),
        new("export sessions.csv --case session --from 2026-03-01 --to 2026-04-01 --property total", "The sessions of one month, with what was spent:"),
        new("export ann.json --customer ann@example.org", "Everything that is held on one person, as they may ask for:"),
        new("export - --format cloudevents | head -1", "The first event, as a CloudEvent:"),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var file = arguments.GetValue(_file) ?? "-";
        if (IsPerson(file, arguments))
        {
            return await ExportPersonAsync(file, arguments, cancellation);
        }

        var format = FormatOf(file, arguments.GetValue(_format));
        Check(arguments, format);
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
        var filter = await FilterAsync(arguments, format, store, cancellation);
        long events;
        if (file == "-")
        {
            await using var standard = Console.OpenStandardOutput();
            events = await WriteAsync(arguments, store, standard, format, filter, null, cancellation);
        }
        else
        {
            events = await WriteFileAsync(file, arguments.GetValue(_force), (output, progress) =>
                WriteAsync(arguments, store, output, format, filter, progress, cancellation));
        }

        Terminal.Error.WriteLine(arguments.GetValue(_json) ? $$"""{"events":{{events}}}""" : $"Exported {Show.Count(events, "event")}.");
        return ExitCodes.Ok;
    }

    private bool IsPerson(string file, ParseResult arguments) =>
        arguments.GetValue(_format) == Person
        || (arguments.GetValue(_format) is null && arguments.GetValue(_customer) is not null && file.EndsWith(".json", StringComparison.OrdinalIgnoreCase));

    private async Task<int> ExportPersonAsync(string file, ParseResult arguments, CancellationToken cancellation)
    {
        if (arguments.GetValue(_customer) is not { } address)
        {
            throw new CommandException("--format json is everything held on one customer.", ExitCodes.Usage, "Expected --customer CUSTOMER, or --format jsonl for the whole log.");
        }

        if (arguments.GetValue(_from) is not null || arguments.GetValue(_to) is not null || arguments.GetValue(_kind) is { Length: > 0 }
            || arguments.GetValue(_case) is not null || arguments.GetValue(_properties) is { Length: > 0 } || arguments.GetValue(_raw))
        {
            throw new CommandException("--format json is everything held on one customer: nothing can be left out of it.", ExitCodes.Usage, "Expected no further filters.");
        }

        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
        var plan = await store.Personal.Erasure.PlanAsync(address, cancellation) ?? throw EraseCommand.Unknown(address);
        var at = Terminal.Time.GetUtcNow().ToUnixTimeMilliseconds();
        long events;
        if (file == "-")
        {
            await using var standard = Console.OpenStandardOutput();
            events = await store.Personal.Export.WriteAsync(plan.Customer, standard, at, cancellation);
        }
        else
        {
            events = await WriteFileAsync(file, arguments.GetValue(_force), (output, _) => store.Personal.Export.WriteAsync(plan.Customer, output, at, cancellation));
        }

        Terminal.Error.WriteLine(arguments.GetValue(_json) ? $$"""{"events":{{events}}}""" : $"Exported what is held on {plan.Customer}: {Show.Count(events, "event")}.");
        return ExitCodes.Ok;
    }

    private static ExportFormat FormatOf(string file, string? word) => word switch
    {
        "jsonl" => ExportFormat.JsonLines,
        "cloudevents" => ExportFormat.CloudEvents,
        "xes" => ExportFormat.Xes,
        "csv" => ExportFormat.Csv,
        _ => Path.GetExtension(file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file).ToLowerInvariant() switch
        {
            ".xes" => ExportFormat.Xes,
            ".csv" => ExportFormat.Csv,
            _ => ExportFormat.JsonLines,
        },
    };

    /// <summary>What only cases have is refused elsewhere, rather than left without effect.</summary>
    private void Check(ParseResult arguments, ExportFormat format)
    {
        var isCases = format is ExportFormat.Xes or ExportFormat.Csv;
        var unfit = !isCases && arguments.GetValue(_case) is not null ? "--case"
            : !isCases && arguments.GetValue(_properties) is { Length: > 0 } ? "--property"
            : format != ExportFormat.Csv && arguments.GetValue(_raw) ? "--raw"
            : null;
        if (unfit is not null)
        {
            throw new CommandException(
                $"{unfit} has no meaning in this format.", ExitCodes.Usage, unfit == "--raw" ? "Expected it with --format csv." : "Expected it with --format xes or csv.");
        }

        if (format == ExportFormat.Csv && arguments.GetValue(_properties)?.FirstOrDefault(CsvCaseWriter.Columns.Contains) is { } twice)
        {
            throw new CommandException($"--property: '{twice}' is the name of a column that csv has already.", ExitCodes.Usage, "Use --format xes, or leave it out.");
        }
    }

    private async Task<ExportFilter> FilterAsync(ParseResult arguments, ExportFormat format, IOpenStore store, CancellationToken cancellation)
    {
        string? customer = null;
        if (arguments.GetValue(_customer) is { } address)
        {
            customer = await CustomerAddress.FindAsync(store.Ingest, address, cancellation);
            if (customer is null || (await new CustomerStreams(store.Log).OfAsync(customer, cancellation)).Count == 0)
            {
                throw new CommandException($"There is no customer '{address}' in this store.", hint: $"Expected {CustomerAddress.Expected}.");
            }
        }

        var words = arguments.GetValue(_kind) is { Length: > 0 } given ? given : format is ExportFormat.Xes or ExportFormat.Csv ? ["interaction"] : ["all"];
        var kinds = words.Contains("all") ? null : words.Select(word => ExportedEvent.TryKind(word, out var kind) ? kind : EventKind.None).ToHashSet();
        return new ExportFilter(kinds, arguments.GetValue(_from), arguments.GetValue(_to), customer);
    }

    private async Task<long> WriteAsync(
        ParseResult arguments,
        IOpenStore store,
        Stream output,
        ExportFormat format,
        ExportFilter filter,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation)
    {
        if (format is ExportFormat.JsonLines or ExportFormat.CloudEvents)
        {
            return await LogExport.WriteAsync(store.Log, output, format, filter, progress, cancellation);
        }

        var properties = new EventProperties(arguments.GetValue(_properties) ?? []);
        await using ICaseWriter writer = format == ExportFormat.Xes
            ? new XesCaseWriter(output, properties)
            : new CsvCaseWriter(output, properties, arguments.GetValue(_raw));
        var notion = arguments.GetValue(_case) == "session" ? CaseNotion.Session : CaseNotion.Customer;
        return await new CaseExport(store.Log, filter, notion, progress).WriteAsync(writer, cancellation);
    }

    private async Task<long> WriteFileAsync(string file, bool overwrite, Func<Stream, IProgress<WorkProgress>, Task<long>> write)
    {
        if (File.Exists(file) && !overwrite)
        {
            throw new CommandException($"{file} is there already.", ExitCodes.Usage, "Add --force to overwrite it.");
        }

        // Written beside it and renamed at the end, so that nobody takes half a history for a whole one.
        var partial = $"{file}.partial";
        try
        {
            long events;
            await using (Stream output = File.Create(partial))
            await using (var compressed = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(output, CompressionLevel.Optimal) : output)
            {
                events = await ProgressDisplay.RunAsync(Terminal, progress => write(compressed, progress));
            }

            File.Move(partial, file, overwrite: true);
            return events;
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
