using System.Collections.Immutable;

namespace Journey.Host.Why;

/// <summary>Why a journey did, or did not do, something for a customer.</summary>
/// <param name="Customer">The customer's id; the survivor's, where they had been merged by then.</param>
/// <param name="At">The moment of arrival that it was asked for, Unix milliseconds; null: now.</param>
/// <param name="Entries">The latest, oldest first.</param>
/// <param name="Total">How many entries there are in all.</param>
/// <param name="Summary">The answer first, then what else there is to say: a sentence or two each.</param>
/// <param name="WaitingUntil">When the run that goes on first is due, Unix milliseconds; null: none is, or it waits for an event only.</param>
public sealed record WhyAnswer(
    string Customer, string Journey, long? At, IReadOnlyList<WhyEntry> Entries, long Total, ImmutableArray<string> Summary, long? WaitingUntil);
