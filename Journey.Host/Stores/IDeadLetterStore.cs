namespace Journey.Host.Stores;

/// <summary>Deliveries that failed for good and wait for a person.</summary>
public interface IDeadLetterStore
{
    /// <summary>Adds, or replaces the one of the same decision.</summary>
    ValueTask PutAsync(DeadLetter letter, CancellationToken cancellation = default);

    /// <summary>Latest failure first.</summary>
    ValueTask<IReadOnlyList<DeadLetter>> ListAsync(int max, int offset = 0, CancellationToken cancellation = default);

    ValueTask<DeadLetter?> FindAsync(string decisionId, CancellationToken cancellation = default);

    /// <returns>False: there is none for that decision.</returns>
    ValueTask<bool> RemoveAsync(string decisionId, CancellationToken cancellation = default);

    ValueTask<long> CountAsync(CancellationToken cancellation = default);
}

/// <param name="DecisionId">The decision's id, which is also the delivery's idempotency key.</param>
/// <param name="Position">Where the decision stands in the log.</param>
/// <param name="FailedAt">Unix milliseconds.</param>
/// <param name="Reason">Of the last attempt; no personal data.</param>
public sealed record DeadLetter(string DecisionId, long Position, string Customer, string Channel, int Attempts, long FailedAt, string Reason);
