using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Journey.Domain.Identity;

namespace Journey.Domain.Personal;

/// <summary>What stands in the place of addresses and devices: the same for the same one, and made with a secret, so that nothing can be learned from it.</summary>
/// <remarks>Those made lately are kept, for people come back on the same device. For one thread at a time.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "It lives as long as its writer, and the algorithm's handle frees itself.")]
internal sealed class AddressPlaceholders(byte[] secret)
{
    /// <summary>Of a placeholder: an asterisk and eight of the alphabet of customers' ids.</summary>
    public const int Bytes = 9;

    private const int Places = 8_192;
    private const int KeptBytesMax = 64;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
    private readonly Kept?[] _kept = new Kept?[Places];

    public byte[] Secret => secret;

    /// <summary>After an erasure: no address is left behind here.</summary>
    public void Forget() => Array.Clear(_kept);

    /// <param name="reader">At the text.</param>
    /// <param name="isDevice">Else it is an email address or a phone number, of which several ways to write are one.</param>
    /// <returns>With its quotation marks.</returns>
    public ReadOnlySpan<byte> Of(ref Utf8JsonReader reader, bool isDevice)
    {
        var value = reader.ValueSpan;
        if (value.Length > KeptBytesMax || reader.ValueIsEscaped)
        {
            return Make(reader.GetString()!, isDevice);
        }

        ref var place = ref _kept[PlaceOf(value, isDevice)];
        if (place is null || place.IsDevice != isDevice || !value.SequenceEqual(place.Value))
        {
            place = new Kept(value.ToArray(), isDevice, Make(reader.GetString()!, isDevice));
        }

        return place.Placeholder;
    }

    private byte[] Make(string text, bool isDevice)
    {
        var normal = isDevice ? text.Trim()
            : (IdentifierRules.Normalize(text.Contains('@', StringComparison.Ordinal) ? IdentifierKind.Email : IdentifierKind.Phone, text)?.Value ?? text.Trim());
        const int onStack = 512;
        Span<byte> utf8 = normal.Length <= onStack / 3 ? stackalloc byte[onStack] : new byte[Encoding.UTF8.GetMaxByteCount(normal.Length)];
        _hash.AppendData(utf8[..Encoding.UTF8.GetBytes(normal, utf8)]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        _hash.GetHashAndReset(hash);
        var made = new byte[Bytes + 2];
        made[0] = made[^1] = (byte)'"';
        made[1] = (byte)'*';
        for (var i = 2; i <= Bytes; i++)
        {
            made[i] = CustomerId.Alphabet[hash[i] & 31];
        }

        return made;
    }

    private static int PlaceOf(ReadOnlySpan<byte> value, bool isDevice)
    {
        var hash = isDevice ? 2_166_136_261u : 84_696_351u;
        foreach (var one in value)
        {
            hash = (hash ^ one) * 16_777_619;
        }

        return (int)((hash ^ (hash >> 15)) & (Places - 1));
    }

    private sealed record Kept(byte[] Value, bool IsDevice, byte[] Placeholder);
}
