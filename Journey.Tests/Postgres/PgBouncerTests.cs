using Journey.Domain.EventLog;
using Journey.Host.Stores;
using Journey.Host.Stores.Postgres;
using Journey.Tests.Crash;
using Journey.Tests.Host.Stores;

namespace Journey.Tests.Postgres;

/// <summary>A database that is reached through a pooler in transaction mode.</summary>
internal sealed class PooledDatabase : IDisposable
{
    private static readonly Lazy<PgBouncer> Shared = new(static () => new PgBouncer(PostgresCluster.Instance));

    private readonly PostgresDatabase _database = new();

    public string Address => Shared.Value.Address(_database.Name);

    public PostgresStore Open() => PostgresStore.Open(PostgresAddress.Parse(Address), PostgresDatabase.Small);

    public void Dispose() => _database.Dispose();

    public static void End()
    {
        if (Shared.IsValueCreated)
        {
            Shared.Value.Dispose();
        }
    }
}

public sealed class PgBouncerLogTests : EventLogContract
{
    private PooledDatabase _database = null!;

    protected override IEventLog Create()
    {
        _database = new PooledDatabase();
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

public sealed class PgBouncerStateStoreTests : StateStoreContract
{
    private PooledDatabase _database = null!;

    protected override IJourneyStore Create()
    {
        _database = new PooledDatabase();
        return _database.Open();
    }

    protected override IJourneyStore Reopen() => _database.Open();

    [TearDown]
    public void DropDatabase() => _database.Dispose();
}

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PgBouncerGenerationTests : GenerationStoreContract, IAsyncDisposable
{
    private readonly PooledDatabase _database = new();
    private readonly PostgresStore _store;

    public PgBouncerGenerationTests() => _store = _database.Open();

    protected override IStateStore States => _store;

    protected override IGenerationStore Generations => _store;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _database.Dispose();
    }
}

public sealed class PgBouncerHostsTests
{
    [Test]
    public async Task Two_hosts_behind_a_pooler_share_the_work_and_lose_and_double_nothing_when_one_is_killed()
    {
        using var database = new PooledDatabase();
        await using var rig = await HostsRig.StartAsync(database.Address, database.Address);
        rig.Load();
        await rig.AcknowledgedMoreAsync();
        await using (var seen = database.Open())
        {
            await rig.UntilAsync(async () => (await seen.Leases!.HostsAsync()).Select(static host => host.Partitions.Count).SequenceEqual([32, 32]));
            await rig.AcknowledgedMoreAsync();
            await rig.KillAsync(1);
            await rig.UntilAsync(async () => (await seen.Leases!.HostsAsync()).Any(static host => host.Partitions.Count == 64));
        }

        await rig.EndLoadAsync();
        await rig.EndAsync(database.Address);
    }
}
