using System.Diagnostics;
using Journey.Host.Stores.Sqlite;

namespace Journey.Tests.Crash;

/// <summary>Kills the server with SIGKILL under load: acknowledged means durable, and exactly one decision, at any moment of any kind of commit.</summary>
[Category("Crash")]
[NonParallelizable]
public sealed class CrashTests
{
    private const int RoundsDefault = 3;
    private const int Clients = 4;

    // One decides at once, one through the scheduler: both kinds of commit are under way when the server is killed.
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

    private string _folder = "";

    [SetUp]
    public void Create() => _folder = Directory.CreateTempSubdirectory("journey-crash-").FullName;

    [TearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_server_killed_at_any_moment_loses_nothing_acknowledged_and_decides_nothing_twice()
    {
        var rounds = int.Parse(Environment.GetEnvironmentVariable("CRASH_ROUNDS") ?? $"{RoundsDefault}");
        var seed = int.Parse(Environment.GetEnvironmentVariable("CRASH_SEED") ?? $"{Random.Shared.Next()}");
        TestContext.Out.WriteLine($"{rounds} rounds; CRASH_SEED={seed} kills at the same acknowledgements again.");
        var random = new Random(seed);
        var store = Path.Combine(_folder, "crash.db");
        var documents = Path.Combine(_folder, "journeys.yaml");
        await File.WriteAllTextAsync(documents, Documents);
        var senders = Enumerable.Range(1, Clients).Select(client => new Sender($"c{client}")).ToArray();
        for (var round = 1; round <= rounds; round++)
        {
            var acknowledged = await CrashRound.RunAsync($"sqlite:{store}", documents, senders, random);
            TestContext.Out.WriteLine($"round {round}: killed after {acknowledged} acknowledged batches");
        }

        var check = await SettleAsync(store, documents, senders);

        Assert.That(check.Faults([.. senders.SelectMany(sender => sender.Acknowledged)], journeys: 2), Is.Empty);
        var (exitCode, printed) = await ServerProcess.RunAsync("verify", "--store", $"sqlite:{store}");
        Assert.That(exitCode, Is.Zero, printed);
        TestContext.Out.WriteLine($"{check.Orders} orders, {check.Events} events: {printed.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]}");
    }

    /// <summary>Sends what is left, waits until everything that was asked for has its outcome, and kills a last time.</summary>
    private static async Task<CrashCheck> SettleAsync(string store, string documents, Sender[] senders)
    {
        await using var server = await ServerProcess.StartAsync($"sqlite:{store}", documents);
        using var client = new HttpClient { BaseAddress = server.Url };
        foreach (var sender in senders)
        {
            await sender.FinishAsync(client);
        }

        var check = new CrashCheck();
        await using var log = SqliteStore.Open(store, new SqliteStoreOptions { ReadOnly = true });
        var wanted = senders.Sum(sender => sender.Acknowledged.Count) * 2;
        for (var (progress, sent) = (Stopwatch.GetTimestamp(), -1); Stopwatch.GetElapsedTime(progress) < StandstillMax && !server.HasEnded;)
        {
            await check.ReadAsync(log);
            if (check.Sent >= wanted)
            {
                break;
            }

            (progress, sent) = check.Sent > sent ? (Stopwatch.GetTimestamp(), check.Sent) : (progress, sent);
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }

        await server.KillAsync();
        await check.ReadAsync(log);
        return check;
    }
}
