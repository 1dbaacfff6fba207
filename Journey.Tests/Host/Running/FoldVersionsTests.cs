using Journey.Domain.EventLog;
using Journey.Host.Running;
using Journey.Host.Running.Rebuilding;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;
using Journey.Tests.Host.Http;
using Journey.Tests.Host.Running.Rebuilding;

namespace Journey.Tests.Host.Running;

public sealed class FoldVersionsTests
{
    private const string Coat = """{"cart_id":"c1","product_id":"p1","price":80,"quantity":1,"currency":"EUR"}""";

    [Test]
    public async Task What_another_version_folded_is_rebuilt_before_anything_folds_on()
    {
        await using var shop = new Shopfront();
        var mark = await AnotherVersionAsync(shop);
        var events = (await shop.LogAsync()).Count;

        var second = shop.Processor();
        await second.PrepareAsync(CancellationToken.None);

        Assert.Multiple(async () =>
        {
            Assert.That(await RebuilderTests.DifferingAsync(shop), Is.Empty);
            Assert.That((await shop.LogAsync()).Count, Is.EqualTo(events), "nothing is decided or appended by it");
            Assert.That(await shop.Store.CheckpointAsync("fold-version"), Is.EqualTo(mark));
        });
    }

    [Test]
    public async Task A_server_serves_what_another_version_folded_while_it_rebuilds_and_then_decides_what_came_meanwhile_once()
    {
        await using var shop = new Shopfront();
        await AnotherVersionAsync(shop);
        await PausedRebuildAsync(shop);
        var carts = await CartsAsync(shop);
        await using (var runtime = await JourneyRuntime.StartAsync(shop.Store, new RuntimeOptions { Clock = shop.Clock }, CancellationToken.None))
        await using (var server = await ServerUnderTest.StartAsync(with: _ => runtime.Services()))
        {
            await shop.SayAsync("u2", "Product Added", Coat.Replace("c1", "c2", StringComparison.Ordinal));
            await shop.SayAsync("u2", "Order Completed", """{"cart_id":"c2","order_id":"o1","total":80,"currency":"EUR"}""");
            var before = (await shop.LogAsync()).Count;
            var waiting = (await server.GetAsync("/v1/projections")).GetProperty("consumers")[0];
            Assert.Multiple(async () =>
            {
                Assert.That(await CartsAsync(shop), Is.EqualTo(carts), "what the other version folded is served");
                Assert.That(waiting.GetProperty("lag").GetInt64(), Is.EqualTo(2));
                Assert.That(waiting.GetProperty("fault").GetProperty("reason").GetString(), Does.Contain("their rebuild has stopped"), "it is paused");
            });

            await runtime.Rebuilder.ResumeAsync(1);
            await runtime.FoldedAsync(before, CancellationToken.None);
            Assert.That((await runtime.Rebuilder.ListAsync()).Select(rebuild => (rebuild.Name, rebuild.State)), Is.EqualTo(new[] { ("all", "swapped") }));
            Assert.That((await server.GetAsync("/v1/projections")).GetProperty("consumers")[0].GetProperty("fault").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
        }

        Assert.That(await RebuilderTests.DifferingAsync(shop), Is.Empty, "decisions included");
        Assert.That(await CartsAsync(shop), Has.Count.EqualTo(carts.Count + 1));
    }

    [Test]
    public async Task Tables_of_another_shape_are_read_as_far_as_they_go_until_they_are_replaced()
    {
        await using var shop = new Shopfront();
        var now = ReadModelTables.Carts;
        var before = now with { Columns = now.Columns.RemoveAt(now.ColumnIndex("coupon")), Indexes = [] };
        await shop.Store.PrepareAsync([before]);
        var row = new ReadModelChanges();
        row.Put(before, ["u1", "c1", "active", .. Enumerable.Repeat(Cell.Null, before.Columns.Length - 3)]);
        await shop.Store.CommitAsync(new ProcessedBatch("another", Checkpoint.Start, new Checkpoint("1"), [], [], row));

        var processor = shop.Processor();
        await processor.LoadAsync(CancellationToken.None);
        var found = await shop.Store.QueryAsync(new TableQuery(now, [new("state", FilterKind.Equal, "active")], ["-active_at", "coupon"], 10));
        Assert.That(found.Select(cells => (cells[0].Text, cells[1].Text, cells[now.ColumnIndex("coupon")].Kind)), Is.EqualTo(new[] { ("u1", "c1", CellKind.Null) }));
        Assert.That(await shop.Store.QueryAsync(new TableQuery(now, [new("coupon", FilterKind.Equal, "TEN")], [], 10)), Is.Empty);

        await processor.PrepareAsync(CancellationToken.None);
        Assert.That(await shop.Store.StaleTablesAsync(), Is.Empty);
        Assert.That(await shop.Store.QueryAsync(new TableQuery(now, [], ["coupon"], 10)), Is.Empty, "no event ever said that there is a cart");
    }

    /// <summary>A rebuild of everything, begun and paused: its end comes when a test wants it to.</summary>
    private static async Task PausedRebuildAsync(Shopfront shop)
    {
        var processor = shop.Processor();
        await processor.LoadAsync(CancellationToken.None);
        var log = new HeldLog(shop.Store);
        await using var rebuilder = RebuilderTests.Rebuilder(shop, processor, log: log);
        await rebuilder.StartAsync(Generation.All);
        await log.Waiting;
        await rebuilder.PauseAsync(1);
    }

    private static async Task<IReadOnlyList<string>> CartsAsync(Shopfront shop) =>
        [.. (await shop.Store.QueryAsync(new TableQuery(ReadModelTables.Carts, [], [], 100))).Select(row => string.Join('/', row))];

    /// <summary>A store as an older version would have left it: another mark, and a row missing that this version writes.</summary>
    private static async Task<Checkpoint> AnotherVersionAsync(Shopfront shop)
    {
        await shop.PublishSamplesAsync();
        var first = shop.Processor();
        await first.PrepareAsync(CancellationToken.None);
        var customer = await shop.SayAsync("u1", "Product Added", Coat);
        await shop.SettleAsync(first);
        shop.Clock.Advance(TimeSpan.FromHours(2));
        await shop.SettleAsync(first);

        var mark = await shop.Store.CheckpointAsync("fold-version");
        await shop.Store.CommitAsync(new ProcessedBatch("fold-version", mark, new Checkpoint("v0"), [], [], new ReadModelChanges()));
        var wrong = new ReadModelChanges();
        wrong.Delete(ReadModelTables.Customers, customer);
        var committed = await shop.Store.CheckpointAsync(Processor.Consumer);
        await shop.Store.CommitAsync(new ProcessedBatch(Processor.Consumer, committed, committed, [], [], wrong));
        Assert.That(await RebuilderTests.DifferingAsync(shop), Is.Not.Empty);
        return mark;
    }
}
