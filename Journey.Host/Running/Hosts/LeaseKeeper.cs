using Journey.Domain.EventLog;
using Journey.Host.Stores;
using Microsoft.Extensions.Logging;

namespace Journey.Host.Running.Hosts;

/// <summary>Says regularly that this host lives, and tells whoever works with them which partitions and roles it holds.</summary>
/// <remarks>It may be late without harm: a host whose leases have run out finds at its next commit that it writes nothing.</remarks>
public sealed class LeaseKeeper : IAsyncDisposable
{
    private readonly ILeaseStore _leases;
    private readonly LeaseOptions _options;
    private readonly IReadOnlyList<string> _roles;
    private readonly TimeProvider _wall;
    private readonly ILogger _logger;
    private readonly string _version = typeof(LeaseKeeper).Assembly.GetName().Version?.ToString(3) ?? "";
    private readonly SemaphoreSlim _one = new(1, 1);
    private string _url;
    private LeaseView _view = Nothing;
    private string? _fault;
    private bool _hasLeft;

    public LeaseKeeper(ILeaseStore leases, LeaseOptions options, IReadOnlyList<string> roles, TimeProvider wall, ILogger logger)
    {
        (_leases, _options, _roles, _wall, _logger) = (leases, options, roles, wall, logger);
        _url = options.Url;
    }

    /// <summary>What is held is another set than before, or under other tokens.</summary>
    public event Action<LeaseView>? Changed;

    public string Host => _options.Name;

    public LeaseView View => Volatile.Read(ref _view);

    /// <summary>Why the host is not to be relied on; null: it is.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    public ILeaseStore Store => _leases;

    /// <summary>Where the host answers, once that is known.</summary>
    public void ListensAt(string url) => Volatile.Write(ref _url, url);

    /// <summary>The first beat.</summary>
    /// <exception cref="StoreException">The host's clock and the store's are too far apart.</exception>
    public async Task JoinAsync(CancellationToken cancellation)
    {
        var view = await RefreshAsync(cancellation);
        if (ClockFault(view) is not { } fault)
        {
            return;
        }

        await LeaveAsync();
        throw new StoreException(fault);
    }

    /// <summary>Until stopped. A store that does not answer is asked again at the next beat.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(_options.Beat, _wall);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                try
                {
                    Volatile.Write(ref _fault, ClockFault(await RefreshAsync(stop)));
                }
                catch (StoreException error)
                {
                    Volatile.Write(ref _fault, error.Message);
                    _logger.LogWarning("This host could not say that it lives: {Reason}", error.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to.
        }
    }

    /// <summary>A beat out of turn: to learn what is held now.</summary>
    public Task<LeaseView> RefreshAsync(CancellationToken cancellation) => AskAsync(stop => _leases.BeatAsync(Beat, stop), cancellation);

    /// <summary>Holds off beats while something stands still everywhere: the next one would give back what was taken.</summary>
    public async Task<T> AloneAsync<T>(Func<LeaseView, Task<T>> work, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            var view = await _leases.TakeAllAsync(Beat with { Lease = _options.Lease * 5 }, cancellation);
            Volatile.Write(ref _view, view);
            return await work(view);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Gives everything back. Nothing is taken afterwards.</summary>
    public async Task LeaveAsync()
    {
        await _one.WaitAsync();
        try
        {
            _hasLeft = true;
            await _leases.LeaveAsync(Host);
            Volatile.Write(ref _view, Nothing);
        }
        catch (StoreException error)
        {
            _logger.LogWarning("This host could not say that it leaves, so others wait until its leases run out: {Reason}", error.Message);
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_hasLeft)
        {
            await LeaveAsync();
        }

        _one.Dispose();
    }

    private HostBeat Beat => new(Host, Volatile.Read(ref _url), _version, _options.Lease, FoldVersions.Current.ToString(), _roles);

    private async Task<LeaseView> AskAsync(Func<CancellationToken, ValueTask<LeaseView>> ask, CancellationToken cancellation)
    {
        LeaseView view, before;
        await _one.WaitAsync(cancellation);
        try
        {
            if (_hasLeft)
            {
                return View;
            }

            before = View;
            view = await ask(cancellation);
            Volatile.Write(ref _view, view);
        }
        finally
        {
            _one.Release();
        }

        if (!LeaseView.HoldTheSame(before, view) || !before.Roles.SequenceEqual(view.Roles))
        {
            Changed?.Invoke(view);
        }

        return view;
    }

    private static LeaseView Nothing { get; } = new([], [], Checkpoint.Start, 0, 0);

    private string? ClockFault(LeaseView view)
    {
        var off = _wall.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(view.Time);
        return off.Duration() <= _options.ClockOffMax
            ? null
            : $"This host's clock is {off.Duration().TotalSeconds:N0} seconds {(off > TimeSpan.Zero ? "ahead of" : "behind")} the database's,"
                + $" and at most {_options.ClockOffMax.TotalSeconds:N0} are allowed:"
                + " due times would fire at another moment on each host. Set the clocks of all hosts by the same time server (NTP).";
    }
}
