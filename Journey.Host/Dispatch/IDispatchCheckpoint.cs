using Journey.Domain.EventLog;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;

namespace Journey.Host.Dispatch;

/// <summary>How far the dispatcher has come: everything up to here has its outcome in the log.</summary>
public interface IDispatchCheckpoint
{
    ValueTask<Checkpoint> LoadAsync(CancellationToken cancellation = default);

    /// <returns>False: another dispatcher has moved it since it was loaded, and this one must stop.</returns>
    ValueTask<bool> SaveAsync(Checkpoint checkpoint, CancellationToken cancellation = default);
}

/// <summary>The checkpoint beside those of the other consumers, in the log's own database.</summary>
public sealed class StoredDispatchCheckpoint(IStateStore states) : IDispatchCheckpoint
{
    public const string Consumer = "dispatcher";

    private Checkpoint _expected;

    /// <summary>What was saved without an answer: the store may have it, or not.</summary>
    private Checkpoint? _unanswered;

    public async ValueTask<Checkpoint> LoadAsync(CancellationToken cancellation = default) =>
        _expected = await states.CheckpointAsync(Consumer, cancellation);

    public async ValueTask<bool> SaveAsync(Checkpoint checkpoint, CancellationToken cancellation = default)
    {
        if (_unanswered is { } unanswered && await states.CheckpointAsync(Consumer, cancellation) == unanswered)
        {
            _expected = unanswered;
        }

        _unanswered = checkpoint;
        if (!await states.CommitAsync(new ProcessedBatch(Consumer, _expected, checkpoint, [], [], new ReadModelChanges()), cancellation))
        {
            return false;
        }

        (_expected, _unanswered) = (checkpoint, null);
        return true;
    }
}
