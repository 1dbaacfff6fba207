using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Journey.Host.Stores.Postgres;
using Journey.Tests.Postgres;

namespace Journey.Tests.Crash;

/// <summary>Several hosts on one PostgreSQL, each a process of its own under load; they are killed, hung past their leases, and stopped in turn.</summary>
[Category("Crash")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[NonParallelizable]
public sealed class HostsCrashTests
{
    private const int RoundsDefault = 3;
    private const int Hosts = 3;

    // One decides at once, one through the scheduler: both kinds of commit are under way whatever happens.
    private const string Documents = """
        rule: thank-you
        on: Order Completed
        do:
          - { id: thank, send: { channel: web, template: thanks } }
        ---
        journey: follow-up
        enter: { on: Order Completed }
        steps:
          - { id: rest, wait: 1s }
          - { id: ask, send: { channel: web, template: review } }
        """;

    /// <summary>Without one more outcome for this long, there is nothing to wait for.</summary>
    private static readonly TimeSpan StandstillMax = TimeSpan.FromMinutes(2);

    /// <summary>Longer than a lease of six seconds.</summary>
    private static readonly TimeSpan HangsFor = TimeSpan.FromSeconds(8);

    private readonly ServerProcess[] _hosts = new ServerProcess[Hosts];
    private readonly Sender[] _senders = [.. Enumerable.Range(0, Hosts).Select(host => new Sender($"h{host}"))];
    private PostgresDatabase _database = null!;
    private string _address = "";
    private string _folder = "";
    private string _documents = "";

    [SetUp]
    public async Task Create()
    {
        _database = new PostgresDatabase();
        _address = _database.Address;
        _folder = Directory.CreateTempSubdirectory("journey-hosts-").FullName;
        _documents = Path.Combine(_folder, "journeys.yaml");
        await File.WriteAllTextAsync(_documents, Documents);
    }

    [TearDown]
    public async Task Delete()
    {
        foreach (var host in _hosts.Where(static host => host is not null))
        {
            await host.DisposeAsync();
        }

        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Hosts_that_die_hang_and_leave_lose_nothing_acknowledged_and_decide_nothing_twice()
    {
        var rounds = int.Parse(Environment.GetEnvironmentVariable("CRASH_ROUNDS") ?? $"{RoundsDefault}");
        for (var host = 0; host < Hosts; host++)
        {
            _hosts[host] = await ServerProcess.StartAsync(_address, _documents);
        }

        var loads = Enumerable.Range(0, Hosts).Select(Load).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            var host = round % Hosts;
            var (what, recovered) = await ((round % 3) switch
            {
                0 => KillAsync(host),
                1 => HangAsync(host),
                _ => RestartAsync(host),
            });
            TestContext.Out.WriteLine($"round {round + 1}: host {host} {what}; all partitions were held again after {recovered.TotalSeconds:F1} s");
            await loads[host].EndAsync();
            loads[host] = Load(host);
        }

        foreach (var load in loads)
        {
            await load.EndAsync();
        }

        await EndAsync();
    }

    [Test]
    public async Task A_database_server_that_is_killed_loses_nothing_acknowledged_and_the_hosts_go_on_by_themselves()
    {
        var rounds = int.Parse(Environment.GetEnvironmentVariable("CRASH_ROUNDS") ?? "1");
        var cluster = PostgresCluster.Start();
        try
        {
            _address = cluster.Address(cluster.CreateDatabase());
            for (var host = 0; host < Hosts; host++)
            {
                _hosts[host] = await ServerProcess.StartAsync(_address, _documents);
            }

            for (var round = 0; round < rounds; round++)
            {
                var loads = Enumerable.Range(0, Hosts).Select(Load).ToArray();
                while (_senders.Any(static sender => sender.Acknowledged.Count == 0))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20));
                }

                cluster.StopServer("immediate");
                cluster.StartServer();
                var started = Stopwatch.GetTimestamp();
                foreach (var host in _hosts)
                {
                    await ReadyAsync(host);
                }

                TestContext.Out.WriteLine($"round {round + 1}: every host was ready {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s after the server was");
                foreach (var load in loads)
                {
                    await load.EndAsync();
                }
            }

            await EndAsync();
        }
        finally
        {
            foreach (var host in _hosts.Where(static host => host is not null))
            {
                await host.DisposeAsync();
            }

            Array.Clear(_hosts);
            cluster.Delete();
        }
    }

    private static async Task ReadyAsync(ServerProcess host)
    {
        using var client = new HttpClient { BaseAddress = host.Url };
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < StandstillMax;)
        {
            using var answer = await client.GetAsync("/health/ready");
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        throw new InvalidOperationException($"A host did not become ready again:\n{host.Errors}");
    }

    /// <summary>Everything acknowledged is there, everything is decided once, and what is folded is what the log says.</summary>
    private async Task EndAsync()
    {
        var check = await SettleAsync();
        Assert.That(check.Faults([.. _senders.SelectMany(sender => sender.Acknowledged)], journeys: 2), Is.Empty);
        foreach (var host in _hosts)
        {
            Assert.That(await host.StopAsync(), Is.Zero, host.Errors);
        }

        var (exitCode, printed) = await ServerProcess.RunAsync("verify", "--store", _address);
        Assert.That(exitCode, Is.Zero, printed);
        TestContext.Out.WriteLine($"{check.Orders} orders, {check.Events} events: {printed.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]}");
    }

    /// <summary>SIGKILL, and a new host once the others have everything.</summary>
    private async Task<(string What, TimeSpan Recovered)> KillAsync(int host)
    {
        await _hosts[host].KillAsync();
        var recovered = await EverythingIsHeldAsync(except: host);
        _hosts[host] = await ServerProcess.StartAsync(_address, _documents);
        return ("was killed", recovered);
    }

    /// <summary>Past its leases; it goes on afterwards, believing in what it held.</summary>
    private async Task<(string What, TimeSpan Recovered)> HangAsync(int host)
    {
        _hosts[host].Hang();
        var hung = Stopwatch.GetTimestamp();
        var recovered = await EverythingIsHeldAsync(except: host);
        if (HangsFor - Stopwatch.GetElapsedTime(hung) is { Ticks: > 0 } left)
        {
            await Task.Delay(left);
        }

        _hosts[host].GoOn();
        return ("hung", recovered);
    }

    private async Task<(string What, TimeSpan Recovered)> RestartAsync(int host)
    {
        Assert.That(await _hosts[host].StopAsync(), Is.Zero, _hosts[host].Errors);
        var recovered = await EverythingIsHeldAsync(except: host);
        _hosts[host] = await ServerProcess.StartAsync(_address, _documents);
        return ("was stopped and started", recovered);
    }

    /// <summary>How long it takes until living hosts fold every partition, by what another of them answers.</summary>
    private async Task<TimeSpan> EverythingIsHeldAsync(int except)
    {
        var asked = _hosts[(except + 1) % Hosts];
        var started = Stopwatch.GetTimestamp();
        var before = await TokensAsync(asked);
        var now = before;
        while (Stopwatch.GetElapsedTime(started) < StandstillMax)
        {
            now = await TokensAsync(asked);

            // What the one that is gone held has a new token as soon as it is somebody else's.
            if (now.Values.All(static lease => lease.Host is not null) && now.Values.Select(static lease => lease.Host).Distinct().Count() == Hosts - 1)
            {
                return Stopwatch.GetElapsedTime(started);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        throw new InvalidOperationException($"Not every partition was taken over: {string.Join(", ", now.Values.GroupBy(static lease => lease.Host).Select(static held => $"{held.Key ?? "nobody"} {held.Count()}"))}\n{asked.Errors}");
    }

    private static async Task<Dictionary<int, (string? Host, long Token)>> TokensAsync(ServerProcess host)
    {
        using var client = new HttpClient { BaseAddress = host.Url };
        var hosts = await client.GetFromJsonAsync<JsonElement>("/v1/hosts");
        return hosts.GetProperty("partitions").EnumerateArray().ToDictionary(
            static lease => lease.GetProperty("partition").GetInt32(), static lease => (lease.GetProperty("host").GetString(), lease.GetProperty("token").GetInt64()));
    }

    private Loading Load(int host)
    {
        var client = new HttpClient { BaseAddress = _hosts[host].Url, Timeout = TimeSpan.FromMinutes(2) };
        var stop = new CancellationTokenSource();
        return new Loading(client, stop, Task.Run(() => _senders[host].LoadAsync(client, static () => { }, stop.Token)));
    }

    /// <summary>Sends what is left, and waits until everything that was asked for has its outcome.</summary>
    private async Task<CrashCheck> SettleAsync()
    {
        using var client = new HttpClient { BaseAddress = _hosts[0].Url };
        foreach (var sender in _senders)
        {
            await sender.FinishAsync(client);
        }

        var check = new CrashCheck();
        await using var log = PostgresStore.Open(PostgresAddress.Parse(_address), new PostgresStoreOptions { ReadOnly = true });
        var wanted = _senders.Sum(sender => sender.Acknowledged.Count) * 2;
        for (var (progress, sent) = (Stopwatch.GetTimestamp(), -1); Stopwatch.GetElapsedTime(progress) < StandstillMax;)
        {
            await check.ReadAsync(log);
            if (check.Sent >= wanted)
            {
                break;
            }

            (progress, sent) = check.Sent > sent ? (Stopwatch.GetTimestamp(), check.Sent) : (progress, sent);
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }

        return check;
    }

    /// <summary>One client at work on one host.</summary>
    private sealed record Loading(HttpClient Client, CancellationTokenSource Stop, Task Running)
    {
        public async Task EndAsync()
        {
            await Stop.CancelAsync();
            await Running;
            Client.Dispose();
            Stop.Dispose();
        }
    }
}
