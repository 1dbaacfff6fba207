using System.CommandLine;

namespace Journey.Host.Cli.Commands;

/// <summary>Checks that what is served is what the log says.</summary>
internal sealed class VerifyCommand : JourneyCommand
{
    private const int DigestShown = 16;

    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<bool> _json = SharedOptions.Json();

    public VerifyCommand(ICommandServices services, Terminal terminal)
        : base("verify", "Fold the whole log again and compare the digest of every read model with the live one.", services, terminal)
    {
        Add(_store);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("verify --store sqlite:shop.db", "Prove that nothing has drifted:"),
        new("verify --json", "The same, for another program, with whole digests:"),
    ];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes => [(ExitCodes.Failure, "a read model differs, or the store cannot be read")];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        await using var store = await Services.OpenAsync(SharedOptions.StoreOf(arguments, _store), StoreAccess.Read, cancellation);
        var report = await ProgressDisplay.RunAsync(Terminal, progress => store.VerifyAsync(progress, cancellation));
        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, new
            {
                holds = report.Holds,
                head = report.Head,
                readModels = report.ReadModels.Select(model => new { model.Name, model.Rows, model.Live, model.Refolded, agrees = model.Agrees }),
            });
        }
        else
        {
            Print(report);
        }

        return report.Holds ? ExitCodes.Ok : ExitCodes.Failure;
    }

    private void Print(VerifyReport report)
    {
        var table = new TextTable().Column("read model").Column("rows", Align.Right).Column("live").Column("folded again").Column("");
        foreach (var model in report.ReadModels)
        {
            table.Row(model.Name, Show.Number(model.Rows), Short(model.Live), Short(model.Refolded), model.Agrees ? "ok" : "differs");
        }

        table.WriteTo(Terminal);
        var differing = report.ReadModels.Count(model => !model.Agrees);
        Terminal.Out.WriteLine(differing == 0
            ? $"Holds: {Show.Count(report.ReadModels.Count, "read model")}, {Show.Count(report.Head, "event")}."
            : $"Differs: {differing} of {Show.Count(report.ReadModels.Count, "read model")}, {Show.Count(report.Head, "event")}.");
    }

    private static string Short(string digest) => digest.Length <= DigestShown ? digest : digest[..DigestShown];
}
