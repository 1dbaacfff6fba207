using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Running;
using Journey.Host.Running.Hosts;
using Journey.Host.Stores;
using Journey.Host.Stores.Postgres;
using Journey.Projections.ReadModels;
using Microsoft.Extensions.Logging.Abstractions;

namespace Journey.Tests.Postgres;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PostgresLeaseTests : IAsyncDisposable
{
    private readonly PostgresDatabase _database = new();
    private readonly PostgresStore _store;

    public PostgresLeaseTests() => _store = _database.Open();

    private ILeaseStore Leases => _store.Leases!;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _database.Dispose();
    }

    [Test]
    public async Task One_host_alone_holds_everything()
    {
        var view = await BeatAsync("a");
        Assert.Multiple(() =>
        {
            Assert.That(view.Partitions.Select(claim => claim.Partition), Is.EqualTo(Enumerable.Range(0, Partitions.Count)));
            Assert.That(view.Roles, Is.EqualTo(new[] { "dispatcher" }));
            Assert.That((view.Hosts, view.Reached), Is.EqualTo((1, Checkpoint.Start)));
        });
    }

    [Test]
    public async Task Partitions_are_spread_evenly_as_hosts_come_and_go()
    {
        await BeatAsync("a");
        await BeatAsync("b");
        await SpreadAsync("a", "b");
        Assert.That(await HeldAsync(), Is.EqualTo(new[] { ("a", 32), ("b", 32) }));

        await BeatAsync("c");
        await SpreadAsync("a", "b", "c");
        Assert.That((await HeldAsync()).Select(held => held.Partitions).Order(), Is.EqualTo(new[] { 20, 22, 22 }));

        await Leases.LeaveAsync("a");
        await SpreadAsync("b", "c");
        Assert.That(await HeldAsync(), Is.EqualTo(new[] { ("b", 32), ("c", 32) }));
    }

    [Test]
    public async Task What_a_silent_host_held_goes_to_the_others()
    {
        await BeatAsync("a", lease: TimeSpan.FromMilliseconds(300));
        LeaseView taken;
        do
        {
            taken = await BeatAsync("b");
        }
        while (taken.Partitions.Count < Partitions.Count);

        Assert.Multiple(async () =>
        {
            Assert.That(taken.Partitions.Select(claim => claim.Token), Is.All.EqualTo(2));
            Assert.That(taken.Roles, Is.EqualTo(new[] { "dispatcher" }));
            Assert.That((await Leases.HostsAsync()).Select(host => (host.Host, host.IsAlive)), Is.EqualTo(new[] { ("a", false), ("b", true) }));
        });
    }

    [Test]
    public async Task What_a_host_that_hangs_in_a_transaction_holds_up_is_let_go_after_a_lease()
    {
        await using var hung = new Npgsql.NpgsqlConnection(PostgresCluster.Instance.ConnectionString(_database.Name));
        await hung.OpenAsync();
        await using var holds = new Npgsql.NpgsqlCommand($"BEGIN; SELECT pg_advisory_xact_lock({PostgresSchema.AppendLock})", hung);
        await holds.ExecuteNonQueryAsync();

        var appended = _store.AppendAsync([new AppendRequest("c1", ExpectedVersion.Any, [Event("e1")])]).AsTask();
        do
        {
            await BeatAsync("a", lease: TimeSpan.FromMilliseconds(300));
        }
        while (await Task.WhenAny(appended, Task.Delay(TimeSpan.FromMilliseconds(50))) != appended);

        Assert.That((await appended)[0], Is.InstanceOf<AppendResult.Appended>());
        holds.CommandText = "COMMIT";
        Assert.That(async () => await holds.ExecuteNonQueryAsync(), Throws.InstanceOf<Npgsql.NpgsqlException>(), "its session was ended");
    }

    [Test]
    public async Task A_role_is_one_hosts_until_it_leaves()
    {
        await BeatAsync("a");
        Assert.That((await BeatAsync("b")).Roles, Is.Empty);
        await Leases.LeaveAsync("a");
        Assert.That((await BeatAsync("b")).Roles, Is.EqualTo(new[] { "dispatcher" }));
    }

    [Test]
    public async Task Who_folds_in_another_way_than_what_is_in_force_holds_nothing()
    {
        await _store.CommitAsync(new ProcessedBatch("fold-version", Checkpoint.Start, new Checkpoint("v1"), [], [], new ReadModelChanges()));
        Assert.That((await BeatAsync("new", fold: "v2")).Partitions, Is.Empty);
        Assert.That((await BeatAsync("old", fold: "v1")).Partitions, Has.Count.EqualTo(Partitions.Count), "and is not counted");
        await _store.CommitAsync(new ProcessedBatch("fold-version", new Checkpoint("v1"), new Checkpoint("v2"), [], [], new ReadModelChanges()));
        Assert.That((await BeatAsync("old", fold: "v1")).Partitions, Is.Empty);
        Assert.That((await BeatAsync("new", fold: "v2")).Partitions, Has.Count.EqualTo(Partitions.Count));
    }

    [Test]
    public async Task Who_lost_a_partition_writes_nothing()
    {
        await _store.AppendAsync([new AppendRequest("c1", ExpectedVersion.Any, [Event("e1")])]);
        var claims = (await BeatAsync("a")).Partitions;
        await Leases.TakeAllAsync(Beat("b"));

        var late = new NewEvent("c1", "journey", "late", EventNames.CartAbandoned, EventKind.Derived, EventFlags.None, ContactChannel.Internal, 1, 1, StoredPayload.Empty);
        var state = new StoredState("c1", 0, 1, 5, new byte[] { 1 });
        var batch = new ProcessedBatch(Processor.Consumer, Checkpoint.Start, await _store.HeadAsync(), [late], [state], new ReadModelChanges()) { Claims = claims };
        Assert.Multiple(async () =>
        {
            Assert.That(await _store.CommitAsync(batch), Is.False);
            Assert.That(await _store.LoadAsync(["c1"]), Is.Empty);
            Assert.That(_store.PositionOf(await _store.HeadAsync()), Is.EqualTo(1));
            Assert.That(await _store.CheckpointAsync(Processor.Consumer), Is.EqualTo(Checkpoint.Start));
        });
    }

    [Test]
    public async Task A_commit_moves_the_partitions_of_its_claims_and_no_others()
    {
        await _store.AppendAsync([new AppendRequest("c1", ExpectedVersion.Any, [Event("e1"), Event("e2")])]);
        var claims = (await BeatAsync("a")).Partitions.Take(3).ToList();
        var batch = new ProcessedBatch(Processor.Consumer, Checkpoint.Start, await _store.HeadAsync(), [], [], new ReadModelChanges()) { Claims = claims };
        Assert.Multiple(async () =>
        {
            Assert.That(await _store.CommitAsync(batch), Is.True);
            Assert.That(await _store.CommitAsync(batch), Is.False, "they stand elsewhere now");
            Assert.That((await Leases.PartitionsAsync()).Select(lease => _store.PositionOf(lease.Checkpoint)), Is.EqualTo(new long[] { 2, 2, 2 }.Concat(Enumerable.Repeat(0L, 61))));
            Assert.That(await _store.CheckpointAsync(Processor.Consumer), Is.EqualTo(Checkpoint.Start), "not all are folded");
        });
    }

    [Test]
    public async Task While_hosts_are_at_work_nobody_folds_beside_them()
    {
        await BeatAsync("a");
        var batch = new ProcessedBatch(Processor.Consumer, Checkpoint.Start, new Checkpoint("1"), [], [], new ReadModelChanges());
        Assert.That(async () => await _store.CommitAsync(batch), Throws.InstanceOf<StoreException>().With.Message.Contains("Hosts are at work"));
        await Leases.LeaveAsync("a");
        Assert.That(await _store.CommitAsync(batch), Is.True);
    }

    [TestCase(-3600, "3,600 seconds behind")]
    [TestCase(3600, "3,600 seconds ahead of")]
    public async Task A_host_whose_clock_is_off_is_refused_and_told_what_to_do(int seconds, string said)
    {
        var clock = new ManualTimeProvider(DateTimeOffset.UtcNow.AddSeconds(seconds));
        await using var keeper = new LeaseKeeper(Leases, new LeaseOptions { Name = "off" }, [], clock, NullLogger.Instance);
        Assert.That(
            async () => await keeper.JoinAsync(CancellationToken.None),
            Throws.InstanceOf<StoreException>().With.Message.Contains(said).And.Message.Contains("NTP"));
        Assert.That(await Leases.HostsAsync(), Is.Empty, "it holds nothing up");
    }

    private static HostBeat Beat(string host, TimeSpan? lease = null, string fold = "v1") =>
        new(host, $"http://{host}", "1.0.0", lease ?? TimeSpan.FromMinutes(5), fold, ["dispatcher"]);

    private ValueTask<LeaseView> BeatAsync(string host, TimeSpan? lease = null, string fold = "v1") => Leases.BeatAsync(Beat(host, lease, fold));

    /// <summary>Each gives back what is too much, and then takes what is free.</summary>
    private async Task SpreadAsync(params string[] hosts)
    {
        for (var turn = 0; turn < 2; turn++)
        {
            foreach (var host in hosts)
            {
                await BeatAsync(host);
            }
        }
    }

    private async Task<(string Host, int Partitions)[]> HeldAsync() => [.. (await Leases.HostsAsync()).Select(host => (host.Host, host.Partitions.Count))];

    private static NewEvent Event(string id) =>
        new("c1", "test", id, "Page Viewed", EventKind.Interaction, EventFlags.None, ContactChannel.Web, 1, 1, StoredPayload.Empty);
}
