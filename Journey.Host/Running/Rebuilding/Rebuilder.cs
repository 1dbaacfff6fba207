using Journey.Domain.EventLog;
using Journey.Domain.Language;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;

namespace Journey.Host.Running.Rebuilding;

/// <summary>Starts, pauses, resumes and cancels rebuilds, one at a time, and goes on with one that a crash or a stop left unfinished.</summary>
/// <remarks>Has no dispatcher and no way to one: a rebuild appends nothing to the log and delivers nothing.</remarks>
public sealed class Rebuilder : IAsyncDisposable
{
    /// <summary>Generations that are remembered in answers.</summary>
    public const int ListedMax = 50;

    private readonly RebuildParts _parts;
    private readonly FoldVersions _versions;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly TaskCompletionSource _current = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Rebuild? _running;
    private Task _work = Task.CompletedTask;

    public Rebuilder(
        IEventLog log, IStateStore states, IGenerationStore store, ILiveFold live, RebuildOptions options, TimeProvider clock, TimeProvider? wall = null)
    {
        _parts = new RebuildParts(log, store, live, options, [(FoldVersions.Marker, FoldVersions.Current)], clock, wall ?? TimeProvider.System);
        _versions = new FoldVersions(states);
    }

    /// <summary>What can be rebuilt by name.</summary>
    public static IReadOnlyList<string> Projections { get; } =
        [.. ReadModelTables.All.Select(table => table.Projection).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Gets why none can be begun here and now, if so: on a store that others work on as well, one host rebuilds.</summary>
    internal Func<CancellationToken, Task<string?>> WhyNot { get; init; } = static _ => Task.FromResult<string?>(null);

    /// <summary>The rebuild under way; null: none is.</summary>
    public RebuildStatus? Running => _running is { Ended.IsCompleted: false } running ? running.Status : null;

    /// <summary>Completes when a rebuild of everything was swapped in.</summary>
    public Task WholeSwapped => _current.Task;

    /// <summary>Completes when the rebuild begun or taken up last has ended here, in whatever way, with what it replaced removed.</summary>
    public Task Ended => _work;

    /// <summary>Another host has taken over what was under way here.</summary>
    public bool WasTaken => _running?.IsTaken == true;

    /// <summary>Begins a rebuild, or takes up the unfinished one of the same name.</summary>
    public async Task<RebuildAnswer> StartAsync(string name, CancellationToken cancellation = default)
    {
        if (name != Generation.All && !Projections.Contains(name))
        {
            return new RebuildAnswer.Unknown(NearMiss.Of(name, [Generation.All, .. Projections]));
        }

        await _one.WaitAsync(cancellation);
        try
        {
            if (await WhyNot(cancellation) is { } reason)
            {
                return new RebuildAnswer.Refused(reason);
            }

            if (Running is { } running)
            {
                return running.Name == name ? new RebuildAnswer.Started(running) : new RebuildAnswer.Refused(OtherRuns(running.Id, running.Name));
            }

            var open = await UnfinishedAsync(cancellation);
            if (open is not null && open.Projection != name)
            {
                return new RebuildAnswer.Refused(OtherRuns(open.Number, open.Projection));
            }

            if (name != Generation.All && !await _versions.AreCurrentAsync(cancellation))
            {
                return new RebuildAnswer.Refused("Another version folded what is live, so everything has to be rebuilt: rebuild all.");
            }

            if (open is { State: GenerationState.Paused })
            {
                open = await _parts.Store.MarkAsync(open.Number, GenerationState.Running, null, cancellation);
            }

            return new RebuildAnswer.Started(Run(await _parts.Store.ClaimAsync((open ?? await BeginAsync(name, cancellation)).Number, cancellation)));
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Goes on with what a crash or a stop left unfinished. A paused one stays paused.</summary>
    public async Task TakeUpAsync(CancellationToken cancellation = default)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (Running is null && await UnfinishedAsync(cancellation) is { } open)
            {
                Run(await _parts.Store.ClaimAsync(open.Number, cancellation));
            }
            else if (Running is null)
            {
                _work = SweepAsync();
            }
        }
        finally
        {
            _one.Release();
        }
    }

    public Task<RebuildAnswer> PauseAsync(int id, CancellationToken cancellation = default) =>
        ChangeAsync(id, running => running.PauseAsync(cancellation), cancellation);

    public Task<RebuildAnswer> ResumeAsync(int id, CancellationToken cancellation = default) =>
        ChangeAsync(id, running => running.ResumeAsync(cancellation), cancellation);

    public Task<RebuildAnswer> CancelAsync(int id, CancellationToken cancellation = default) =>
        ChangeAsync(id, running => running.CancelAsync("Cancelled by an operator."), cancellation);

    /// <summary>Every rebuild that is remembered, the latest first.</summary>
    public async Task<IReadOnlyList<RebuildStatus>> ListAsync(CancellationToken cancellation = default)
    {
        var running = _running;
        return
        [
            .. (await _parts.Store.GenerationsAsync(ListedMax, cancellation)).Select(generation =>
                running?.Number == generation.Number && !running.IsTaken ? running.Status : RebuildStatus.Of(generation, _parts.Log.PositionOf(generation.UpTo))),
        ];
    }

    /// <summary>Until the rebuild under way has ended, and what it replaced is removed.</summary>
    public async Task FinishAsync(IProgress<RebuildStatus>? progress, CancellationToken cancellation)
    {
        if (_running is { } running)
        {
            while (await Task.WhenAny(running.Ended, Task.Delay(TimeSpan.FromMilliseconds(200), cancellation)) != running.Ended)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(running.Status);
            }
        }

        await _work.WaitAsync(cancellation);
    }

    /// <summary>Stops what is under way where it is: the next start goes on with it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
        _one.Dispose();
    }

    private static string OtherRuns(int number, string name) =>
        $"Rebuild {number} of {name} is not finished, and one runs at a time. Wait for it, or cancel it.";

    private async Task<RebuildAnswer> ChangeAsync(int id, Func<Rebuild, Task> change, CancellationToken cancellation)
    {
        if (_running is { } running && running.Number == id && !running.Ended.IsCompleted)
        {
            await change(running);
            return new RebuildAnswer.Started(running.Status);
        }

        return (await ListAsync(cancellation)).FirstOrDefault(known => known.Id == id) is { } ended
            ? new RebuildAnswer.Refused($"Rebuild {id} of {ended.Name} is {ended.State}.")
            : new RebuildAnswer.Unknown(null);
    }

    /// <summary>The generation to go on with. One that another version began is of no use, and is given up.</summary>
    private async Task<Generation?> UnfinishedAsync(CancellationToken cancellation)
    {
        foreach (var open in (await _parts.Store.GenerationsAsync(ListedMax, cancellation)).Where(generation => generation.IsOpen))
        {
            if (open.FoldVersion == FoldVersions.Shapes)
            {
                return open;
            }

            await _parts.Store.MarkAsync(open.Number, GenerationState.Cancelled, new GenerationEnd(Now, "Another version began it."), cancellation);
        }

        return null;
    }

    private async Task<Generation> BeginAsync(string name, CancellationToken cancellation)
    {
        var tables = ReadModelTables.All.Where(table => name == Generation.All || table.Projection == name);
        return await _parts.Store.BeginAsync(
            new NewGeneration(name, FoldVersions.Shapes, _parts.Live.Basis.Text, _parts.Live.Committed, [.. tables], Now), cancellation);
    }

    private RebuildStatus Run(Generation generation)
    {
        var rebuild = new Rebuild(_parts, generation, _stop.Token);
        _running = rebuild;
        _work = Task.Run(async () =>
        {
            await rebuild.RunAsync();
            if (rebuild.Status is { State: "swapped", Name: Generation.All })
            {
                _current.TrySetResult();
            }

            await SweepAsync();
        });
        return rebuild.Status;
    }

    /// <summary>Removes what was replaced or given up, in small pieces between other writes.</summary>
    private async Task SweepAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested && await _parts.Store.SweepAsync(_stop.Token))
            {
                await Task.Yield();
            }
        }
        catch (Exception error) when (error is StoreException or OperationCanceledException or ObjectDisposedException)
        {
            // What is left is removed by the next sweep; it is in nobody's way.
        }
    }

    private long Now => _parts.Clock.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>What came of a request about a rebuild.</summary>
public abstract record RebuildAnswer
{
    private RebuildAnswer() { }

    public sealed record Started(RebuildStatus Status) : RebuildAnswer;

    /// <summary>It cannot be done now.</summary>
    public sealed record Refused(string Reason) : RebuildAnswer;

    /// <param name="Meant">The name that comes nearest; null: none does.</param>
    public sealed record Unknown(string? Meant) : RebuildAnswer;
}
