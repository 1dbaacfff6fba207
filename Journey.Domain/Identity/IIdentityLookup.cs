namespace Journey.Domain.Identity;

/// <summary>What resolution may ask of those who are known already.</summary>
public interface IIdentityLookup
{
    /// <summary>The customer who holds an identifier, after merges; null if nobody does.</summary>
    CustomerStanding? Find(Identifier identifier);

    /// <summary>Whether a customer has this id, absorbed ones included.</summary>
    bool Exists(string customer);

    /// <summary>More customers held it than the rules allow: it tells nobody any more.</summary>
    bool IsShared(Identifier identifier);

    /// <summary>The two, or customers who are one with them now, were merged once and parted again: no event merges them.</summary>
    bool AreApart(string one, string other);
}

/// <param name="HasUserId">The customer is known: two of those are two people.</param>
/// <param name="FoundedPosition">Position of the customer's first event.</param>
public sealed record CustomerStanding(string Id, bool HasUserId, bool HasLoyaltyCard, long FoundedPosition);
