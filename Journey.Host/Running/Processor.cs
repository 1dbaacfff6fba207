using System.Diagnostics;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language.Publishing;
using Journey.Host.Running.Hosts;
using Journey.Host.Running.Rebuilding;
using Journey.Host.Stores;
using Journey.Projections;
using Journey.Projections.Customers;
using Journey.Projections.Merges;
using Journey.Projections.ReadModels;

namespace Journey.Host.Running;

/// <summary>Follows the log: folds each page, decides, and commits states, read models, decisions and the checkpoint in one transaction.</summary>
/// <remarks>
/// While one batch is being committed the next one is folded, so that fold and disk work side by side. A batch that could not be
/// committed takes everything folded since with it: the states are read again from the store.
/// </remarks>
/// <param name="clock">The workspace's, which stalls are dated with; it may run faster than the wall.</param>
/// <param name="wall">What <see cref="StandingStill"/> is measured with; null: the system's.</param>
/// <param name="keeper">Says which partitions are this host's to fold; null: there is no other host, and all are.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The semaphore's wait handle is never asked for, so there is nothing to dispose of.")]
public sealed partial class Processor(
    IEventLog log, IStateStore store, ProcessorOptions options, TimeProvider clock, TimeProvider? wall = null, LeaseKeeper? keeper = null) : ILiveFold
{
    public const string Consumer = "processor";

    /// <summary>A batch takes a fraction of a second; with one in hand for so long, something holds it.</summary>
    public static readonly TimeSpan StandstillMax = TimeSpan.FromSeconds(30);

    /// <summary>No timestamp: no batch is in hand.</summary>
    private const long Idle = -1;

    private readonly TimeProvider _wall = wall ?? TimeProvider.System;
    private BatchFold _fold = new(new Vocabulary());
    private readonly StateCache _states = new(options.StatesKeptMax);
    private readonly FoldOutput[] _outputs = [new(), new()];
    private readonly PageBuffer[] _buffers = [new(), new()];
    private readonly PositionSignal _folded = new();
    private readonly SortedDictionary<int, StalledPartition> _stalled = [];
    private HashSet<long> _skipped = [];
    private Checkpoint _committed;
    private int _turn;
    private long _inHandSince = Idle;
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(500);
    private volatile string? _trouble;
    private readonly EventRate _rate = new(wall ?? TimeProvider.System);

    /// <summary>Events per second that were committed lately.</summary>
    public double Rate => _rate.PerSecond;

    /// <summary>After each commit, in order: the page that was folded, and the earliest due time among the customers touched.</summary>
    public event Action<ProcessedPage>? Processed;

    /// <summary>Everything published so far, as far as the log was read.</summary>
    public DefinitionHistory Definitions { get; private set; } = DefinitionHistory.Empty;

    /// <summary>How far everything is folded: by every host, where there are several.</summary>
    public Checkpoint Committed => keeper is null || _isAlone ? _committed : keeper.View.Reached;

    /// <summary>The last position whose effects are committed.</summary>
    public long Position => _folded.Position;

    public IReadOnlyCollection<StalledPartition> Stalled
    {
        get
        {
            lock (_stalled)
            {
                return [.. _stalled.Values.Where(stalled => _share?.Holds(stalled.Partition) != false)];
            }
        }
    }

    /// <summary>Why the store cannot be reached at the moment; null: it can.</summary>
    public string? Trouble => _trouble;

    /// <summary>How long the batch in hand has been there, by the wall's clock; null: there is none.</summary>
    public TimeSpan? StandingStill => Interlocked.Read(ref _inHandSince) is var since and not Idle ? _wall.GetElapsedTime(since) : null;

    /// <summary>Completes once the effects of everything up to a position are committed (but for partitions that stand still).</summary>
    public Task FoldedAsync(long position, CancellationToken cancellation) => _folded.ReachedAsync(position, cancellation);

    /// <summary>Brings definitions, checkpoint and stalls up from the store, and rebuilds what another version folded. Once, before anything else.</summary>
    public async Task PrepareAsync(CancellationToken cancellation, IProgress<RebuildStatus>? progress = null)
    {
        await LoadAsync(cancellation);
        if (store is IGenerationStore generations)
        {
            await using var rebuilder = new Rebuilder(log, store, generations, this, new RebuildOptions(), clock, _wall);
            await new FoldVersions(store).EnsureAsync(rebuilder, progress, cancellation);
        }
    }

    /// <summary>As <see cref="PrepareAsync"/>, for whoever sees to it that nothing is folded before what another version folded is rebuilt.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        await store.PrepareAsync([.. ReadModelTables.All, StalledPartitions.Table], cancellation);
        Definitions = await Definitions.LoadAsync(log, cancellation);
        _skipped = await StalledPartitions.SkippedAsync(log, cancellation);
        await StandOnStoreAsync(cancellation);
    }

    /// <summary>Follows the log until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            for (var isAfterTrouble = false; ;)
            {
                try
                {
                    if (isAfterTrouble)
                    {
                        // Whether the last batch was committed is not known: the store is asked.
                        await BetweenBatchesAsync(() => StartOverAsync(stop), stop);
                        (isAfterTrouble, _trouble) = (false, null);
                    }

                    await CatchUpAsync(null, stop);
                    await WaitForWorkAsync(stop);
                }
                catch (StoreException error) when (error.IsPassing)
                {
                    (isAfterTrouble, _trouble) = (true, error.Message);
                    await Task.Delay(_patience, stop);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What was folded and not committed is folded again at the next start.
        }
    }

    /// <summary>Folds until the log has nothing more.</summary>
    /// <param name="progress">Told the committed position after each batch.</param>
    public async Task CatchUpAsync(IProgress<long>? progress, CancellationToken stop)
    {
        await _working.WaitAsync(stop);
        try
        {
            await CatchUpAtWorkAsync(progress, stop);
        }
        finally
        {
            _working.Release();
        }
    }

    private async Task CatchUpAtWorkAsync(IProgress<long>? progress, CancellationToken stop)
    {
        var pending = Task.FromResult(true);
        try
        {
            await FollowAsync(task => pending = task, progress, stop);
        }
        catch (StoreException)
        {
            // What is under way may still be committed: nothing is read again before that is known.
            await Task.WhenAny(pending);
            throw;
        }
    }

    private async Task FollowAsync(Action<Task<bool>> underWay, IProgress<long>? progress, CancellationToken stop)
    {
        var next = _committed;
        var pending = Task.FromResult(true);
        while (true)
        {
            if (Volatile.Read(ref _restsWanted) > 0)
            {
                if (!await pending)
                {
                    await StartOverAsync(stop);
                }

                pending = Task.FromResult(true);
                await RestAsync();

                // A swap may have moved it, either way.
                next = _committed;
            }

            if (HasAnotherShare)
            {
                await pending;
                next = await StartOverAsync(stop);
                pending = Task.FromResult(true);
            }

            if (_share is { IsEmpty: true })
            {
                Interlocked.Exchange(ref _inHandSince, Idle);
                return;
            }

            var buffer = _buffers[_turn];
            var output = _outputs[_turn];
            var page = await log.ReadAsync(next, options.BatchEventsMax, new ReadOptions(WithIds: false, buffer), stop);
            if (page.AtEnd)
            {
                if (!await pending)
                {
                    next = await StartOverAsync(stop);
                    pending = Task.FromResult(true);
                    continue;
                }

                // The batch in flight may have appended what it decided.
                if (await log.HeadAsync(stop) == _committed)
                {
                    Interlocked.Exchange(ref _inHandSince, Idle);
                    return;
                }

                next = _committed;
                continue;
            }

            Interlocked.CompareExchange(ref _inHandSince, _wall.GetTimestamp(), Idle);
            LearnDefinitions(page);
            await ReleaseSkippedAsync(page, pending, stop);
            var poisoned = await FoldAsync(page, output, pending, stop);
            if (!await pending)
            {
                next = await StartOverAsync(stop);
                pending = Task.FromResult(true);
                continue;
            }

            pending = CommitAsync(page, next, output, poisoned, stop);
            underWay(pending);
            progress?.Report(log.PositionOf(next));
            next = page.Next;
            _turn ^= 1;
        }
    }

    private void LearnDefinitions(EventPage page)
    {
        foreach (var recorded in page.Events)
        {
            if (recorded.Kind == EventKind.Definition)
            {
                Definitions = Definitions.Apply(recorded);
            }
        }
    }

    /// <summary>Folds a page; an event that cannot be folded stops its partition, and the page is folded again without it.</summary>
    private async Task<List<StalledPartition>> FoldAsync(EventPage page, FoldOutput output, Task<bool> pending, CancellationToken stop)
    {
        List<StalledPartition> poisoned = [];
        while (true)
        {
            var events = Passable(page.Events);
            _states.NextBatch();
            output.Reset();
            try
            {
                var states = new Dictionary<string, CustomerState>(StringComparer.Ordinal);
                await LoadAsync(events, states, stop);
                _fold.Fold(events, states, Definitions.At, await HistoriesAsync(events, stop), output);
                foreach (var state in output.Touched)
                {
                    _states.Keep(state);
                }

                return poisoned;
            }
            catch (Exception error) when (error is not OperationCanceledException and not StoreException)
            {
                // The states are half folded: what is committed is the only ground to stand on.
                await pending;
                _states.Clear();
                _fold = new BatchFold(_fold.Vocabulary);
                var stalled = await FindPoisonAsync(events, stop) ?? throw new UnreachableException("A page that cannot be folded has an event that cannot be folded.", error);
                poisoned.Add(stalled);
                lock (_stalled)
                {
                    _stalled[stalled.Partition] = stalled;
                }
            }
        }
    }

    private async Task<StalledPartition?> FindPoisonAsync(IReadOnlyList<RecordedEvent> events, CancellationToken stop)
    {
        var states = new Dictionary<string, CustomerState>(StringComparer.Ordinal);
        await LoadAsync(events, states, stop);
        var histories = await HistoriesAsync(events, stop);
        var scratch = new FoldOutput();
        var merge = 0;
        foreach (var recorded in events)
        {
            try
            {
                var history = BatchFold.HistoriesNeeded([recorded]).Count > 0 ? histories[merge++] : null;
                scratch.Reset();
                _fold.Fold([recorded], states, Definitions.At, history is null ? [] : [history], scratch);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                _fold = new BatchFold(_fold.Vocabulary);
                return new StalledPartition(
                    recorded.Partition, recorded.Position, recorded.Name, $"{error.GetType().Name}: {error.Message}", clock.GetUtcNow().ToUnixTimeMilliseconds());
            }
        }

        return null;
    }

    private IReadOnlyList<RecordedEvent> Passable(IReadOnlyList<RecordedEvent> events) =>
        _stalled.Count == 0 && _skipped.Count == 0 && _share is null
            ? events
            : [.. events.Where(e => _share?.Awaits(e) != false && !_skipped.Contains(e.Position) && !(_stalled.TryGetValue(e.Partition, out var stalled) && e.Position >= stalled.Position))];

    private async Task LoadAsync(IReadOnlyList<RecordedEvent> events, Dictionary<string, CustomerState> states, CancellationToken stop)
    {
        List<string>? missing = null;
        for (var i = 0; i < events.Count; i++)
        {
            var customer = events[i].Stream;
            if (SystemStreams.IsSystem(customer) || states.ContainsKey(customer))
            {
                continue;
            }

            if (_states.TryUse(customer, out var state))
            {
                states.Add(customer, state);
            }
            else
            {
                // Taken up now, so that it is asked for once; whether it is stored shows below.
                states.Add(customer, null!);
                (missing ??= []).Add(customer);
            }
        }

        if (missing is null)
        {
            return;
        }

        var stored = await store.LoadAsync(missing, stop);
        foreach (var customer in missing)
        {
            if (stored.TryGetValue(customer, out var bytes))
            {
                states[customer] = CustomerState.Read(customer, bytes.Span, _fold.Vocabulary);
            }
            else
            {
                states.Remove(customer);
            }
        }
    }

    private async Task<IReadOnlyList<MergeHistory>> HistoriesAsync(IReadOnlyList<RecordedEvent> events, CancellationToken stop) =>
        await MergeHistories.SupplyAsync(log, BatchFold.HistoriesNeeded(events), _skipped, stop);

    private async Task<bool> CommitAsync(EventPage page, Checkpoint from, FoldOutput output, List<StalledPartition> poisoned, CancellationToken stop)
    {
        foreach (var stalled in poisoned)
        {
            output.Changes.Put(StalledPartitions.Table, StalledPartitions.Row(stalled));
        }

        var batch = Batch(from, page.Next, output);
        if (!await store.CommitAsync(batch, stop))
        {
            return false;
        }

        _committed = page.Next;
        _share?.Reach(page.Next, log.PositionOf(page.Next));
        _rate.Add(page.Events.Count);
        Interlocked.Exchange(ref _inHandSince, _wall.GetTimestamp());
        long? due = null;
        foreach (var state in batch.States)
        {
            due = state.DueAt is { } at && (due is null || at < due) ? at : due;
        }

        _folded.Reach(log.PositionOf(page.Next));
        Processed?.Invoke(new ProcessedPage(page.Events, batch.Events, due, log.PositionOf(page.Next)));
        return true;
    }

    /// <summary>Serializes now, before the next fold touches the same states.</summary>
    private ProcessedBatch Batch(Checkpoint from, Checkpoint to, FoldOutput output) =>
        new(Consumer, from, to, [.. output.Events], StoredStates.Of(output.Touched), output.Changes) { Claims = _share?.Claims };

    /// <summary>Another owner was first, or the disk refused, or other partitions are ours now: go on from what is committed.</summary>
    private async Task<Checkpoint> StartOverAsync(CancellationToken stop)
    {
        _states.Clear();
        _fold = new BatchFold(_fold.Vocabulary);
        await StandOnStoreAsync(stop);
        return _committed;
    }
}

/// <param name="Events">Valid only during the notice: their memory is used again.</param>
/// <param name="Emitted">What the page led to.</param>
/// <param name="EarliestDue">Unix milliseconds; null: nothing new is due.</param>
public readonly record struct ProcessedPage(IReadOnlyList<RecordedEvent> Events, IReadOnlyList<NewEvent> Emitted, long? EarliestDue, long Position);
