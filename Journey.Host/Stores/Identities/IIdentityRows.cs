using Journey.Domain.Identity;

namespace Journey.Host.Stores.Identities;

/// <summary>The identity tables, as the writer sees them inside its transaction.</summary>
internal interface IIdentityRows
{
    /// <summary>Who holds an identifier, and who held it; <see cref="StoredLink.None"/>: nobody.</summary>
    StoredLink FindLink(Identifier identifier);

    StoredCustomer? FindCustomer(string id);

    /// <summary>Everybody who was parted by hand, both ways.</summary>
    IReadOnlyList<(string One, string Other)> Parted();

    /// <summary>Adds, or replaces.</summary>
    void PutLink(Identifier identifier, string customer, long position);

    void DropLink(Identifier identifier);

    void DropLinksOf(string customer);

    /// <summary>Adds, or replaces.</summary>
    void PutHolders(Identifier identifier, Holders holders);

    void DropHolders(Identifier identifier);

    /// <summary>Adds, or replaces.</summary>
    void PutCustomer(StoredCustomer customer);

    void PutParted(string one, string other);
}

/// <param name="Customer">Null: nobody, or it is shared.</param>
internal sealed record StoredLink(string? Customer, Holders? Holders)
{
    public static StoredLink None { get; } = new(null, null);
}

/// <param name="MergedInto">Null: a customer of their own.</param>
internal sealed record StoredCustomer(CustomerStanding Standing, string? MergedInto);
