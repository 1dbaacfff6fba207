namespace Journey.Host.Stores.Sqlite;

/// <summary>Something to be written, and somebody who waits for it to be durable.</summary>
internal abstract class WriteJob(int events, CancellationToken cancellation)
{
    /// <summary>How much of the queue's bound it takes up.</summary>
    public int Events { get; } = events;

    public bool IsCancelled => cancellation.IsCancellationRequested;

    public CancellationToken Cancellation => cancellation;

    public abstract void Run(SqliteWriter writer);

    public abstract void Complete();

    public abstract void Fail(Exception reason);

    public abstract void Cancel();
}

internal sealed class WriteJob<T>(Func<SqliteWriter, T> write, int events, CancellationToken cancellation) : WriteJob(events, cancellation)
{
    // Continuations elsewhere: the writer has the next commit to make.
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Done => _done.Task;

    public override void Run(SqliteWriter writer) => _result = write(writer);

    public override void Complete() => _done.SetResult(_result);

    public override void Fail(Exception reason) => _done.SetException(reason);

    public override void Cancel() => _done.SetCanceled(Cancellation);
}
