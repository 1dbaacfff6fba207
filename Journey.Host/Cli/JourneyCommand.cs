using System.CommandLine;

namespace Journey.Host.Cli;

/// <param name="Line">What to type, without the leading "journey".</param>
public sealed record CommandExample(string Line, string Means);

/// <summary>One command of the executable: its arguments, its help, and what it does.</summary>
internal abstract class JourneyCommand : Command
{
    protected JourneyCommand(string name, string description, ICommandServices services, Terminal terminal)
        : base(name, description)
    {
        Services = services;
        Terminal = terminal;
        SetAction(RunAsync);
    }

    /// <summary>Shown by --help.</summary>
    public abstract IReadOnlyList<CommandExample> Examples { get; }

    /// <summary>Shown by --help: every exit code that this command can answer beside 0, 2 and 130.</summary>
    public virtual IReadOnlyList<(int Code, string When)> OwnExitCodes => [];

    protected ICommandServices Services { get; }

    protected Terminal Terminal { get; }

    protected abstract Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation);
}
