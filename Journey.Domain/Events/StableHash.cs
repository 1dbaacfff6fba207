using System.Security.Cryptography;
using System.Text;

namespace Journey.Domain.Events;

/// <summary>Hashes that answer the same on every host, in every process, for ever: they are part of what is stored.</summary>
public static class StableHash
{
    // Every decision and every derived event has such an id: making the algorithm ready takes longer than hashing so short a name.
    [ThreadStatic]
    private static IncrementalHash? t_sha;

    /// <summary>FNV-1a, 64 bits, over the UTF-8 of <paramref name="text"/>, with a final mix so that low bits are usable.</summary>
    public static ulong Of(string text)
    {
        const ulong prime = 1099511628211;
        var hash = 14695981039346656037UL;
        Span<byte> buffer = stackalloc byte[256];
        var bytes = Encoding.UTF8.GetByteCount(text) <= buffer.Length
            ? buffer[..Encoding.UTF8.GetBytes(text, buffer)]
            : Encoding.UTF8.GetBytes(text);
        foreach (var b in bytes)
        {
            hash = (hash ^ b) * prime;
        }

        // FNV's low bits follow the last byte closely; the murmur3 finalizer spreads them.
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return hash ^ (hash >> 33);
    }

    /// <summary>A share in [0, 1): for splits and holdouts, from the parts that decide it.</summary>
    public static double Share(string first, string second, string third) =>
        (Of($"{first}\u001f{second}\u001f{third}") >> 11) * (1.0 / (1UL << 53));

    /// <summary>A name-based UUID (RFC 9562 version 8, SHA-256) of the name: the same name, the same id.</summary>
    public static Guid Id(string name)
    {
        const int onStack = 512;
        Span<byte> utf8 = name.Length <= onStack / 3 ? stackalloc byte[onStack] : new byte[Encoding.UTF8.GetMaxByteCount(name.Length)];
        return Id(utf8[..Encoding.UTF8.GetBytes(name, utf8)]);
    }

    /// <summary>The same of a name in UTF-8.</summary>
    public static Guid Id(ReadOnlySpan<byte> name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var sha = t_sha ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(name);
        sha.GetHashAndReset(hash);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

}

/// <summary>Customers are spread over 64 partitions. The number is stored with every event and never changes.</summary>
public static class Partitions
{
    public const int Count = 64;

    public static int Of(string stream) => (int)(StableHash.Of(stream) % Count);
}
