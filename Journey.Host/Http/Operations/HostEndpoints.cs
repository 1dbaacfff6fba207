using Journey.Domain.Time;
using Journey.Host.Http.Parameters;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Journey.Host.Http.Operations;

/// <param name="Url">Where it answers; null: it has not said.</param>
/// <param name="StartedAt">By the database's clock, as the others.</param>
/// <param name="Alive">False: it has said nothing for longer than its leases last, and what it held goes to others.</param>
/// <param name="Partitions">How many it folds.</param>
/// <param name="Roles">What only one host does at a time: dispatcher, and rebuilder with the version it folds by.</param>
public sealed record HostReport(string Host, string? Url, string Version, string StartedAt, string SeenAt, bool Alive, int Partitions, IReadOnlyList<string> Roles);

/// <param name="Host">Null: nobody folds it at the moment.</param>
/// <param name="Token">How often it has changed hands.</param>
/// <param name="Until">When the lease runs out if it is not renewed.</param>
/// <param name="Lag">Events of the log behind the place where it stands, those of other partitions among them.</param>
public sealed record LeaseReport(int Partition, string? Host, long Token, string? Until, long Position, long Lag);

/// <param name="Shared">False: the store has a single host by its nature, and there are no leases.</param>
public sealed record HostsReport(bool Shared, IReadOnlyList<HostReport> Hosts, IReadOnlyList<LeaseReport> Partitions);

/// <summary>Which hosts work on the store, and what each of them holds.</summary>
internal sealed class HostEndpoints(JourneyServices services)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/hosts", ReadAsync).Accepting()
        .WithTags("Operations")
        .WithSummary("The hosts on this store, the partitions each of them folds, and what it alone does")
        .Produces<HostsReport>();

    private async Task<IResult> ReadAsync(CancellationToken cancellation)
    {
        if (services.Leases is not { } leases)
        {
            return TypedResults.Ok(new HostsReport(false, [], []));
        }

        var head = services.Log.PositionOf(await services.Log.HeadAsync(cancellation));
        var hosts = await leases.HostsAsync(cancellation);
        var partitions = await leases.PartitionsAsync(cancellation);
        return TypedResults.Ok(new HostsReport(
            true,
            [.. hosts.Select(static host => new HostReport(
                host.Host, host.Url.Length > 0 ? host.Url : null, host.Version, Instants.ToIso(host.StartedAt), Instants.ToIso(host.SeenAt), host.IsAlive, host.Partitions.Count, host.Roles))],
            [.. partitions.Select(lease => Of(lease, services.Log.PositionOf(lease.Checkpoint), head))]));
    }

    private static LeaseReport Of(Stores.PartitionLease lease, long position, long head) => new(
        lease.Partition, lease.Host, lease.Token, lease.Until is { } until ? Instants.ToIso(until) : null, position, Math.Max(0, head - position));
}
