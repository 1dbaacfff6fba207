using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Language.Publishing;
using Journey.Host.Replay;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;
using Journey.Tests.Host.Running;
using Journey.Tests.Host.Why;

namespace Journey.Tests.Host.Replay;

/// <summary>The past, folded again: of one customer, and of all of them.</summary>
public sealed class ReplayTests
{
    [Test]
    public async Task One_customer_folded_alone_is_what_is_stored_of_them()
    {
        await using var shop = await BusyShopAsync();
        var store = shop.Shop.Store;
        var source = await SourceAsync(shop);
        var customers = (await store.QueryAsync(new TableQuery(ReadModelTables.Customers, [], [], 1_000))).Where(row => IsOwn(row)).Select(row => row[0].Text!).ToList();
        Assert.That(customers, Has.Count.GreaterThan(3));
        var stored = await store.LoadAsync(customers);
        foreach (var customer in customers)
        {
            var replayed = (await new CustomerReplay(source).RunAsync(customer, ReplayLimit.None, null, CancellationToken.None))!;
            var bytes = new System.Buffers.ArrayBufferWriter<byte>();
            replayed.State!.Write(bytes);
            Assert.That(bytes.WrittenSpan.SequenceEqual(stored[customer].Span), Is.True, customer);
        }
    }

    [Test]
    public async Task A_customer_who_was_merged_away_is_answered_as_the_survivor_and_before_it_as_themselves()
    {
        await using var shop = await WhyShop.OpenAsync();
        var ann = await shop.MeetAsync();
        var visitor = await VisitAsync(shop, "v1");
        var before = shop.Shop.Clock.GetUtcNow();
        await shop.PassAsync(TimeSpan.FromHours(1));
        Assert.That(await VisitAsync(shop, "v2", "ann"), Is.EqualTo(ann), "the visitor is Ann");
        await shop.SettleAsync();

        var replay = new CustomerReplay(await SourceAsync(shop));
        var now = await replay.RunAsync(visitor, ReplayLimit.None, null, CancellationToken.None);
        var then = await replay.RunAsync(visitor, ReplayLimit.At(before.ToUnixTimeMilliseconds()), null, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That((now!.Customer, now.State!.Lifetime.Events), Is.EqualTo((ann, 4L)));
            Assert.That((then!.Customer, then.State!.Lifetime.Events), Is.EqualTo((visitor, 1L)));
        });
    }

    [Test]
    public async Task Every_list_as_of_a_moment_is_what_it_was_at_that_moment()
    {
        await using var shop = await BusyShopAsync();
        var store = shop.Shop.Store;
        var moment = shop.Shop.Now;
        var queries = ReadModelTables.All.Select(table => new TableQuery(table, [], [], 10_000)).ToList();
        queries.Add(new TableQuery(ReadModelTables.Carts, [new Filter("state", FilterKind.Equal, "abandoned")], ["-active_at"], 2, 1));
        queries.Add(new TableQuery(ReadModelTables.Customers, [new Filter("events", FilterKind.GreaterOrEqual, 3)], ["-last_seen_at", "country"], 100));
        queries.Add(new TableQuery(ReadModelTables.Customers, [new Filter("customer", FilterKind.StartsWith, "c")], ["last_order_at"], 3));
        var live = new List<string>();
        foreach (var query in queries)
        {
            live.Add(Text(query, await store.QueryAsync(query)));
        }

        await shop.PassAsync(TimeSpan.FromMinutes(1));
        await shop.FillCartAsync("bob", 99m, "c9");
        await shop.PassAsync(TimeSpan.FromHours(30));

        var past = await new PastReadModels(store, store).AtAsync(moment, CancellationToken.None);
        for (var i = 0; i < queries.Count; i++)
        {
            Assert.That(Text(queries[i], await past!.QueryAsync(queries[i])), Is.EqualTo(live[i]), queries[i].Table.Name);
        }
    }

    [Test]
    public async Task The_latest_moments_are_kept_and_a_moment_that_is_not_over_is_folded_again()
    {
        await using var shop = await BusyShopAsync();
        var past = new PastReadModels(shop.Shop.Store, shop.Shop.Store);
        var (settled, open) = (Shopfront.Opening.AddHours(1).ToUnixTimeMilliseconds(), shop.Shop.Now);
        var first = await past.AtAsync(settled, CancellationToken.None);
        var unsettled = await past.AtAsync(open, CancellationToken.None);
        Assert.That(await past.AtAsync(open, CancellationToken.None), Is.SameAs(unsettled), "nothing has arrived since");

        await shop.FillCartAsync("bob", 99m, "c9");
        Assert.Multiple(async () =>
        {
            Assert.That(await past.AtAsync(settled, CancellationToken.None), Is.SameAs(first));
            Assert.That(await past.AtAsync(open, CancellationToken.None), Is.Not.SameAs(unsettled));
        });
    }

    [Test]
    public async Task A_third_fold_at_once_is_turned_away()
    {
        await using var shop = await BusyShopAsync();
        var slow = new SlowLog(shop.Shop.Store);
        var past = new PastReadModels(slow, shop.Shop.Store);
        var running = new[] { past.AtAsync(1, CancellationToken.None), past.AtAsync(2, CancellationToken.None) };
        await slow.Asked;
        Assert.That(await past.AtAsync(3, CancellationToken.None), Is.Null);
        slow.Go();
        await Task.WhenAll(running);
        Assert.That(await past.AtAsync(3, CancellationToken.None), Is.Not.Null);
    }

    [Test]
    public async Task A_replay_to_the_end_has_the_digests_of_what_is_live()
    {
        await using var shop = await BusyShopAsync();
        var store = shop.Shop.Store;
        var replay = new HistoryReplay(await SourceAsync(shop));
        var end = await replay.EndAsync(null, null, CancellationToken.None);
        var history = await replay.RunAsync(end, null, CancellationToken.None);
        foreach (var table in ReadModelTables.All)
        {
            Assert.That(history.Models.Single(model => model.Name == table.Name).Digest, Is.EqualTo(await store.DigestAsync(table)), table.Name);
        }

        Assert.That(history.Models.Single(model => model.Name == "customer_states").Digest, Is.EqualTo(await store.StatesDigestAsync()));
    }

    [Test]
    public async Task A_replay_stops_at_a_position_or_before_the_first_event_that_arrived_later()
    {
        await using var shop = await BusyShopAsync();
        var replay = new HistoryReplay(await SourceAsync(shop));
        var log = await shop.Shop.LogAsync();
        var middle = log[log.Count / 2];
        Assert.Multiple(async () =>
        {
            Assert.That(await replay.EndAsync(5, null, CancellationToken.None), Is.EqualTo(5));
            Assert.That(await replay.EndAsync(long.MaxValue, null, CancellationToken.None), Is.EqualTo(log.Count));
            Assert.That(await replay.EndAsync(null, 0, CancellationToken.None), Is.Zero);
            Assert.That(await replay.EndAsync(null, middle.ReceivedAt, CancellationToken.None), Is.EqualTo(log.First(recorded => recorded.ReceivedAt > middle.ReceivedAt).Position - 1));
        });
    }

    private static async Task<WhyShop> BusyShopAsync()
    {
        var shop = await WhyShop.OpenAsync();
        for (var person = 1; person <= 4; person++)
        {
            await shop.MeetAsync($"u{person}");
            await shop.FillCartAsync($"u{person}", 20m * person, $"c{person}");
            await shop.PassAsync(TimeSpan.FromMinutes(90));
        }

        await VisitAsync(shop, "v1");
        await shop.SayAsync("u2", "Order Completed", """{"cart_id":"c2","order_id":"o2","total":40,"currency":"EUR"}""");
        await VisitAsync(shop, "v2", "u1");
        await shop.PassAsync(TimeSpan.FromHours(6));
        return shop;
    }

    /// <summary>Somebody without a name, or with one, on the same browser.</summary>
    private static async Task<string> VisitAsync(WhyShop shop, string id, string? user = null)
    {
        Identifier[] identifiers = user is null
            ? [new(IdentifierKind.AnonymousId, "browser")]
            : [new(IdentifierKind.AnonymousId, "browser"), new(IdentifierKind.UserId, user)];
        var ids = string.Join(',', identifiers.Select(one => $"\"{IdentifierNames.Of(one.Kind)}\":\"{one.Value}\""));
        var answers = await shop.Shop.Store.IngestAsync(
        [
            new Interaction("visits", id, "Page Viewed", ContactChannel.Web, EventFlags.None, shop.Shop.Now, shop.Shop.Now, [.. identifiers], [],
                StoredPayload.FromJson(System.Text.Encoding.UTF8.GetBytes("{\"ids\":{" + ids + "},\"properties\":{}}"))),
        ]);
        await shop.SettleAsync();
        return ((IngestAnswer.Recorded)answers[0]).Customer;
    }

    private static Task<ReplaySource> SourceAsync(WhyShop shop) => ReplaySource.LoadAsync(shop.Shop.Store, shop.Shop.Store, DefinitionHistory.Empty, CancellationToken.None);

    private static bool IsOwn(Cell[] row) => row[ReadModelTables.Customers.ColumnIndex("merged_into")].Kind == CellKind.Null;

    private static string Text(TableQuery query, IReadOnlyList<Cell[]> rows)
    {
        var lines = rows.Select(row => string.Join('|', row.Select(cell => cell.ToString())));
        return string.Join('\n', query.OrderBy.Count == 0 ? lines.Order(StringComparer.Ordinal) : lines);
    }

    /// <summary>A log whose pages come when the test says so.</summary>
    private sealed class SlowLog(IEventLog log) : IEventLog
    {
        private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private int _asks;

        /// <summary>Completes once as many folds wait as may run.</summary>
        public Task Asked => _asked.Task;

        public void Go() => _go.TrySetResult();

        public ValueTask<IReadOnlyList<AppendResult>> AppendAsync(IReadOnlyList<AppendRequest> requests, CancellationToken cancellation = default) => throw new NotSupportedException();

        public ValueTask<EventPage> ReadAsync(Checkpoint after, int max, CancellationToken cancellation = default) => log.ReadAsync(after, max, cancellation);

        public async ValueTask<EventPage> ReadAsync(Checkpoint after, int max, ReadOptions options, CancellationToken cancellation = default)
        {
            if (Interlocked.Increment(ref _asks) == PastReadModels.FoldsMax)
            {
                _asked.TrySetResult();
            }

            await _go.Task;
            return await log.ReadAsync(after, max, options, cancellation);
        }

        public ValueTask<EventPage> ReadStreamAsync(string stream, long afterVersion, int max, CancellationToken cancellation = default) =>
            log.ReadStreamAsync(stream, afterVersion, max, cancellation);

        public ValueTask<EventPage> ReadStreamsAsync(
            StreamPlace after, string? before, long upTo, int max, ReadOptions options, CancellationToken cancellation = default) => throw new NotSupportedException();

        public ValueTask<Checkpoint> HeadAsync(CancellationToken cancellation = default) => log.HeadAsync(cancellation);

        public ValueTask<Checkpoint> BeforeAsync(long position, CancellationToken cancellation = default) => log.BeforeAsync(position, cancellation);

        public long PositionOf(Checkpoint checkpoint) => log.PositionOf(checkpoint);

        public ValueTask WaitAsync(Checkpoint after, CancellationToken cancellation = default) => log.WaitAsync(after, cancellation);
    }
}
