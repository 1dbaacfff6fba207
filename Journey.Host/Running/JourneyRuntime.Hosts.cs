using Journey.Host.Running.Rebuilding;
using Journey.Host.Stores;
using Microsoft.Extensions.Logging;

namespace Journey.Host.Running;

/// <content>Several hosts on one store: which of them delivers, and which rebuilds.</content>
public sealed partial class JourneyRuntime
{
    private const string Dispatching = "dispatcher";
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _roleLook = TimeSpan.FromSeconds(2);

    /// <summary>Of one host of each version: a newer one builds beside the live read models what an older one still serves.</summary>
    private static string Rebuilding { get; } = $"rebuilder-{FoldVersions.Current}";

    /// <summary>Where this host answers, for the others and for people.</summary>
    public void ListensAt(string url) => _keeper?.ListensAt(url);

    private bool Has(string role) => _keeper?.View.Roles.Contains(role) != false;

    private async Task TakeRolesAsync(CancellationToken stop)
    {
        await _delivering.SwitchAsync(Has(Dispatching));
        if (Has(Rebuilding))
        {
            await _rebuilder.TakeUpAsync(stop);
        }
    }

    private async Task FollowRolesAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                using var look = CancellationTokenSource.CreateLinkedTokenSource(stop);
                var changed = _rolesChanged.WaitAsync(look.Token);
                var isTold = await Task.WhenAny(changed, Task.Delay(_roleLook, look.Token)) == changed;
                await look.CancelAsync();
                stop.ThrowIfCancellationRequested();
                try
                {
                    await (isTold ? TakeRolesAsync(stop) : _delivering.SwitchAsync(Has(Dispatching)));
                }
                catch (StoreException error) when (error.IsPassing)
                {
                    _logger.LogWarning("A role could not be taken up yet: {Reason}", error.Message);
                    await Task.Delay(_look, stop);
                    _rolesChanged.Set();
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to.
        }
    }

    /// <summary>Segments that were published or taken back: one host looks at everybody.</summary>
    private async Task FollowSegmentsAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                try
                {
                    if (Has(Dispatching) && await _segments.FollowAsync(stop) is { } swept)
                    {
                        _logger.LogInformation(
                            "Segments changed at {Position}: {Customers} customers were looked at, {Concerned} of them with an effect.", swept.Position, swept.Customers, swept.Concerned);
                    }
                }
                catch (Exception error) when (error is StoreException or InvalidDataException)
                {
                    // States may be another version's by now, of which a host of that version makes more.
                    _logger.LogWarning("Nobody could be looked at for segments that changed; that is tried again: {Reason}", error.Message);
                }

                await Task.Delay(_roleLook, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to.
        }
    }

    /// <summary>Until this host is the one that rebuilds (true), or another one has done it (false).</summary>
    private async Task<bool> IsRebuilderAsync(CancellationToken stop)
    {
        while (!Has(Rebuilding))
        {
            if (await _versions.AreCurrentAsync(stop))
            {
                return false;
            }

            await Task.Delay(_look, stop);
        }

        return true;
    }

    /// <summary>Why a rebuild cannot be begun here; null: it can.</summary>
    private async Task<string?> WhyNoRebuildAsync(CancellationToken stop)
    {
        if (Has(Rebuilding))
        {
            return null;
        }

        var other = (await _keeper!.Store.HostsAsync(stop)).FirstOrDefault(host => host.IsAlive && host.Roles.Contains(Rebuilding));
        return other is null
            ? "No host rebuilds at the moment: try again in a few seconds."
            : $"Host {other.Host} does the rebuilds: ask it{(other.Url.Length > 0 ? $" at {other.Url}" : "")}.";
    }

    /// <summary>Whoever folds which partition: asked of the store, because nobody tells a host what another one has committed.</summary>
    /// <param name="progress">Told how far all of them have come.</param>
    internal static async Task FoldedByAllAsync(ILeaseStore leases, IJourneyStore store, long position, IProgress<long>? progress, CancellationToken stop)
    {
        while (true)
        {
            var reached = (await leases.PartitionsAsync(stop)).Min(partition => store.PositionOf(partition.Checkpoint));
            progress?.Report(reached);
            if (reached >= position)
            {
                return;
            }

            await Task.Delay(_look, stop);
        }
    }
}
