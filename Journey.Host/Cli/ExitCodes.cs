namespace Journey.Host.Cli;

/// <summary>What the process answers to the shell. Documented in docs/reference/cli.md; add, never renumber.</summary>
public static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>The command ran and the answer is bad: a digest differs, a document has faults, a store cannot be read.</summary>
    public const int Failure = 1;

    /// <summary>Wrong arguments, or a mapping that cannot be used: nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>A threshold given on the command line was passed. `backtest --max-changed` answers it.</summary>
    public const int Threshold = 3;

    /// <summary>An import went through, and some rows were rejected.</summary>
    public const int RowsRejected = 4;

    /// <summary>Ctrl-C: what was done until then is kept.</summary>
    public const int Interrupted = 130;
}
