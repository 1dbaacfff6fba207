using Journey.Domain.Identity;

namespace Journey.Host.Ingestion;

/// <summary>What the kinds of identifier are called in payloads, in addresses and in CloudEvents' subject. On disk: add, never rename.</summary>
public static class IdentifierNames
{
    public static IReadOnlyList<IdentifierKind> Kinds { get; } = Enum.GetValues<IdentifierKind>();

    public static string Of(IdentifierKind kind) => kind switch
    {
        IdentifierKind.UserId => "userId",
        IdentifierKind.LoyaltyCard => "loyaltyCard",
        IdentifierKind.Email => "email",
        IdentifierKind.Phone => "phone",
        IdentifierKind.DeviceId => "deviceId",
        IdentifierKind.AnonymousId => "anonymousId",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>Reads "email:ann@example.org". Null where the text before the colon names no kind.</summary>
    public static (IdentifierKind Kind, string Value)? Parse(string reference)
    {
        var colon = reference.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
        {
            return null;
        }

        foreach (var kind in Kinds)
        {
            if (reference.AsSpan(0, colon).Equals(Of(kind), StringComparison.OrdinalIgnoreCase))
            {
                return (kind, reference[(colon + 1)..]);
            }
        }

        return null;
    }
}
