using Journey.Host.Cli;
using Microsoft.Extensions.Logging;

namespace Journey.Host.Backtests;

/// <summary>Backtests of a server: one at a time, the others wait for their turn, and results are kept while the server runs.</summary>
public sealed class BacktestJobs(
    Func<BacktestRequest, IProgress<WorkProgress>?, CancellationToken, Task<BacktestReport>> run, TimeProvider clock, TimeProvider wall, ILogger<BacktestJobs> logger) : IDisposable
{
    /// <summary>Backtests that run at the same time: live work shares the machine.</summary>
    public const int RunningMax = 1;

    /// <summary>Backtests that may wait for their turn.</summary>
    public const int WaitingMax = 10;

    /// <summary>Results that are kept; the oldest make room.</summary>
    public const int KeptMax = 50;

    private readonly SemaphoreSlim _turn = new(RunningMax);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<BacktestJob> _jobs = [];

    /// <summary>Newest first.</summary>
    public IReadOnlyList<BacktestJob> All
    {
        get
        {
            lock (_jobs)
            {
                return [.. _jobs.AsEnumerable().Reverse()];
            }
        }
    }

    public BacktestJob? Find(string id)
    {
        lock (_jobs)
        {
            return _jobs.Find(job => job.Id == id);
        }
    }

    /// <summary>Null: as many wait as may.</summary>
    public BacktestJob? Start(BacktestRequest request, long? maxChanged)
    {
        BacktestJob job;
        lock (_jobs)
        {
            if (_jobs.Count(known => !known.Ended.IsCompleted) >= RunningMax + WaitingMax)
            {
                return null;
            }

            job = new BacktestJob(Guid.CreateVersion7().ToString("N"), request, maxChanged, clock.GetUtcNow().ToUnixTimeMilliseconds(), wall);
            _jobs.Add(job);
            if (_jobs.Count > KeptMax && _jobs.FindIndex(known => known.Ended.IsCompleted) is >= 0 and var oldest)
            {
                _jobs[oldest].Dispose();
                _jobs.RemoveAt(oldest);
            }
        }

        _ = Task.Run(() => job.RunAsync(run, _turn, logger, _stopping.Token));
        return job;
    }

    /// <summary>Cancels what runs and what waits.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        Task.WaitAll([.. All.Select(job => job.Ended)]);
        foreach (var job in All)
        {
            job.Dispose();
        }

        _stopping.Dispose();
        _turn.Dispose();
    }
}
