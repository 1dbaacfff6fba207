using System.Text;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Host.Stores;
using Journey.Host.Stores.Sqlite;
using Journey.Tests.Host.Stores;

namespace Journey.Tests.Host.Personal;

/// <summary>A master key that is kept outside of the store.</summary>
public sealed class MasterKeyTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private static readonly byte[] Another = [.. Enumerable.Range(101, 32).Select(i => (byte)i)];

    private StoreFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new StoreFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task What_was_sealed_under_a_key_opens_with_that_key()
    {
        await SayAsync(Key);

        Assert.That(await TextAsync(Key), Does.Contain("ann@example.org"));
    }

    [Test]
    public async Task Without_its_key_a_store_is_refused_and_told_where_the_key_goes()
    {
        await SayAsync(Key);

        Assert.That(() => Open(null), Throws.TypeOf<StoreFormatException>().With.Message.Contains("JOURNEY_MASTER_KEY"));
    }

    [Test]
    public async Task With_another_key_a_store_is_refused()
    {
        await SayAsync(Key);

        Assert.That(() => Open(Another), Throws.TypeOf<StoreFormatException>().With.Message.Contains("another master key"));
    }

    [Test]
    public async Task A_store_that_kept_its_own_key_takes_over_a_given_one_and_keeps_its_own_no_longer()
    {
        await SayAsync(null);
        await SayAsync(Key);

        Assert.Multiple(async () =>
        {
            Assert.That(await TextAsync(Key), Does.Contain("ann@example.org"), "What was sealed under its own key opens under the given one.");
            Assert.That(() => Open(null), Throws.TypeOf<StoreFormatException>());
            await using var store = Open(Key);
            Assert.That(await store.ReadAsync(database => database.Scalar("SELECT count(*) FROM meta WHERE key = 'personal_master_key'")), Is.Zero);
        });
    }

    private SqliteStore Open(byte[]? key) => SqliteStore.Open(_folder.File, new SqliteStoreOptions { MasterKey = key });

    private async Task SayAsync(byte[]? key)
    {
        await using var store = Open(key);
        await store.IngestAsync(
        [
            new Interaction("test", "e1", EventNames.Identified, ContactChannel.Web, EventFlags.None, 1_000, 1_000, [new Identifier(IdentifierKind.UserId, "u1")], [],
                StoredPayload.FromJson("""{"ids":{"userId":"u1"},"properties":{},"traits":{"email":"ann@example.org"}}"""u8)),
        ]);
    }

    private async Task<string> TextAsync(byte[]? key)
    {
        await using var store = Open(key);
        return Encoding.UTF8.GetString((await store.ReadAsync(Checkpoint.Start, 10)).Events[0].Json.Span);
    }
}
