using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Identity;

namespace Journey.Projections.Customers;

/// <summary>Which of a customer's addresses must not be written to: one that bounced for good, or whose owner complained.</summary>
/// <remarks>
/// Bounded: for each of email, sms and push the address in use, by a hash, and the one that was refused last. An address in use that is
/// another than the refused one is free; the refused one, used again, is refused still.
/// </remarks>
public sealed class Addresses
{
    private const int ChannelsMax = 3;

    private readonly Address[] _byChannel = new Address[ChannelsMax];

    /// <summary>On this channel, for the address in use.</summary>
    public AddressFault FaultOf(string channel)
    {
        var place = PlaceOf(channel);
        return place >= 0 && _byChannel[place].Hash == _byChannel[place].RefusedHash ? _byChannel[place].Fault : AddressFault.None;
    }

    internal ReadOnlySpan<Address> ByChannel => _byChannel;

    /// <summary>An address was given. The newest word wins, as for traits.</summary>
    internal void See(string channel, string address, long at)
    {
        ref var known = ref _byChannel[PlaceOf(channel)];
        if (known.Hash != 0 && at < known.LastAt)
        {
            return;
        }

        var hash = HashOf(channel, address);
        if (hash != known.Hash)
        {
            known.Hash = hash;
            known.Since = at;
        }

        known.LastAt = at;
    }

    /// <param name="address">The address that was written to; null: the event does not say.</param>
    /// <param name="writtenAt">When it was written to, or else when it was refused: before the address in use was known, it was another one.</param>
    internal void Refuse(string channel, AddressFault fault, string? address, long writtenAt)
    {
        var place = PlaceOf(channel);
        if (place < 0)
        {
            return;
        }

        ref var known = ref _byChannel[place];
        if (address is null && known.Hash != 0 && writtenAt < known.Since)
        {
            return;
        }

        var hash = address is null ? known.Hash : HashOf(channel, address);
        if (known.RefusedHash != hash || fault > known.Fault)
        {
            known.RefusedHash = hash;
            known.Fault = fault;
        }
    }

    internal void Forget() => Array.Clear(_byChannel);

    internal void Restore(int place, in Address address) => _byChannel[place] = address;

    private static int PlaceOf(string channel) => channel switch { "email" => 0, "sms" => 1, "push" => 2, _ => -1 };

    /// <summary>32 bits, never 0: two addresses of one customer are told apart, and nobody's can be read from it.</summary>
    private static long HashOf(string channel, string address)
    {
        var kind = channel switch { "email" => IdentifierKind.Email, "sms" => IdentifierKind.Phone, _ => IdentifierKind.DeviceId };
        var normal = IdentifierRules.Normalize(kind, address)?.Value ?? address.Trim();
        return (long)(StableHash.Of(normal) >> 32) | 1;
    }

    /// <param name="Hash">Of the address in use; 0: none is known.</param>
    /// <param name="Since">When it was first given.</param>
    /// <param name="LastAt">When it was last given.</param>
    internal record struct Address(long Hash, long Since, long LastAt, long RefusedHash, AddressFault Fault)
    {
        public readonly bool IsEmpty => Hash == 0 && Fault == AddressFault.None;
    }
}
