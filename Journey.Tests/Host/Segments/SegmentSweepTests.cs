using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Host.Running;
using Journey.Host.Segments;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;
using Journey.Tests.Host.Running;

namespace Journey.Tests.Host.Segments;

public sealed class SegmentSweepTests
{
    private const string Buyers = """
        segment: buyers
        where: performed("Order Completed", "30d")
        """;

    private const string Welcome = """
        journey: welcome
        enter: { on: Segment Entered, where: event.segment == "buyers" }
        steps:
          - { id: hello, send: { channel: web, template: hello } }
        """;

    private const string Order = """{"order_id":"o1","total":20,"currency":"EUR"}""";

    [Test]
    public async Task Who_is_in_a_segment_when_it_is_published_is_found_and_starts_no_journey_by_it()
    {
        await using var shop = new Shopfront();
        var processor = await OpenAsync(shop);
        var buyer = await shop.SayAsync("u1", "Order Completed", Order);
        await shop.SayAsync("u2", "Page Viewed");
        await PublishAsync(shop, processor, Welcome + "\n---\n" + Buyers);

        var report = await Sweep(shop, processor).FollowAsync(CancellationToken.None);
        await shop.SettleAsync(processor);

        Assert.That((report!.Customers, report.Concerned), Is.EqualTo((2, 1)));
        Assert.That(await MembersAsync(shop), Is.EqualTo(new[] { buyer }));
        var log = await shop.LogAsync();
        Assert.That(log.Count(static recorded => recorded.Name is EventNames.RunEntered or EventNames.MessageRequested), Is.Zero);

        // From here on everything is as ever: the window passes, and the next order starts the journey.
        shop.Clock.Advance(TimeSpan.FromDays(30));
        await shop.SettleAsync(processor);
        Assert.That(await MembersAsync(shop), Is.Empty);
        await shop.SayAsync("u1", "Order Completed", Order.Replace("o1", "o2", StringComparison.Ordinal));
        await shop.SettleAsync(processor);
        Assert.That((await shop.LogAsync()).Count(static recorded => recorded.Name == EventNames.MessageRequested), Is.EqualTo(1));
    }

    [Test]
    public async Task A_publication_is_followed_once_whoever_follows_it()
    {
        await using var shop = new Shopfront();
        var processor = await OpenAsync(shop);
        await shop.SayAsync("u1", "Order Completed", Order);
        await PublishAsync(shop, processor, Buyers);
        var first = Sweep(shop, processor);

        Assert.That(await first.FollowAsync(CancellationToken.None), Is.Not.Null);
        Assert.That(await first.FollowAsync(CancellationToken.None), Is.Null);
        Assert.That(await Sweep(shop, processor).FollowAsync(CancellationToken.None), Is.Null);

        await PublishAsync(shop, processor, Welcome);
        Assert.That(await first.FollowAsync(CancellationToken.None), Is.Null, "no segment changed");
    }

    [Test]
    public async Task One_that_was_interrupted_begins_again_and_tells_nobody_twice()
    {
        await using var shop = new Shopfront();
        var processor = await OpenAsync(shop);
        await shop.SayAsync("u1", "Order Completed", Order);
        await PublishAsync(shop, processor, Buyers);
        var publication = (await shop.LogAsync())[^1].Position;
        await processor.CatchUpAsync(null, CancellationToken.None);
        var breaking = new SegmentSweep(
            shop.Store, shop.Store, () => processor.Definitions, (position, _) => position > publication ? throw new OperationCanceledException() : Task.CompletedTask, shop.Clock);

        Assert.That(async () => await breaking.FollowAsync(CancellationToken.None), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await Sweep(shop, processor).FollowAsync(CancellationToken.None), Is.Not.Null);

        Assert.That((await shop.LogAsync()).Count(static recorded => recorded.Kind == EventKind.Time), Is.EqualTo(1));
        Assert.That((await MembersAsync(shop)).Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Who_is_in_a_segment_that_is_taken_back_leaves_it()
    {
        await using var shop = new Shopfront();
        var processor = await OpenAsync(shop);
        await shop.SayAsync("u1", "Order Completed", Order);
        await PublishAsync(shop, processor, Buyers);
        var sweep = Sweep(shop, processor);
        await sweep.FollowAsync(CancellationToken.None);

        await shop.Store.AppendAsync([new AppendRequest(SystemStreams.Definitions, ExpectedVersion.Any, [DefinitionDocuments.Retire("segment", "buyers", shop.Now)])]);
        await processor.CatchUpAsync(null, CancellationToken.None);
        await sweep.FollowAsync(CancellationToken.None);
        await processor.CatchUpAsync(null, CancellationToken.None);

        Assert.That(await MembersAsync(shop), Is.Empty);
        Assert.That((await shop.LogAsync()).Count(static recorded => recorded.Name == EventNames.SegmentLeft), Is.EqualTo(1));
    }

    [Test]
    public async Task Who_is_not_in_it_yet_will_be_when_time_has_come()
    {
        await using var shop = new Shopfront();
        var processor = await OpenAsync(shop);
        var customer = await shop.SayAsync("u1", "Order Completed", Order);
        await PublishAsync(shop, processor, "segment: buyers\nwhere: daysSince(\"Order Completed\") >= 90");
        await Sweep(shop, processor).FollowAsync(CancellationToken.None);
        Assert.That(await MembersAsync(shop), Is.Empty);

        shop.Clock.Advance(TimeSpan.FromDays(90));
        await shop.SettleAsync(processor);

        Assert.That(await MembersAsync(shop), Is.EqualTo(new[] { customer }));
        var state = (await shop.Store.LoadAsync([customer])).Values.Single();
        Assert.That(CustomerState.Read(customer, state.Span, new Vocabulary()).DueAt, Is.Null);
    }

    [Test]
    public async Task A_server_follows_by_itself_and_a_rebuild_comes_to_the_same()
    {
        await using var shop = new Shopfront();
        await using (var runtime = await JourneyRuntime.StartAsync(shop.Store, new RuntimeOptions { Clock = shop.Clock }, CancellationToken.None))
        {
            await shop.SayAsync("u1", "Order Completed", Order);
            await AppendAsync(shop, Buyers);
            var entered = new TaskCompletionSource();
            runtime.Processed += page =>
            {
                if (page.Events.Any(static recorded => recorded.Name == EventNames.SegmentEntered))
                {
                    entered.TrySetResult();
                }
            };
            await entered.Task.WaitAsync(TimeSpan.FromMinutes(1));
        }

        Assert.That((await MembersAsync(shop)).Count, Is.EqualTo(1));
        Assert.That((await new Verification(shop.Store).RunAsync(null, CancellationToken.None)).Holds, Is.True);
    }

    private static async Task<Processor> OpenAsync(Shopfront shop)
    {
        var processor = shop.Processor();
        await processor.PrepareAsync(CancellationToken.None);
        return processor;
    }

    private static SegmentSweep Sweep(Shopfront shop, Processor processor) =>
        new(shop.Store, shop.Store, () => processor.Definitions, (_, stop) => processor.CatchUpAsync(null, stop), shop.Clock);

    private static async Task PublishAsync(Shopfront shop, Processor processor, string documents)
    {
        await AppendAsync(shop, documents);
        await processor.CatchUpAsync(null, CancellationToken.None);
    }

    private static async Task AppendAsync(Shopfront shop, string documents)
    {
        var parsed = DocumentParser.Parse("segments.yaml", documents);
        Assert.That(parsed.HasErrors, Is.False, string.Join('\n', parsed.Faults));
        await shop.Store.AppendAsync(
            [new AppendRequest(SystemStreams.Definitions, ExpectedVersion.Any, [.. parsed.Documents.Select(document => DefinitionDocuments.Publish(document, shop.Now))])]);
    }

    private static async Task<IReadOnlyList<string>> MembersAsync(Shopfront shop) =>
        [.. (await new SegmentReader(shop.Store).MembersAsync("buyers", 10, CancellationToken.None)).Select(static member => member.Customer)];
}
