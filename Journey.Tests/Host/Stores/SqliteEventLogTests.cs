using Journey.Domain.EventLog;
using Journey.Host.Stores.Sqlite;

namespace Journey.Tests.Host.Stores;

public sealed class SqliteEventLogTests : EventLogContract
{
    private StoreFolder _folder = null!;

    protected override IEventLog Create()
    {
        _folder = new StoreFolder();
        return SqliteStore.Open(_folder.File);
    }

    protected override async Task<IEventLog> ReopenAsync(IEventLog log)
    {
        await ((SqliteStore)log).DisposeAsync();
        return SqliteStore.Open(_folder.File);
    }

    protected override async Task CloseAsync(IEventLog log) => await ((SqliteStore)log).DisposeAsync();

    [TearDown]
    public void DropFolder() => _folder.Dispose();
}

/// <summary>The same promises with next to nothing kept in memory: what is not remembered is read again, and read right.</summary>
public sealed class SqliteEventLogWithLittleMemoryTests : EventLogContract
{
    private static readonly SqliteStoreOptions Little = new() { StreamsCachedMax = 16, ReadersMax = 1, CommitEventsMax = 1 };

    private StoreFolder _folder = null!;

    protected override IEventLog Create()
    {
        _folder = new StoreFolder();
        return SqliteStore.Open(_folder.File, Little);
    }

    protected override async Task<IEventLog> ReopenAsync(IEventLog log)
    {
        await ((SqliteStore)log).DisposeAsync();
        return SqliteStore.Open(_folder.File, Little);
    }

    protected override async Task CloseAsync(IEventLog log) => await ((SqliteStore)log).DisposeAsync();

    [TearDown]
    public void DropFolder() => _folder.Dispose();

    [Test]
    public async Task Many_more_streams_than_are_remembered_keep_their_versions_and_names()
    {
        const int streams = 500;
        for (var round = 0; round < 3; round++)
        {
            await Log.AppendAsync([.. Enumerable.Range(0, streams).Select(i => Sample.Request($"s{i}", ExpectedVersion.Exactly(round), $"{round}/{i}"))]);
        }

        var all = await Log.AllAsync();

        Assert.That(all.Select(e => (e.Stream, e.Version)), Is.EqualTo(
            Enumerable.Range(0, 3).SelectMany(round => Enumerable.Range(0, streams).Select(i => ($"s{i}", round + 1L)))));
    }
}
