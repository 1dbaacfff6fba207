using Journey.Domain.Events;

namespace Journey.Domain.Engine;

/// <summary>What the engine wants recorded. Its id is name-based: (run, basis position, ordinal).</summary>
/// <param name="Kind">Decision; Derived for an event that an <c>emit</c> step asked for.</param>
/// <param name="OccurredAt">The basis event's time, or a wait's due time. Unix milliseconds.</param>
/// <param name="Payload">As it is stored: format marker and JSON (<see cref="StoredPayload"/>). Never a personal value.</param>
/// <param name="Note">Set where only this much of it was asked for: then it has no id and no payload.</param>
public readonly record struct Decision(Guid Id, string Name, EventKind Kind, long OccurredAt, ReadOnlyMemory<byte> Payload, DecisionNote? Note = null);

/// <summary>What counts of a decision that nobody will store or fold.</summary>
/// <param name="Key">Of the run; empty: it has none, or the decision does not say it.</param>
/// <param name="Reason">Empty: the decision has none.</param>
public readonly record struct DecisionNote(string Key, string Reason, bool IsHoldout);
