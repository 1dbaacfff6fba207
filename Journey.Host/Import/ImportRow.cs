using System.Collections.Immutable;
using Journey.Domain.Identity;

namespace Journey.Host.Import;

/// <summary>A row understood: everything that its event will be, but for what only its neighbours in time can tell.</summary>
/// <param name="Order">Its place in the file; no two rows share one.</param>
/// <param name="Id">From the mapping's id column; null: it follows from <paramref name="Content"/>.</param>
/// <param name="Content">Hash of the row as it stands.</param>
/// <param name="Source">The event's own source; null: the file's.</param>
internal sealed record ImportRow(
    long Order,
    long OccurredAt,
    string Name,
    string Channel,
    string? Id,
    UInt128 Content,
    ImmutableArray<Identifier> Identifiers,
    byte[] Payload,
    string? Source = null)
{
    /// <summary>About what it takes in memory, in bytes.</summary>
    public int Weight => 200 + Payload.Length;

    public void Write(BinaryWriter output)
    {
        output.Write(Order);
        output.Write(OccurredAt);
        output.Write(Name);
        output.Write(Channel);
        output.Write(Id is not null);
        output.Write(Id ?? "");
        output.Write((ulong)(Content >> 64));
        output.Write((ulong)Content);
        output.Write7BitEncodedInt(Identifiers.Length);
        foreach (var identifier in Identifiers)
        {
            output.Write((byte)identifier.Kind);
            output.Write(identifier.Value);
        }

        output.Write7BitEncodedInt(Payload.Length);
        output.Write(Payload);
        output.Write(Source ?? "");
    }

    public static ImportRow Read(BinaryReader input)
    {
        var order = input.ReadInt64();
        var occurredAt = input.ReadInt64();
        // Names and channels are few: one string for each of them, however many rows there are.
        var name = string.Intern(input.ReadString());
        var channel = string.Intern(input.ReadString());
        var hasId = input.ReadBoolean();
        var id = input.ReadString();
        var content = new UInt128(input.ReadUInt64(), input.ReadUInt64());
        var identifiers = ImmutableArray.CreateBuilder<Identifier>(input.Read7BitEncodedInt());
        for (var i = 0; i < identifiers.Capacity; i++)
        {
            identifiers.Add(new Identifier((IdentifierKind)input.ReadByte(), input.ReadString()));
        }

        var payload = input.ReadBytes(input.Read7BitEncodedInt());
        var source = string.Intern(input.ReadString());
        return new ImportRow(
            order, occurredAt, name, channel, hasId ? id : null, content, identifiers.MoveToImmutable(), payload, source.Length > 0 ? source : null);
    }
}
