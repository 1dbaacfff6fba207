using Journey.Domain.EventLog;
using Journey.Host.Running.Hosts;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;

namespace Journey.Host.Running;

/// <content>Several hosts on one store: which partitions are this one's, and where each stands.</content>
public sealed partial class Processor
{
    private readonly AsyncSignal _shareChanged = new();
    private LeaseView? _taken;
    private bool _isAlone;
    private PartitionShare? _share;

    /// <summary>A bit for each partition that is this host's to fold, and to wake when time has come.</summary>
    public ulong Held => _share?.Held ?? ReadOptions.AllPartitions;

    /// <summary>Says that other partitions may be this host's now.</summary>
    public void LookAtShare() => _shareChanged.Set();

    /// <summary>After partitions were taken up or given back: whose due times are to be looked at is not what it was.</summary>
    public event Action? ShareTaken;

    private bool HasAnotherShare
    {
        get
        {
            if (keeper is null || _isAlone)
            {
                return false;
            }

            // Every beat brings a view of its own, mostly of the same partitions.
            var view = keeper.View;
            if (_taken is null || !LeaseView.HoldTheSame(_taken, view))
            {
                return true;
            }

            _taken = view;
            return false;
        }
    }

    /// <summary>Takes up what the store says: where each partition of ours stands, and which stand still.</summary>
    private async Task StandOnStoreAsync(CancellationToken stop)
    {
        if (keeper is null)
        {
            _committed = await store.CheckpointAsync(Consumer, stop);
        }
        else if (_isAlone)
        {
            throw new StoreException("Another host has taken partitions over while everything was to stand still. Try again.") { IsPassing = true };
        }
        else
        {
            Take(await keeper.RefreshAsync(stop));
        }

        await FindStalledAsync(stop);
        _folded.Reach(log.PositionOf(_committed));
    }

    private void Take(LeaseView view)
    {
        (_taken, _share) = (view, new PartitionShare(log, view.Partitions));
        _committed = _share.Reached;
        ShareTaken?.Invoke();
    }

    private async Task FindStalledAsync(CancellationToken stop)
    {
        var rows = await store.QueryAsync(new TableQuery(StalledPartitions.Table, [], [], Domain.Events.Partitions.Count), stop);
        lock (_stalled)
        {
            _stalled.Clear();
            foreach (var stalled in rows.Select(StalledPartitions.FromRow))
            {
                _stalled[stalled.Partition] = stalled;
            }
        }

        if (_share is null || _stalled.Count == 0)
        {
            return;
        }

        // Skipped while nobody, or another host, held the partition.
        _skipped = await StalledPartitions.SkippedAsync(log, stop);
        foreach (var stalled in Stalled.Where(stalled => _skipped.Contains(stalled.Position)))
        {
            await RetryAtRestAsync(stalled, stop);
        }
    }

    private async Task WaitForWorkAsync(CancellationToken stop)
    {
        if (keeper is null)
        {
            await log.WaitAsync(_committed, stop);
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var changed = _shareChanged.WaitAsync(either.Token);
        if (HasAnotherShare)
        {
            return;
        }

        var more = _share is { IsEmpty: false } ? log.WaitAsync(_committed, either.Token).AsTask() : changed;
        await await Task.WhenAny(changed, more);
        await either.CancelAsync();
    }

    /// <summary>Takes every partition from everybody, folds all of them to the log's end, and does something while nothing of anybody's is under way.</summary>
    /// <remarks>What another version folded cannot be folded on: the partitions stay where they are then.</remarks>
    private Task<T> AloneAsync<T>(Func<Task<T>> work, CancellationToken cancellation) => keeper!.AloneAsync(
        async view =>
        {
            _isAlone = true;
            try
            {
                _states.Clear();
                _fold = new Projections.BatchFold(_fold.Vocabulary);
                Take(view);
                if (await new FoldVersions(store).AreCurrentAsync(cancellation))
                {
                    await FindStalledAsync(cancellation);
                    await CatchUpAtWorkAsync(null, cancellation);
                }

                return await work();
            }
            finally
            {
                // Where the partitions stand may be another place than before.
                (_isAlone, _taken) = (false, null);
            }
        },
        cancellation);
}
