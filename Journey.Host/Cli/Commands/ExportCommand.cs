using System.CommandLine;
using System.IO.Compression;
using Journey.Host.Export;

namespace Journey.Host.Cli.Commands;

/// <summary>Writes the whole log to a file, for another store or another program.</summary>
internal sealed class ExportCommand : JourneyCommand
{
    private readonly Argument<string> _file = new("file")
    {
        Description = "Where to write; .gz is compressed; - is standard output.",
        HelpName = "FILE|-",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => "-",
    };

    private readonly Option<string?> _format = SharedOptions.Choice(
        "--format",
        ["jsonl", "cloudevents"],
        "jsonl (left out): everything, can be imported again. cloudevents: CloudEvents 1.0, one per line.");

    private readonly Option<bool> _force = new("--force") { Description = "Overwrite the file if it is there." };
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<bool> _json = new("--json") { Description = "Print how many events were written as JSON, on standard error." };

    public ExportCommand(ICommandServices services, Terminal terminal)
        : base("export", "Write every event of the log, in order, as JSON lines or CloudEvents.", services, terminal)
    {
        Add(_file);
        Add(_format);
        Add(_force);
        Add(_store);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("export history.jsonl.gz", "The whole history, compressed:"),
        new("export - --format cloudevents | head -1", "The first event, as a CloudEvent:"),
        new("import history.jsonl.gz --store sqlite:copy.db", "The same history in another store:"),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var file = arguments.GetValue(_file) ?? "-";
        var format = arguments.GetValue(_format) == "cloudevents" ? ExportFormat.CloudEvents : ExportFormat.JsonLines;
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
        long events;
        if (file == "-")
        {
            await using var standard = Console.OpenStandardOutput();
            events = await LogExport.WriteAsync(store.Log, standard, format, null, cancellation);
        }
        else
        {
            events = await WriteFileAsync(file, arguments.GetValue(_force), store, format, cancellation);
        }

        if (arguments.GetValue(_json))
        {
            Terminal.Error.WriteLine($$"""{"events":{{events}}}""");
        }
        else
        {
            Terminal.Error.WriteLine($"Exported {Show.Count(events, "event")}.");
        }

        return ExitCodes.Ok;
    }

    private async Task<long> WriteFileAsync(string file, bool overwrite, IOpenStore store, ExportFormat format, CancellationToken cancellation)
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
            await using (var compressed = file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(output, CompressionLevel.Optimal) : output)
            {
                events = await ProgressDisplay.RunAsync(Terminal, progress => LogExport.WriteAsync(store.Log, compressed, format, progress, cancellation));
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
