using Journey.Domain.Identity;
using Journey.Host.Stores;
using Journey.Host.Stores.Sqlite;
using Journey.Tests.Domain.Identity;

namespace Journey.Tests.Host.Stores;

public sealed class SqliteIngestTests : IngestContract
{
    private readonly List<StoreFolder> _folders = [];

    protected override IJourneyStore Create(bool withLittleMemory)
    {
        _folders.Add(new StoreFolder());
        return SqliteStore.Open(_folders[^1].File, withLittleMemory ? new() { StreamsCachedMax = 16 } : null);
    }

    protected override IJourneyStore Reopen() => SqliteStore.Open(_folders[0].File);

    [TearDown]
    public void DropFolders()
    {
        _folders.ForEach(folder => folder.Dispose());
        _folders.Clear();
    }

    [Test]
    public async Task A_job_that_fails_takes_back_what_resolution_learned_in_its_commit()
    {
        using var folder = new StoreFolder();
        await using var store = SqliteStore.Open(folder.File);
        Assert.That(
            async () => await store.WriteAsync<bool>(writer =>
            {
                writer.TryAppend(Sample.Event("c1", "1"), out _);
                throw new InvalidOperationException();
            }),
            Throws.InvalidOperationException);

        Assert.That((await store.IngestAsync([Ids.Interaction("1", "a1")]))[0], Is.EqualTo(new IngestAnswer.Recorded(Ids.FoundedBy("a1"), 1)));
        Assert.That((await store.AllAsync()).Single().Stream, Is.EqualTo(Ids.FoundedBy("a1")));
    }
}
