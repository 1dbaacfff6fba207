using Journey.Domain.EventLog;
using Journey.Host.Running.Rebuilding;
using Journey.Host.Stores;
using Journey.Projections;

namespace Journey.Host.Running;

/// <content>What happens between two batches: a rebuild's swap, and partitions that stand still being tried again.</content>
public sealed partial class Processor
{
    private readonly SemaphoreSlim _working = new(1, 1);
    private int _restsWanted;

    /// <summary>Of every partition, whoever folds it.</summary>
    public FoldBasis Basis
    {
        get
        {
            lock (_stalled)
            {
                return new FoldBasis(_skipped, _stalled.Values.ToDictionary(stalled => stalled.Partition, stalled => stalled.Position));
            }
        }
    }

    /// <summary>As <see cref="BetweenBatchesAsync"/>; where there are several hosts, every partition is ours meanwhile, and folded to the same place.</summary>
    public Task<T> AtRestAsync<T>(Func<Task<T>> work, CancellationToken cancellation) =>
        BetweenBatchesAsync(() => keeper is null ? work() : AloneAsync(work, cancellation), cancellation);

    private async Task<T> BetweenBatchesAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _restsWanted);
        try
        {
            await _working.WaitAsync(cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _restsWanted);
        }

        try
        {
            return await work();
        }
        finally
        {
            _states.Clear();
            _fold = new BatchFold(_fold.Vocabulary);
            _working.Release();
        }
    }

    /// <summary>Tries a partition that stands still again from its poison event, once the cause is mended.</summary>
    public Task<PoisonRetry> RetryAsync(long position, CancellationToken cancellation) => BetweenBatchesAsync(
        async () => Stalled.FirstOrDefault(stalled => stalled.Position == position) is { } stalled
            ? await RetryAtRestAsync(stalled, cancellation)
            : new PoisonRetry.NotStalled(),
        cancellation);

    /// <summary>Lets whoever waits for a rest have it.</summary>
    private async Task RestAsync()
    {
        _working.Release();
        await _working.WaitAsync(CancellationToken.None);
    }

    private async Task<PoisonRetry> RetryAtRestAsync(StalledPartition stalled, CancellationToken stop)
    {
        var standing = _share?.ReachedBy(stalled.Partition) ?? _committed;
        var end = log.PositionOf(standing);
        var (output, poison) = await FoldPartitionAsync(stalled, end + 1, stop);
        if (poison is not null)
        {
            // Half folded: once more, up to the event that can't be, which may be a later one than before.
            (output, _) = await FoldPartitionAsync(stalled, poison.Position, stop);
        }

        if (poison is not null)
        {
            output.Changes.Put(StalledPartitions.Table, StalledPartitions.Row(poison));
        }
        else
        {
            output.Changes.Delete(StalledPartitions.Table, stalled.Partition);
        }

        if (!await store.CommitAsync(Batch(_committed, _committed, output), stop))
        {
            return new PoisonRetry.NotStalled();
        }

        lock (_stalled)
        {
            if (poison is null)
            {
                _stalled.Remove(stalled.Partition);
            }
            else
            {
                _stalled[stalled.Partition] = poison;
            }
        }

        return poison is null ? new PoisonRetry.Released() : new PoisonRetry.StandsStill(poison);
    }

    /// <summary>Folds one partition on from where it stands still.</summary>
    /// <param name="before">The first position that is left out.</param>
    private async Task<(FoldOutput Output, StalledPartition? Poison)> FoldPartitionAsync(StalledPartition stalled, long before, CancellationToken stop)
    {
        _states.Clear();
        var fold = new BatchFold(_fold.Vocabulary);
        var output = new FoldOutput();
        var states = new Dictionary<string, Projections.Customers.CustomerState>(StringComparer.Ordinal);
        var next = await log.BeforeAsync(stalled.Position, stop);
        while (log.PositionOf(next) < before - 1)
        {
            var page = await log.ReadAsync(next, options.BatchEventsMax, stop);
            if (page.AtEnd)
            {
                break;
            }

            var events = page.Events.Where(e => e.Partition == stalled.Partition && e.Position < before && !_skipped.Contains(e.Position)).ToList();
            await LoadAsync(events, states, stop);
            foreach (var recorded in events)
            {
                try
                {
                    fold.Continue([recorded], states, Definitions.At, await HistoriesAsync([recorded], stop), output);
                }
                catch (Exception error) when (error is not OperationCanceledException and not StoreException)
                {
                    return (output, new StalledPartition(
                        recorded.Partition, recorded.Position, recorded.Name, $"{error.GetType().Name}: {error.Message}", clock.GetUtcNow().ToUnixTimeMilliseconds()));
                }
            }

            next = page.Next;
        }

        fold.Close(output);
        return (output, null);
    }

    private async Task ReleaseSkippedAsync(EventPage page, Task<bool> pending, CancellationToken stop)
    {
        foreach (var recorded in page.Events)
        {
            if (recorded.Name != StalledPartitions.EventSkipped || recorded.Stream != StalledPartitions.Stream)
            {
                continue;
            }

            await pending;
            _skipped = await StalledPartitions.SkippedAsync(log, stop);
            foreach (var stalled in Stalled.Where(stalled => _skipped.Contains(stalled.Position)))
            {
                await RetryAtRestAsync(stalled, stop);
            }

            return;
        }
    }
}

/// <summary>What came of trying a partition again.</summary>
public abstract record PoisonRetry
{
    private PoisonRetry() { }

    /// <summary>It caught up with the others and goes on.</summary>
    public sealed record Released : PoisonRetry;

    /// <summary>It stands still again, at the same event or at a later one.</summary>
    public sealed record StandsStill(StalledPartition Partition) : PoisonRetry;

    public sealed record NotStalled : PoisonRetry;
}
