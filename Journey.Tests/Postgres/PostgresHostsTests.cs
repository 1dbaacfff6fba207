using System.Collections.Concurrent;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Host.Stores.Postgres;
using Journey.Tests.Domain.Identity;
using Journey.Tests.Host.Stores;

namespace Journey.Tests.Postgres;

/// <summary>Two hosts on one database: two stores that know nothing of each other.</summary>
public sealed class PostgresHostsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private PostgresDatabase _database = null!;

    [SetUp]
    public void Create() => _database = new PostgresDatabase();

    [TearDown]
    public void Drop() => _database.Dispose();

    [Test]
    public async Task Of_32_writers_on_two_hosts_with_pauses_and_rollbacks_no_reader_misses_anything()
    {
        const int writers = 32;
        const int calls = 12;
        const int perCall = 2;
        const int total = writers * calls * perCall;
        using var patience = new CancellationTokenSource(Patience);
        await using var one = _database.Open(Troubled(1));
        await using var other = _database.Open(Troubled(2));
        PostgresStore[] hosts = [one, other];
        var following = hosts.Select(host => Task.Run(() => FollowAsync(host, total, patience.Token))).ToArray();
        var answered = new ConcurrentDictionary<string, long>();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            for (var call = 0; call < calls; call++)
            {
                var requests = Enumerable.Range(0, perCall).Select(i => Sample.Request($"s{(writer + i) % 7}", $"{writer}/{call}/{i}")).ToArray();
                var answers = await UntilDoneAsync(() => hosts[writer % 2].AppendAsync(requests).AsTask());
                for (var i = 0; i < answers.Count; i++)
                {
                    answered[requests[i].Events[0].Id] = answers[i] switch
                    {
                        AppendResult.Appended appended => appended.LastPosition,
                        AppendResult.Duplicate duplicate => duplicate.Position,
                        _ => 0,
                    };
                }
            }
        })));

        var followed = await Task.WhenAll(following);

        foreach (var seen in followed)
        {
            Assert.That(seen.Select(e => e.Position), Is.EqualTo(Enumerable.Range(1, total).Select(i => (long)i)), "dense, in order");
            Assert.That(seen.ToDictionary(e => e.Id, e => e.Position), Is.EquivalentTo(answered), "what was acknowledged is where it was said to be");
            foreach (var stream in seen.GroupBy(e => e.Stream))
            {
                Assert.That(stream.Select(e => e.Version), Is.EqualTo(Enumerable.Range(1, stream.Count()).Select(i => (long)i)));
            }
        }
    }

    [Test]
    public async Task Two_hosts_agree_on_who_is_who()
    {
        await using var one = _database.Open();
        await using var other = _database.Open();
        PostgresStore[] hosts = [one, other];
        for (var i = 0; i < 30; i++)
        {
            // By turns, so that what each of them remembers is out of date whenever it writes.
            await hosts[i % 2].IngestAsync([Ids.Interaction($"m{i}", i % 3 == 0 ? $"u{i % 4} a{i % 5}" : $"a{i % 5} e{i % 4}")]);
        }

        var fold = new IdentityFold();
        foreach (var recorded in await one.AllAsync())
        {
            fold.Apply(recorded);
        }

        Assert.That(await one.IdentityDigestAsync(), Is.EqualTo(fold.Map.Digest()));
        Assert.That(await other.IdentityDigestAsync(), Is.EqualTo(fold.Map.Digest()));
    }

    [Test]
    public async Task An_expected_version_is_checked_against_what_the_other_host_appended()
    {
        await using var one = _database.Open();
        await using var other = _database.Open();
        await one.AppendAsync(Sample.Request("a", ExpectedVersion.NoStream, "1"));
        await other.AppendAsync(Sample.Request("a", ExpectedVersion.Exactly(1), "2"));

        Assert.That(await one.AppendAsync(Sample.Request("a", ExpectedVersion.Exactly(1), "3")), Is.EqualTo(new AppendResult.Conflict(2)));
        Assert.That(await one.AppendAsync(Sample.Request("a", "2")), Is.EqualTo(new AppendResult.Duplicate(2)));
        Assert.That(await one.AppendAsync(Sample.Request("a", ExpectedVersion.Exactly(2), "3")), Is.EqualTo(new AppendResult.Appended(3, 3)));
    }

    [Test]
    public async Task A_reader_hears_of_what_the_other_host_appends()
    {
        using var patience = new CancellationTokenSource(Patience);
        await using var one = _database.Open();
        await using var other = _database.Open();
        var waiting = one.WaitAsync(Checkpoint.Start, patience.Token).AsTask();

        await other.AppendAsync(Sample.Request("a", "1"));
        await waiting;

        Assert.That((await one.AllAsync()).Select(e => e.Id), Is.EqualTo(new[] { "1" }));
    }

    [Test]
    public async Task Parts_are_made_before_they_are_needed_and_read_as_one()
    {
        await using var store = _database.Open();
        for (var call = 0; call < 5; call++)
        {
            await store.AppendAsync([.. Enumerable.Range(0, 700).Select(i => Sample.Request($"s{i % 9}", $"{call}/{i}"))]);
        }

        Assert.That(_database.Ask<long>("SELECT count(*) FROM pg_inherits WHERE inhparent = 'journey.events'::regclass"), Is.EqualTo(4));
        Assert.That((await store.AllAsync()).Select(e => e.Position), Is.EqualTo(Enumerable.Range(1, 3_500).Select(i => (long)i)));
        Assert.That((await store.ReadStreamAsync("s0", 0, 1_000)).Events.Select(e => e.Version), Is.EqualTo(Enumerable.Range(1, 390).Select(i => (long)i)));
    }

    [Test]
    public async Task A_connection_that_is_cut_loses_nothing_that_was_acknowledged_and_the_host_goes_on_by_itself()
    {
        const int writers = 8;
        const int calls = 15;
        await using var store = _database.Open();
        var done = 0;
        var writing = Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            for (var call = 0; call < calls; call++)
            {
                var answer = await store.AppendAsync(Sample.Request($"s{writer}", $"{writer}/{call}"));
                Assert.That(answer, Is.InstanceOf<AppendResult.Appended>().Or.InstanceOf<AppendResult.Duplicate>());
                Interlocked.Increment(ref done);
            }
        })));
        for (var cut = 0; cut < 6 && !writing.IsCompleted; cut++)
        {
            // Not before the last cut was got over.
            var before = Volatile.Read(ref done);
            _database.Execute($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{_database.Name}' AND pid <> pg_backend_pid()");
            SpinWait.SpinUntil(() => Volatile.Read(ref done) > before || writing.IsCompleted, Patience);
        }

        await writing;

        var all = await store.AllAsync();
        Assert.That(all.Select(e => e.Position), Is.EqualTo(Enumerable.Range(1, writers * calls).Select(i => (long)i)));
        Assert.That(all.Select(e => e.Id).Distinct().Count(), Is.EqualTo(writers * calls));
    }

    [Test]
    public async Task What_follows_a_published_document_in_the_same_commit_is_sealed_by_it()
    {
        await using var store = _database.Open();
        var published = Sample.Event(SystemStreams.Definitions, "d1", "Document Published") with { Kind = EventKind.Definition };
        var results = await store.AppendAsync(
        [
            Sample.Request("a", "1"),
            new AppendRequest(SystemStreams.Definitions, ExpectedVersion.Any, [published]),
            new AppendRequest("b", ExpectedVersion.Any, [Sample.Event("b", "2", json: """{"ids":{"email":"ann@shop.example"}}""")]),
        ]);

        Assert.That(results, Is.All.InstanceOf<AppendResult.Appended>());
        Assert.That((await store.AllAsync()).Select(e => (e.Position, e.Id)), Is.EqualTo(new[] { (1L, "1"), (2, "d1"), (3, "2") }));
        Assert.That(System.Text.Encoding.UTF8.GetString((await store.AllAsync())[2].Json.Span), Does.Contain("ann@shop.example"));
        Assert.That(_database.Ask<string>("SELECT payload FROM journey.event_log WHERE position = 3"), Does.Not.Contain("ann@shop.example"));
    }

    /// <summary>Every transaction is held up for a moment before its commit, and one in twenty is taken back.</summary>
    private static PostgresStoreOptions Troubled(int seed)
    {
        var random = new Random(seed);
        return new PostgresStoreOptions
        {
            PartEvents = 1_000,
            ConnectionsMax = 12,
            BeforeCommit = connection =>
            {
                connection.Run($"SELECT pg_sleep(0.00{random.Next(5)})");
                if (random.Next(20) == 0)
                {
                    throw new InvalidOperationException("taken back");
                }
            },
        };
    }

    private static async Task<T> UntilDoneAsync<T>(Func<Task<T>> attempt)
    {
        while (true)
        {
            try
            {
                return await attempt();
            }
            catch (InvalidOperationException)
            {
                // The sender keeps what was not acknowledged, and sends it again.
            }
        }
    }

    private static async Task<List<RecordedEvent>> FollowAsync(PostgresStore host, int total, CancellationToken cancellation)
    {
        var seen = new List<RecordedEvent>();
        var after = Checkpoint.Start;
        while (seen.Count < total)
        {
            await host.WaitAsync(after, cancellation);
            var page = await host.ReadAsync(after, 37, cancellation);
            seen.AddRange(page.Events);
            after = page.Next;
        }

        return seen;
    }
}
