using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Journey.Domain.Identity;

/// <summary>A customer's id: opaque, safe in logs, and the same whenever the same first identifier founds a customer.</summary>
/// <remarks>"c" and 16 characters of Crockford's base 32 (80 bits of SHA-256). Name-based, so that an export imported into an empty store gives the same customers.</remarks>
public static class CustomerId
{
    private const string Letters = "0123456789abcdefghjkmnpqrstvwxyz";
    private static readonly SearchValues<char> AlphabetChars = SearchValues.Create(Letters);

    internal static readonly SearchValues<byte> AlphabetBytes = SearchValues.Create("0123456789abcdefghjkmnpqrstvwxyz"u8);

    /// <summary>The same, as bytes.</summary>
    internal static ReadOnlySpan<byte> Alphabet => "0123456789abcdefghjkmnpqrstvwxyz"u8;

    /// <param name="generation">Above 0 when the plain id belongs to somebody who no longer holds the identifier.</param>
    public static string FoundedBy(Identifier identifier, int generation = 0)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{identifier.Kind}\u001f{identifier.Value}\u001f{generation}"), hash);
        Span<char> id = stackalloc char[17];
        id[0] = 'c';
        for (var i = 0; i < 16; i++)
        {
            var bit = i * 5;
            var window = (hash[bit / 8] << 8) | hash[(bit / 8) + 1];
            id[i + 1] = Letters[(window >> (11 - (bit % 8))) & 31];
        }

        return new string(id);
    }

    public static bool IsWellFormed(string text) =>
        text.Length == 17 && text[0] == 'c' && text.AsSpan(1).IndexOfAnyExcept(AlphabetChars) < 0;
}

/// <summary>Kinds in order of strength: two customers with different user ids are two people.</summary>
public enum IdentifierKind : byte
{
    UserId = 1,
    LoyaltyCard = 2,
    Email = 3,
    Phone = 4,
    DeviceId = 5,
    AnonymousId = 6,
}

/// <param name="Value">Normalized by the ingest: trimmed; email lower-cased; phone digits with an optional leading plus.</param>
public readonly record struct Identifier(IdentifierKind Kind, string Value);
