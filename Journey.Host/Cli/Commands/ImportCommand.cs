using System.CommandLine;

namespace Journey.Host.Cli.Commands;

/// <summary>Brings recorded history in from a file.</summary>
internal sealed class ImportCommand : JourneyCommand
{
    public ImportCommand(ICommandServices services, Terminal terminal)
        : base("import", "Import recorded history from a CSV or JSON-lines file (.gz too). Imported history never triggers anything.", services, terminal)
    {
    }

    public override IReadOnlyList<CommandExample> Examples => [];

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation) => throw new CommandException("Not joined yet.");
}
