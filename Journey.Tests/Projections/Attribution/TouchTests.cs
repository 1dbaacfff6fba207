using Journey.Domain.Events;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Projections.Attribution;

/// <summary>Which interactions are touches.</summary>
public sealed class TouchTests
{
    private static string[] Touches(Story story) => [.. story.Rows.All(ReadModelTables.Touches).OrderBy(static row => row[1].Integer)
        .Select(static row => $"{row[3].Text} {row[4].Text}{(row[5].Text is { } campaign ? $" {campaign}" : "")}")];

    [TestCase("web", "direct direct")]
    [TestCase("app", "direct direct")]
    [TestCase("store", "visit store")]
    [TestCase("call-center", "visit call-center")]
    public void A_sessions_first_interaction_is_one_and_the_next_is_none(string channel, string expected) => Assert.That(
        Touches(new Story().Then("2026-03-01T10:00Z", "Page Viewed", channel: channel).Then("2026-03-01T10:05Z", "Page Viewed", channel: channel)),
        Is.EqualTo(new[] { expected }));

    [Test]
    public void Each_session_and_each_channel_of_it_has_its_own() => Assert.That(
        Touches(new Story().Then("2026-03-01T10:00Z", "Page Viewed").Then("2026-03-01T10:05Z", "Chat Opened", channel: "chat")
            .Then("2026-03-01T10:06Z", "Page Viewed").Then("2026-03-02T10:00Z", "Page Viewed")),
        Is.EqualTo(new[] { "direct direct", "visit chat", "direct direct" }));

    [TestCase("""{"utm_source":"google","utm_medium":"CPC","utm_campaign":"Spring Sale"}""", "campaign cpc Spring Sale")]
    [TestCase("""{"utm_source":"newsletter"}""", "campaign newsletter")]
    [TestCase("""{"utm_campaign":"Spring"}""", "campaign web Spring")]
    [TestCase("""{"url":"https://shop.example/?a=1&utm_medium=paid+social&utm_campaign=Spring%20Sale#top"}""", "campaign paid-social Spring Sale")]
    [TestCase("""{"url":"https://shop.example/","referrer":"https://blog.example/post"}""", "visit referral")]
    [TestCase("""{"url":"https://shop.example/b","referrer":"https://shop.example/a"}""", "direct direct")]
    [TestCase("""{"referrer":""}""", "direct direct")]
    public void Where_it_says_it_comes_from_is_its_channel(string properties, string expected) => Assert.That(
        Touches(new Story().Then("2026-03-01T10:00Z", "Page Viewed", System.Text.Json.Nodes.JsonNode.Parse(properties))), Is.EqualTo(new[] { expected }));

    [Test]
    public void A_campaign_in_the_midst_of_a_session_is_one_and_repeating_it_is_none()
    {
        var spring = new { utm_medium = "cpc", utm_campaign = "spring" };
        var story = new Story().Then("2026-03-01T10:00Z", "Page Viewed").Then("2026-03-01T10:05Z", "Page Viewed", spring)
            .Then("2026-03-01T10:06Z", "Page Viewed", spring).Then("2026-03-01T10:07Z", "Product Added", new { utm_medium = "cpc", utm_campaign = "spring", product_id = "p" })
            .Then("2026-03-01T10:08Z", "Page Viewed", new { utm_medium = "cpc", utm_campaign = "summer" });
        Assert.That(Touches(story), Is.EqualTo(new[] { "direct direct", "campaign cpc spring", "campaign cpc summer" }));
    }

    [Test]
    public void A_click_is_a_touch_of_its_journey_and_what_a_medium_tells_is_none()
    {
        var story = new Story("""
            journey: greeting
            enter: { on: Signed Up }
            steps: [ { id: hello, send: { channel: chat, template: hello } } ]
            """).Then("2026-03-01T10:00Z", "Signed Up");
        var id = story.Log.Single(static e => e.Name == EventNames.MessageRequested).Id;
        story.Then("2026-03-03T10:00Z", EventNames.MessageDelivered, new { message_id = id }, "email")
            .Then("2026-03-03T10:01Z", EventNames.MessageOpened, new { message_id = id }, "email")
            .Then("2026-03-03T10:02Z", EventNames.MessageClicked, new { message_id = id }, "email")
            .Then("2026-03-05T10:02Z", "Email Link Clicked", new { campaign = "elsewhere" }, "email");
        Assert.That(Touches(story), Is.EqualTo(new[] { "direct direct", "click chat greeting", "click email" }));
    }

    [TestCase("Order Refunded")]
    [TestCase("Email Unsubscribed")]
    [TestCase("Consent Granted")]
    public void What_nobody_came_for_is_none(string name) => Assert.That(Touches(new Story().Then("2026-03-01T10:00Z", name)), Is.Empty);

    [Test]
    public void An_order_is_one_conversion_however_often_it_is_told()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Order Completed", new { order_id = "o1", total = "12.30", currency = "usd" }, "store")
            .Then("2026-03-01T10:01Z", "Order Completed", new { order_id = "o1", total = "12.30", currency = "usd" }, "store");
        Assert.That(story.Rows.All(ReadModelTables.Conversions).Select(static row => string.Join(' ', row)),
            Is.EqualTo(new[] { $"{Story.Customer} 1 {Story.Instant("2026-03-01T10:00Z")} Order Completed 12.30 USD store o1" }));
    }

    [Test]
    public void A_cost_is_summed_and_makes_nobody_a_customer()
    {
        var story = new Story().Then("2026-03-01T10:00Z", EventNames.CampaignCostRecorded, new { cost = 120.5, channel = "CPC", campaign = "spring" }, customer: "c00000000000000c0")
            .Then("2026-03-01T11:00Z", EventNames.CampaignCostRecorded, new { cost = "-20.50", channel = "cpc", campaign = "spring" }, customer: "c00000000000000c0")
            .Then("2026-03-01T12:00Z", EventNames.CampaignCostRecorded, new { cost = "many", channel = "cpc" }, customer: "c00000000000000c0");
        Assert.That(story.Rows.Value(ReadModelTables.CampaignCosts, "cost", "2026-03-01", "cpc", "spring", "EUR"), Is.EqualTo("10000"));
        Assert.That(story.Rows.All(ReadModelTables.Customers), Is.Empty);
        Assert.That(story.Rows.All(ReadModelTables.Sessions), Is.Empty);
    }

    [Test]
    public void A_merge_leaves_the_touches_of_one_stream()
    {
        const string other = "c0000000000000002";
        var story = new Story().Then("2026-03-01T10:00Z", "Page Viewed", customer: other).Then("2026-03-01T10:05Z", "Page Viewed").Merge("2026-03-01T10:06Z", other);
        Assert.That(story.Rows.All(ReadModelTables.Touches).Select(static row => (row[0].Text, row[1].Integer)), Is.EqualTo(new[] { (Story.Customer, 1L) }));
    }
}
