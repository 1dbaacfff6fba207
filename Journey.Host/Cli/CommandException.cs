namespace Journey.Host.Cli;

/// <summary>A command cannot go on, for a reason that the person at the terminal can mend: shown as a sentence, never with a stack trace.</summary>
public sealed class CommandException : Exception
{
    public CommandException(string message, int exitCode = ExitCodes.Failure, string? hint = null)
        : base(message)
    {
        ExitCode = exitCode;
        Hint = hint;
    }

    public CommandException()
        : this("The command failed.")
    {
    }

    public CommandException(string message)
        : this(message, ExitCodes.Failure)
    {
    }

    public CommandException(string message, Exception innerException)
        : base(message, innerException) => ExitCode = ExitCodes.Failure;

    public int ExitCode { get; }

    /// <summary>What to do about it, where that can be said.</summary>
    public string? Hint { get; }
}
