using Journey.Domain.Identity;

namespace Journey.Host.Stores;

/// <summary>Who is one with whom, and the way back.</summary>
public interface IIdentityStore
{
    /// <summary>The customer whom this one was merged into, one step only; null: nobody, or there is no such customer.</summary>
    ValueTask<string?> MergedIntoAsync(string customer, CancellationToken cancellation = default);

    /// <summary>Whom each identifier is linked to, merges not followed; those that nobody holds are left out.</summary>
    ValueTask<IReadOnlyDictionary<Identifier, string>> LinksAsync(IReadOnlyCollection<Identifier> identifiers, CancellationToken cancellation = default);

    /// <summary>Undoes a merge, in one durable commit: the identity tables and both streams say the same.</summary>
    /// <param name="at">Unix milliseconds.</param>
    ValueTask<UnmergeAnswer> UnmergeAsync(Unmerge unmerge, long at, CancellationToken cancellation = default);
}
