using Journey.Domain.Events;

namespace Journey.Host.Running.Rebuilding;

/// <summary>An event that the live fold took, or has not met yet, and that the new generation's can't.</summary>
public sealed class PoisonInRebuildException(RecordedEvent recorded, Exception cause)
    : Exception($"Stopped at position {recorded.Position:N0} ({recorded.Name}): {cause.GetType().Name}: {cause.Message}", cause)
{
    public long Position { get; } = recorded.Position;
}

/// <summary>Partitions were stopped, released or skipped in since the generation was begun: what it folded may not be what is live.</summary>
public sealed class BasisChangedException() : Exception("What the rebuild stands on has changed.");
