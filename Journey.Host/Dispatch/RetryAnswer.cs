namespace Journey.Host.Dispatch;

/// <summary>What came of an operator's retry of a dead letter.</summary>
public abstract record RetryAnswer
{
    private RetryAnswer() { }

    /// <summary>It went through; the outcome is recorded and the dead letter is gone.</summary>
    public sealed record Delivered : RetryAnswer;

    /// <summary>It failed again; the dead letter stays, with the new reason.</summary>
    public sealed record Failed(string Reason) : RetryAnswer;

    /// <summary>It must not be sent any more; that is recorded and the dead letter is gone.</summary>
    public sealed record Withheld(string Reason) : RetryAnswer;

    /// <summary>There is no dead letter of that decision.</summary>
    public sealed record NotFound : RetryAnswer;

    /// <summary>It is being delivered at this moment.</summary>
    public sealed record UnderWay : RetryAnswer;
}
