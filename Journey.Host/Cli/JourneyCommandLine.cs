using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using Journey.Domain.Language;
using Journey.Host.Cli.Commands;
using Journey.Host.Stores;

namespace Journey.Host.Cli;

/// <summary>The whole command line: every command, and what all of them have in common — help, wrong arguments, Ctrl-C, failures.</summary>
public sealed class JourneyCommandLine
{
    private readonly Terminal _terminal;

    public JourneyCommandLine(ICommandServices services, Terminal terminal)
    {
        _terminal = terminal;
        Root = new RootCommand("Journey: customer journeys over an event log. Events come in, journeys decide, everything can be replayed.")
        {
            new DemoCommand(services, terminal),
            new ServeCommand(services, terminal),
            new ImportCommand(services, terminal),
            new TimelineCommand(services, terminal),
            new CustomerCommand(services, terminal),
            new WhyCommand(services, terminal),
            new MapCommand(services, terminal),
            new CartsCommand(services, terminal),
            new SegmentsCommand(services, terminal),
            new FunnelCommand(services, terminal),
            new ResultsCommand(services, terminal),
            new AttributionCommand(services, terminal),
            new DeliveriesCommand(services, terminal),
            new ValidateCommand(services, terminal),
            new TestCommand(services, terminal),
            new BacktestCommand(services, terminal),
            new PublishCommand(services, terminal),
            new VersionsCommand(services, terminal),
            new DiffCommand(services, terminal),
            new PauseCommand(services, terminal),
            new ResumeCommand(services, terminal),
            new RetireCommand(services, terminal),
            new UnmergeCommand(services, terminal),
            new SchemaCommand(services, terminal),
            new VerifyCommand(services, terminal),
            new ReplayCommand(services, terminal),
            new RebuildCommand(services, terminal),
            new PoisonCommand(services, terminal),
            new ExportCommand(services, terminal),
            new EraseCommand(services, terminal),
            new KeysCommand(services, terminal),
            new CopyCommand(services, terminal),
            new MigrateCommand(services, terminal),
        };
        var help = Root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
    }

    public RootCommand Root { get; }

    /// <summary>Runs one command line until it is done or the process is asked to stop (Ctrl-C, SIGTERM).</summary>
    public async Task<int> RunWithSignalsAsync(IReadOnlyList<string> args)
    {
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext context)
        {
            // The second signal finds the first one's cancellation under way and ends the process at once.
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await RunAsync(args, stop.Token);
    }

    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellation = default)
    {
        var arguments = Root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (args.Count == 0)
        {
            await RunAsync(["--help"], cancellation);
            return ExitCodes.Usage;
        }

        if (arguments.Errors.Count > 0 && arguments.Action is not HelpWithExamples)
        {
            return Refuse(arguments);
        }

        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = _terminal.Out,
                Error = _terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await arguments.InvokeAsync(configuration, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            _terminal.Error.WriteLine("Interrupted.");
            return ExitCodes.Interrupted;
        }
        catch (CommandException e)
        {
            return Fail(e.Message, e.Hint, e.ExitCode);
        }
        catch (Exception e) when (e is StoreException or IOException or UnauthorizedAccessException)
        {
            return Fail(e.Message, null, ExitCodes.Failure);
        }
    }

    private int Fail(string message, string? hint, int exitCode)
    {
        _terminal.Error.WriteLine($"journey: {string.Join(Environment.NewLine, message.Split('\n').Select(Terminal.Clean))}");
        if (hint is not null)
        {
            _terminal.Error.WriteLine($"  {Terminal.Clean(hint)}");
        }

        return exitCode;
    }

    private int Refuse(ParseResult arguments)
    {
        var command = arguments.CommandResult.Command;
        var unknown = arguments.UnmatchedTokens.Distinct().ToArray();
        foreach (var token in Reported(command, unknown))
        {
            _terminal.Error.WriteLine($"journey: {Unknown(command, token)}");
        }

        // An unknown word hides what it was meant to be: "required" complaints would only repeat it.
        foreach (var error in arguments.Errors.Where(error => unknown.Length == 0 || error.SymbolResult is OptionResult).DistinctBy(error => error.Message))
        {
            _terminal.Error.WriteLine($"journey: {Terminal.Clean(error.Message)}");
        }

        _terminal.Error.WriteLine($"Run `{PathOf(arguments.CommandResult)} --help` for arguments and examples.");
        return ExitCodes.Usage;
    }

    private static string[] Reported(Command command, string[] unknown)
    {
        // A mistyped command makes everything behind it unknown as well.
        if (command.Subcommands.Count > 0 && Array.Find(unknown, token => !token.StartsWith('-')) is { } word)
        {
            return [word];
        }

        // What follows an unknown option is its value, and no fault of its own.
        var options = Array.FindAll(unknown, token => token.StartsWith('-'));
        return options.Length > 0 ? options : unknown;
    }

    private static string Unknown(Command command, string token)
    {
        var isOption = token.StartsWith('-');
        var known = isOption
            ? command.Options.Where(option => !option.Hidden).Select(option => option.Name).ToArray()
            : command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name).ToArray();
        var expected = known.Length == 0 ? "no further argument" : string.Join(", ", known);
        var meant = NearMiss.Of(token, known);
        var what = isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        return $"unknown {what} '{Terminal.Clean(token)}'. Expected {expected}.{(meant is null ? "" : $" Did you mean `{meant}`?")}";
    }

    private static string PathOf(CommandResult result) => result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "journey";
}
