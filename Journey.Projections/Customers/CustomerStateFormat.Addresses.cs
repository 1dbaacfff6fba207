using Journey.Domain.Engine;

namespace Journey.Projections.Customers;

internal static partial class CustomerStateFormat
{
    /// <summary>Two bits a channel say what there is: an address in use, a refused one.</summary>
    private static void WriteAddresses(StateWriter writer, Addresses addresses)
    {
        var flags = 0;
        for (var i = 0; i < addresses.ByChannel.Length; i++)
        {
            var one = addresses.ByChannel[i];
            flags |= ((one.Hash != 0 ? 1 : 0) | (one.Fault != AddressFault.None ? 2 : 0)) << (2 * i);
        }

        writer.Byte((byte)flags);
        foreach (var one in addresses.ByChannel)
        {
            if (one.Hash != 0)
            {
                writer.Number(one.Hash);
                writer.Number(one.Since);
                writer.Number(one.LastAt - one.Since);
            }

            if (one.Fault != AddressFault.None)
            {
                writer.Byte((byte)one.Fault);
                writer.Number(one.RefusedHash);
            }
        }
    }

    private static void ReadAddresses(ref StateReader reader, Addresses addresses)
    {
        var flags = reader.Byte();
        for (var i = 0; flags != 0; i++, flags >>= 2)
        {
            var one = new Addresses.Address();
            if ((flags & 1) != 0)
            {
                one.Hash = reader.Number();
                one.Since = reader.Number();
                one.LastAt = one.Since + reader.Number();
            }

            if ((flags & 2) != 0)
            {
                one.Fault = (AddressFault)reader.Byte();
                one.RefusedHash = reader.Number();
            }

            addresses.Restore(i, one);
        }
    }
}
