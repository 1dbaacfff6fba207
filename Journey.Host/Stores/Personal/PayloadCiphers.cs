using System.Security.Cryptography;

namespace Journey.Host.Stores.Personal;

/// <summary>Customers' keys made ready to seal and to open with, for all threads of one store: making one ready takes longer than using it.</summary>
/// <remarks>
/// Bounded: <see cref="Places"/>, of about 1 KiB each, outside of the managed heap. Who uses one takes it out of its place, so that no two threads ever
/// have the same; who comes meanwhile makes another. One is only found with the very key it was made from, and none outlives an erasure.
/// </remarks>
internal sealed class PayloadCiphers
{
    public const int Places = 8_192;

    private readonly Ready?[] _places = new Ready?[Places];
    private long _erasures;

    public void Seal(PersonalKey key, ReadOnlySpan<byte> content, ReadOnlySpan<byte> associated, Span<byte> into)
    {
        var ready = Take(key);
        PayloadSeal.Seal(ready.Cipher, content, associated, into);
        Return(ready);
    }

    /// <exception cref="CryptographicException">Another key, another thing associated, or a changed byte.</exception>
    public void Open(PersonalKey key, ReadOnlySpan<byte> sealedContent, ReadOnlySpan<byte> associated, Span<byte> into)
    {
        var ready = Take(key);
        PayloadSeal.Open(ready.Cipher, sealedContent, associated, into);
        Return(ready);
    }

    /// <summary>After an erasure, or a rollback: no key that was read before is kept ready.</summary>
    /// <param name="erasures">How many there were, this one included.</param>
    public void Forget(long erasures)
    {
        Volatile.Write(ref _erasures, erasures);
        for (var place = 0; place < Places; place++)
        {
            Empty(place);
        }
    }

    private Ready Take(PersonalKey key)
    {
        var ready = Interlocked.Exchange(ref _places[PlaceOf(key)], null);
        if (ready is not null)
        {
            if (ReferenceEquals(ready.Key, key))
            {
                return ready;
            }

            ready.Cipher.Dispose();
        }

        return new Ready(key, new AesGcm(key.Bytes, PayloadSeal.TagBytes));
    }

    private void Return(Ready ready)
    {
        var place = PlaceOf(ready.Key);
        if (ready.Key.Erasures != Volatile.Read(ref _erasures))
        {
            ready.Cipher.Dispose();
            return;
        }

        Interlocked.Exchange(ref _places[place], ready)?.Cipher.Dispose();

        // An erasure in between may have emptied the place before this filled it.
        if (ready.Key.Erasures != Volatile.Read(ref _erasures))
        {
            Empty(place);
        }
    }

    private void Empty(int place) => Interlocked.Exchange(ref _places[place], null)?.Cipher.Dispose();

    private static int PlaceOf(PersonalKey key) => (int)(key.Stream & (Places - 1));

    private sealed record Ready(PersonalKey Key, AesGcm Cipher);
}
