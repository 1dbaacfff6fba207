using Journey.Host.Stores;
using Journey.Host.Stores.Sqlite;

namespace Journey.Tests.Host.Stores;

public sealed class SqliteStateStoreTests : StateStoreContract
{
    private StoreFolder _folder = null!;

    protected override IJourneyStore Create()
    {
        _folder = new StoreFolder();
        return SqliteStore.Open(_folder.File);
    }

    protected override IJourneyStore Reopen() => SqliteStore.Open(_folder.File);

    [TearDown]
    public void DropFolder() => _folder.Dispose();
}
