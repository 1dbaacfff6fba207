using System.Security.Cryptography;

namespace Journey.Host.Stores.Personal;

/// <summary>AES-256-GCM, as it stands on disk: nonce, tag, ciphertext.</summary>
internal static class PayloadSeal
{
    public const int NonceBytes = 12;
    public const int TagBytes = 16;
    public const int Overhead = NonceBytes + TagBytes;

    /// <param name="associated">Authenticated with it, and needed to open it.</param>
    /// <param name="into">Of the content's length and <see cref="Overhead"/>. Its first <see cref="NonceBytes"/> are the nonce, which the key was never used with before.</param>
    public static void Seal(AesGcm cipher, ReadOnlySpan<byte> content, ReadOnlySpan<byte> associated, Span<byte> into) =>
        cipher.Encrypt(into[..NonceBytes], content, into[Overhead..], into.Slice(NonceBytes, TagBytes), associated);

    /// <param name="into">Of the content's length.</param>
    /// <exception cref="CryptographicException">Another key, another thing associated, or a changed byte.</exception>
    public static void Open(AesGcm cipher, ReadOnlySpan<byte> sealedContent, ReadOnlySpan<byte> associated, Span<byte> into)
    {
        if (sealedContent.Length != Overhead + into.Length)
        {
            throw new CryptographicException("What is sealed has another length than it should have.");
        }

        cipher.Decrypt(sealedContent[..NonceBytes], sealedContent[Overhead..], sealedContent.Slice(NonceBytes, TagBytes), into, associated);
    }
}
