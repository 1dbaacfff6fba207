using Journey.Domain.Identity;
using Journey.Host.Ingestion;
using Journey.Host.Stores;

namespace Journey.Host.Http.Queries;

/// <summary>How a client names a customer: by our id, or by any identifier.</summary>
internal static class CustomerAddress
{
    public const string Expected = "a customer id, or an identifier such as userId:U1, email:ann@example.org or loyaltyCard:77";

    /// <returns>The customer's id; null: nobody holds the identifier. An id of ours is answered as it is, whether or not it is known.</returns>
    public static async ValueTask<string?> FindAsync(IIngestStore store, string address, CancellationToken cancellation) =>
        CustomerId.IsWellFormed(address) ? address
        : Identifier(address) is { } identifier ? await store.FindAsync(identifier, cancellation)
        : null;

    /// <summary>"kind:value"; text with an @ is an email; anything else a user id.</summary>
    public static Identifier? Identifier(string address)
    {
        var (kind, value) = IdentifierText.Parse(address)
            ?? (address.Contains('@', StringComparison.Ordinal) ? IdentifierKind.Email : IdentifierKind.UserId, address);
        return IdentifierRules.Normalize(kind, value);
    }
}
