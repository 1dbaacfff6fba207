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
}
