using System.Text.Json;
using Journey.Host.Cli;

namespace Journey.Tests.Host.Cli;

/// <summary>Runs a command line in this process, as a pipe would see it.</summary>
public sealed record CommandRun(int ExitCode, string Output, string Error)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public static Task<CommandRun> Of(params string[] args) => Of(new StoreServices(), args);

    public static async Task<CommandRun> Of(ICommandServices services, IReadOnlyList<string> args, CancellationToken cancellation = default)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal(output, error, interactive: false, colour: false, TimeProvider.System);
        var exitCode = await new JourneyCommandLine(services, terminal).RunAsync(args, cancellation);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }
}
