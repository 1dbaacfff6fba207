using Journey.Host.Stores;
using Journey.Host.Stores.Postgres;
using Journey.Tests.Host.Stores;
using Npgsql;

namespace Journey.Tests.Postgres;

/// <summary>What cannot be done, and what a person is told to do about it.</summary>
public sealed class PostgresRefusalTests
{
    private static readonly PostgresCluster Cluster = PostgresCluster.Instance;

    private PostgresDatabase _database = null!;

    [SetUp]
    public void Create() => _database = new PostgresDatabase();

    [TearDown]
    public void Drop() => _database.Dispose();

    [Test]
    public void A_wrong_password_is_refused_and_not_repeated()
    {
        Role("guarded", "right");
        var address = PostgresAddress.Parse(Cluster.Address(_database.Name, "guarded", "wrong-one"));

        Assert.That(() => PostgresStore.Open(address), Throws.InstanceOf<StoreUnreachableException>()
            .With.Message.Contains("refuses this user or password").And.Message.Contains("pg_hba.conf").And.Message.Not.Contains("wrong-one"));
    }

    [Test]
    public void A_server_that_is_not_there_is_named() => Assert.That(
        () => PostgresStore.Open(PostgresAddress.Parse("postgres://journey:secret@127.0.0.1:1/shop")),
        Throws.InstanceOf<StoreUnreachableException>().With.Message.StartsWith("postgres://journey@127.0.0.1:1/shop: there is no server there"));

    [Test]
    public void A_database_that_is_not_there_is_named_with_how_to_make_it() => Assert.That(
        () => PostgresStore.Open(PostgresAddress.Parse(Cluster.Address("nowhere"))),
        Throws.InstanceOf<StoreUnreachableException>().With.Message.Contains("there is no such database").And.Message.Contains("createdb"));

    [Test]
    public void A_database_without_a_store_is_not_read_as_one() => Assert.That(
        () => _database.Open(new() { ReadOnly = true }), Throws.InstanceOf<StoreFormatException>().With.Message.Contains("there is no store in this database"));

    [Test]
    public async Task A_newer_versions_tables_are_refused()
    {
        await _database.Open().DisposeAsync();
        _database.Execute("INSERT INTO journey.schema_versions (version, description) VALUES (999, 'from tomorrow')");

        Assert.That(() => _database.Open(), Throws.InstanceOf<StoreFormatException>().With.Message.Contains("made by a newer version of Journey (schema 999"));
        Assert.That(() => _database.Open(new() { ReadOnly = true }), Throws.InstanceOf<StoreFormatException>());
    }

    [Test]
    public void A_database_that_takes_no_writes_is_refused()
    {
        var name = Cluster.CreateDatabase();
        Cluster.Execute("postgres", $"ALTER DATABASE {name} SET default_transaction_read_only = on");

        Assert.That(
            () => PostgresStore.Open(PostgresAddress.Parse(Cluster.Address(name))),
            Throws.InstanceOf<StoreUnreachableException>().With.Message.Contains("the database is read-only").And.Message.Contains("replica"));
    }

    [Test]
    public void A_server_that_acknowledges_too_early_is_refused()
    {
        var name = Cluster.CreateDatabase();
        Cluster.Execute("postgres", $"ALTER DATABASE {name} SET synchronous_commit = off");

        Assert.That(
            () => PostgresStore.Open(PostgresAddress.Parse(Cluster.Address(name))),
            Throws.InstanceOf<StoreException>().With.Message.Contains("synchronous_commit is off"));
    }

    [TestCase("UPDATE journey.events SET payload = ''")]
    [TestCase("DELETE FROM journey.events")]
    [TestCase("TRUNCATE journey.events")]
    [TestCase("TRUNCATE journey.events_000001")]
    [TestCase("DELETE FROM journey.events_000001")]
    [TestCase("DELETE FROM journey.event_keys")]
    public async Task An_event_cannot_be_changed_even_by_the_tables_owner(string sql)
    {
        await using var store = _database.Open();
        await store.AppendAsync(Sample.Request("a", "1"));

        Assert.That(() => _database.Execute(sql), Throws.InstanceOf<PostgresException>().With.Message.Contains("events are never updated or deleted"));
    }

    [Test]
    public async Task A_hosts_role_appends_and_folds_and_may_change_no_event_and_a_reader_reads_only()
    {
        await _database.Open().DisposeAsync();
        Role("host_role", "host");
        Role("report_role", "report");
        _database.Execute("SELECT journey.grant_host('host_role'); SELECT journey.grant_reader('report_role')");
        await using (var store = PostgresStore.Open(PostgresAddress.Parse(Cluster.Address(_database.Name, "host_role", "host")), PostgresDatabase.Small))
        {
            await store.AppendAsync([.. Enumerable.Range(0, 1_500).Select(i => Sample.Request("a", $"{i}"))]);
            await store.PrepareAsync(Journey.Projections.ReadModels.ReadModelTables.All);
        }

        Assert.Multiple(() =>
        {
            Assert.That(() => As("host_role", "host", "UPDATE journey.events SET flags = 0"), Throws.InstanceOf<PostgresException>().With.Message.Contains("permission denied"));
            Assert.That(() => As("host_role", "host", "DELETE FROM journey.event_keys"), Throws.InstanceOf<PostgresException>().With.Message.Contains("permission denied"));
            Assert.That(() => As("report_role", "report", "SELECT count(*) FROM journey_models.customers"), Throws.Nothing);
            Assert.That(() => As("report_role", "report", "SELECT count(payload) FROM journey.event_log"), Throws.Nothing);
            Assert.That(() => As("report_role", "report", "SELECT * FROM journey.personal_keys"), Throws.InstanceOf<PostgresException>().With.Message.Contains("permission denied"));
            Assert.That(() => As("report_role", "report", "SELECT * FROM journey.meta"), Throws.InstanceOf<PostgresException>().With.Message.Contains("permission denied"));
        });
    }

    private static void Role(string name, string password) => Cluster.Execute(
        "postgres", $"DO $$ BEGIN CREATE ROLE {name} LOGIN PASSWORD '{password}'; EXCEPTION WHEN duplicate_object THEN NULL; END $$");

    private void As(string role, string password, string sql)
    {
        var address = PostgresAddress.Parse(Cluster.Address(_database.Name, role, password));
        using var source = address.Open(1);
        using var connection = source.OpenConnection();
        connection.Run(sql);
    }
}
