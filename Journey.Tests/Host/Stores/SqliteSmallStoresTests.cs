using Journey.Host.Stores;
using Journey.Host.Stores.Sqlite;

namespace Journey.Tests.Host.Stores;

public sealed class SqliteSmallStoresTests : SmallStoresContract
{
    private StoreFolder _folder = null!;

    protected override IJourneyStore Create(TimeProvider clock)
    {
        _folder = new StoreFolder();
        return SqliteStore.Open(_folder.File, time: clock);
    }

    [TearDown]
    public void DropFolder() => _folder.Dispose();

    [Test]
    public async Task The_key_itself_is_nowhere_in_the_file()
    {
        using var folder = new StoreFolder();
        await using (var store = SqliteStore.Open(folder.File))
        {
            await store.WriteKeys.AddAsync("very-secret-key", "web");
        }

        Assert.That(File.ReadAllBytes(folder.File).AsSpan().IndexOf("very-secret-key"u8), Is.Negative);
    }
}
