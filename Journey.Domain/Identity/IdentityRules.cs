using System.Collections.Immutable;

namespace Journey.Domain.Identity;

/// <summary>Which identifiers say who somebody is, and which say it louder: the workspace's <c>identity</c>, or these defaults.</summary>
/// <remarks>They hold from their publication on: what was resolved before stays as it was resolved.</remarks>
public sealed record IdentityRules
{
    /// <summary>Customers that one identifier may have been held by, at most, whatever the workspace says.</summary>
    public const int LimitMax = 100;

    /// <summary>Values blocked per kind, at most.</summary>
    public const int BlockedMax = 1_000;

    public static IdentityRules Default { get; } = new();

    /// <summary>All kinds, the strongest first; user ids always are.</summary>
    public ImmutableArray<IdentifierKind> Priority { get; init; } =
    [
        IdentifierKind.UserId, IdentifierKind.LoyaltyCard, IdentifierKind.Email, IdentifierKind.Phone, IdentifierKind.DeviceId, IdentifierKind.AnonymousId,
    ];

    /// <summary>How many different customers may have held one device id or anonymous id before it counts as shared, and tells nobody any more.</summary>
    public ImmutableDictionary<IdentifierKind, int> Limits { get; init; } = ImmutableDictionary<IdentifierKind, int>.Empty
        .Add(IdentifierKind.DeviceId, 5)
        .Add(IdentifierKind.AnonymousId, 5);

    /// <summary>Values that are nobody's, in lower case, with <c>*</c> for any characters at either end; beside those that never are (see <see cref="IdentifierRules"/>).</summary>
    public ImmutableDictionary<IdentifierKind, ImmutableArray<string>> Blocked { get; init; } = ImmutableDictionary<IdentifierKind, ImmutableArray<string>>.Empty;

    /// <summary>Channels whose devices everybody uses: there, device ids and anonymous ids count only where an event has nothing else.</summary>
    public ImmutableHashSet<string> SharedChannels { get; init; } = ["kiosk"];

    public int RankOf(IdentifierKind kind) => Priority.IndexOf(kind);

    public bool IsBlocked(Identifier identifier)
    {
        if (Blocked.IsEmpty || !Blocked.TryGetValue(identifier.Kind, out var patterns))
        {
            return false;
        }

        foreach (var pattern in patterns)
        {
            if (Matches(identifier.Value, pattern))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Devices and browsers: what one person hands to the next.</summary>
    public static bool IsOfADevice(IdentifierKind kind) => kind is IdentifierKind.DeviceId or IdentifierKind.AnonymousId;

    private static bool Matches(string value, string pattern)
    {
        var text = pattern.AsSpan();
        var (starts, ends) = (text.StartsWith("*"), text.EndsWith("*"));
        text = text.Trim('*');
        return (starts, ends) switch
        {
            (true, true) => value.AsSpan().Contains(text, StringComparison.OrdinalIgnoreCase),
            (true, false) => value.AsSpan().EndsWith(text, StringComparison.OrdinalIgnoreCase),
            (false, true) => value.AsSpan().StartsWith(text, StringComparison.OrdinalIgnoreCase),
            _ => value.AsSpan().Equals(text, StringComparison.OrdinalIgnoreCase),
        };
    }
}
