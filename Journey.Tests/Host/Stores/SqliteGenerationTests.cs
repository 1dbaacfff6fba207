using Journey.Host.Stores;
using Journey.Host.Stores.Sqlite;

namespace Journey.Tests.Host.Stores;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SqliteGenerationTests : GenerationStoreContract, IAsyncDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly SqliteStore _store;

    public SqliteGenerationTests() => _store = SqliteStore.Open(_folder.File);

    protected override IStateStore States => _store;

    protected override IGenerationStore Generations => _store;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }
}
