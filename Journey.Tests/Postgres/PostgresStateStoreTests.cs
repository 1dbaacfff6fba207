using Journey.Host.Stores;
using Journey.Tests.Host.Stores;

namespace Journey.Tests.Postgres;

public sealed class PostgresStateStoreTests : StateStoreContract
{
    private PostgresDatabase _database = null!;

    protected override IJourneyStore Create()
    {
        _database = new PostgresDatabase();
        return _database.Open();
    }

    protected override IJourneyStore Reopen() => _database.Open();

    [TearDown]
    public void DropDatabase() => _database.Dispose();
}

public sealed class PostgresIngestTests : IngestContract
{
    private readonly List<PostgresDatabase> _databases = [];

    protected override IJourneyStore Create(bool withLittleMemory)
    {
        _databases.Add(new PostgresDatabase());
        return _databases[^1].Open(withLittleMemory ? new() { StreamsCachedMax = 16 } : null);
    }

    protected override IJourneyStore Reopen() => _databases[0].Open();

    [TearDown]
    public void DropDatabases()
    {
        _databases.ForEach(database => database.Dispose());
        _databases.Clear();
    }
}

public sealed class PostgresSmallStoresTests : SmallStoresContract
{
    private PostgresDatabase _database = null!;

    protected override IJourneyStore Create(TimeProvider clock)
    {
        _database = new PostgresDatabase();
        return _database.Open(time: clock);
    }

    [TearDown]
    public void DropDatabase() => _database.Dispose();
}
