using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Projections.ReadModels;
using Journey.Projections.Segments;

namespace Journey.Tests.Projections;

public sealed class SegmentTests
{
    private const string Documents = """
        segment: buyers
        where: customer.orders >= 1
        ---
        segment: lookers
        where: performed("Product Viewed", "1d")
        """;

    [Test]
    public void Entering_and_leaving_is_told_once_each()
    {
        var story = new Story(Documents).Then("2026-03-01T10:00Z", "Product Viewed", new { product_id = "p" })
            .Then("2026-03-01T10:01Z", "Order Completed", new { order_id = "o", total = 1 })
            .Then("2026-03-02T10:00Z", "Page Viewed");

        Assert.That(story.Followed, Is.EqualTo(new[] { EventNames.SegmentEntered, EventNames.SegmentEntered, EventNames.SegmentLeft }));
        Assert.That(story.State.Segments, Is.EqualTo(new[] { "buyers" }));
    }

    [Test]
    public void Memberships_that_follow_from_imported_history_are_imported_too()
    {
        var story = new Story(Documents).Imported("2025-03-01T10:00Z", "Order Completed", new { order_id = "o", total = 1 });

        var entered = story.Log.Single(static e => e.Name == EventNames.SegmentEntered);
        Assert.That(entered.IsImported, Is.True);
    }

    [Test]
    public void Members_and_days_follow_entries_and_exits()
    {
        var story = new Story(Documents).Then("2026-03-01T10:00Z", "Product Viewed", new { product_id = "p" })
            .Then("2026-03-01T10:01Z", "Order Completed", new { order_id = "o", total = 1 })
            .Then("2026-03-02T10:00Z", "Page Viewed");

        Assert.That(story.Rows.Value(ReadModelTables.SegmentMembers, "entered_at", "buyers", Story.Customer), Is.EqualTo($"{Story.Instant("2026-03-01T10:01Z")}"));
        Assert.That(story.Rows.Value(ReadModelTables.SegmentMembers, "entered_at", "lookers", Story.Customer), Is.EqualTo("no row"));
        Assert.That(story.Rows.All(ReadModelTables.SegmentDays).Select(static row => string.Join(' ', row)).Order(), Is.EqualTo(new[]
        {
            "buyers 2026-03-01 1 0", "lookers 2026-03-01 1 0", "lookers 2026-03-02 0 1",
        }));
    }

    [Test]
    public void Who_turns_out_to_be_somebody_else_leaves_and_the_survivor_is_looked_at()
    {
        const string other = "c0000000000000002";
        var story = new Story(Documents).Then("2026-03-01T10:00Z", "Order Completed", new { order_id = "o", total = 1 }, customer: other)
            .Then("2026-03-01T11:00Z", "Page Viewed").Merge("2026-03-02T10:00Z", other);

        Assert.That(story.Rows.All(ReadModelTables.SegmentMembers).Select(static row => (row[0].Text, row[1].Text)), Is.EqualTo(new[] { ("buyers", Story.Customer) }));
        Assert.That(story.Rows.Value(ReadModelTables.SegmentDays, "left", "buyers", "2026-03-02"), Is.EqualTo("1"));
        Assert.That(story.Rows.Value(ReadModelTables.SegmentDays, "entered", "buyers", "2026-03-02"), Is.EqualTo("1"));
    }

    [TestCase(1)]
    [TestCase(7)]
    public void Folded_again_in_other_batches_members_and_days_are_the_same(int batch)
    {
        var story = new Story(Documents).Then("2026-03-01T10:00Z", "Product Viewed").Then("2026-03-01T10:01Z", "Order Completed", new { order_id = "o", total = 1 })
            .Then("2026-03-01T10:02Z", "Order Completed", new { order_id = "p", total = 1 }, customer: "c2").Then("2026-03-04T10:00Z", "Page Viewed").Merge("2026-03-05T10:00Z", "c2");

        Assert.That(LogFold.Of(story.Log, batch, definitionsAt: story.DefinitionsAt).Rows.Text(), Is.EqualTo(story.Rows.Text()));
    }

    [Test]
    public void A_draft_is_held_against_the_customers_as_they_are_now()
    {
        var story = new Story(Documents).Then("2026-03-01T10:00Z", "Product Viewed").Then("2026-03-01T10:01Z", "Order Completed", new { order_id = "o", total = 1 });
        var draft = DocumentParser.Parse("draft.yaml", "segment: lookers\nwhere: performed(\"Product Viewed\", \"2h\") && customer.orders == 1").Of<SegmentDefinition>().Single();
        var definitions = story.DefinitionsAt(long.MaxValue);

        Assert.That(new SegmentPreview(draft, definitions, Story.Instant("2026-03-01T11:00Z")).Of(story.State), Is.EqualTo(new SegmentTurn(IsIn: true, WasIn: true)));
        Assert.That(new SegmentPreview(draft, definitions, Story.Instant("2026-03-01T13:00Z")).Of(story.State), Is.EqualTo(new SegmentTurn(IsIn: false, WasIn: true)));
        Assert.That(new SegmentPreview(draft with { Name = "new" }, definitions, 0).Of(story.State), Is.EqualTo(new SegmentTurn(IsIn: true, WasIn: false)));
    }

    [TestCase("count(\"Product Viewed\", \"1d\") >= 2", "2026-03-02T10:00Z", null)]
    [TestCase("performed(\"Product Viewed\", \"36h\")", "2026-03-03T00:00Z", null)]
    [TestCase("performed(\"Product Viewed\") && !performed(\"Product Viewed\", \"30d\")", null, "2026-03-31T12:00Z")]
    [TestCase("daysSince(\"Product Viewed\") >= 30", null, "2026-03-31T12:00Z")]
    [TestCase("daysSince(\"Product Viewed\") > 30", null, "2026-04-01T12:00Z")]
    [TestCase("daysSince(\"Product Viewed\") == 2", "2026-03-04T12:00Z", "2026-03-03T12:00Z")]
    [TestCase("now - customer.lastSeenAt >= duration(\"720h\")", null, "2026-03-31T12:00Z")]
    [TestCase("now - customer.lastSeenAt > duration(\"720h\")", null, "2026-03-31T12:00:00.001Z")]
    [TestCase("customer.firstSeenAt + duration(\"48h\") > now", "2026-03-03T10:00Z", null)]
    [TestCase("now >= timestamp(\"2026-06-01T00:00:00Z\") && customer.orders == 0", null, "2026-06-01T00:00Z")]
    [TestCase("now >= timestamp(customer.trialEndsAt) - duration(\"72h\")", null, "2026-04-27T00:00Z")]
    public void A_condition_that_turns_by_time_alone_turns_at_its_instant(string condition, string? leaves, string? enters)
    {
        var story = new Story($"segment: timed\nwhere: '{condition}'")
            .Then("2026-03-01T10:00Z", "Product Viewed", traits: new { trialEndsAt = "2026-04-30T00:00:00Z" })
            .Then("2026-03-01T12:00Z", "Product Viewed").Until("2028-01-01T00:00Z");

        Assert.That(LastTime(story, EventNames.SegmentLeft), Is.EqualTo(leaves is null ? 0 : Story.Instant(leaves)));
        Assert.That(LastTime(story, EventNames.SegmentEntered), Is.EqualTo(Story.Instant(enters ?? (leaves is null ? "" : FirstIn(condition)))));
        Assert.That(story.State.DueAt, Is.Null);
    }

    private static string FirstIn(string condition) => condition.StartsWith("count", StringComparison.Ordinal) ? "2026-03-01T12:00Z" : "2026-03-01T10:00Z";

    private static long LastTime(Story story, string name) => story.Log.LastOrDefault(e => e.Name == name).OccurredAt;

    [Test]
    public void Time_is_recorded_only_where_somebody_turns()
    {
        var story = new Story("segment: regulars\nwhere: count(\"Page Viewed\", \"30d\") >= 3")
            .Then("2026-03-01T10:00Z", "Page Viewed").Then("2026-03-02T10:00Z", "Page Viewed").Until("2027-01-01T00:00Z");

        Assert.That(story.Log.Count(static e => e.Kind == EventKind.Time), Is.EqualTo(0));
    }

    [Test]
    public void A_journey_begins_when_its_segment_is_entered_by_time_alone()
    {
        var story = new Story("""
            segment: lapsed
            where: daysSince("Order Completed") >= 90
            ---
            journey: win-back
            enter: { on: Segment Entered, where: event.segment == "lapsed" }
            steps:
              - { id: offer, send: { channel: web, template: offer } }
            """).Then("2026-03-01T10:00Z", "Order Completed", new { order_id = "o", total = 1 }).Until("2026-05-30T10:00Z");

        var requested = story.Log.Single(static e => e.Name == EventNames.MessageRequested);
        Assert.That(requested.OccurredAt, Is.EqualTo(Story.Instant("2026-05-30T10:00Z")));
    }

    [Test]
    public void What_arrives_late_does_not_turn_back_what_time_has_turned()
    {
        var story = new Story("segment: lapsed\nwhere: daysSince(\"Order Completed\") >= 90")
            .Then("2026-03-01T10:00Z", "Order Completed", new { order_id = "o", total = 1 }).Until("2026-06-01T00:00Z")
            .Then("2026-04-01T10:00Z", "Page Viewed");

        Assert.That(story.Followed, Is.EqualTo(new[] { EventNames.SegmentEntered }));
        Assert.That(story.State.Segments, Is.EqualTo(new[] { "lapsed" }));
    }

    [Test]
    public void More_instants_than_are_looked_at_in_one_go_are_looked_at_in_several()
    {
        var terms = Enumerable.Range(0, SegmentTurns.LooksMax).Select(static hour => $"now == timestamp(\"2030-01-01T00:00:00Z\") + duration(\"{hour}h\")");
        var story = new Story($"segment: late\nwhere: 'daysSince(\"Order Completed\") > 1 && now > timestamp(\"2031-01-01T00:00:00Z\") || [{string.Join(", ", terms)}].size() == 0'")
            .Then("2026-03-01T10:00Z", "Order Completed", new { order_id = "o", total = 1 }).Until("2032-01-01T00:00Z");

        Assert.That(story.Log.Count(static e => e.Kind == EventKind.Time), Is.GreaterThan(1));
        Assert.That(story.State.Segments, Is.EqualTo(new[] { "late" }));
        Assert.That(LastTime(story, EventNames.SegmentEntered), Is.EqualTo(Story.Instant("2031-01-01T00:00:00.001Z")));
    }

    [TestCase(1)]
    [TestCase(7)]
    public void Folded_again_with_what_time_turned_everything_is_the_same(int batch)
    {
        var story = new Story("segment: lapsed\nwhere: daysSince(\"Order Completed\") >= 9\n---\nsegment: fresh\nwhere: performed(\"Page Viewed\", \"2d\")")
            .Then("2026-03-01T10:00Z", "Order Completed", new { order_id = "o", total = 1 }).Then("2026-03-01T10:02Z", "Page Viewed", customer: "c2")
            .Until("2026-03-04T00:00Z").Merge("2026-03-05T10:00Z", "c2").Until("2026-04-01T00:00Z").Then("2026-04-01T10:00Z", "Page Viewed").Until("2026-05-01T00:00Z");

        Assert.That(LogFold.Of(story.Log, batch, definitionsAt: story.DefinitionsAt).Rows.Text(), Is.EqualTo(story.Rows.Text()));
        Assert.That(story.State.Segments, Is.EqualTo(new[] { "lapsed" }));
    }
}
