using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Projections.Maps;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Projections;

public sealed class MapScanTests
{
    private const string Other = "c0000000000000002";

    private static readonly Story Shop = new Story().Then("2026-03-01T10:00Z", "Home").Then("2026-03-01T10:01Z", "Product Viewed")
        .Then("2026-03-01T10:02Z", "Product Viewed").Then("2026-03-01T10:04Z", "Order Completed", channel: "app")
        .Then("2026-03-02T10:00Z", "Home", customer: Other).Then("2026-03-02T10:05Z", "Product Viewed", customer: Other)
        .Then("2026-03-03T10:00Z", "Home", customer: "c3").Then("2026-03-03T10:05Z", "Product Viewed", customer: "c3");

    [Test]
    public void What_is_computed_from_the_log_is_what_is_kept_live(
        [Range(31, 34)] int seed, [Values] CaseNotion cases, [Values] ActivityNotion activities)
    {
        var log = RandomHistory.Of(seed, events: 500, customers: 6, merges: 3);
        var rows = LogFold.Of(log, 40).Rows;
        var live = JourneyMapQuery.Read(
            cases, activities, rows.All(ReadModelTables.MapCases), rows.All(ReadModelTables.MapActivities), rows.All(ReadModelTables.MapEdges),
            rows.All(ReadModelTables.MapThroughputs), rows.All(ReadModelTables.MapGaps));

        foreach (var stretches in (int[])[1, 2, 7])
        {
            var scanned = Scanned.Map(log, new MapQuery(cases, activities), stretches);
            Assert.That(Counts(scanned), Is.EqualTo(Counts(live)), $"in {stretches} stretches");
            Assert.That(scanned.Throughput.MeanSeconds, Is.EqualTo(live.Throughput.MeanSeconds));
            AreClose(scanned.Throughput.MedianSeconds, live.Throughput.MedianSeconds);
            AreClose(scanned.Throughput.P95Seconds, live.Throughput.P95Seconds);
            foreach (var (exact, kept) in scanned.Edges.Zip(live.Edges))
            {
                AreClose(exact.MedianSeconds, kept.MedianSeconds);
                AreClose(exact.P95Seconds, kept.P95Seconds);
            }
        }
    }

    [Test]
    public void Who_was_parted_again_counts_as_live([Range(1, 4)] int seed, [Values] CaseNotion cases)
    {
        var log = PartedHistory.Of(seed, events: 300).Log;
        var rows = LogFold.Of(log, 40).Rows;
        var live = JourneyMapQuery.Read(
            cases, ActivityNotion.Name, rows.All(ReadModelTables.MapCases), rows.All(ReadModelTables.MapActivities), rows.All(ReadModelTables.MapEdges),
            rows.All(ReadModelTables.MapThroughputs), rows.All(ReadModelTables.MapGaps));

        Assert.That(Counts(Scanned.Map(log, new MapQuery(cases), stretches: 3)), Is.EqualTo(Counts(live)));
    }

    [Test]
    public void By_occurrence_it_does_not_matter_in_which_order_things_arrived([Range(1, 6)] int seed, [Values] CaseNotion cases)
    {
        var query = new MapQuery(cases) { ByOccurrence = true };
        var happened = RandomHistory.Of(seed, events: 300, customers: 4, merges: 0)
            .Where(static e => e.Kind == EventKind.Interaction).DistinctBy(static e => (e.Stream, e.OccurredAt)).OrderBy(static e => e.OccurredAt).ToList();
        var dice = new Random(seed);
        var arrived = happened.OrderBy(_ => dice.Next()).ToList();

        Assert.That(Counts(Scanned.Map(arrived, query)), Is.EqualTo(Counts(Scanned.Map(happened, query))));
        Assert.That(Counts(Scanned.Map(arrived, query)), Is.EqualTo(Counts(Scanned.Map(happened, query with { ByOccurrence = false }))));
        Assert.That(Counts(Scanned.Map(arrived, query with { ByOccurrence = false })), Is.Not.EqualTo(Counts(Scanned.Map(happened, query))));
    }

    [Test]
    public void What_happened_at_one_time_keeps_the_order_of_arrival()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "b").Then("2026-03-01T10:00Z", "a").Then("2026-03-01T09:00Z", "first");

        Assert.That(
            Scanned.Variants(story.Log, new MapQuery { ByOccurrence = true }).Items.Single().Activities,
            Is.EqualTo(new[] { "first", "b", "a" }));
    }

    [Test]
    public void Variants_are_counted_and_the_happy_path_is_the_commonest_that_converts()
    {
        var variants = Scanned.Variants(Shop.Log, new MapQuery());

        Assert.That((variants.Cases, variants.Count), Is.EqualTo((3L, 2L)));
        Assert.That(variants.Items.Select(static v => (string.Join(">", v.Activities), v.Length, v.Count, v.Share, v.Successes)), Is.EqualTo(new[]
        {
            ("Home>Product Viewed", 2, 2L, 2.0 / 3, 0L),
            ("Home>Product Viewed>Product Viewed>Order Completed", 4, 1L, 1.0 / 3, 1L),
        }));
        Assert.That(Scanned.Map(Shop.Log, new MapQuery()).HappyPath, Is.EqualTo(new[] { "Home", "Product Viewed", "Product Viewed", "Order Completed" }));
        Assert.That(Scanned.Map(Shop.Log, new MapQuery { Channel = "web" }).HappyPath, Is.Empty, "the order was placed in the app");
    }

    [Test]
    public void A_conversion_is_what_the_workspace_calls_one_and_its_aliases()
    {
        var workspace = Workspace.Default with { ConversionEvent = "Subscribed", EventAliases = Workspace.Default.EventAliases.Add("abo", "Subscribed") };
        var story = new Story().Then("2026-03-01T10:00Z", "abo").Then("2026-03-01T10:00Z", "Order Completed", customer: Other);

        Assert.That(Scanned.Map(story.Log, new MapQuery(), workspace: workspace).HappyPath, Is.EqualTo(new[] { "abo" }));
    }

    [Test]
    public void Rework_is_cases_with_an_activity_more_than_once_and_self_loops_are_its_direct_repetitions()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "a").Then("2026-03-01T10:01Z", "a").Then("2026-03-01T10:02Z", "a").Then("2026-03-01T10:03Z", "b")
            .Then("2026-03-01T10:04Z", "a").Then("2026-03-01T10:00Z", "a", customer: Other);

        var a = Scanned.Map(story.Log, new MapQuery()).Activities.Single(static activity => activity.Name == "a");
        Assert.That((a.Count, a.Cases, a.Rework, a.SelfLoops), Is.EqualTo((5L, 2L, 1L, 2L)));
    }

    [Test]
    public void A_slice_holds_what_happened_on_the_channel_and_in_the_period()
    {
        Assert.That(Names(new MapQuery { Channel = "app" }), Is.EqualTo(new[] { "Order Completed" }));
        Assert.That(Names(new MapQuery { From = At("2026-03-01T10:02Z"), To = At("2026-03-01T10:04Z") }), Is.EqualTo(new[] { "Product Viewed" }), "half-open");
        Assert.That(Scanned.Map(Shop.Log, new MapQuery { AsOf = At("2026-03-02T10:00Z") }).Events, Is.EqualTo(5), "inclusive");

        static IEnumerable<string> Names(MapQuery query) => Scanned.Map(Shop.Log, query).Activities.Select(static activity => activity.Name);
    }

    [Test]
    public void A_segment_is_who_is_in_it_now_or_was_then()
    {
        var story = new Story("""
            segment: lookers
            where: performed("Product Viewed", "1d")
            """).Then("2026-03-01T10:00Z", "Product Viewed").Then("2026-03-03T10:00Z", "Home").Then("2026-03-03T11:00Z", "Product Viewed", customer: Other);

        Assert.That(Scanned.Map(story.Log, new MapQuery { Segment = "lookers" }).Events, Is.EqualTo(1));
        Assert.That(Scanned.Map(story.Log, new MapQuery { Segment = "lookers", AsOf = At("2026-03-02T00:00Z") }).Events, Is.EqualTo(1));
        Assert.That(Scanned.Map(story.Log, new MapQuery { Segment = "lookers", AsOf = At("2026-03-03T10:00Z") }).Events, Is.Zero);
    }

    [Test]
    public void Names_count_as_the_stages_that_the_workspace_puts_them_into()
    {
        var workspace = Workspace.Default with { Stages = Workspace.Default.Stages.Add("Browse", ["Home", "Product Viewed"]) };
        var grouped = Scanned.Map(Shop.Log, new MapQuery { Stages = MapStages.Group }, workspace: workspace);

        Assert.That(grouped.Activities.Select(static a => (a.Name, a.Count)), Is.EqualTo(new[] { ("Browse", 7L), ("Order Completed", 1L) }));
        Assert.That(
            Scanned.Map(Shop.Log, new MapQuery { Stages = MapStages.Only }, workspace: workspace).Activities.Select(static a => a.Name), Is.EqualTo(new[] { "Browse" }));
    }

    [Test]
    public void What_still_arrives_for_somebody_absorbed_counts_for_the_survivor_once()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "a", customer: Other).Then("2026-03-01T10:01Z", "b")
            .Merge("2026-03-01T10:02Z", Other).Then("2026-03-01T10:03Z", "c", customer: Other);

        Assert.That(Scanned.Variants(story.Log, new MapQuery()).Items.Select(static v => string.Join(">", v.Activities)), Is.EqualTo(new[] { "a>b>c" }));
    }

    private static long At(string at) => Story.Instant(at);

    private static void AreClose(double exact, double kept) => Assert.That(Math.Abs(exact - kept), Is.LessThanOrEqualTo((exact / 128) + 1e-9));

    private static string[] Counts(JourneyMap map) =>
    [
        $"{map.Cases} cases, {map.Events} events",
        .. map.Activities.Select(static activity => $"{activity}"),
        .. map.Edges.Select(static edge => $"{edge with { MedianSeconds = 0, P95Seconds = 0 }}"),
        .. map.Starts.Select(static start => $"from {start}"),
        .. map.Ends.Select(static end => $"to {end}"),
    ];
}
