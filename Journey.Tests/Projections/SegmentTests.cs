using Journey.Domain.Events;

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
}
