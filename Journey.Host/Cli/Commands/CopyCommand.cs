using System.CommandLine;
using Journey.Host.Stores;

namespace Journey.Host.Cli.Commands;

/// <summary>Moves a history from one store to another.</summary>
internal sealed class CopyCommand : JourneyCommand
{
    private const int DigestShown = 16;

    private readonly Option<string?> _from = SharedOptions.NewStore("--from", "The store that holds the history. Nothing is written to it.");
    private readonly Option<string?> _to = SharedOptions.NewStore("--to", "An empty store, or one that an interrupted copy began to fill. Made where there is none.");
    private readonly Option<bool> _json = SharedOptions.Json();

    public CopyCommand(ICommandServices services, Terminal terminal)
        : base("copy", "Copy a whole history from one store into another, and compare the digests of both.", services, terminal)
    {
        _from.Required = true;
        _to.Required = true;
        Add(_from);
        Add(_to);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("copy --from sqlite:shop.db --to postgres://journey@localhost/shop", "From a file into PostgreSQL; the password is taken from PGPASSWORD:"),
        new("copy --from postgres://journey@localhost/shop --to sqlite:shop.db", "And back:"),
    ];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes =>
        [(ExitCodes.Failure, "the copy differs from the original, or a store cannot be used"), (ExitCodes.Interrupted, "interrupted: the same command goes on where it stopped")];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var (from, to) = (StoreLocation.Parse(arguments.GetValue(_from)!), StoreLocation.Parse(arguments.GetValue(_to)!));
        if (from.ToString() == to.ToString())
        {
            throw new CommandException($"{from}: --from and --to are the same store.", ExitCodes.Usage);
        }

        var report = await ProgressDisplay.RunAsync(Terminal, progress => Services.CopyAsync(from, to, progress, cancellation));
        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, new { holds = report.Holds, head = report.Head, copied = report.Copied, parts = report.Parts });
        }
        else
        {
            Print(report);
        }

        return report.Holds ? ExitCodes.Ok : ExitCodes.Failure;
    }

    private void Print(CopyReport report)
    {
        var table = new TextTable().Column("part").Column("from").Column("to").Column("");
        foreach (var part in report.Parts)
        {
            table.Row(part.Name, part.From[..DigestShown], part.To[..DigestShown], part.Agrees ? "ok" : "differs");
        }

        table.WriteTo(Terminal);
        Terminal.Out.WriteLine($"{(report.Holds ? "Holds" : "Differs")}: {Show.Count(report.Head, "event")}, of which {Show.Number(report.Copied)} were copied now.");
    }
}
