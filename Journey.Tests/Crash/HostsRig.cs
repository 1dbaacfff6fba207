using System.Diagnostics;
using Journey.Host.Stores.Postgres;
using Journey.Tests.Postgres;

namespace Journey.Tests.Crash;

/// <summary>Several hosts as processes of their own, each under load by a sender, whatever becomes of their database meanwhile.</summary>
internal sealed class HostsRig : IAsyncDisposable
{
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

    private const int JourneysPerOrder = 2;

    /// <summary>Without any progress for this long, there is nothing to wait for.</summary>
    private static readonly TimeSpan StandstillMax = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("journey-hosts-").FullName;
    private readonly List<(ServerProcess Host, Sender Sender)> _hosts = [];
    private readonly List<(Task Work, HttpClient Client)> _loads = [];
    private CancellationTokenSource _stop = new();

    public IEnumerable<ServerProcess> Hosts => _hosts.Select(static host => host.Host);

    /// <summary>How often such a thing is to be done: more where the Cake target asks for it.</summary>
    public static int Rounds => int.Parse(Environment.GetEnvironmentVariable("CRASH_ROUNDS") ?? "1");

    /// <param name="addresses">The store's, as each host is to reach it.</param>
    public static async Task<HostsRig> StartAsync(params string[] addresses)
    {
        var rig = new HostsRig();
        var documents = Path.Combine(rig._folder, "journeys.yaml");
        await File.WriteAllTextAsync(documents, Documents);
        foreach (var address in addresses)
        {
            rig._hosts.Add((await ServerProcess.StartAsync(address, documents), new Sender($"h{rig._hosts.Count}")));
        }

        return rig;
    }

    /// <summary>Each sender sends to its host until <see cref="EndLoadAsync"/>.</summary>
    public void Load()
    {
        foreach (var (host, sender) in _hosts)
        {
            var client = new HttpClient { BaseAddress = host.Url, Timeout = StandstillMax };
            _loads.Add((Task.Run(() => sender.LoadAsync(client, static () => { }, _stop.Token)), client));
        }
    }

    public async Task EndLoadAsync()
    {
        await _stop.CancelAsync();
        foreach (var (work, client) in _loads)
        {
            await work;
            client.Dispose();
        }

        _loads.Clear();
        _stop.Dispose();
        _stop = new CancellationTokenSource();
    }

    /// <summary>Until every host, or those asked for, has acknowledged something more; answers how long that took.</summary>
    public async Task<TimeSpan> AcknowledgedMoreAsync(Func<int, bool>? which = null)
    {
        var started = Stopwatch.GetTimestamp();
        var before = _hosts.Select(static host => host.Sender.Acknowledged.Count).ToArray();
        await UntilAsync(() => Task.FromResult(_hosts.Index().All(host => which?.Invoke(host.Index) == false || host.Item.Sender.Acknowledged.Count > before[host.Index])));
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>SIGKILL. It stays dead, and its sender has what it had.</summary>
    public Task KillAsync(int host) => _hosts[host].Host.KillAsync();

    /// <summary>Until every host says that it is ready; answers how long that took.</summary>
    public async Task<TimeSpan> ReadyAsync()
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var host in Hosts)
        {
            using var client = new HttpClient { BaseAddress = host.Url };
            await UntilAsync(async () =>
            {
                using var answer = await client.GetAsync("/health/ready");
                return answer.IsSuccessStatusCode;
            });
        }

        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Everything acknowledged is there, everything is decided once, and what is folded is what the log says.</summary>
    /// <param name="address">Where the store is now.</param>
    public async Task EndAsync(string address)
    {
        var check = await SettleAsync(address);
        Assert.That(check.Faults([.. _hosts.SelectMany(static host => host.Sender.Acknowledged)], JourneysPerOrder), Is.Empty);
        foreach (var host in Hosts.Where(static host => !host.HasEnded))
        {
            Assert.That(await host.StopAsync(), Is.Zero, host.Errors);
        }

        var (exitCode, printed) = await ServerProcess.RunAsync("verify", "--store", address);
        Assert.That(exitCode, Is.Zero, printed);
        TestContext.Out.WriteLine($"{check.Orders} orders, {check.Events} events: {printed.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]}");
    }

    /// <summary>Looks until it is so.</summary>
    public async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < StandstillMax; await Task.Delay(Look))
        {
            if (await isSo())
            {
                return;
            }
        }

        throw new InvalidOperationException($"It did not become so within {StandstillMax}:\n{string.Join("\n---\n", Hosts.Select(static host => host.Errors))}");
    }

    public async ValueTask DisposeAsync()
    {
        await EndLoadAsync();
        foreach (var host in Hosts)
        {
            await host.DisposeAsync();
        }

        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Sends what is left, and waits until everything that was asked for has its outcome.</summary>
    private async Task<CrashCheck> SettleAsync(string address)
    {
        using var client = new HttpClient { BaseAddress = _hosts[0].Host.Url };
        foreach (var (_, sender) in _hosts)
        {
            await sender.FinishAsync(client);
        }

        var check = new CrashCheck();
        await using var log = PostgresStore.Open(PostgresAddress.Parse(address), new PostgresStoreOptions { ReadOnly = true });
        var wanted = _hosts.Sum(static host => host.Sender.Acknowledged.Count) * JourneysPerOrder;
        for (var (progress, sent) = (Stopwatch.GetTimestamp(), -1); Stopwatch.GetElapsedTime(progress) < StandstillMax && check.Sent < wanted; await Task.Delay(Look))
        {
            await check.ReadAsync(log);
            (progress, sent) = check.Sent > sent ? (Stopwatch.GetTimestamp(), check.Sent) : (progress, sent);
        }

        return check;
    }
}
