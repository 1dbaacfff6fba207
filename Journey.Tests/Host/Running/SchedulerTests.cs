using Journey.Domain.Events;
using Journey.Host.Running;

namespace Journey.Tests.Host.Running;

public sealed class SchedulerTests
{
    private const string Coat = """{"cart_id":"c1","product_id":"p1","price":80,"quantity":1,"currency":"EUR"}""";

    [Test]
    public async Task A_due_time_is_recorded_with_its_own_time_whenever_it_is_noticed()
    {
        await using var shop = new Shopfront();
        var processor = shop.Processor();
        await processor.PrepareAsync(CancellationToken.None);
        await shop.SayAsync("u1", "Product Added", Coat);
        await shop.SettleAsync(processor);
        var due = shop.Now + 3_600_000;

        shop.Clock.Advance(TimeSpan.FromHours(5));
        await shop.SettleAsync(processor);

        var log = await shop.LogAsync();
        var reached = log.First(recorded => recorded.Kind == EventKind.Time);
        var abandoned = log.Single(recorded => recorded.Name == EventNames.CartAbandoned);
        Assert.That(
            (reached.OccurredAt, reached.ReceivedAt, abandoned.OccurredAt),
            Is.EqualTo((due, shop.Now, due)));
    }

    [Test]
    public async Task Nothing_is_due_before_its_time()
    {
        await using var shop = new Shopfront();
        var processor = shop.Processor();
        await processor.PrepareAsync(CancellationToken.None);
        await shop.SayAsync("u1", "Product Added", Coat);
        await shop.SettleAsync(processor);

        shop.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        await shop.SettleAsync(processor);
        Assert.That((await shop.LogAsync()).Select(recorded => recorded.Kind), Has.None.EqualTo(EventKind.Time));

        shop.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await shop.SettleAsync(processor);
        Assert.That((await shop.LogAsync()).Count(recorded => recorded.Name == EventNames.CartAbandoned), Is.EqualTo(1));
    }

    [Test]
    public async Task Recording_the_same_due_time_twice_writes_once()
    {
        await using var shop = new Shopfront();
        var processor = shop.Processor();
        await processor.PrepareAsync(CancellationToken.None);
        await shop.SayAsync("u1", "Product Added", Coat);
        await processor.CatchUpAsync(null, CancellationToken.None);
        shop.Clock.Advance(TimeSpan.FromHours(2));

        // The processor stands still, so the store goes on answering that the customer is due.
        using var scheduler = new Scheduler(shop.Store, shop.Store, (_, _) => Task.CompletedTask, shop.Clock);
        var first = await scheduler.RecordDueAsync(CancellationToken.None);
        var second = await scheduler.RecordDueAsync(CancellationToken.None);

        Assert.Multiple(async () =>
        {
            Assert.That(first, Is.EqualTo((1, 0)));
            Assert.That(second, Is.EqualTo((0, 1)));
            Assert.That((await shop.LogAsync()).Count(recorded => recorded.Kind == EventKind.Time), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task It_sleeps_until_the_next_due_time_and_wakes_for_an_earlier_one()
    {
        await using var shop = new Shopfront();
        var processor = shop.Processor();
        await processor.PrepareAsync(CancellationToken.None);
        using var stop = new CancellationTokenSource();
        using var scheduler = new Scheduler(shop.Store, shop.Store, processor.FoldedAsync, shop.Clock);
        processor.Processed += page =>
        {
            if (page.EarliestDue is { } due)
            {
                scheduler.Wake(due);
            }
        };
        var running = Task.WhenAll(processor.RunAsync(stop.Token), Task.Run(() => scheduler.RunAsync(stop.Token)));

        await shop.SayAsync("u1", "Product Added", Coat);
        var abandoned = SeenAsync(shop, EventNames.CartAbandoned);
        while (!abandoned.IsCompleted)
        {
            // A manual clock moves only when told to; the scheduler may not be asleep yet the first times.
            shop.Clock.Advance(TimeSpan.FromMinutes(30));
            await Task.WhenAny(abandoned, Task.Delay(20));
        }

        await stop.CancelAsync();
        await running.ContinueWith(static _ => { }, TaskScheduler.Default);
        Assert.That((await shop.LogAsync()).Count(recorded => recorded.Name == EventNames.CartAbandoned), Is.EqualTo(1));
    }

    private static async Task SeenAsync(Shopfront shop, string name)
    {
        for (var after = Journey.Domain.EventLog.Checkpoint.Start; ;)
        {
            var page = await shop.Store.ReadAsync(after, 100);
            if (page.Events.Any(recorded => recorded.Name == name))
            {
                return;
            }

            after = page.Next;
            await shop.Store.WaitAsync(after);
        }
    }
}
