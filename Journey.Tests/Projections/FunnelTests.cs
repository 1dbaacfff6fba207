using Journey.Domain.Language;
using Journey.Projections.Funnels;

namespace Journey.Tests.Projections;

public sealed class FunnelTests
{
    private const string Other = "c0000000000000002";
    private const string Purchase = """
        funnel: purchase
        stages: [Product Viewed, Product Added, { name: Bought, on: Order Completed, where: event.total > 0 }]
        within: 2h
        """;

    [Test]
    public void Who_comes_through_all_stages_in_order_and_in_time_converts()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Viewed").Then("2026-03-01T10:10Z", "Product Added").Then("2026-03-01T11:00Z", "Order Completed", new { total = 5 })
            .Then("2026-03-01T10:00Z", "Product Viewed", customer: Other).Then("2026-03-01T10:30Z", "Product Added", customer: Other)
            .Then("2026-03-01T12:01Z", "Order Completed", new { total = 5 }, customer: Other)
            .Then("2026-03-01T10:00Z", "Product Viewed", customer: "c3").Then("2026-03-01T10:05Z", "Order Completed", new { total = 5 }, customer: "c3")
            .Then("2026-03-01T10:00Z", "Product Added", customer: "c4");

        var report = Scanned.Funnel(story.Log, Purchase);
        Assert.That((report.Name, report.Within, report.Counting), Is.EqualTo(("purchase", "2h", "closed")));
        Assert.That(report.Stages, Is.EqualTo(new[]
        {
            new FunnelStageCount("Product Viewed", "Product Viewed", 3, 1, 0, 1, null),
            new FunnelStageCount("Product Added", "Product Added", 2, 2.0 / 3, 1 - (2.0 / 3), 2.0 / 3, 1_200),
            new FunnelStageCount("Bought", "Order Completed", 1, 0.5, 0.5, 1.0 / 3, 3_000),
        }));
    }

    [Test]
    public void Open_counting_takes_every_stage_by_itself()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added").Then("2026-03-01T10:10Z", "Order Completed", new { total = 5 })
            .Then("2026-03-01T10:00Z", "Order Completed", new { total = 5 }, customer: Other);

        var report = Scanned.Funnel(story.Log, Purchase, new FunnelQuery(Open: true));
        Assert.That(report.Stages.Select(static stage => (stage.Count, stage.Conversion, stage.Overall)), Is.EqualTo(new[] { (0L, 1.0, (double?)null), (1, 0, null), (2, 1, null) }));
    }

    [Test]
    public void A_way_that_began_later_is_followed_where_it_leaves_more_time()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Viewed").Then("2026-03-01T10:10Z", "Product Added").Then("2026-03-01T11:50Z", "Product Viewed")
            .Then("2026-03-01T11:55Z", "Product Added").Then("2026-03-01T13:00Z", "Order Completed", new { total = 5 });

        Assert.That(Scanned.Funnel(story.Log, Purchase).Stages.Select(static stage => stage.Count), Is.EqualTo(new[] { 1L, 1, 1 }));
    }

    [Test]
    public void Conversion_over_time_is_by_the_day_of_entering()
    {
        var story = new Story().Then("2026-03-01T23:30Z", "Product Viewed").Then("2026-03-01T23:40Z", "Product Added").Then("2026-03-02T00:30Z", "Order Completed", new { total = 5 })
            .Then("2026-03-02T10:00Z", "Product Viewed")
            .Then("2026-03-01T10:00Z", "Product Viewed", customer: Other).Then("2026-03-01T11:00Z", "Product Viewed", customer: Other);

        Assert.That(Scanned.Funnel(story.Log, Purchase).Days, Is.EqualTo(new[]
        {
            new FunnelDayCount(new DateOnly(2026, 3, 1), 2, 1),
            new FunnelDayCount(new DateOnly(2026, 3, 2), 1, 0),
        }));
        Assert.That(Scanned.Funnel(story.Log, Purchase, new FunnelQuery(Open: true)).Days, Is.Null);
    }

    [TestCase(FunnelReport.DaysMax, 0)]
    [TestCase(FunnelReport.DaysMax + 1, 1)]
    public void Of_many_days_the_latest_are_told(int days, int leftOut)
    {
        var first = new DateTimeOffset(2024, 1, 1, 12, 0, 0, TimeSpan.Zero);
        var story = Enumerable.Range(0, days).Aggregate(new Story(), (told, day) => told.Then($"{first.AddDays(day):yyyy-MM-dd'T'HH:mm'Z'}", "Product Viewed"));

        var found = Scanned.Funnel(story.Log, Purchase).Days!;
        Assert.That(found, Has.Count.EqualTo(FunnelReport.DaysMax));
        Assert.That((found[0].Day, found[^1].Day), Is.EqualTo((new DateOnly(2024, 1, 1).AddDays(leftOut), new DateOnly(2024, 1, 1).AddDays(days - 1))));
    }

    [TestCase("2026-03-01T12:00:00.000Z", 1)]
    [TestCase("2026-03-01T12:00:00.001Z", 0)]
    public void The_window_includes_its_last_millisecond(string bought, long count)
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Viewed").Then("2026-03-01T10:10Z", "Product Added").Then(bought, "Order Completed", new { total = 5 });

        Assert.That(Scanned.Funnel(story.Log, Purchase).Stages[2].Count, Is.EqualTo(count));
    }

    [Test]
    public void One_event_reaches_one_stage_of_a_way()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Page Viewed").Then("2026-03-01T10:00Z", "Page Viewed", customer: Other).Then("2026-03-01T10:01Z", "Page Viewed", customer: Other);

        var report = Scanned.Funnel(story.Log, """
            funnel: again
            stages: [{ name: First, on: Page Viewed }, { name: Second, on: Page Viewed }]
            """);
        Assert.That(report.Stages.Select(static stage => stage.Count), Is.EqualTo(new[] { 2L, 1 }));
    }

    [Test]
    public void Conditions_look_at_the_event_and_what_arrives_late_is_put_in_its_place()
    {
        var story = new Story().Then("2026-03-01T11:00Z", "Order Completed", new { total = 5 }).Then("2026-03-01T10:00Z", "Product Viewed").Then("2026-03-01T10:10Z", "Product Added")
            .Then("2026-03-01T10:00Z", "Product Viewed", customer: Other).Then("2026-03-01T10:10Z", "Product Added", customer: Other)
            .Then("2026-03-01T11:00Z", "Order Completed", new { total = 0 }, customer: Other);

        Assert.That(Scanned.Funnel(story.Log, Purchase).Stages[2].Count, Is.EqualTo(1));
    }

    [Test]
    public void A_period_is_about_who_entered_in_it_and_a_channel_about_where()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Viewed").Then("2026-03-01T10:10Z", "Product Added", channel: "app");

        long Added(FunnelQuery query) => Scanned.Funnel(story.Log, Purchase, query).Stages[1].Count;
        Assert.That(Added(new FunnelQuery(false, From: At("2026-03-01T10:00Z"), To: At("2026-03-01T10:01Z"))), Is.EqualTo(1));
        Assert.That(Added(new FunnelQuery(false, From: At("2026-03-01T10:01Z"))), Is.Zero);
        Assert.That(Added(new FunnelQuery(false, Channel: "web")), Is.Zero);
    }

    [Test]
    public void Those_who_turned_out_to_be_one_count_once()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Viewed", customer: Other).Then("2026-03-01T10:10Z", "Product Added").Merge("2026-03-01T10:11Z", Other);

        Assert.That(Scanned.Funnel(story.Log, Purchase).Stages.Select(static stage => stage.Count), Is.EqualTo(new[] { 1L, 1, 0 }));
    }

    [TestCase("customer.orders > 1")]
    [TestCase("count(\"Order Completed\") > 1")]
    public void A_condition_on_anybodys_state_is_a_fault(string where)
    {
        var parsed = DocumentParser.Parse("funnel.yaml", $"funnel: f\nstages: [Product Viewed, {{ on: Order Completed, where: '{where}' }}]");

        Assert.That(parsed.HasErrors, Is.True);
    }

    private static long At(string at) => Story.Instant(at);
}
