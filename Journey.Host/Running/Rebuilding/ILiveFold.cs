using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language.Publishing;

namespace Journey.Host.Running.Rebuilding;

/// <summary>The consumer whose tables are rebuilt, as a rebuild sees it: something to keep up with, and to take the place of.</summary>
public interface ILiveFold
{
    Checkpoint Committed { get; }

    DefinitionHistory Definitions { get; }

    FoldBasis Basis { get; }

    /// <summary>Does something between two batches: nothing of the consumer's is under way then, and what it keeps in memory is read again afterwards.</summary>
    Task<T> AtRestAsync<T>(Func<Task<T>> work, CancellationToken cancellation);
}

/// <summary>What beside the log decides how it is folded: which events are passed over, and where partitions stand still.</summary>
/// <param name="StalledFrom">Partition to the position that it stands still at: nothing of it is folded from there.</param>
public sealed record FoldBasis(IReadOnlySet<long> Skipped, IReadOnlyDictionary<int, long> StalledFrom)
{
    /// <summary>Equal for equal ones.</summary>
    public string Text { get; } = StableHash.Of(
        $"{string.Join(',', Skipped.Order())};{string.Join(',', StalledFrom.OrderBy(stalled => stalled.Key).Select(stalled => $"{stalled.Key}@{stalled.Value}"))}").ToString("x16");

    public bool Passes(in RecordedEvent recorded) =>
        !SystemStreams.IsSystem(recorded.Stream)
        && !Skipped.Contains(recorded.Position)
        && !(StalledFrom.TryGetValue(recorded.Partition, out var from) && recorded.Position >= from);
}
