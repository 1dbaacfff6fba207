using System.CommandLine;

namespace Journey.Host.Cli.Commands;

/// <summary>Brings a database's tables up to this version, or shows how.</summary>
internal sealed class MigrateCommand : JourneyCommand
{
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Print the statements that would be run, and run none." };
    private readonly Option<bool> _json = SharedOptions.Json();

    public MigrateCommand(ICommandServices services, Terminal terminal)
        : base("migrate", "Make a PostgreSQL store's tables, or bring them up to this version. Steps only go forward, and the version before goes on working.", services, terminal)
    {
        Add(_store);
        Add(_dryRun);
        Add(_json);
    }

    public override IReadOnlyList<CommandExample> Examples =>
    [
        new("migrate --store postgres://owner@localhost/shop", "As the role that owns the tables, before a new version is started:"),
        new("migrate --dry-run --store postgres://owner@localhost/shop", "What would be run, as SQL:"),
    ];

    public override IReadOnlyList<(int Code, string When)> OwnExitCodes => [(ExitCodes.Failure, "the store was made by a newer version, or cannot be used")];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var isDry = arguments.GetValue(_dryRun);
        var report = await Services.MigrateAsync(SharedOptions.StoreOf(arguments, _store), isDry, cancellation);
        if (arguments.GetValue(_json))
        {
            JsonOutput.Write(Terminal, new { version = report.Version, dryRun = isDry, steps = report.Steps.Select(step => new { step.Version, step.Description, step.Sql }) });
            return ExitCodes.Ok;
        }

        foreach (var step in report.Steps)
        {
            Terminal.Out.WriteLine($"-- {step.Version}: {step.Description}");
            if (isDry)
            {
                Terminal.Out.WriteLine(step.Sql);
            }
        }

        Terminal.Out.WriteLine(report.Steps.Count == 0 ? $"Nothing to do: the tables are at version {report.Version}."
            : isDry ? $"-- {Show.Count(report.Steps.Count, "step")} to version {report.Version}. Nothing was changed."
            : $"{Show.Count(report.Steps.Count, "step")} taken: the tables are at version {report.Version}.");
        return ExitCodes.Ok;
    }
}
