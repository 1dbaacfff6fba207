using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Stores;

namespace Journey.Host.Running;

/// <summary>The partitions that a processor folds, each with the right to it and the place where it stands.</summary>
internal sealed class PartitionShare
{
    private readonly PartitionClaim[] _claims;
    private readonly long[] _positions = new long[Partitions.Count];
    private readonly Checkpoint[] _reached = new Checkpoint[Partitions.Count];
    private readonly ulong _held;

    public PartitionShare(IEventLog log, IReadOnlyList<PartitionClaim> claims)
    {
        _claims = [.. claims];
        foreach (var claim in claims)
        {
            _held |= 1UL << claim.Partition;
            _reached[claim.Partition] = claim.Expected;
            _positions[claim.Partition] = log.PositionOf(claim.Expected);
        }

        Reached = claims.Count > 0 ? claims.MinBy(claim => log.PositionOf(claim.Expected)).Expected : Checkpoint.Start;
    }

    public bool IsEmpty => _held == 0;

    /// <summary>A bit for each partition.</summary>
    public ulong Held => _held;

    /// <summary>How far all of them are folded.</summary>
    public Checkpoint Reached { get; private set; }

    /// <summary>The claims to go with a commit.</summary>
    public IReadOnlyList<PartitionClaim> Claims => Array.ConvertAll(_claims, claim => claim with { Expected = _reached[claim.Partition] });

    public bool Holds(int partition) => (_held >> partition & 1) == 1;

    /// <summary>How far one partition is folded, which may be further than all of them.</summary>
    public Checkpoint ReachedBy(int partition) => _reached[partition];

    /// <summary>Whether the event is ours to fold, and not folded yet.</summary>
    public bool Awaits(in RecordedEvent recorded) => Holds(recorded.Partition) && recorded.Position > _positions[recorded.Partition];

    /// <summary>After a commit: every partition stands there, unless it was further already.</summary>
    public void Reach(Checkpoint next, long position)
    {
        foreach (var claim in _claims)
        {
            if (_positions[claim.Partition] < position)
            {
                (_reached[claim.Partition], _positions[claim.Partition]) = (next, position);
            }
        }

        Reached = next;
    }
}
