using Journey.Domain.Events;

namespace Journey.Domain.Engine;

/// <summary>What the engine wants recorded. Its id is name-based: (run, basis position, ordinal).</summary>
/// <param name="Kind">Decision; Derived for an event that an <c>emit</c> step asked for.</param>
/// <param name="OccurredAt">The basis event's time, or a wait's due time. Unix milliseconds.</param>
/// <param name="Payload">As it is stored: format marker and JSON (<see cref="StoredPayload"/>). Never a personal value.</param>
public readonly record struct Decision(Guid Id, string Name, EventKind Kind, long OccurredAt, ReadOnlyMemory<byte> Payload);
