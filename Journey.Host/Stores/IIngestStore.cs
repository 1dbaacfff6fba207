using Journey.Domain.Identity;

namespace Journey.Host.Stores;

/// <summary>Resolves whose each interaction is and appends it, both in the same durable commit, so that no reader sees one without the other.</summary>
public interface IIngestStore
{
    /// <summary>One answer per interaction, in order, after a durable commit. Concurrent calls share commits.</summary>
    /// <remarks>New identifiers are linked (and the event flagged LinksIdentity); a merge appends
    /// "Identity Absorbed" to the absorbed customer's stream and then "Identities Merged" to the survivor's.</remarks>
    ValueTask<IReadOnlyList<IngestAnswer>> IngestAsync(IReadOnlyList<Interaction> interactions, CancellationToken cancellation = default);

    /// <summary>The customer who holds an identifier today, following merges; null if nobody does.</summary>
    ValueTask<string?> FindAsync(Identifier identifier, CancellationToken cancellation = default);
}
