using Journey.Domain.EventLog;
using Journey.Domain.Events;

namespace Journey.Tests.Host.Stores;

/// <summary>What every event log promises. An adapter's fixture inherits it and says how to open one.</summary>
public abstract class EventLogContract
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    protected IEventLog Log { get; private set; } = null!;

    /// <summary>An empty log.</summary>
    protected abstract IEventLog Create();

    /// <summary>The same log, closed and opened again.</summary>
    protected abstract Task<IEventLog> ReopenAsync(IEventLog log);

    protected abstract Task CloseAsync(IEventLog log);

    [SetUp]
    public void Open() => Log = Create();

    [TearDown]
    public Task Close() => CloseAsync(Log);

    [Test]
    public async Task An_empty_log_has_no_events_and_its_head_is_the_start()
    {
        var page = await Log.ReadAsync(Checkpoint.Start, 10);

        Assert.That(page.AtEnd);
        Assert.That(page.Next, Is.EqualTo(Checkpoint.Start));
        Assert.That(await Log.HeadAsync(), Is.EqualTo(Checkpoint.Start));
        Assert.That(Log.PositionOf(Checkpoint.Start), Is.Zero);
    }

    [Test]
    public async Task An_event_comes_back_as_it_was_appended()
    {
        var payload = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        var appended = new NewEvent(
            "c1", "source ü", "id \u0001 \ud83d\udecd \u0000 end", "Größe gewählt 尺寸", EventKind.Outcome, EventFlags.Imported | EventFlags.LinksIdentity,
            ContactChannel.From("kiosk-7"), -62_135_596_800_000, long.MaxValue, payload);
        await Log.AppendAsync([new AppendRequest("c1", ExpectedVersion.Any, [appended])]);

        var recorded = (await Log.AllAsync()).Single();

        Assert.That(recorded with { Payload = default }, Is.EqualTo(new RecordedEvent(
            1, "c1", 1, Partitions.Of("c1"), appended.Source, appended.Id, appended.Name, appended.Kind, appended.Flags, appended.Channel,
            appended.OccurredAt, appended.ReceivedAt, default)));
        Assert.That(recorded.Payload.ToArray(), Is.EqualTo(payload));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(79_999)]
    [TestCase(80_001)]
    [TestCase(1_000_000)]
    public async Task Payloads_of_any_size_come_back_whole(int bytes)
    {
        var payload = new byte[bytes];
        new Random(bytes).NextBytes(payload);
        await Log.AppendAsync([new AppendRequest("c1", ExpectedVersion.Any, [Sample.Event("c1", "1"), Sample.Event("c1", "2") with { Payload = payload }, Sample.Event("c1", "3")])]);

        var all = await Log.AllAsync();

        Assert.That(all[1].Payload.ToArray(), Is.EqualTo(payload));
        Assert.That(all[2].Payload.ToArray(), Is.EqualTo(StoredPayload.Empty.ToArray()));
    }

    [Test]
    public async Task A_payload_at_the_limit_is_stored_and_one_byte_more_is_refused()
    {
        await Log.AppendAsync(new AppendRequest("c1", ExpectedVersion.Any, [Sample.Event("c1", "1") with { Payload = new byte[AppendRules.PayloadBytesMax] }]));

        Assert.That(
            async () => await Log.AppendAsync(new AppendRequest("c1", ExpectedVersion.Any, [Sample.Event("c1", "2") with { Payload = new byte[AppendRules.PayloadBytesMax + 1] }])),
            Throws.ArgumentException);
        Assert.That((await Log.AllAsync()).Single().Payload.Length, Is.EqualTo(AppendRules.PayloadBytesMax));
    }

    [Test]
    public async Task Versions_count_within_a_stream_and_positions_across_all()
    {
        var results = await Log.AppendAsync([Sample.Request("a", "1", "2"), Sample.Request("b", "3"), Sample.Request("a", "4")]);

        Assert.That(results, Is.EqualTo(new AppendResult[]
        {
            new AppendResult.Appended(2, 2), new AppendResult.Appended(3, 1), new AppendResult.Appended(4, 3),
        }));
        Assert.That((await Log.AllAsync()).Select(e => (e.Position, e.Stream, e.Version, e.Id)), Is.EqualTo(new[]
        {
            (1L, "a", 1L, "1"), (2L, "a", 2L, "2"), (3L, "b", 1L, "3"), (4L, "a", 3L, "4"),
        }));
    }

    [Test]
    public async Task Streams_are_read_one_after_the_other_in_the_order_of_their_names_in_pages_of_any_size([Values(1, 2, 3, 100)] int max)
    {
        await Log.AppendAsync([Sample.Request("c", "1", "2"), Sample.Request("a", "3"), Sample.Request("c", "4"), Sample.Request("b", "5", "6", "7"), Sample.Request("C", "8"), Sample.Request("ü", "9")]);

        Assert.Multiple(async () =>
        {
            Assert.That(await StreamsAsync(new StreamPlace("", 0), null, 100, max), Is.EqualTo("C1:8 a1:3 b1:5 b2:6 b3:7 c1:1 c2:2 c3:4 ü1:9"));
            Assert.That(await StreamsAsync(new StreamPlace("b", 0), "c", 100, max), Is.EqualTo("b1:5 b2:6 b3:7"), "before is not included");
            Assert.That(await StreamsAsync(new StreamPlace("b", 2), null, 5, max), Is.EqualTo("c1:1 c2:2 c3:4"), "nothing behind the position");
            Assert.That(await StreamsAsync(new StreamPlace("aa", 7), "bb", 100, max), Is.EqualTo("b1:5 b2:6 b3:7"), "a place in no stream");
            Assert.That(await StreamsAsync(new StreamPlace("c", 0), "c", 100, max), Is.Empty);
        });
    }

    private async Task<string> StreamsAsync(StreamPlace place, string? before, long upTo, int max)
    {
        var read = new List<string>();
        for (var buffer = new PageBuffer(); ;)
        {
            var page = await Log.ReadStreamsAsync(place, before, upTo, max, new ReadOptions(Buffer: buffer));
            if (page.AtEnd)
            {
                return string.Join(' ', read);
            }

            Assert.That(page.Events, Has.Count.LessThanOrEqualTo(max));
            read.AddRange(page.Events.Select(recorded => $"{recorded.Stream}{recorded.Version}:{recorded.Id}"));
            place = new StreamPlace(page.Events[^1].Stream, page.Events[^1].Version);
        }
    }

    [Test]
    public async Task A_new_stream_is_expected_with_no_stream_and_only_once()
    {
        Assert.That(await Log.AppendAsync(Sample.Request("a", ExpectedVersion.NoStream, "1")), Is.EqualTo(new AppendResult.Appended(1, 1)));
        Assert.That(await Log.AppendAsync(Sample.Request("a", ExpectedVersion.NoStream, "2")), Is.EqualTo(new AppendResult.Conflict(1)));
    }

    [Test]
    public async Task The_version_expected_is_the_version_there_or_a_conflict()
    {
        await Log.AppendAsync(Sample.Request("a", "1", "2"));

        Assert.That(await Log.AppendAsync(Sample.Request("a", ExpectedVersion.Exactly(1), "3")), Is.EqualTo(new AppendResult.Conflict(2)));
        Assert.That(await Log.AppendAsync(Sample.Request("a", ExpectedVersion.Exactly(3), "3")), Is.EqualTo(new AppendResult.Conflict(2)));
        Assert.That(await Log.AppendAsync(Sample.Request("a", ExpectedVersion.Exactly(2), "3")), Is.EqualTo(new AppendResult.Appended(3, 3)));
        Assert.That(await Log.AppendAsync(Sample.Request("b", ExpectedVersion.Exactly(1), "4")), Is.EqualTo(new AppendResult.Conflict(0)));
    }

    [Test]
    public async Task A_conflict_leaves_its_neighbours_intact()
    {
        var results = await Log.AppendAsync(
        [
            Sample.Request("a", "1"), Sample.Request("a", ExpectedVersion.NoStream, "2", "3"), Sample.Request("a", ExpectedVersion.Exactly(1), "4"),
        ]);

        Assert.That(results, Is.EqualTo(new AppendResult[]
        {
            new AppendResult.Appended(1, 1), new AppendResult.Conflict(1), new AppendResult.Appended(2, 2),
        }));
        Assert.That((await Log.AllAsync()).Select(e => e.Id), Is.EqualTo(new[] { "1", "4" }));
    }

    [Test]
    public async Task A_repeated_request_is_a_duplicate_even_where_its_version_has_passed()
    {
        var request = Sample.Request("a", ExpectedVersion.NoStream, "1", "2");
        await Log.AppendAsync(request);

        Assert.That(await Log.AppendAsync(request), Is.EqualTo(new AppendResult.Duplicate(2)));
        Assert.That((await Log.AllAsync()), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task The_same_id_from_another_source_is_another_event()
    {
        await Log.AppendAsync(Sample.Request("a", "1"));
        var other = new AppendRequest("a", ExpectedVersion.Any, [Sample.Event("a", "1", source: "app")]);

        Assert.That(await Log.AppendAsync(other), Is.EqualTo(new AppendResult.Appended(2, 2)));
    }

    [Test]
    public async Task An_id_stays_taken_on_whatever_stream_it_comes_again()
    {
        await Log.AppendAsync(Sample.Request("a", "1"));

        Assert.That(await Log.AppendAsync(Sample.Request("b", "1")), Is.EqualTo(new AppendResult.Duplicate(1)));
        Assert.That(await Log.AppendAsync(Sample.Request("b", ExpectedVersion.NoStream, "2")), Is.EqualTo(new AppendResult.Appended(2, 1)));
    }

    [Test]
    public async Task A_request_of_which_some_is_there_already_is_torn_and_nothing_is_written()
    {
        await Log.AppendAsync(Sample.Request("a", "1"));

        Assert.That(await Log.AppendAsync(Sample.Request("a", "1", "2")), Is.InstanceOf<AppendResult.Torn>());
        Assert.That(await Log.AppendAsync(Sample.Request("a", "2", "3", "2")), Is.InstanceOf<AppendResult.Torn>());
        Assert.That((await Log.AllAsync()), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_same_id_twice_in_one_call_is_appended_once()
    {
        var results = await Log.AppendAsync([Sample.Request("a", "1"), Sample.Request("a", "1"), Sample.Request("a", "2")]);

        Assert.That(results, Is.EqualTo(new AppendResult[]
        {
            new AppendResult.Appended(1, 1), new AppendResult.Duplicate(1), new AppendResult.Appended(2, 2),
        }));
    }

    [Test]
    public async Task The_same_id_from_concurrent_calls_is_appended_once()
    {
        var calls = Enumerable.Range(0, 32).Select(_ => Task.Run(() => Log.AppendAsync(Sample.Request("a", "1")))).ToArray();
        var results = await Task.WhenAll(calls);

        Assert.That(results.Count(result => result is AppendResult.Appended), Is.EqualTo(1));
        Assert.That(results.Count(result => result is AppendResult.Duplicate { Position: 1 }), Is.EqualTo(31));
        Assert.That((await Log.AllAsync()), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Of_concurrent_deciders_that_saw_the_same_version_one_wins()
    {
        await Log.AppendAsync(Sample.Request("a", "0"));
        var calls = Enumerable.Range(1, 16).Select(i => Task.Run(() => Log.AppendAsync(Sample.Request("a", ExpectedVersion.Exactly(1), $"{i}")))).ToArray();
        var results = await Task.WhenAll(calls);

        Assert.That(results.Count(result => result is AppendResult.Appended), Is.EqualTo(1));
        Assert.That(results.Count(result => result is AppendResult.Conflict { ActualVersion: 2 }), Is.EqualTo(15));
    }

    [Test]
    public async Task Positions_are_dense_under_eight_writers_and_a_follower_misses_nothing()
    {
        const int writers = 8;
        const int calls = 25;
        const int perCall = 4;
        const int total = writers * calls * perCall;
        using var patience = new CancellationTokenSource(Patience);
        var following = Task.Run(() => FollowAsync(total, patience.Token));
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            for (var call = 0; call < calls; call++)
            {
                await Log.AppendAsync([.. Enumerable.Range(0, perCall).Select(i => Sample.Request($"s{(writer + i) % 5}", $"{writer}/{call}/{i}"))]);
            }
        })));

        var followed = await following;

        Assert.That(followed.Select(e => e.Position), Is.EqualTo(Enumerable.Range(1, total).Select(i => (long)i)));
        Assert.That(followed.Select(e => e.Id).Distinct().Count(), Is.EqualTo(total));
        foreach (var stream in followed.GroupBy(e => e.Stream))
        {
            Assert.That(stream.Select(e => e.Version), Is.EqualTo(Enumerable.Range(1, stream.Count()).Select(i => (long)i)));
        }
    }

    [Test]
    public async Task A_stream_is_read_in_version_order_from_after_a_version()
    {
        await Log.AppendAsync([Sample.Request("a", "1", "2"), Sample.Request("b", "3"), Sample.Request("a", "4", "5")]);

        var page = await Log.ReadStreamAsync("a", 1, 2);

        Assert.That(page.Events.Select(e => (e.Version, e.Id)), Is.EqualTo(new[] { (2L, "2"), (3L, "4") }));
        Assert.That((await Log.ReadStreamAsync("a", 3, 10)).Events.Select(e => e.Id), Is.EqualTo(new[] { "5" }));
        Assert.That((await Log.ReadStreamAsync("a", 4, 10)).AtEnd);
        Assert.That((await Log.ReadStreamAsync("nobody", 0, 10)).AtEnd);
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(10)]
    [TestCase(11)]
    public async Task Pages_of_any_size_join_up_to_the_whole_log(int pageSize)
    {
        await Log.AppendAsync([.. Enumerable.Range(1, 10).Select(i => Sample.Request($"s{i % 3}", $"{i}"))]);

        var all = await Log.AllAsync(pageSize);

        Assert.That(all.Select(e => e.Id), Is.EqualTo(Enumerable.Range(1, 10).Select(i => $"{i}")));
    }

    [Test]
    public async Task A_page_at_the_end_is_empty_and_leaves_the_reader_where_it_is()
    {
        await Log.AppendAsync(Sample.Request("a", "1"));
        var head = await Log.HeadAsync();

        var page = await Log.ReadAsync(head, 10);
        await Log.AppendAsync(Sample.Request("a", "2"));

        Assert.That(page.AtEnd);
        Assert.That((await Log.ReadAsync(page.Next, 10)).Events.Select(e => e.Id), Is.EqualTo(new[] { "2" }));
    }

    [Test]
    public async Task A_reader_with_a_buffer_of_its_own_sees_the_same_pages()
    {
        await Log.AppendAsync([.. Enumerable.Range(1, 200).Select(i => new AppendRequest("a", ExpectedVersion.Any, [Sample.Event("a", $"{i}", json: $$"""{"properties":{"n": {{i}} } }""")]))]);
        var options = new ReadOptions(WithIds: true, new PageBuffer());
        var seen = new List<(string Id, string Json)>();
        var after = Checkpoint.Start;
        while (await Log.ReadAsync(after, 70, options) is { AtEnd: false } page)
        {
            seen.AddRange(page.Events.Select(e => (e.Id, System.Text.Encoding.UTF8.GetString(e.Json.Span))));
            after = page.Next;
        }

        Assert.That(seen, Is.EqualTo((await Log.AllAsync()).Select(e => (e.Id, System.Text.Encoding.UTF8.GetString(e.Json.Span)))));
        Assert.That(seen, Has.Count.EqualTo(200));
    }

    [Test]
    public async Task Waiting_ends_when_an_event_comes_and_at_once_where_one_is_there()
    {
        using var patience = new CancellationTokenSource(Patience);
        var waiting = Log.WaitAsync(Checkpoint.Start, patience.Token).AsTask();
        Assert.That(waiting.IsCompleted, Is.False);

        await Log.AppendAsync(Sample.Request("a", "1"));
        await waiting;
        await Log.WaitAsync(Checkpoint.Start, patience.Token);
        var next = Log.WaitAsync(await Log.HeadAsync(), patience.Token).AsTask();

        Assert.That(next.IsCompleted, Is.False);
        await patience.CancelAsync();
        Assert.That(async () => await next, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_duplicate_or_a_conflict_wakes_nobody()
    {
        await Log.AppendAsync(Sample.Request("a", "1"));
        using var cancellation = new CancellationTokenSource();
        var waiting = Log.WaitAsync(await Log.HeadAsync(), cancellation.Token).AsTask();

        await Log.AppendAsync([Sample.Request("a", "1"), Sample.Request("a", ExpectedVersion.NoStream, "2")]);

        Assert.That(waiting.IsCompleted, Is.False);
        await cancellation.CancelAsync();
    }

    [Test]
    public async Task Checkpoints_events_and_ids_hold_after_the_log_is_opened_again()
    {
        await Log.AppendAsync(Sample.Request("a", "1", "2", "3"));
        var middle = (await Log.ReadAsync(Checkpoint.Start, 2)).Next;
        var head = await Log.HeadAsync();

        var kept = new Checkpoint(middle.Token);
        var again = await ReopenAsync(Log);
        Log = again;

        Assert.That((await again.ReadAsync(kept, 10)).Events.Select(e => e.Id), Is.EqualTo(new[] { "3" }));
        Assert.That(await again.HeadAsync(), Is.EqualTo(head));
        Assert.That(again.PositionOf(head), Is.EqualTo(3));
        Assert.That(await again.AppendAsync(Sample.Request("a", "2")), Is.EqualTo(new AppendResult.Duplicate(2)));
        Assert.That(await again.AppendAsync(Sample.Request("a", ExpectedVersion.Exactly(3), "4")), Is.EqualTo(new AppendResult.Appended(4, 4)));
    }

    [Test]
    public async Task Reading_from_before_a_position_begins_with_it()
    {
        await Log.AppendAsync(Sample.Request("a", "1", "2", "3"));

        Assert.That((await Log.ReadAsync(await Log.BeforeAsync(2), 10)).Events.Select(e => e.Position), Is.EqualTo(new[] { 2L, 3 }));
        Assert.That(await Log.BeforeAsync(1), Is.EqualTo(Checkpoint.Start));
        Assert.That(await Log.BeforeAsync(0), Is.EqualTo(Checkpoint.Start));
    }

    [Test]
    public async Task A_reader_without_ids_is_spared_those_of_interactions_only()
    {
        await Log.AppendAsync(new AppendRequest("a", ExpectedVersion.Any, [Sample.Event("a", "1"), Sample.Event("a", "2") with { Kind = EventKind.Decision }]));

        var page = await Log.ReadAsync(Checkpoint.Start, 10, new ReadOptions(WithIds: false));

        Assert.That(page.Events[0].Id, Is.AnyOf("", "1"));
        Assert.That(page.Events[1].Id, Is.EqualTo("2"));
    }

    [Test]
    public void A_checkpoint_of_another_log_is_refused() =>
        Assert.That(async () => await Log.ReadAsync(new Checkpoint("C:12/P:9"), 10), Throws.ArgumentException);

    [Test]
    public async Task A_request_of_ten_thousand_events_is_appended_and_one_more_is_refused()
    {
        var ids = Enumerable.Range(1, AppendRequest.EventsMax).Select(i => $"{i}").ToArray();

        Assert.That(await Log.AppendAsync(Sample.Request("a", ids)), Is.EqualTo(new AppendResult.Appended(10_000, 10_000)));
        Assert.That(async () => await Log.AppendAsync(Sample.Request("b", [.. ids, "one more"])), Throws.ArgumentException);
        Assert.That(Log.PositionOf(await Log.HeadAsync()), Is.EqualTo(10_000));
    }

    [Test]
    public async Task An_empty_call_is_answered_with_nothing_and_an_empty_request_refused()
    {
        Assert.That(await Log.AppendAsync(Array.Empty<AppendRequest>()), Is.Empty);
        Assert.That(async () => await Log.AppendAsync([Sample.Request("a", "1"), Sample.Request("a")]), Throws.ArgumentException);
        Assert.That(await Log.HeadAsync(), Is.EqualTo(Checkpoint.Start));
    }

    [Test]
    public void An_event_of_another_stream_than_its_request_is_refused() => Assert.That(
        async () => await Log.AppendAsync(new AppendRequest("a", ExpectedVersion.Any, [Sample.Event("b", "1")])), Throws.ArgumentException);

    [Test]
    public void An_id_that_could_not_come_back_as_it_went_in_is_refused()
    {
        string[] ids = ["", "half a pair \ud800", "wrong way round \udc00\ud800"];
        foreach (var id in ids)
        {
            Assert.That(async () => await Log.AppendAsync(Sample.Request("a", id)), Throws.ArgumentException, id);
        }
    }

    [Test]
    public async Task An_id_of_a_thousand_characters_is_appended_and_one_more_is_refused()
    {
        var id = new string('界', AppendRules.TextMax);
        await Log.AppendAsync(Sample.Request("a", id));

        Assert.That((await Log.AllAsync()).Single().Id, Is.EqualTo(id));
        Assert.That(async () => await Log.AppendAsync(Sample.Request("a", id + "x")), Throws.ArgumentException);
    }

    private async Task<List<RecordedEvent>> FollowAsync(int total, CancellationToken cancellation)
    {
        var seen = new List<RecordedEvent>();
        var after = Checkpoint.Start;
        while (seen.Count < total)
        {
            await Log.WaitAsync(after, cancellation);
            var page = await Log.ReadAsync(after, 37, cancellation);
            Assert.That(page.AtEnd, Is.False, "waiting ended, so there is an event");
            seen.AddRange(page.Events);
            after = page.Next;
        }

        return seen;
    }
}
