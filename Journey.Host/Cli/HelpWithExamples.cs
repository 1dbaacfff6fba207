using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Journey.Host.Cli;

/// <summary>The usual help, and below it what people look for in it: examples and exit codes.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    public const int Width = 110;

    public override int Invoke(ParseResult parseResult)
    {
        usual.MaxWidth = Width;
        usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is JourneyCommand command)
        {
            WriteExamples(output, command);
            WriteExitCodes(output, command);
        }

        return ExitCodes.Ok;
    }

    private static void WriteExamples(TextWriter output, JourneyCommand command)
    {
        output.WriteLine("Examples:");
        foreach (var example in command.Examples)
        {
            output.WriteLine($"  {example.Means}");
            output.WriteLine($"    journey {example.Line}");
        }

        output.WriteLine();
    }

    private static void WriteExitCodes(TextWriter output, JourneyCommand command)
    {
        (int Code, string When)[] codes =
        [
            (ExitCodes.Ok, "done"),
            (ExitCodes.Failure, "it could not be done"),
            (ExitCodes.Usage, "wrong arguments"),
            (ExitCodes.Interrupted, "interrupted"),
        ];
        output.WriteLine("Exit codes:");
        foreach (var (code, when) in codes.Where(usual => command.OwnExitCodes.All(own => own.Code != usual.Code)).Concat(command.OwnExitCodes).OrderBy(c => c.Code))
        {
            output.WriteLine($"  {code,3}  {when}");
        }

        output.WriteLine();
    }
}
