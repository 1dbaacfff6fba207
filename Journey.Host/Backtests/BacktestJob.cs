using Journey.Host.Cli;
using Microsoft.Extensions.Logging;

namespace Journey.Host.Backtests;

public enum BacktestState { Queued, Running, Done, Failed, Cancelled }

/// <summary>One backtest in the background.</summary>
public sealed class BacktestJob : IProgress<WorkProgress>, IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _wall;
    private long _done;
    private long _total;
    private long _started;

    internal BacktestJob(string id, BacktestRequest request, long? maxChanged, long submittedAt, TimeProvider wall) =>
        (Id, Request, MaxChanged, SubmittedAt, _wall) = (id, request, maxChanged, submittedAt, wall);

    public string Id { get; }

    public BacktestRequest Request { get; }

    public long? MaxChanged { get; }

    /// <summary>Unix milliseconds.</summary>
    public long SubmittedAt { get; }

    public BacktestState State { get; private set; }

    public BacktestReport? Report { get; private set; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; private set; }

    /// <summary>Customers gone through, of all, and how long the rest may take.</summary>
    public (long Done, long Total, double? EtaSeconds) Progress
    {
        get
        {
            var (done, total) = (Interlocked.Read(ref _done), Interlocked.Read(ref _total));
            var elapsed = _started == 0 ? 0 : _wall.GetElapsedTime(_started).TotalSeconds;
            return (done, total, State == BacktestState.Running && done > 0 ? Math.Round(elapsed * (total - done) / done, 1) : null);
        }
    }

    /// <summary>Completes when it has ended, however.</summary>
    public Task Ended => _ended.Task;

    void IProgress<WorkProgress>.Report(WorkProgress value)
    {
        Interlocked.Exchange(ref _total, value.Total);

        // Workers report side by side: the furthest counts.
        for (var known = Interlocked.Read(ref _done); value.Done > known;)
        {
            var seen = Interlocked.CompareExchange(ref _done, value.Done, known);
            if (seen == known)
            {
                return;
            }

            known = seen;
        }
    }

    public void Cancel()
    {
        if (!Ended.IsCompleted)
        {
            _cancel.Cancel();
        }
    }

    internal async Task RunAsync(Func<BacktestRequest, IProgress<WorkProgress>?, CancellationToken, Task<BacktestReport>> run, SemaphoreSlim turn, ILogger logger, CancellationToken stopping)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(_cancel.Token, stopping);
        var hasTurn = false;
        try
        {
            await turn.WaitAsync(both.Token);
            hasTurn = true;
            _started = _wall.GetTimestamp();
            State = BacktestState.Running;
            Report = await run(Request, this, both.Token);
            State = BacktestState.Done;
        }
        catch (OperationCanceledException)
        {
            State = BacktestState.Cancelled;
        }
        catch (BacktestRefusedException refused)
        {
            (State, Error) = (BacktestState.Failed, refused.Message);
        }
        catch (Exception error)
        {
            logger.LogError(error, "The backtest {Id} failed.", Id);
            (State, Error) = (BacktestState.Failed, error is Stores.StoreException ? error.Message : "It failed for a reason of the server's own, which its log tells.");
        }
        finally
        {
            if (hasTurn)
            {
                turn.Release();
            }

            _ended.TrySetResult();
        }
    }

    public void Dispose() => _cancel.Dispose();
}
