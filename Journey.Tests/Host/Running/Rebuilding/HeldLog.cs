using Journey.Domain.EventLog;
using Journey.Domain.Events;

namespace Journey.Tests.Host.Running.Rebuilding;

/// <summary>The real log, whose readers of stream after stream (rebuilds) wait for a turn while it is held.</summary>
internal sealed class HeldLog(IEventLog log) : IEventLog
{
    private readonly SemaphoreSlim _turns = new(0);
    private volatile bool _isHeld = true;
    private int _reads;
    private TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the next of these readers gets instead; null: what it asks for.</summary>
    public Exception? FailsNext { get; set; }

    /// <summary>Completes when a rebuild waits for its turn.</summary>
    public Task Waiting => _waiting.Task;

    public int Reads => Volatile.Read(ref _reads);

    /// <summary>Lets so many reads pass.</summary>
    public void Let(int reads)
    {
        _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _turns.Release(reads);
    }

    public void Free()
    {
        _isHeld = false;
        _turns.Release(10_000);
    }

    public async ValueTask<EventPage> ReadStreamsAsync(
        StreamPlace after, string? before, long upTo, int max, ReadOptions options, CancellationToken cancellation = default)
    {
        Interlocked.Increment(ref _reads);
        if (_isHeld && !_turns.Wait(0, CancellationToken.None))
        {
            _waiting.TrySetResult();
            await _turns.WaitAsync(cancellation);
        }

        if (FailsNext is { } failure)
        {
            FailsNext = null;
            throw failure;
        }

        return await log.ReadStreamsAsync(after, before, upTo, max, options, cancellation);
    }

    public ValueTask<EventPage> ReadAsync(Checkpoint after, int max, ReadOptions options, CancellationToken cancellation = default) =>
        log.ReadAsync(after, max, options, cancellation);

    public ValueTask<EventPage> ReadAsync(Checkpoint after, int max, CancellationToken cancellation = default) => log.ReadAsync(after, max, cancellation);

    public ValueTask<IReadOnlyList<AppendResult>> AppendAsync(IReadOnlyList<AppendRequest> requests, CancellationToken cancellation = default) =>
        log.AppendAsync(requests, cancellation);

    public ValueTask<EventPage> ReadStreamAsync(string stream, long afterVersion, int max, CancellationToken cancellation = default) =>
        log.ReadStreamAsync(stream, afterVersion, max, cancellation);

    public ValueTask<Checkpoint> HeadAsync(CancellationToken cancellation = default) => log.HeadAsync(cancellation);

    public ValueTask WaitAsync(Checkpoint after, CancellationToken cancellation = default) => log.WaitAsync(after, cancellation);

    public ValueTask<Checkpoint> BeforeAsync(long position, CancellationToken cancellation = default) => log.BeforeAsync(position, cancellation);

    public long PositionOf(Checkpoint checkpoint) => log.PositionOf(checkpoint);
}
