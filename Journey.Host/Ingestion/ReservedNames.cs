using System.Collections.Frozen;
using Journey.Domain.Events;

namespace Journey.Host.Ingestion;

/// <summary>Names and sources that a sender can't use: what Journey itself writes must be Journey's word.</summary>
public static class ReservedNames
{
    public static FrozenSet<string> Events { get; } = FrozenSet.Create(StringComparer.OrdinalIgnoreCase,
        EventNames.TimeReached,
        EventNames.IdentitiesMerged, EventNames.IdentityAbsorbed, EventNames.IdentitiesUnmerged, EventNames.IdentityRestored, EventNames.EventMoved,
        EventNames.CustomerErased,
        EventNames.CartAbandoned, EventNames.CartRecovered, EventNames.CartExpired, EventNames.BrowseAbandoned, EventNames.CheckoutAbandoned,
        EventNames.SessionEnded, EventNames.SegmentEntered, EventNames.SegmentLeft,
        EventNames.RunEntered, EventNames.RunNotEntered, EventNames.RunWaiting, EventNames.RunBranched, EventNames.RunExited, EventNames.RunMigrated,
        EventNames.GoalReached,
        EventNames.MessageRequested, EventNames.MessageSuppressed, EventNames.TaskRequested, EventNames.CallRequested,
        EventNames.TraitsSet, EventNames.RunsHandedOver,
        EventNames.MessageSent, EventNames.MessageFailed, EventNames.TaskSent, EventNames.TaskFailed, EventNames.CallAnswered, EventNames.CallFailed,
        EventNames.DocumentPublished, EventNames.JourneyPaused, EventNames.JourneyResumed, EventNames.DocumentRetired);

    /// <summary>"journey" and everything under "import:": with either, a sender could claim the id of an event that is not its own.</summary>
    public static bool IsSource(string source) =>
        source.Equals("journey", StringComparison.OrdinalIgnoreCase) || source.StartsWith("import:", StringComparison.OrdinalIgnoreCase);

    /// <returns>Null for a name that a sender may record.</returns>
    public static Refusal? Check(string name) =>
        name.Length == 0 ? Refusal.NameMissing
        : name.Length > IngestLimits.NameLengthMax ? Refusal.NameTooLong
        : name.AsSpan().ContainsAnyInRange('\0', '\u001f') || name.Contains('\u007f') ? Refusal.NameNotPrintable
        : Events.Contains(name) ? Refusal.NameReserved(name)
        : null;
}
