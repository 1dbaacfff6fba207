using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Journey.Host.Stores;

/// <summary>64 bits that stand for (source, id) in the index of idempotency keys.</summary>
internal static class EventKeys
{
    // Every event has such a key: making the algorithm ready takes longer than hashing it.
    [ThreadStatic]
    private static IncrementalHash? t_sha;

    public static long Of(string source, string id)
    {
        const int onStack = 1024;
        var max = Encoding.UTF8.GetMaxByteCount(source.Length + id.Length) + 1;
        var text = max <= onStack ? stackalloc byte[onStack] : new byte[max];
        var length = Encoding.UTF8.GetBytes(source, text);
        text[length++] = 0;
        length += Encoding.UTF8.GetBytes(id, text[length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var sha = t_sha ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(text[..length]);
        sha.GetHashAndReset(hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }
}
