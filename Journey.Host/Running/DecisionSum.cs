using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Journey.Host.Running;

/// <summary>A sum over events that does not depend on their order: equal sums, equal decisions.</summary>
/// <remarks>Adds 128 bits of SHA-256 over (stream, id, name, time, payload) of each.</remarks>
public sealed class DecisionSum
{
    private UInt128 _sum;

    public long Count { get; private set; }

    public void Add(string stream, string id, string name, long occurredAt, ReadOnlySpan<byte> payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{stream}\u001f{id}\u001f{name}\u001f{occurredAt}\u001f"));
        hash.AppendData(payload);
        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        _sum += BinaryPrimitives.ReadUInt128BigEndian(digest);
        Count++;
    }

    public void Add(DecisionSum other)
    {
        _sum += other._sum;
        Count += other.Count;
    }

    public override string ToString() => _sum.ToString("x32");
}
