using System.Collections.Concurrent;
using System.Numerics;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Stores;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;

namespace Journey.Host.Running.Rebuilding;

/// <summary>One rebuild under way: folds every customer, keeps up with the live fold, and takes its place.</summary>
internal sealed class Rebuild
{
    /// <summary>With so few events behind, the live fold waits for the rest.</summary>
    private const long GapMax = 4_000;

    private static readonly TimeSpan _retry = TimeSpan.FromMilliseconds(250);

    private readonly RebuildParts _parts;
    private readonly CancellationTokenSource _stop;
    private readonly ConcurrentDictionary<int, long> _underWay = [];
    private readonly EventRate _rate;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _paused;
    private volatile Generation _generation;
    private long _reached;
    private long _target;
    private long _resumedAt;
    private volatile bool _caughtUp;
    private volatile string? _cancelled;

    public Rebuild(RebuildParts parts, Generation generation, CancellationToken stop)
    {
        _parts = parts;
        _generation = generation;
        _rate = new EventRate(parts.Wall);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _paused = generation.State == GenerationState.Paused ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
        Measure();
        _resumedAt = Done;
    }

    /// <summary>Another host goes on with it: what is known of it here is out of date.</summary>
    public bool IsTaken { get; private set; }

    public int Number => _generation.Number;

    /// <summary>Completes when it was swapped, has failed, was cancelled, or the process stops; it never fails itself.</summary>
    public Task Ended => _ended.Task;

    public RebuildStatus Status
    {
        get
        {
            var generation = _generation;
            var (done, rate) = (Done, _rate.PerSecond);
            var left = Math.Max(0, Total - done);
            var state = _caughtUp && generation.State == GenerationState.Running ? RebuildStatus.CaughtUp : RebuildStatus.NameOf(generation.State);
            return new RebuildStatus(
                generation.Number, generation.Projection, state, generation.State == GenerationState.Swapped ? Total : done, Total, _resumedAt,
                generation.State == GenerationState.Running ? rate : 0, left > 0 && rate > 0 && generation.State == GenerationState.Running ? left / rate : null,
                generation.StartedAt, generation.EndedAt, generation.Reason, generation.Position);
        }
    }

    private long UpTo => _parts.Log.PositionOf(_generation.UpTo);

    private long Total => Math.Max(UpTo, Interlocked.Read(ref _target));

    private long Done
    {
        get
        {
            var generation = _generation;
            if (Interlocked.Read(ref _reached) is > 0 and var reached)
            {
                return reached;
            }

            // Slices hold about as many events each; those that are folded and not yet marked as done are counted here as well.
            var slice = UpTo / StreamSlices.Count;
            var done = UpTo * BitOperations.PopCount(generation.DoneSlices) / StreamSlices.Count;
            foreach (var (number, events) in _underWay)
            {
                done += (generation.DoneSlices >> number & 1) == 0 ? Math.Min(events, slice) : 0;
            }

            return done;
        }
    }

    public async Task RunAsync()
    {
        try
        {
            while (!await TryAsync())
            {
            }
        }
        catch (OperationCanceledException) when (_cancelled is { } reason)
        {
            await EndAsync(GenerationState.Cancelled, reason, null);
        }
        catch (OperationCanceledException)
        {
            // The process stops: the generation stays as it is, and whoever starts next goes on with it.
        }
        catch (PoisonInRebuildException poison)
        {
            await EndAsync(GenerationState.Failed, poison.Message, poison.Position);
        }
        catch (GenerationTakenException taken)
        {
            Lose(taken);
        }
        catch (Exception error)
        {
            await TryEndAsync(error is StoreException ? error.Message : $"{error.GetType().Name}: {error.Message}");
        }
        finally
        {
            _ended.TrySetResult();
            _stop.Dispose();
        }
    }

    public async Task PauseAsync(CancellationToken cancellation)
    {
        Interlocked.CompareExchange(ref _paused, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null);
        _generation = await _parts.Store.MarkAsync(Number, GenerationState.Paused, null, cancellation);
    }

    public async Task ResumeAsync(CancellationToken cancellation)
    {
        _generation = await _parts.Store.MarkAsync(Number, GenerationState.Running, null, cancellation);
        Interlocked.Exchange(ref _paused, null)?.TrySetResult();
    }

    public async Task CancelAsync(string reason)
    {
        _cancelled = reason;
        try
        {
            await _stop.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself at this very moment.
        }

        await Ended;
    }

    /// <returns>False: to be done again, because what it stood on has changed.</returns>
    private async Task<bool> TryAsync()
    {
        var stop = _stop.Token;
        var basis = _parts.Live.Basis;
        try
        {
            if (_generation.Basis != basis.Text)
            {
                _generation = await _parts.Store.RestartAsync(Number, _parts.Live.Committed, basis.Text, stop);
                _resumedAt = 0;
                Measure();
            }

            await FoldSlicesAsync(basis, stop);
            await KeepUpAsync(basis, stop);
            return await _parts.Live.AtRestAsync(() => SwapAsync(basis, stop), stop);
        }
        catch (StoreException error) when (error.IsPassing)
        {
            return await WaitOutAsync(stop);
        }
        catch (Exception) when (_parts.Live.Basis.Text != basis.Text && !stop.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>What is written is written with its mark: once the store can be reached again, the rebuild goes on from there, as after a restart.</summary>
    /// <returns>True: it was swapped, though nobody had said so.</returns>
    private async Task<bool> WaitOutAsync(CancellationToken stop)
    {
        while (true)
        {
            await Task.Delay(_retry, stop);
            try
            {
                _generation = (await _parts.Store.GenerationsAsync(int.MaxValue, stop)).First(generation => generation.Number == Number);
                Measure();
                return !_generation.IsOpen;
            }
            catch (StoreException error) when (error.IsPassing)
            {
                // Not yet.
            }
        }
    }

    private async Task FoldSlicesAsync(FoldBasis basis, CancellationToken stop)
    {
        var open = new ConcurrentQueue<int>(Enumerable.Range(0, StreamSlices.Count).Where(slice => (_generation.DoneSlices >> slice & 1) == 0));
        var vocabulary = new Vocabulary();
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var workers = Enumerable.Range(0, Math.Min(_parts.Options.Workers, Math.Max(1, open.Count))).Select(_ => Task.Run(
            async () =>
            {
                try
                {
                    return await WorkAsync(open, new SliceFold(Source(basis), _parts.Store, vocabulary, _parts.Options, Number), failed.Token);
                }
                catch
                {
                    await failed.CancelAsync();
                    throw;
                }
            },
            stop)).ToArray();
        try
        {
            await WriteSumsAsync(await Task.WhenAll(workers), stop);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // One worker failed and called the others off: its reason is the one to tell.
            throw workers.Select(worker => worker.Exception?.InnerException).OfType<Exception>().First();
        }

        while (await _parts.Store.IndexAsync(Number, stop))
        {
            await PausePointAsync(stop);
        }

        _generation = (await _parts.Store.GenerationsAsync(int.MaxValue, stop)).First(generation => generation.Number == Number);
        _underWay.Clear();
        Interlocked.Exchange(ref _reached, _parts.Log.PositionOf(ReachedOf(_generation)));
    }

    /// <summary>What all workers have left, added up first: most of their sums are the same ones.</summary>
    private async Task WriteSumsAsync((ReadModelChanges Sums, ulong Done)[] left, CancellationToken stop)
    {
        var (all, done) = left[0];
        foreach (var (sums, slices) in left.AsSpan(1))
        {
            all.AddSums(sums);
            done |= slices;
        }

        if (done != 0)
        {
            await _parts.Store.WriteAsync(new GenerationBatch(Number, [], all, done), stop);
        }
    }

    private async Task<(ReadModelChanges Sums, ulong Done)> WorkAsync(ConcurrentQueue<int> open, SliceFold fold, CancellationToken stop)
    {
        while (open.TryDequeue(out var slice))
        {
            await fold.FoldAsync(
                slice,
                UpTo,
                events =>
                {
                    _underWay.AddOrUpdate(slice, events, (_, known) => known + events);
                    _rate.Add(events);
                    return PausePointAsync(stop);
                },
                stop);
        }

        return await fold.FinishAsync(stop);
    }

    private async Task KeepUpAsync(FoldBasis basis, CancellationToken stop)
    {
        while (true)
        {
            var aim = _parts.Log.PositionOf(_parts.Live.Committed);
            Interlocked.Exchange(ref _target, aim);
            await PausePointAsync(stop);
            if (aim - Interlocked.Read(ref _reached) <= GapMax)
            {
                _caughtUp = true;
                return;
            }

            await FoldOnAsync(aim, basis, stop);
        }
    }

    private async Task FoldOnAsync(long aim, FoldBasis basis, CancellationToken stop)
    {
        await new GenerationFold(Source(basis), _parts.Store, _parts.Options, Number).FoldOnAsync(ReachedOf(_generation), aim, Passed, stop);
        _generation = (await _parts.Store.GenerationsAsync(int.MaxValue, stop)).First(generation => generation.Number == Number);

        ValueTask Passed(long position, int folded)
        {
            Interlocked.Exchange(ref _reached, position);
            _rate.Add(folded);
            return ValueTask.CompletedTask;
        }
    }

    private async Task<bool> SwapAsync(FoldBasis basis, CancellationToken stop)
    {
        if (_parts.Live.Basis.Text != basis.Text)
        {
            return false;
        }

        var committed = _parts.Live.Committed;
        await FoldOnAsync(_parts.Log.PositionOf(committed), basis, stop);
        var marks = _generation.Projection == Generation.All ? _parts.Marks : [];
        if (await _parts.Store.SwapAsync(new GenerationSwap(Number, Processor.Consumer, committed, Now, marks), stop))
        {
            _generation = _generation with { State = GenerationState.Swapped, EndedAt = Now };
            return true;
        }

        _caughtUp = false;
        await PausePointAsync(stop);
        return false;
    }

    private FoldSource Source(FoldBasis basis) => new(_parts.Log, basis, _parts.Live.Definitions.At);

    private static Checkpoint ReachedOf(Generation generation) => generation.Reached.Token is null ? generation.UpTo : generation.Reached;

    private async ValueTask PausePointAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (Volatile.Read(ref _paused) is { } paused)
        {
            await paused.Task.WaitAsync(stop);
        }
    }

    private void Measure()
    {
        _caughtUp = false;
        _underWay.Clear();
        var all = _generation.DoneSlices == ulong.MaxValue;
        Interlocked.Exchange(ref _reached, all ? _parts.Log.PositionOf(ReachedOf(_generation)) : 0);
        Interlocked.Exchange(ref _target, _parts.Log.PositionOf(_parts.Live.Committed));
    }

    private long Now => _parts.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task EndAsync(GenerationState state, string reason, long? position)
    {
        try
        {
            _generation = await _parts.Store.MarkAsync(Number, state, new GenerationEnd(Now, reason, position));
        }
        catch (GenerationTakenException taken)
        {
            Lose(taken);
        }
    }

    private void Lose(GenerationTakenException taken)
    {
        IsTaken = true;
        _generation = _generation with { State = GenerationState.Failed, Reason = taken.Message };
    }

    /// <summary>Where the store itself has failed, the failure cannot be written down either.</summary>
    private async Task TryEndAsync(string reason)
    {
        try
        {
            await EndAsync(GenerationState.Failed, reason, null);
        }
        catch (Exception error) when (error is StoreException or ObjectDisposedException)
        {
            _generation = _generation with { State = GenerationState.Failed, Reason = reason };
        }
    }
}

/// <summary>What every rebuild works with.</summary>
/// <param name="Marks">What a swap of everything moves as well.</param>
/// <param name="Clock">What beginnings and ends are dated with.</param>
/// <param name="Wall">What rates are measured with.</param>
internal sealed record RebuildParts(
    IEventLog Log,
    IGenerationStore Store,
    ILiveFold Live,
    RebuildOptions Options,
    IReadOnlyList<(string Consumer, Checkpoint Checkpoint)> Marks,
    TimeProvider Clock,
    TimeProvider Wall);
