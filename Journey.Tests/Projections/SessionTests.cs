using Journey.Domain.Events;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Projections;

public sealed class SessionTests
{
    [TestCase("2026-03-01T10:30:00.000Z", 1)]
    [TestCase("2026-03-01T10:30:00.001Z", 2)]
    public void A_gap_over_half_an_hour_begins_a_session(string second, int sessions)
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Page Viewed").Then(second, "Page Viewed");

        Assert.That(story.State.Sessions.Remembered, Has.Count.EqualTo(sessions));
    }

    [Test]
    public void A_session_goes_on_across_channels()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Page Viewed").Then("2026-03-01T10:10Z", "Store Visited", new { store = "Milano" }, "store");

        Assert.That(story.State.Sessions.Current!.Channels, Is.EqualTo(new[] { "web", "store" }));
        Assert.That(story.Rows.Value(ReadModelTables.Sessions, "channels", Story.Customer, "s1"), Is.EqualTo("web,store"));
        Assert.That(story.State.Lifetime.LastStore, Is.EqualTo("Milano"));
    }

    [Test]
    public void The_senders_session_id_wins_over_the_gap_and_goes_on_when_seen_again()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Page Viewed", session: "a")
            .Then("2026-03-01T10:01Z", "Page Viewed", session: "b")
            .Then("2026-03-02T10:00Z", "Page Viewed", session: "a");

        Assert.That(story.State.Sessions.Remembered.Select(static s => (s.Id, s.Events)), Is.EqualTo(new[] { ("a", 2L), ("b", 1L) }));
        Assert.That(story.Rows.Value(ReadModelTables.MapCases, "cases", "session"), Is.EqualTo("2"));
    }

    [Test]
    public void Carts_and_orders_are_counted_by_what_the_workspace_calls_them()
    {
        var story = new Story("""
            workspace: shop
            eventAliases: { in_den_korb: Product Added, gekauft: Order Completed }
            """)
            .Then("2026-03-01T10:00Z", "Product Viewed").Then("2026-03-01T10:01Z", "in_den_korb", new { product_id = "p" })
            .Then("2026-03-01T10:02Z", "Cart Viewed").Then("2026-03-01T10:03Z", "Coupon Removed").Then("2026-03-01T10:04Z", "Checkout Started")
            .Then("2026-03-01T10:05Z", "gekauft", new { order_id = "o" }).Then("2026-03-01T10:06Z", "Order Cancelled", new { order_id = "o" })
            .Then("2026-03-01T12:00Z", "Page Viewed");

        Assert.That(
            story.Rows.All(ReadModelTables.Sessions).Select(static row => (row[1].Text, row[4].Integer, row[7].Integer, row[8].Integer)),
            Is.EqualTo(new[] { ("s2", 7L, 3L, 1L), ("s9", 1L, 0L, 0L) }));
    }

    [Test]
    public void Two_sessions_that_a_merge_makes_one_have_the_carts_and_orders_of_both()
    {
        var story = new Story()
            .Then("2026-03-01T10:00Z", "Product Added", new { product_id = "p" }, customer: "c0000000000000002")
            .Then("2026-03-01T10:05Z", "Product Added", new { product_id = "q" }).Then("2026-03-01T10:06Z", "Order Completed", new { order_id = "o" })
            .Merge("2026-03-01T10:10Z", "c0000000000000002")
            .Then("2026-03-01T10:11Z", "Cart Viewed");

        Assert.That(
            story.Rows.All(ReadModelTables.Sessions).Select(static row => (row[0].Text, row[4].Integer, row[7].Integer, row[8].Integer)),
            Is.EqualTo(new[] { (Story.Customer, 4L, 3L, 1L) }));
    }

    [Test]
    public void A_channel_may_have_a_gap_of_its_own()
    {
        var story = new Story("""
            workspace: shop
            sessions: { gap: 10m, gapByChannel: { call-center: 2h } }
            """).Then("2026-03-01T10:00Z", "Page Viewed").Then("2026-03-01T11:00Z", "Call Taken", channel: "call-center");

        Assert.That(story.State.Sessions.Remembered, Has.Count.EqualTo(1));
    }

    [Test]
    public void The_end_of_a_session_is_told_only_when_a_journey_listens()
    {
        const string listener = """
            rule: goodbye
            on: Session Ended
            do: [ { task: { team: store, title: Bye } } ]
            """;

        Assert.That(new Story().Then("2026-03-01T10:00Z", "Page Viewed").Until("2026-03-02T00:00Z").Followed, Is.Empty);

        var story = new Story(listener).Then("2026-03-01T10:00Z", "Page Viewed").Until("2026-03-02T00:00Z");
        Assert.That(story.Log.Single(static e => e.Name == EventNames.SessionEnded).OccurredAt, Is.EqualTo(Story.Instant("2026-03-01T10:30Z")));
        Assert.That(story.Followed, Does.Contain(EventNames.TaskRequested));
    }

    [Test]
    public void The_seventeenth_session_pushes_out_the_one_idle_longest_and_its_row_stays()
    {
        var story = new Story();
        for (var i = 0; i <= Sessions.RememberedMax; i++)
        {
            story.Then($"2026-03-01T10:{i:00}Z", "Page Viewed", session: $"a{i}");
        }

        Assert.That(story.State.Sessions.Remembered, Has.Count.EqualTo(Sessions.RememberedMax));
        Assert.That(story.State.Sessions.Remembered[0].Id, Is.EqualTo("a1"));
        Assert.That(story.Rows.Value(ReadModelTables.Sessions, "events", Story.Customer, "a0"), Is.EqualTo("1"));
    }
}
