using System.Diagnostics;
using System.Text;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Host.Running;
using Journey.Host.Running.Hosts;
using Journey.Host.Running.Rebuilding;
using Journey.Host.Stores;
using Journey.Host.Stores.Postgres;
using Journey.Projections.Customers;
using Journey.Tests.Crash;

namespace Journey.Tests.Postgres;

/// <summary>Hosts in one process, each with a store of its own: what they share is the database.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HostsTests : IAsyncDisposable
{
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

    /// <summary>Nobody says when another host has done something: it is looked for.</summary>
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(20);

    /// <summary>Far more than it takes, and less than the longest sleep of a scheduler.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    private readonly PostgresDatabase _database = new();
    private readonly List<(JourneyRuntime Runtime, PostgresStore Store)> _hosts = [];
    private readonly List<string> _sent = [];
    private readonly PostgresStore _seen;

    public HostsTests() => _seen = _database.Open();

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts.ToList())
        {
            await StopAsync(host);
        }

        await _seen.DisposeAsync();
        _database.Dispose();
    }

    [Test]
    public async Task Hosts_share_the_work_and_each_decision_is_taken_once()
    {
        await PublishAsync();
        var (one, other) = (await StartAsync("one"), await StartAsync("other"));
        await HoldAsync(("one", 32), ("other", 32));
        await Task.WhenAll(OrderAsync(one.Store, "a", 60), OrderAsync(other.Store, "b", 60));
        await SettledAsync();
        Assert.That((await _seen.Leases!.HostsAsync()).SelectMany(host => host.Roles).Order(), Is.EqualTo(new[] { "dispatcher", $"rebuilder-v{CustomerState.FoldVersion}" }));
        await VerifyAsync();
    }

    [Test]
    public async Task A_host_that_leaves_or_comes_changes_nothing_but_who_works()
    {
        await PublishAsync();
        var one = await StartAsync("one");
        await OrderAsync(one.Store, "a", 40);
        var other = await StartAsync("other");
        await OrderAsync(other.Store, "b", 40);
        await HoldAsync(("one", 32), ("other", 32));
        await StopAsync(one);
        await OrderAsync(other.Store, "c", 40);
        await HoldAsync(("other", 64));
        await SettledAsync();
        await VerifyAsync();
    }

    [Test]
    public async Task Customers_who_become_one_while_different_hosts_fold_them_are_one_on_both()
    {
        await PublishAsync();
        var (one, other) = (await StartAsync("one"), await StartAsync("other"));
        await HoldAsync(("one", 32), ("other", 32));
        for (var person = 0; person < 20; person++)
        {
            // On one host as a visitor, on the other as who they are: whoever asks next has to find both.
            await SayAsync(one.Store, $"v{person}", "Page Viewed", new Identifier(IdentifierKind.AnonymousId, $"anon-{person}"));
            await SayAsync(other.Store, $"o{person}", "Order Completed", new Identifier(IdentifierKind.UserId, $"user-{person}"));
            _sent.Add($"o{person}");
            await SayAsync(one.Store, $"m{person}", "Page Viewed", new Identifier(IdentifierKind.AnonymousId, $"anon-{person}"), new Identifier(IdentifierKind.UserId, $"user-{person}"));
            var (known, visitor) = (await FindAsync(other.Store, IdentifierKind.UserId, $"user-{person}"), await FindAsync(one.Store, IdentifierKind.AnonymousId, $"anon-{person}"));
            Assert.That(known, Is.Not.Null.And.EqualTo(visitor));
        }

        await SettledAsync();
        await VerifyAsync();
    }

    [Test]
    public async Task A_rebuild_while_hosts_work_swaps_at_one_place_of_the_log_and_all_go_on()
    {
        await PublishAsync();
        var (one, other) = (await StartAsync("one"), await StartAsync("other"));
        await HoldAsync(("one", 32), ("other", 32));
        await OrderAsync(one.Store, "a", 60);
        var refused = await other.Runtime.Rebuilder.StartAsync(Generation.All);
        Assert.That((refused as RebuildAnswer.Refused)?.Reason, Does.StartWith("Host one does the rebuilds"));

        Assert.That(await one.Runtime.Rebuilder.StartAsync(Generation.All), Is.InstanceOf<RebuildAnswer.Started>());
        await OrderAsync(other.Store, "b", 60);
        await one.Runtime.Rebuilder.FinishAsync(null, CancellationToken.None);
        var rebuilt = (await one.Runtime.Rebuilder.ListAsync())[0];
        Assert.That(rebuilt.State, Is.EqualTo("swapped"), rebuilt.Reason);
        await OrderAsync(other.Store, "c", 20);
        await HoldAsync(("one", 32), ("other", 32));
        await SettledAsync();
        await VerifyAsync();
    }

    [Test]
    public async Task Who_takes_a_partition_over_wakes_its_customers_though_it_slept_for_none_of_its_own()
    {
        await PublishAsync(Documents.Replace("wait: 1s", "wait: 4s", StringComparison.Ordinal));
        var (one, other) = (await StartAsync("one"), await StartAsync("other"));
        await HoldAsync(("one", 32), ("other", 32));
        await OrderAsync(one.Store, "a", 1);
        var customer = (await FindAsync(one.Store, IdentifierKind.UserId, "user-a0"))!;
        var partition = Partitions.Of(customer);
        var holder = (await _seen.Leases!.PartitionsAsync())[partition].Host;

        // Until there is nothing more of the customer that could wake whoever folds it.
        var check = new CrashCheck();
        while (check.Sent < 1 || await _seen.CheckpointAsync(Processor.Consumer) != await _seen.HeadAsync())
        {
            await check.ReadAsync(_seen);
            await Task.Delay(_look);
        }

        Assert.That(await _seen.NextDueAsync(), Is.Not.Null);
        await StopAsync(holder == "one" ? one : other);

        await SettledAsync();
        await VerifyAsync();
    }

    private async Task PublishAsync(string documents = Documents)
    {
        var parsed = DocumentParser.Parse([("journeys.yaml", Encoding.UTF8.GetBytes(documents))]);
        var events = parsed.Documents.Select(document => DefinitionDocuments.Publish(document, Now)).ToArray();
        await _seen.AppendAsync([new AppendRequest(SystemStreams.Definitions, ExpectedVersion.Any, events)]);
    }

    private async Task<(JourneyRuntime Runtime, PostgresStore Store)> StartAsync(string name)
    {
        var store = _database.Open();
        var lease = new LeaseOptions { Name = name, Beat = TimeSpan.FromMilliseconds(100), Lease = TimeSpan.FromSeconds(20) };
        var host = (await JourneyRuntime.StartAsync(store, new RuntimeOptions { Lease = lease }, CancellationToken.None), store);
        _hosts.Add(host);
        return host;
    }

    private async Task StopAsync((JourneyRuntime Runtime, PostgresStore Store) host)
    {
        _hosts.Remove(host);
        await host.Runtime.DisposeAsync();
        await host.Store.DisposeAsync();
    }

    private async Task OrderAsync(PostgresStore store, string prefix, int count)
    {
        for (var order = 0; order < count; order++)
        {
            await SayAsync(store, $"{prefix}{order}", "Order Completed", new Identifier(IdentifierKind.UserId, $"user-{prefix}{order}"));
            lock (_sent)
            {
                _sent.Add($"{prefix}{order}");
            }
        }
    }

    private static async Task SayAsync(PostgresStore store, string id, string name, params Identifier[] who)
    {
        var ids = string.Join(',', who.Select(one => $"\"{(one.Kind == IdentifierKind.UserId ? "userId" : "anonymousId")}\":\"{one.Value}\""));
        var payload = StoredPayload.FromJson(Encoding.UTF8.GetBytes($$$"""{"ids":{{{{ids}}}},"properties":{"order_id":"{{{id}}}","total":10,"currency":"EUR"}}"""));
        var answers = await store.IngestAsync([new Interaction("test", id, name, ContactChannel.Web, EventFlags.None, Now, Now, [.. who], [], payload)]);
        Assert.That(answers[0], Is.InstanceOf<IngestAnswer.Recorded>());
    }

    private static async Task<string?> FindAsync(PostgresStore store, IdentifierKind kind, string value) => await store.FindAsync(new Identifier(kind, value));

    private async Task HoldAsync(params (string Host, int Partitions)[] wanted)
    {
        while (!(await _seen.Leases!.HostsAsync()).Select(host => (host.Host, host.Partitions.Count)).SequenceEqual(wanted))
        {
            await Task.Delay(_look);
        }
    }

    /// <summary>Once every message that must be asked for was, and has its outcome, and nothing is left to fold.</summary>
    private async Task SettledAsync()
    {
        var check = new CrashCheck();
        for (var started = Stopwatch.GetTimestamp(); check.Sent < _sent.Count * 2 && Stopwatch.GetElapsedTime(started) < _patience;)
        {
            await check.ReadAsync(_seen);
            await Task.Delay(_look);
        }

        Assert.That(check.Faults(_sent, journeys: 2), Is.Empty);
        while (await _seen.CheckpointAsync(Processor.Consumer) != await _seen.HeadAsync())
        {
            await Task.Delay(_look);
        }
    }

    private async Task VerifyAsync()
    {
        foreach (var host in _hosts.ToList())
        {
            await StopAsync(host);
        }

        var report = await new Verification(_seen).RunAsync(null, CancellationToken.None);
        Assert.That(report.ReadModels.Where(model => !model.Agrees), Is.Empty);
    }

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
}
