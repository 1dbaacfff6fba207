using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Journey.Host.Stores.Postgres;
using Journey.Tests.Postgres;

namespace Journey.Tests.Crash;

/// <summary>What becomes of hosts under load when their database is taken over by a replica, is full, or cannot be reached by one of them.</summary>
[Category("Crash")]
[NonParallelizable]
public sealed class DatabaseCrashTests
{
    /// <summary>Longer than a lease of six seconds.</summary>
    private static readonly TimeSpan CutOffFor = TimeSpan.FromSeconds(8);

    [Test]
    public async Task A_replica_that_takes_over_has_everything_acknowledged_and_the_hosts_find_it_by_themselves()
    {
        var primary = PostgresCluster.Start();
        var replica = primary.StartReplica();
        try
        {
            // From here on a commit is acknowledged once the replica has it too. Set after the copy, which must not wait for a replica of its own.
            primary.Execute("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'");
            primary.Execute("postgres", "SELECT pg_reload_conf()");
            var name = primary.CreateDatabase();
            var both = $"postgres://journey@127.0.0.1:{primary.Port},127.0.0.1:{replica.Port}/{name}?target_session_attrs=primary";
            await using var rig = await HostsRig.StartAsync(both, both);
            Assert.That(primary.Ask<long>("postgres", "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"), Is.EqualTo(1));

            Assert.That(
                () => PostgresStore.Open(PostgresAddress.Parse(replica.Address(name))),
                Throws.InstanceOf<Journey.Host.Stores.StoreUnreachableException>().With.Message.Contains("it is a replica").And.Message.Contains("Give the address of the server that takes writes"));

            rig.Load();
            await rig.AcknowledgedMoreAsync();
            var killed = Stopwatch.GetTimestamp();
            primary.StopServer("immediate");
            replica.Promote();
            var promoted = Stopwatch.GetElapsedTime(killed);
            await rig.AcknowledgedMoreAsync();
            var acknowledging = Stopwatch.GetElapsedTime(killed);
            await rig.ReadyAsync();
            TestContext.Out.WriteLine(
                $"after the primary was killed: promoted {promoted.TotalSeconds:F1} s, every host acknowledging {acknowledging.TotalSeconds:F1} s, ready {Stopwatch.GetElapsedTime(killed).TotalSeconds:F1} s");
            await rig.EndLoadAsync();
            await rig.EndAsync(replica.Address(name));
        }
        finally
        {
            primary.Delete();
            replica.Delete();
        }
    }

    [Test]
    public async Task A_database_whose_disk_is_full_refuses_clearly_loses_nothing_and_goes_on_once_there_is_room()
    {
        var cluster = PostgresCluster.Start();
        using var disk = new SmallDisk(cluster);
        try
        {
            var name = disk.CreateDatabase();
            await using var rig = await HostsRig.StartAsync(cluster.Address(name), cluster.Address(name));
            rig.Load();
            await rig.AcknowledgedMoreAsync();
            for (var round = 1; round <= HostsRig.Rounds; round++)
            {
                disk.Fill();
                var (status, problem) = await RefusedAsync(rig);
                Assert.That(status, Is.EqualTo(HttpStatusCode.ServiceUnavailable), problem);
                Assert.That(problem, Does.Contain("Keep the events and send them again"));
                await rig.UntilAsync(() => Task.FromResult(rig.Hosts.Any(static host => host.Errors.Contains("no room is left on the server's disk", StringComparison.Ordinal))));
                disk.MakeRoom();
                var room = Stopwatch.GetTimestamp();
                await rig.AcknowledgedMoreAsync();
                var acknowledging = Stopwatch.GetElapsedTime(room);
                await rig.ReadyAsync();
                TestContext.Out.WriteLine(
                    $"round {round} ({disk.Kind}): refused with {(int)status}; after there was room: acknowledging {acknowledging.TotalSeconds:F1} s, ready {Stopwatch.GetElapsedTime(room).TotalSeconds:F1} s");
            }

            await rig.EndLoadAsync();
            await rig.EndAsync(cluster.Address(name));
        }
        finally
        {
            cluster.Delete();
        }
    }

    [Test]
    public async Task A_host_that_is_cut_off_from_the_database_past_its_lease_writes_nothing_it_should_not_when_it_is_back()
    {
        using var database = new PostgresDatabase();
        var port = new Npgsql.NpgsqlConnectionStringBuilder(PostgresCluster.Instance.ConnectionString(database.Name)).Port;
        var proxies = Enumerable.Range(0, 3).Select(_ => new Proxy(port)).ToArray();
        await using var seen = database.Open();
        try
        {
            await using var rig = await HostsRig.StartAsync([.. proxies.Select(proxy => database.Address.Replace($":{port}/", $":{proxy.Port}/", StringComparison.Ordinal))]);
            for (var round = 0; round < HostsRig.Rounds; round++)
            {
                await rig.UntilAsync(() => AllHeldByAsync(seen, hosts: 3));
                rig.Load();
                await rig.AcknowledgedMoreAsync();
                var cut = round % 3;
                var cutAt = Stopwatch.GetTimestamp();
                proxies[cut].BeSilent();
                await rig.UntilAsync(() => AllHeldByAsync(seen, hosts: 2));
                var taken = Stopwatch.GetElapsedTime(cutAt);
                await rig.AcknowledgedMoreAsync(host => host != cut);
                await Task.Delay(CutOffFor > Stopwatch.GetElapsedTime(cutAt) ? CutOffFor - Stopwatch.GetElapsedTime(cutAt) : TimeSpan.Zero);

                // What was held up comes through late; or never, because the connections are gone.
                if (round % 2 == 1)
                {
                    proxies[cut].Break();
                }

                proxies[cut].Speak();
                var back = await rig.AcknowledgedMoreAsync();
                TestContext.Out.WriteLine($"round {round + 1}: what it held was with others {taken.TotalSeconds:F1} s after the cut; acknowledging again {back.TotalSeconds:F1} s after it was back");
                await rig.EndLoadAsync();
            }

            await rig.EndAsync(database.Address);
        }
        finally
        {
            foreach (var proxy in proxies)
            {
                await proxy.DisposeAsync();
            }
        }
    }

    /// <summary>Every partition is held, and by so many hosts.</summary>
    private static async Task<bool> AllHeldByAsync(PostgresStore store, int hosts)
    {
        var leases = await store.Leases!.PartitionsAsync();
        return leases.All(static lease => lease.Host is not null) && leases.Select(static lease => lease.Host).Distinct().Count() == hosts;
    }

    /// <summary>Sends single events beside the load until one is not taken.</summary>
    private static async Task<(HttpStatusCode Status, string Problem)> RefusedAsync(HostsRig rig)
    {
        var (status, problem) = (HttpStatusCode.OK, "");
        using var client = new HttpClient { BaseAddress = rig.Hosts.First().Url };
        await rig.UntilAsync(async () =>
        {
            using var answer = await client.PostAsJsonAsync("/v1/track", new { writeKey = "crash", userId = "filler", @event = "Page Viewed", properties = new { text = new string('x', 8_000) } });
            (status, problem) = (answer.StatusCode, await answer.Content.ReadAsStringAsync());
            return !answer.IsSuccessStatusCode;
        });
        return (status, problem);
    }
}
