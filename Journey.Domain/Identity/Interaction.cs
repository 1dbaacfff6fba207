using System.Collections.Immutable;
using Journey.Domain.Events;

namespace Journey.Domain.Identity;

/// <summary>An event from outside before it is known whose it is: ingestion turns it into a recorded event.</summary>
/// <param name="Identifiers">At least one; the strongest that resolves decides the customer.</param>
/// <param name="Alias">For Segment's <c>alias</c>: the identifiers that are the same person as <paramref name="Identifiers"/>; otherwise empty.</param>
public sealed record Interaction(
    string Source,
    string Id,
    string Name,
    ContactChannel Channel,
    EventFlags Flags,
    long OccurredAt,
    long ReceivedAt,
    ImmutableArray<Identifier> Identifiers,
    ImmutableArray<Identifier> Alias,
    ReadOnlyMemory<byte> Payload);

/// <summary>What became of one interaction of a batch.</summary>
public abstract record IngestAnswer
{
    private IngestAnswer() { }

    public sealed record Recorded(string Customer, long Position) : IngestAnswer;

    /// <summary>Known by (source, id) already: harmless.</summary>
    public sealed record Duplicate(long Position) : IngestAnswer;
}
