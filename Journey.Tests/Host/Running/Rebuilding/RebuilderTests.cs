using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Running;
using Journey.Host.Running.Rebuilding;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Host.Running.Rebuilding;

public sealed class RebuilderTests
{
    private const string Coat = """{"cart_id":"c1","product_id":"p1","price":80,"quantity":1,"currency":"EUR"}""";

    [Test]
    public async Task A_rebuild_of_everything_replaces_what_had_drifted([Values(1, 2)] int workers, [Values(7, 5_000)] int page)
    {
        await using var shop = new Shopfront();
        var processor = await BusyAsync(shop);
        var events = (await shop.LogAsync()).Count;
        await DriftAsync(shop);
        Assert.That(await DifferingAsync(shop), Is.EqualTo(new[] { "customers", "map_cases" }));

        await using var rebuilder = Rebuilder(shop, processor, new RebuildOptions { Workers = workers, PageEvents = page, SumsMax = 64 });
        var ended = await RunAsync(rebuilder, Generation.All);

        Assert.Multiple(async () =>
        {
            Assert.That((ended.State, ended.Reason, ended.Done), Is.EqualTo(("swapped", (string?)null, ended.Total)));
            Assert.That(await DifferingAsync(shop), Is.Empty);
            Assert.That((await shop.LogAsync()).Count, Is.EqualTo(events), "nothing is decided or appended by it");
            Assert.That(await LeftoversAsync(shop), Is.Empty);
        });
        await shop.SayAsync("u1", "Product Added", Coat);
        await shop.SettleAsync(processor);
        Assert.That(await DifferingAsync(shop), Is.Empty, "live processing goes on in the new tables");
    }

    [Test]
    public async Task A_rebuild_of_one_projection_replaces_its_tables_and_no_others()
    {
        await using var shop = new Shopfront();
        var processor = await BusyAsync(shop);
        await DriftAsync(shop);
        var projection = ReadModelTables.MapCases.Projection;

        await using var rebuilder = Rebuilder(shop, processor);
        var ended = await RunAsync(rebuilder, projection);

        Assert.Multiple(async () =>
        {
            Assert.That((ended.Name, ended.State), Is.EqualTo((projection, "swapped")));
            Assert.That(await DifferingAsync(shop), Is.EqualTo(new[] { "customers" }));
            Assert.That(await LeftoversAsync(shop), Is.Empty);
        });
    }

    [Test]
    public async Task Who_reads_meanwhile_sees_the_old_tables_whole_and_then_the_new_ones_whole()
    {
        await using var shop = new Shopfront();
        var processor = await BusyAsync(shop);
        var wrong = new ReadModelChanges();
        var whole = (await CustomersAsync(shop)).Count;
        for (var i = 0; i < 3 * whole; i++)
        {
            wrong.Put(ReadModelTables.Customers, [$"nobody{i}", .. Enumerable.Repeat(Cell.Null, ReadModelTables.Customers.Columns.Length - 1)]);
        }

        await CommitAsync(shop, wrong);
        await using var rebuilder = Rebuilder(shop, processor, new RebuildOptions { PageEvents = 3, Workers = 1 });
        await rebuilder.StartAsync(Generation.All);
        var seen = new HashSet<int>();
        while (rebuilder.Running is not null || seen.Count < 2)
        {
            seen.Add((await CustomersAsync(shop)).Count);
            if (rebuilder.Running is null)
            {
                await rebuilder.FinishAsync(null, CancellationToken.None);
                seen.Add((await CustomersAsync(shop)).Count);
                break;
            }
        }

        Assert.That(seen, Is.EquivalentTo(new[] { 4 * whole, whole }));
    }

    [Test]
    public async Task What_arrives_during_a_rebuild_is_in_after_the_swap()
    {
        await using var shop = new Shopfront();
        var processor = await BusyAsync(shop);
        var log = new HeldLog(shop.Store);
        await using var rebuilder = Rebuilder(shop, processor, new RebuildOptions { PageEvents = 5 }, log);
        await rebuilder.StartAsync(Generation.All);
        await log.Waiting;

        var late = await shop.SayAsync("latecomer", "Product Added", Coat);
        await shop.SayAsync("u1", "Order Completed", """{"cart_id":"c1","order_id":"late","total":80,"currency":"EUR"}""");
        await shop.SettleAsync(processor);
        log.Free();
        await rebuilder.FinishAsync(null, CancellationToken.None);

        Assert.Multiple(async () =>
        {
            Assert.That((await rebuilder.ListAsync())[0].State, Is.EqualTo("swapped"));
            Assert.That((await CustomersAsync(shop)).Select(row => row[0].Text), Does.Contain(late));
            Assert.That(await DifferingAsync(shop), Is.Empty);
        });
    }

    [Test]
    public async Task A_store_that_cannot_be_reached_for_a_while_is_waited_out()
    {
        await using var shop = new Shopfront();
        var processor = await BusyAsync(shop);
        await DriftAsync(shop);
        var log = new HeldLog(shop.Store);
        await using var rebuilder = Rebuilder(shop, processor, new RebuildOptions { PageEvents = 5, Workers = 1 }, log);
        await rebuilder.StartAsync(Generation.All);
        await log.Waiting;
        log.Let(3);
        await log.Waiting;
        log.FailsNext = new StoreUnreachableException("The connection was cut.");
        log.Free();
        await rebuilder.FinishAsync(null, CancellationToken.None);

        var ended = (await rebuilder.ListAsync())[0];
        Assert.That((ended.State, ended.Reason, log.FailsNext), Is.EqualTo(("swapped", (string?)null, (Exception?)null)));
        Assert.That(await DifferingAsync(shop), Is.Empty);
    }

    [Test]
    public async Task A_paused_rebuild_does_nothing_until_it_is_resumed_whoever_resumes_it()
    {
        await using var shop = new Shopfront();
        var processor = await BusyAsync(shop);
        var log = new HeldLog(shop.Store);
        await using (var first = Rebuilder(shop, processor, new RebuildOptions { Workers = 1, PageEvents = 5 }, log))
        {
            var begun = (RebuildAnswer.Started)await first.StartAsync(Generation.All);
            await log.Waiting;
            var paused = (RebuildAnswer.Started)await first.PauseAsync(begun.Status.Id);
            log.Free();
            Assert.That(paused.Status.State, Is.EqualTo("paused"));
        }

        await using var second = Rebuilder(shop, processor);
        await second.TakeUpAsync();
        Assert.That(second.Running?.State, Is.EqualTo("paused"), "a restart does not resume it");
        Assert.That(await second.StartAsync("carts"), Is.InstanceOf<RebuildAnswer.Refused>());
        await second.ResumeAsync(second.Running!.Id);
        await second.FinishAsync(null, CancellationToken.None);
        Assert.That((await second.ListAsync())[0].State, Is.EqualTo("swapped"));
        Assert.That(await DifferingAsync(shop), Is.Empty);
    }

    [Test]
    public async Task A_cancelled_rebuild_leaves_what_is_live_and_nothing_else()
    {
        await using var shop = new Shopfront();
        var processor = await BusyAsync(shop);
        await DriftAsync(shop);
        var log = new HeldLog(shop.Store);
        await using var rebuilder = Rebuilder(shop, processor, log: log);
        var begun = (RebuildAnswer.Started)await rebuilder.StartAsync(Generation.All);
        await log.Waiting;
        await rebuilder.CancelAsync(begun.Status.Id);
        await rebuilder.FinishAsync(null, CancellationToken.None);

        Assert.Multiple(async () =>
        {
            Assert.That((await rebuilder.ListAsync()).Select(rebuild => (rebuild.State, rebuild.Reason)), Is.EqualTo(new[] { ("cancelled", "Cancelled by an operator.") }));
            Assert.That(await DifferingAsync(shop), Is.EqualTo(new[] { "customers", "map_cases" }));
            Assert.That(await LeftoversAsync(shop), Is.Empty);
            Assert.That(await rebuilder.PauseAsync(begun.Status.Id), Is.EqualTo(new RebuildAnswer.Refused($"Rebuild {begun.Status.Id} of all is cancelled.")));
            Assert.That(await rebuilder.PauseAsync(99), Is.EqualTo(new RebuildAnswer.Unknown(null)));
        });
    }

    [Test]
    public async Task One_that_was_stopped_goes_on_with_the_customers_that_are_not_done()
    {
        await using var shop = new Shopfront();
        var processor = await BusyAsync(shop);
        await DriftAsync(shop);
        var log = new HeldLog(shop.Store);
        var options = new RebuildOptions { Workers = 1, SumsMax = 1 };
        await using (var first = Rebuilder(shop, processor, options, log))
        {
            await first.StartAsync(Generation.All);
            await log.Waiting;
            log.Let(60);
            await log.Waiting;
        }

        var left = (await shop.Store.GenerationsAsync(1))[0];
        Assert.That(left.IsOpen, Is.True);
        var done = System.Numerics.BitOperations.PopCount(left.DoneSlices);
        Assert.That(done, Is.GreaterThan(0).And.LessThan(64));

        var again = new HeldLog(shop.Store);
        again.Free();
        await using var second = Rebuilder(shop, processor, options, again);
        var resumed = (RebuildAnswer.Started)await second.StartAsync(Generation.All);
        await second.FinishAsync(null, CancellationToken.None);
        Assert.Multiple(async () =>
        {
            Assert.That(resumed.Status.ResumedAt, Is.GreaterThan(0));
            Assert.That(again.Reads, Is.LessThanOrEqualTo(2 * (64 - done)), "what is done is not read again");
            Assert.That((await second.ListAsync()).Select(rebuild => rebuild.State), Is.EqualTo(new[] { "swapped" }));
            Assert.That(await DifferingAsync(shop), Is.Empty);
        });
    }

    [Test]
    public async Task An_event_that_cannot_be_folded_fails_the_rebuild_and_nothing_live()
    {
        await using var shop = new Shopfront();
        var processor = await BusyAsync(shop);
        var sick = await shop.SayAsync("u1", "Product Viewed");
        await shop.SettleAsync(processor);
        await shop.PoisonAsync(sick);
        var poison = (await shop.LogAsync())[^1].Position;

        // As if the live fold, of another build, had taken it.
        var committed = await shop.Store.CheckpointAsync(Processor.Consumer);
        await shop.Store.CommitAsync(new ProcessedBatch(Processor.Consumer, committed, new Checkpoint($"{poison}"), [], [], new ReadModelChanges()));
        var behind = shop.Processor();
        await behind.LoadAsync(CancellationToken.None);
        await using var rebuilder = Rebuilder(shop, behind);
        var ended = await RunAsync(rebuilder, Generation.All);

        Assert.That((ended.State, ended.Position), Is.EqualTo(("failed", (long?)poison)));
        Assert.That(ended.Reason, Does.StartWith($"Stopped at position {poison:N0} (Product Added): InvalidDataException"));
        var list = new PoisonList(shop.Store, () => behind.Stalled, rebuilder, behind.RetryAsync, shop.Clock);
        Assert.That((await list.ListAsync(CancellationToken.None)).Select(listed => (listed.Position, listed.Partition)), Is.EqualTo(new[] { (poison, (int?)null) }));
        Assert.That(await list.SkipAsync(poison, "unreadable", CancellationToken.None), Is.InstanceOf<PoisonAnswer.Skipped>());
        await behind.CatchUpAsync(null, CancellationToken.None);
        Assert.That((await RunAsync(rebuilder, Generation.All)).State, Is.EqualTo("swapped"));
        Assert.That(await DifferingAsync(shop), Is.Empty);
    }

    [Test]
    public async Task A_partition_that_stops_during_a_rebuild_stands_still_in_the_new_tables_too()
    {
        await using var shop = new Shopfront();
        var processor = await BusyAsync(shop);
        var sick = await shop.SayAsync("u1", "Product Viewed");
        await shop.SettleAsync(processor);
        var log = new HeldLog(shop.Store);
        await using var rebuilder = Rebuilder(shop, processor, log: log);
        await rebuilder.StartAsync(Generation.All);
        await log.Waiting;
        await shop.PoisonAsync(sick);
        await shop.SayAsync("u1", "Product Added", Coat);
        await processor.CatchUpAsync(null, CancellationToken.None);
        Assert.That(processor.Stalled, Has.Count.EqualTo(1));
        log.Free();
        await rebuilder.FinishAsync(null, CancellationToken.None);

        Assert.That((await rebuilder.ListAsync())[0].State, Is.EqualTo("swapped"));
        Assert.That(await DifferingAsync(shop), Is.Empty);
    }

    [Test]
    public async Task An_unknown_name_is_answered_with_the_nearest()
    {
        await using var shop = new Shopfront();
        var processor = await BusyAsync(shop);
        await using var rebuilder = Rebuilder(shop, processor);
        Assert.That(await rebuilder.StartAsync("cart"), Is.EqualTo(new RebuildAnswer.Unknown("carts")));
    }

    internal static Rebuilder Rebuilder(Shopfront shop, ILiveFold live, RebuildOptions? options = null, IEventLog? log = null) =>
        new(log ?? shop.Store, shop.Store, shop.Store, live, options ?? new RebuildOptions(), shop.Clock);

    /// <summary>A few days of a dozen customers, folded, with carts, orders, merges and decisions.</summary>
    internal static async Task<Processor> BusyAsync(Shopfront shop)
    {
        await shop.PublishSamplesAsync();
        var processor = shop.Processor();
        await processor.PrepareAsync(CancellationToken.None);
        for (var day = 0; day < 2; day++)
        {
            for (var person = 1; person <= 12; person++)
            {
                await shop.SayAsync($"u{person}", EventNames.Identified, traits: $$"""{"email":"u{{person}}@shop.example"}""");
                await shop.SayAsync($"u{person}", EventNames.ConsentGranted, """{"channel":"email","purpose":"marketing"}""");
                await shop.SayAsync($"u{person}", "Product Added", Coat.Replace("c1", $"c{person}-{day}", StringComparison.Ordinal));
                shop.Clock.Advance(TimeSpan.FromMinutes(9));
            }

            shop.Clock.Advance(TimeSpan.FromHours(22));
            await shop.SettleAsync(processor);
        }

        return processor;
    }

    internal static async Task<IReadOnlyList<string>> DifferingAsync(Shopfront shop) =>
        [.. (await new Verification(shop.Store).RunAsync(null, CancellationToken.None)).ReadModels.Where(model => !model.Agrees).Select(model => model.Name)];

    private static async Task<RebuildStatus> RunAsync(Rebuilder rebuilder, string name)
    {
        var begun = (RebuildAnswer.Started)await rebuilder.StartAsync(name);
        await rebuilder.FinishAsync(null, CancellationToken.None);
        return (await rebuilder.ListAsync()).Single(rebuild => rebuild.Id == begun.Status.Id);
    }

    /// <summary>Takes a row away and counts something twice.</summary>
    private static async Task DriftAsync(Shopfront shop)
    {
        var wrong = new ReadModelChanges();
        wrong.Delete(ReadModelTables.Customers, (await CustomersAsync(shop))[0][0]);
        wrong.Add(ReadModelTables.MapCases, ["customer"], 1, 1, 1);
        await CommitAsync(shop, wrong);
    }

    private static async Task CommitAsync(Shopfront shop, ReadModelChanges changes)
    {
        var committed = await shop.Store.CheckpointAsync(Processor.Consumer);
        await shop.Store.CommitAsync(new ProcessedBatch(Processor.Consumer, committed, committed, [], [], changes));
    }

    private static async Task<IReadOnlyList<Cell[]>> CustomersAsync(Shopfront shop) =>
        await shop.Store.QueryAsync(new TableQuery(ReadModelTables.Customers, [], [], 10_000));

    private static async Task<IReadOnlyList<string>> LeftoversAsync(Shopfront shop) => await shop.Store.ReadAsync(database =>
    {
        var names = new List<string>();
        var statement = database.Prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB '*__[gr][0-9]*'");
        while (statement.Step())
        {
            names.Add(statement.Text(0));
        }

        statement.Reset();
        return names;
    });
}
