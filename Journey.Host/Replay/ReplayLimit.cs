using Journey.Domain.Events;
using Journey.Domain.Time;

namespace Journey.Host.Replay;

/// <summary>How far a replay goes: to a place in the log, or to a moment of arrival.</summary>
/// <remarks>
/// "As of" a moment means what had arrived by then, that instant included, and everything that followed from it: what is derived and decided
/// carries the arrival of the event it follows from. What happened before and arrived later was not known yet.
/// </remarks>
/// <param name="Position">Global position, inclusive.</param>
/// <param name="ReceivedAt">Unix milliseconds, inclusive.</param>
public readonly record struct ReplayLimit(long Position, long ReceivedAt)
{
    /// <summary>The whole log.</summary>
    public static ReplayLimit None { get; } = new(long.MaxValue, long.MaxValue);

    public static ReplayLimit At(long? moment) => None with { ReceivedAt = moment ?? long.MaxValue };

    public bool Includes(in RecordedEvent recorded) => recorded.Position <= Position && recorded.ReceivedAt <= ReceivedAt;

    public override string ToString() =>
        ReceivedAt != long.MaxValue ? Instants.ToIso(ReceivedAt) : Position != long.MaxValue ? $"position {Position}" : "the end";
}
