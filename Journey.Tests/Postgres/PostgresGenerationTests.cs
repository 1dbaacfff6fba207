using Journey.Host.Stores;
using Journey.Host.Stores.Postgres;
using Journey.Tests.Host.Stores;

namespace Journey.Tests.Postgres;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PostgresGenerationTests : GenerationStoreContract, IAsyncDisposable
{
    private readonly PostgresDatabase _database = new();
    private readonly PostgresStore _store;

    public PostgresGenerationTests() => _store = _database.Open();

    protected override IStateStore States => _store;

    protected override IGenerationStore Generations => _store;


    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _database.Dispose();
    }
}
