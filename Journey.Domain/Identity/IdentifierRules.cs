using System.Collections.Frozen;

namespace Journey.Domain.Identity;

/// <summary>How identifiers are brought into the one form in which they are stored and compared, and which of them identify nobody.</summary>
/// <remarks>
/// Blocked, whatever the kind: empty; longer than <see cref="LengthMax"/>; nothing but zeros and hyphens; and, in any case,
/// anything that begins with an asterisk, as erased values do;
/// <c>null</c>, <c>(null)</c>, <c>undefined</c>, <c>none</c>, <c>nil</c>, <c>nan</c>, <c>n/a</c>, <c>unknown</c>, <c>anonymous</c>, <c>guest</c>.
/// As emails: anything without a name and a domain around one @, and <c>test@…</c>.
/// As phones: fewer than <see cref="PhoneDigitsMin"/> or more than <see cref="PhoneDigitsMax"/> digits.
/// Each of these stands in real data for thousands of different people, and would make them one.
/// </remarks>
public static class IdentifierRules
{
    /// <summary>Characters, after trimming.</summary>
    public const int LengthMax = 256;
    public const int PhoneDigitsMin = 6;

    /// <summary>E.164 allows 15; extensions and trunk prefixes come on top.</summary>
    public const int PhoneDigitsMax = 20;

    private static readonly FrozenSet<string> Blocked = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "null", "(null)", "undefined", "none", "nil", "nan", "n/a", "unknown", "anonymous", "guest");

    /// <summary>The identifier as it is stored and compared; null if it identifies nobody. Normalizing twice changes nothing.</summary>
    public static Identifier? Normalize(IdentifierKind kind, string? raw)
    {
        var value = raw?.Trim();
        if (string.IsNullOrEmpty(value)
            || value.Length > LengthMax
            || value.StartsWith(Personal.Redaction.Placeholder, StringComparison.Ordinal)
            || value.AsSpan().IndexOfAnyExcept('0', '-') < 0
            || Blocked.Contains(value))
        {
            return null;
        }

        var normal = kind switch
        {
            IdentifierKind.Email => Email(value),
            IdentifierKind.Phone => Phone(value),
            _ => value,
        };
        return normal is null ? null : new Identifier(kind, normal);
    }

    private static string? Email(string value)
    {
        var at = value.IndexOf('@', StringComparison.Ordinal);
        if (at <= 0 || at == value.Length - 1 || at != value.LastIndexOf('@'))
        {
            return null;
        }

        var lower = value.ToLowerInvariant();
        return lower.StartsWith("test@", StringComparison.Ordinal) ? null : lower;
    }

    private static string? Phone(string value)
    {
        Span<char> kept = stackalloc char[PhoneDigitsMax + 1];
        var length = 0;
        if (value[0] == '+')
        {
            kept[length++] = '+';
        }

        var digits = 0;
        foreach (var c in value)
        {
            if (!char.IsAsciiDigit(c))
            {
                continue;
            }

            if (++digits > PhoneDigitsMax)
            {
                return null;
            }

            kept[length++] = c;
        }

        return digits < PhoneDigitsMin || kept[..length].IndexOfAnyExcept('0', '+') < 0 ? null : new string(kept[..length]);
    }
}
