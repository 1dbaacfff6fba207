namespace Journey.Domain.Identity;

/// <summary>What resolution may ask of those who are known already.</summary>
public interface IIdentityLookup
{
    /// <summary>The customer who holds an identifier, after merges; null if nobody does.</summary>
    CustomerStanding? Find(Identifier identifier);

    /// <summary>Whether a customer has this id, absorbed ones included.</summary>
    bool Exists(string customer);
}

/// <param name="HasUserId">The customer is known: two of those are two people.</param>
/// <param name="FoundedPosition">Position of the customer's first event.</param>
public sealed record CustomerStanding(string Id, bool HasUserId, bool HasLoyaltyCard, long FoundedPosition);
