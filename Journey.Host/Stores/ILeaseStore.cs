using Journey.Domain.EventLog;

namespace Journey.Host.Stores;

/// <summary>Which of several hosts on one store works on what: each partition, and each role that only one of them may have, leased for a few seconds at a time.</summary>
/// <remarks>
/// A lease's token rises whenever it changes hands, and a commit carries the tokens of the partitions it is about: whoever lost one writes nothing
/// (<see cref="IStateStore.CommitAsync"/>). So what a host believes is never trusted; the times here are the store's, and no host's.
/// </remarks>
public interface ILeaseStore
{
    /// <summary>Says that a host lives; renews what it holds, gives back what is above its fair share, and takes what is free up to that.</summary>
    ValueTask<LeaseView> BeatAsync(HostBeat beat, CancellationToken cancellation = default);

    /// <summary>Takes every partition, whoever holds it: for what has to stand still everywhere. What is above the fair share goes back with the next beat.</summary>
    ValueTask<LeaseView> TakeAllAsync(HostBeat beat, CancellationToken cancellation = default);

    /// <summary>Gives everything back at once, so that others need not wait for the leases to run out. A host that holds nothing may say so too.</summary>
    ValueTask LeaveAsync(string host, CancellationToken cancellation = default);

    /// <summary>Every host that has lived in the last day, by name, with what it holds now.</summary>
    ValueTask<IReadOnlyList<HostStatus>> HostsAsync(CancellationToken cancellation = default);

    /// <summary>Every partition in order: who holds it, and how far it is folded.</summary>
    ValueTask<IReadOnlyList<PartitionLease>> PartitionsAsync(CancellationToken cancellation = default);
}

/// <summary>The right to fold one partition, as long as its token is the latest.</summary>
/// <param name="Token">Rises by one whenever the partition changes hands.</param>
/// <param name="Expected">How far the partition was folded when it was taken, or after the last commit.</param>
public readonly record struct PartitionClaim(int Partition, long Token, Checkpoint Expected);

/// <param name="Host">Unlike any other's that runs at the same time; 1 to 100 characters.</param>
/// <param name="Url">Where it answers; empty: nowhere.</param>
/// <param name="Lease">How long what it holds stays its own without a further beat.</param>
/// <param name="FoldVersion">What it folds with: partitions go only to hosts that fold as the read models in force were folded.</param>
/// <param name="Roles">Roles that it can take, such as delivering; it gets those that nobody else has.</param>
public sealed record HostBeat(string Host, string Url, string Version, TimeSpan Lease, string FoldVersion, IReadOnlyList<string> Roles);

/// <param name="Partitions">What the host holds now, in order.</param>
/// <param name="Roles">The roles it has now.</param>
/// <param name="Reached">How far every partition is folded, whoever holds it.</param>
/// <param name="Hosts">How many hosts live, this one among them.</param>
/// <param name="Time">The store's time, Unix milliseconds: what a host's own clock is compared with.</param>
public sealed record LeaseView(IReadOnlyList<PartitionClaim> Partitions, IReadOnlyList<string> Roles, Checkpoint Reached, int Hosts, long Time)
{
    /// <summary>Whether the same partitions are held under the same tokens, wherever they stand.</summary>
    public static bool HoldTheSame(LeaseView one, LeaseView other) =>
        ReferenceEquals(one, other)
        || one.Partitions.Select(static claim => (claim.Partition, claim.Token)).SequenceEqual(other.Partitions.Select(static claim => (claim.Partition, claim.Token)));
}

/// <param name="StartedAt">Unix milliseconds by the store's clock, as the others.</param>
/// <param name="IsAlive">Its last beat is younger than its leases.</param>
public sealed record HostStatus(string Host, string Url, string Version, long StartedAt, long SeenAt, bool IsAlive, IReadOnlyList<int> Partitions, IReadOnlyList<string> Roles);

/// <param name="Host">Null: nobody holds it now.</param>
/// <param name="Until">When the lease runs out, Unix milliseconds by the store's clock; null: nobody holds it.</param>
public sealed record PartitionLease(int Partition, string? Host, long Token, long? Until, Checkpoint Checkpoint);
