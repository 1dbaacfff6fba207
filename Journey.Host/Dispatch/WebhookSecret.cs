using System.Security.Cryptography;
using System.Text;

namespace Journey.Host.Dispatch;

/// <summary>A signing secret of Standard Webhooks: <c>whsec_</c> and the base 64 of 24 to 64 random bytes.</summary>
/// <remarks>Prints as its prefix only, so that it cannot slip into a log.</remarks>
public sealed class WebhookSecret
{
    public const string Prefix = "whsec_";
    public const int BytesMin = 24;
    public const int BytesMax = 64;

    private readonly byte[] _key;

    private WebhookSecret(byte[] key) => _key = key;

    /// <exception cref="FormatException">The text is not a secret; the message says what is wrong, and does not repeat it.</exception>
    public static WebhookSecret Parse(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            throw new FormatException($"a secret begins with {Prefix}.");
        }

        var buffer = new byte[text.Length];
        return Convert.TryFromBase64String(text[Prefix.Length..], buffer, out var length) && length is >= BytesMin and <= BytesMax
            ? new WebhookSecret(buffer[..length])
            : throw new FormatException($"a secret is {Prefix} and the base 64 of {BytesMin} to {BytesMax} bytes.");
    }

    /// <summary>The signature of one attempt: <c>v1,</c> and the base 64 of HMAC-SHA256 over id, time and body.</summary>
    /// <param name="timestamp">Unix seconds, as in the header.</param>
    public string Sign(string id, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hmac.AppendData(body);
        return $"v1,{Convert.ToBase64String(hmac.GetHashAndReset())}";
    }

    /// <summary>Whether any of the space-separated signatures of a header is this secret's.</summary>
    public bool Verify(string id, long timestamp, ReadOnlySpan<byte> body, string signatures)
    {
        var expected = Encoding.UTF8.GetBytes(Sign(id, timestamp, body));
        return signatures.Split(' ').Any(signature => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), expected));
    }

    public override string ToString() => $"{Prefix}…";
}
