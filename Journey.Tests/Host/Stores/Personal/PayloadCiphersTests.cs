using System.Security.Cryptography;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Personal;
using Journey.Host.Stores;
using Journey.Host.Stores.Personal;

namespace Journey.Tests.Host.Stores.Personal;

public sealed class PayloadCiphersTests
{
    private static readonly byte[] Id = [1, 2, 3];

    [Test]
    public void Nonces_never_come_twice_and_are_used_up_to_the_last_one()
    {
        var nonces = new Nonces();
        var seen = new HashSet<string>();
        var next = new byte[PayloadSeal.NonceBytes + 5];
        for (var i = 0; i < 50_000; i++)
        {
            nonces.Next(next);
            Assert.That(seen.Add(Convert.ToHexString(next, 0, PayloadSeal.NonceBytes)), "each is new");
            Assert.That(next[^5..], Is.All.Zero, "nothing is written behind it");
        }
    }

    [Test]
    public void Customers_whose_keys_share_a_place_do_not_open_each_others_values()
    {
        var ciphers = new PayloadCiphers();
        var mine = Key(7);
        var theirs = Key(7 + PayloadCiphers.Places);
        var (first, second) = (Sealed(ciphers, mine, [1, 1, 1]), Sealed(ciphers, theirs, [2, 2, 2]));
        Assert.Multiple(() =>
        {
            Assert.That(Opened(ciphers, mine, first), Is.EqualTo(new byte[] { 1, 1, 1 }));
            Assert.That(Opened(ciphers, theirs, second), Is.EqualTo(new byte[] { 2, 2, 2 }));
            Assert.That(() => Opened(ciphers, mine, second), Throws.InstanceOf<CryptographicException>());
            Assert.That(Opened(ciphers, mine, first), Is.EqualTo(new byte[] { 1, 1, 1 }), "after what failed as well");
        });
    }

    [Test]
    public void A_key_made_anew_for_a_stream_is_another_one_even_where_the_old_one_is_still_ready()
    {
        var ciphers = new PayloadCiphers();
        var undone = Key(7);
        var first = Sealed(ciphers, undone, [1, 1, 1]);
        var after = new PersonalKey(7, RandomNumberGenerator.GetBytes(MasterKey.Bytes), erasures: 0);
        Assert.Multiple(() =>
        {
            Assert.That(() => Opened(ciphers, after, first), Throws.InstanceOf<CryptographicException>());
            Assert.That(Opened(ciphers, after, Sealed(ciphers, after, [3])), Is.EqualTo(new byte[] { 3 }));
        });
    }

    [Test]
    public void Many_threads_seal_and_open_with_the_same_keys_while_keys_are_forgotten()
    {
        var ciphers = new PayloadCiphers();
        var keys = Enumerable.Range(0, 40).Select(stream => Key(stream * (PayloadCiphers.Places / 8))).ToArray();
        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            var key = keys[i % keys.Length];
            byte[] content = [(byte)i, (byte)(i >> 8), 9];
            if (i % 500 == 0)
            {
                ciphers.Forget(i);
            }

            Assert.That(Opened(ciphers, key, Sealed(ciphers, key, content)), Is.EqualTo(content));
        });
    }

    [Test]
    public void What_is_sealed_is_opened_by_whoever_looks_and_not_before()
    {
        var parting = new Redaction();
        parting.Part("""{"ids":{"userId":"U1"},"properties":{"n":1}}"""u8, PersonalFields.Default);
        var (ciphers, key) = (new PayloadCiphers(), Key(1));
        var head = new byte[SealedPayload.HeadLengthMax(parting)];
        byte[] stored = [.. head[..SealedPayload.WriteHead(parting, head)], .. Sealed(ciphers, key, parting.Values.ToArray())];
        var whole = Hold(ciphers, key, stored);
        stored[^1] ^= 1;
        var damaged = Hold(ciphers, key, stored);
        Assert.Multiple(() =>
        {
            Assert.That(System.Text.Encoding.UTF8.GetString(StoredPayload.Json(whole).Span), Is.EqualTo("""{"ids":{"userId":"U1"},"properties":{"n":1}}"""));
            Assert.That(damaged.Length, Is.EqualTo(whole.Length), "nobody looked, so nobody knows");
            Assert.That(() => damaged.Span[0], Throws.TypeOf<StoreFormatException>().With.Message.Contains("position 12"));
        });
    }

    private static ReadOnlyMemory<byte> Hold(PayloadCiphers ciphers, PersonalKey key, byte[] stored) =>
        new SealedMemory().Hold(ciphers, key, SealedPayload.Read(stored), Id, stored, new PageBuffer(), "shop.db", 12);

    private static PersonalKey Key(long stream) => new(stream, SHA256.HashData(BitConverter.GetBytes(stream)), erasures: 0);

    private static byte[] Sealed(PayloadCiphers ciphers, PersonalKey key, byte[] content)
    {
        var into = new byte[content.Length + PayloadSeal.Overhead];
        new Nonces().Next(into);
        ciphers.Seal(key, content, Id, into);
        return into;
    }

    private static byte[] Opened(PayloadCiphers ciphers, PersonalKey key, byte[] sealedContent)
    {
        var opened = new byte[sealedContent.Length - PayloadSeal.Overhead];
        ciphers.Open(key, sealedContent, Id, opened);
        return opened;
    }
}
