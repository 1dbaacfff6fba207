using Journey.Host.Stores;
using Journey.Host.Stores.Sqlite;

namespace Journey.Tests.Host.Stores;

public sealed class SqliteGenerationTests : GenerationStoreContract
{
    private readonly StoreFolder _folder = new();
    private readonly SqliteStore _store;

    public SqliteGenerationTests() => _store = SqliteStore.Open(_folder.File);

    protected override IStateStore States => _store;

    protected override IGenerationStore Generations => _store;

    [TearDown]
    public async Task Close()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }
}
