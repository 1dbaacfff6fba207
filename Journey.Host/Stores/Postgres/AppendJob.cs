namespace Journey.Host.Stores.Postgres;

/// <summary>A work that waits for the next commit, and somebody who waits for it to be durable.</summary>
internal abstract class AppendJob(int events, CancellationToken cancellation) : ILogWork
{
    /// <summary>How much of the queue's bound it takes up.</summary>
    public int Events { get; } = events;

    public bool IsCancelled => cancellation.IsCancellationRequested;

    public CancellationToken Cancellation => cancellation;

    public abstract void Need(LogNeeds needs);

    public abstract void Run(LogWriter log);

    public abstract void Complete();

    public abstract void Fail(Exception reason);

    public abstract void Cancel();
}

internal sealed class AppendJob<T>(Action<LogNeeds> need, Func<LogWriter, T> run, int events, CancellationToken cancellation) : AppendJob(events, cancellation)
{
    // Continuations elsewhere: the writer has the next commit to make.
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Done => _done.Task;

    public override void Need(LogNeeds needs) => need(needs);

    public override void Run(LogWriter log) => _result = run(log);

    public override void Complete() => _done.SetResult(_result);

    public override void Fail(Exception reason) => _done.SetException(reason);

    public override void Cancel() => _done.SetCanceled(Cancellation);
}
