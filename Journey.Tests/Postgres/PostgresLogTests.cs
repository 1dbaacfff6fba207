using Journey.Domain.EventLog;
using Journey.Host.Stores.Postgres;
using Journey.Tests.Host.Stores;

namespace Journey.Tests.Postgres;

public sealed class PostgresLogTests : EventLogContract
{
    private PostgresDatabase _database = null!;

    protected override IEventLog Create()
    {
        _database = new PostgresDatabase();
        return _database.Open();
    }

    protected override async Task<IEventLog> ReopenAsync(IEventLog log)
    {
        await ((PostgresStore)log).DisposeAsync();
        return _database.Open();
    }

    protected override async Task CloseAsync(IEventLog log) => await ((PostgresStore)log).DisposeAsync();

    [TearDown]
    public void DropDatabase() => _database.Dispose();
}
