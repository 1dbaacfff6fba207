namespace Journey.Domain.Identity;

/// <summary>The names that identifiers have in payloads and in merge reasons. They are on disk somewhere: add, never rename.</summary>
public static class IdentifierNames
{
    public static string Of(IdentifierKind kind) => kind switch
    {
        IdentifierKind.UserId => "userId",
        IdentifierKind.LoyaltyCard => "loyaltyCard",
        IdentifierKind.Email => "email",
        IdentifierKind.Phone => "phone",
        IdentifierKind.DeviceId => "deviceId",
        IdentifierKind.AnonymousId => "anonymousId",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind of identifier."),
    };

    public static IdentifierKind? KindOf(string? name) => name switch
    {
        "userId" => IdentifierKind.UserId,
        "loyaltyCard" => IdentifierKind.LoyaltyCard,
        "email" => IdentifierKind.Email,
        "phone" => IdentifierKind.Phone,
        "deviceId" => IdentifierKind.DeviceId,
        "anonymousId" => IdentifierKind.AnonymousId,
        _ => null,
    };
}
