using Journey.Domain.Identity;
using Journey.Host.Ingestion;

namespace Journey.Host.Cli;

/// <summary>How a person names a customer on the command line: by our id, or by an identifier of any kind.</summary>
/// <param name="Id">Our own customer id; null where an identifier was given.</param>
/// <param name="Identifier">Normalized; null where an id was given, or where the text names nobody.</param>
public sealed record CustomerReference(string Text, string? Id, Identifier? Identifier)
{
    public const string Expected = "a customer id (c and 16 characters), or an identifier such as userId:U1, email:ann@example.org, loyaltyCard:77";

    /// <summary>"c0123456789abcdef", "userId:U1", "ann@example.org" (an email), or anything else: a user id.</summary>
    public static CustomerReference Parse(string text)
    {
        var trimmed = text.Trim();
        if (CustomerId.IsWellFormed(trimmed))
        {
            return new CustomerReference(text, trimmed, null);
        }

        var (kind, value) = IdentifierNames.Parse(trimmed)
            ?? (trimmed.Contains('@', StringComparison.Ordinal) ? IdentifierKind.Email : IdentifierKind.UserId, trimmed);
        return new CustomerReference(text, null, IdentifierRules.Normalize(kind, value));
    }
}
