using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Journey.Host.Stores;

/// <summary>What stands for (source, id) in the index of idempotency keys: the first bits of SHA-256 over both.</summary>
internal static class EventKeys
{
    // Every event has such a key: making the algorithm ready takes longer than hashing it.
    [ThreadStatic]
    private static IncrementalHash? t_sha;

    /// <summary>64 bits: two events may have the same, so that the texts have to be compared.</summary>
    public static long Of(string source, string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(source, id, hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }

    /// <summary>128 bits: nobody finds two events that have the same.</summary>
    public static Guid Wide(string source, string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(source, id, hash);
        return new Guid(hash[..16], bigEndian: true);
    }

    private static void Hash(string source, string id, Span<byte> hash)
    {
        const int onStack = 1024;
        var max = Encoding.UTF8.GetMaxByteCount(source.Length + id.Length) + 1;
        var text = max <= onStack ? stackalloc byte[onStack] : new byte[max];
        var length = Encoding.UTF8.GetBytes(source, text);
        text[length++] = 0;
        length += Encoding.UTF8.GetBytes(id, text[length..]);
        var sha = t_sha ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(text[..length]);
        sha.GetHashAndReset(hash);
    }
}
