using Journey.Domain.Events;

namespace Journey.Projections.Customers;

/// <summary>What the identity events say.</summary>
public static class IdentityFacts
{
    /// <summary>Who is absorbed by "Identities Merged"; null: it is another event.</summary>
    public static string? AbsorbedBy(in RecordedEvent recorded) =>
        recorded.Kind == EventKind.Identity && recorded.Name == EventNames.IdentitiesMerged ? Read(recorded, "absorbed"u8) : null;

    /// <summary>Into whom, for "Identity Absorbed".</summary>
    public static string SurvivorOf(in RecordedEvent recorded) => Read(recorded, "survivor"u8);

    /// <summary>Whom "Identity Restored" parts its customer from; null: it is another event.</summary>
    public static string? RestoredFrom(in RecordedEvent recorded) =>
        recorded.Kind == EventKind.Identity && recorded.Name == EventNames.IdentityRestored ? Read(recorded, "survivor"u8) : null;

    /// <summary>Whom "Identities Unmerged" parts from its customer.</summary>
    public static string PartedFrom(in RecordedEvent recorded) => Read(recorded, "absorbed"u8);

    /// <exception cref="InvalidDataException">The event does not say it.</exception>
    private static string Read(in RecordedEvent recorded, ReadOnlySpan<byte> member) =>
        JsonScan.Property(recorded.Json.Span, member) is { Length: > 0 } text ? text : throw new InvalidDataException(
            $"The event \"{recorded.Name}\" at {recorded.Position} does not say {System.Text.Encoding.UTF8.GetString(member)}.");
}
