using System.CommandLine;
using Journey.Domain.Language.Shapes;

namespace Journey.Host.Cli.Commands;

/// <summary>Prints the JSON Schema of the language, by which editors complete and check documents.</summary>
internal sealed class SchemaCommand(ICommandServices services, Terminal terminal)
    : JourneyCommand("schema", "Print the JSON Schema of journey documents, for editors.", services, terminal)
{
    public override IReadOnlyList<CommandExample> Examples => [new("schema > journey.schema.json", "For the editor's YAML settings:")];

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        Terminal.Out.Write(JsonSchemaWriter.Write());
        return Task.FromResult(ExitCodes.Ok);
    }
}
