using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Running;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Host.Running;

public sealed class ProcessorTests
{
    private const string Coat = """{"cart_id":"c1","product_id":"p1","price":80,"quantity":1,"currency":"EUR"}""";

    [Test]
    public async Task Live_equals_replay_at_any_batch_size([Values(1, 7, 500)] int batch)
    {
        await using var shop = new Shopfront();
        await shop.PublishSamplesAsync();
        var processor = shop.Processor(batch);
        await processor.PrepareAsync(CancellationToken.None);
        for (var day = 0; day < 4; day++)
        {
            for (var person = 1; person <= 12; person++)
            {
                await shop.SayAsync($"u{person}", EventNames.Identified, traits: $$"""{"email":"u{{person}}@shop.example","timezone":"Europe/Rome"}""");
                await shop.SayAsync($"u{person}", EventNames.ConsentGranted, """{"channel":"email","purpose":"marketing"}""");
                await shop.SayAsync($"u{person}", "Product Viewed", Coat);
                if ((person + day) % 2 == 0)
                {
                    await shop.SayAsync($"u{person}", "Product Added", Coat.Replace("c1", $"c{person}-{day}", StringComparison.Ordinal));
                }

                if ((person + day) % 3 == 0)
                {
                    await shop.SayAsync($"u{person}", "Order Completed", $$"""{"cart_id":"c{{person}}-{{day}}","order_id":"o{{person}}-{{day}}","total":80,"currency":"EUR"}""");
                }

                shop.Clock.Advance(TimeSpan.FromMinutes(7));
                await shop.SettleAsync(processor);
            }

            shop.Clock.Advance(TimeSpan.FromHours(22));
            await shop.SettleAsync(processor);
        }

        var report = await new Verification(shop.Store).RunAsync(null, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(report.ReadModels.Where(model => !model.Agrees).Select(model => model.Name), Is.Empty);
            Assert.That(report.ReadModels.Single(model => model.Name == "decisions").Rows, Is.GreaterThan(100), "there is something to agree on");
        });
    }

    [Test]
    public async Task A_poison_event_stops_its_own_partition_visibly_and_nothing_else()
    {
        await using var shop = new Shopfront();
        var processor = shop.Processor();
        await processor.PrepareAsync(CancellationToken.None);
        var (sick, well) = (await shop.SayAsync("u1", "Product Viewed"), await shop.SayAsync("u2", "Product Viewed"));
        Assert.That(Partitions.Of(sick), Is.Not.EqualTo(Partitions.Of(well)));

        await shop.PoisonAsync(sick);
        await shop.SayAsync("u1", "Product Added", Coat);
        await shop.SayAsync("u2", "Product Added", Coat);
        await processor.CatchUpAsync(null, CancellationToken.None);

        var stalled = processor.Stalled.Single();
        Assert.Multiple(async () =>
        {
            Assert.That((stalled.Partition, stalled.Position, stalled.Name), Is.EqualTo((Partitions.Of(sick), 3L, "Product Added")));
            Assert.That(stalled.Reason, Does.Contain("format 99"));
            Assert.That(await EventsOf(shop, sick), Is.EqualTo(1), "what came before it is folded, what came after is not");
            Assert.That(await EventsOf(shop, well), Is.EqualTo(2));
            Assert.That((await new Verification(shop.Store).RunAsync(null, CancellationToken.None)).Holds, Is.True);
        });
    }

    [Test]
    public async Task A_stall_outlives_a_restart_and_ends_when_the_event_is_skipped()
    {
        await using var shop = new Shopfront();
        var first = shop.Processor();
        await first.PrepareAsync(CancellationToken.None);
        var sick = await shop.SayAsync("u1", "Product Viewed");
        await shop.PoisonAsync(sick);
        await shop.SayAsync("u1", "Product Added", Coat);
        await first.CatchUpAsync(null, CancellationToken.None);

        var second = shop.Processor();
        await second.PrepareAsync(CancellationToken.None);
        Assert.That(second.Stalled.Select(stalled => stalled.Position), Is.EqualTo(new[] { 2L }));

        await shop.Store.AppendAsync([new AppendRequest(StalledPartitions.Stream, ExpectedVersion.Any, [StalledPartitions.Skip(2, "cannot be read", shop.Now)])]);
        await second.CatchUpAsync(null, CancellationToken.None);
        Assert.Multiple(async () =>
        {
            Assert.That(second.Stalled, Is.Empty);
            Assert.That(await EventsOf(shop, sick), Is.EqualTo(2));
            Assert.That((await new Verification(shop.Store).RunAsync(null, CancellationToken.None)).Holds, Is.True);
        });
    }

    [Test]
    public async Task A_partition_that_goes_on_counts_everything_once_and_stops_at_the_next_poison_event()
    {
        await using var shop = new Shopfront();
        var processor = shop.Processor(batch: 3);
        await processor.PrepareAsync(CancellationToken.None);
        var sick = await shop.SayAsync("u1", "Product Viewed");
        await shop.PoisonAsync(sick);
        for (var i = 0; i < 10; i++)
        {
            await shop.SayAsync("u1", "Product Added", Coat);
            await shop.SayAsync("u2", "Product Added", Coat);
        }

        await shop.PoisonAsync(sick);
        var second = (await shop.LogAsync())[^1].Position;
        await shop.SayAsync("u1", "Product Added", Coat);
        await processor.CatchUpAsync(null, CancellationToken.None);
        Assert.That(await processor.RetryAsync(2, CancellationToken.None), Is.InstanceOf<PoisonRetry.StandsStill>());
        Assert.That(await processor.RetryAsync(99, CancellationToken.None), Is.InstanceOf<PoisonRetry.NotStalled>());

        await shop.Store.AppendAsync([new AppendRequest(StalledPartitions.Stream, ExpectedVersion.Any, [StalledPartitions.Skip(2, "cannot be read", shop.Now)])]);
        await processor.CatchUpAsync(null, CancellationToken.None);
        Assert.Multiple(async () =>
        {
            Assert.That(processor.Stalled.Select(stalled => stalled.Position), Is.EqualTo(new[] { second }));
            Assert.That(await EventsOf(shop, sick), Is.EqualTo(11), "up to the next poison event");
            Assert.That((await new Verification(shop.Store).RunAsync(null, CancellationToken.None)).Holds, Is.True);
        });
    }

    [Test]
    public async Task A_second_owner_that_is_behind_writes_nothing_twice()
    {
        await using var shop = new Shopfront();
        await shop.PublishSamplesAsync();
        var (one, other) = (shop.Processor(), shop.Processor());
        await one.PrepareAsync(CancellationToken.None);
        await other.PrepareAsync(CancellationToken.None);
        await shop.SayAsync("u1", "Product Added", Coat);
        await one.CatchUpAsync(null, CancellationToken.None);
        shop.Clock.Advance(TimeSpan.FromHours(2));
        await shop.SettleAsync(one);
        await other.CatchUpAsync(null, CancellationToken.None);

        var names = (await shop.LogAsync()).Select(recorded => recorded.Name).ToList();
        Assert.Multiple(async () =>
        {
            Assert.That(names.Count(name => name == EventNames.CartAbandoned), Is.EqualTo(1));
            Assert.That(other.Position, Is.EqualTo(names.Count));
            Assert.That((await new Verification(shop.Store).RunAsync(null, CancellationToken.None)).Holds, Is.True);
        });
    }

    [Test]
    public async Task Segments_that_turn_with_time_do_not_answer_each_other_for_ever()
    {
        await using var shop = new Shopfront();
        await shop.PublishSamplesAsync();
        await shop.SayAsync("u1", EventNames.ConsentGranted, """{"channel":"email","purpose":"marketing"}""");
        for (var order = 1; order <= 5; order++)
        {
            shop.Clock.Advance(TimeSpan.FromDays(20));
            await shop.SayAsync("u1", "Order Completed", $$"""{"order_id":"o{{order}}","total":10,"currency":"EUR"}""");
        }

        // All in one batch: what the first event leads to is read back when the customer's windows hold much more.
        var processor = shop.Processor();
        await processor.PrepareAsync(CancellationToken.None);
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await processor.CatchUpAsync(null, bound.Token);

        var told = (await shop.LogAsync()).Where(recorded => recorded.Name is EventNames.SegmentEntered or EventNames.SegmentLeft);
        Assert.That(told.Select(recorded => recorded.Name), Is.EqualTo(new[] { EventNames.SegmentEntered, EventNames.SegmentEntered }));
    }

    [Test]
    public async Task States_that_were_dropped_from_memory_are_read_again()
    {
        await using var shop = new Shopfront();
        var processor = new Processor(shop.Store, shop.Store, new ProcessorOptions { BatchEventsMax = 3, StatesKeptMax = 1 }, shop.Clock);
        await processor.PrepareAsync(CancellationToken.None);
        for (var turn = 0; turn < 10; turn++)
        {
            for (var person = 0; person < 10; person++)
            {
                await shop.SayAsync($"u{person}", "Product Added", Coat);
            }
        }

        await processor.CatchUpAsync(null, CancellationToken.None);
        Assert.That((await new Verification(shop.Store).RunAsync(null, CancellationToken.None)).Holds, Is.True);
    }

    private static async Task<long> EventsOf(Shopfront shop, string customer)
    {
        var rows = await shop.Store.QueryAsync(new(ReadModelTables.Customers, [new("customer", Journey.Host.Stores.FilterKind.Equal, customer)], [], 1));
        return rows[0][ReadModelTables.Customers.ColumnIndex("events")].Integer;
    }
}
