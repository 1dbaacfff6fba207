using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Why;

namespace Journey.Tests.Host.Why;

/// <summary>What the back office reads to a customer on the phone.</summary>
public sealed class WhyTests
{
    [Test]
    public async Task A_cart_below_the_threshold_is_said_with_its_total_and_the_line()
    {
        await using var shop = await WhyShop.OpenAsync();
        var ann = await shop.MeetAsync();
        await shop.FillCartAsync(price: 42m);
        await shop.PassAsync(TimeSpan.FromHours(8));

        var answer = await shop.WhyAsync(ann);
        Assert.Multiple(() =>
        {
            Assert.That(answer.Summary[0], Is.EqualTo(
                "The customer did not get the message cart-reminder of reminder: the cart total 42.00 was below 50 (reminder v1, line 5)."));
            Assert.That(answer.Entries.Select(entry => entry.VerdictName), Is.EqualTo(new[] { "not-entered" }));
            Assert.That(answer.Entries[0].Conditions.Single().Facts.Select(fact => $"{fact.Source}={fact.Value}"), Does.Contain("cart.total=42").Or.Contain("cart.total=42.0"));
        });
    }

    [Test]
    public async Task A_message_that_went_out_is_said_with_its_time_and_why_it_was_due()
    {
        await using var shop = await WhyShop.OpenAsync();
        var ann = await shop.MeetAsync();
        await shop.FillCartAsync();
        await shop.PassAsync(TimeSpan.FromHours(6));

        var answer = await shop.WhyAsync(ann);
        Assert.That(answer.Summary, Is.EqualTo(new[]
        {
            "The customer got the message cart-reminder by email on 2 March 2026 at 14:00 UTC (reminder v1, step mail). Delivery has not answered yet.",
            "The run ended on 2 March 2026 at 14:00 UTC as completed: its last step was done.",
            "The run began on 2 March 2026 at 10:00 UTC, by version 1: Cart Abandoned started a run: the cart total 80.00 was at least 50 and the customer was known.",
        }));
        Assert.That(answer.Entries.Select(entry => entry.VerdictName), Is.EqualTo(new[] { "entered", "waiting", "went-on", "requested", "exited" }));
    }

    [Test]
    public async Task Who_came_back_is_not_reminded_and_the_guard_is_named()
    {
        await using var shop = await WhyShop.OpenAsync();
        var ann = await shop.MeetAsync();
        await shop.FillCartAsync();
        await shop.PassAsync(TimeSpan.FromMinutes(280));
        await shop.SayAsync("ann", "Cart Viewed", """{"cart_id":"c1"}""");
        await shop.PassAsync(TimeSpan.FromHours(1));

        Assert.That((await shop.WhyAsync(ann)).Summary[0], Is.EqualTo(
            "The customer did not get the message cart-reminder on 2 March 2026 at 14:00 UTC: the state of the cart was \"active\", not \"abandoned\" (reminder v1, line 9)."));
    }

    [Test]
    public async Task An_order_ends_the_run_before_its_message()
    {
        await using var shop = await WhyShop.OpenAsync();
        var ann = await shop.MeetAsync();
        await shop.FillCartAsync();
        await shop.PassAsync(TimeSpan.FromHours(2));
        await shop.SayAsync("ann", "Order Completed", """{"cart_id":"c1","order_id":"o1","total":80,"currency":"EUR"}""");

        Assert.That((await shop.WhyAsync(ann)).Summary[0], Is.EqualTo(
            "The customer got no message of reminder: the run ended on 2 March 2026 at 11:00 UTC as converted: Order Completed came."));
    }

    [Test]
    public async Task A_run_that_waits_says_until_when_and_any_moment_can_be_asked_about()
    {
        await using var shop = await WhyShop.OpenAsync();
        var ann = await shop.MeetAsync();
        await shop.FillCartAsync();
        await shop.PassAsync(TimeSpan.FromHours(6));

        var then = await shop.WhyAsync(ann, at: new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));
        var before = await shop.WhyAsync(ann, at: new DateTimeOffset(2026, 3, 2, 9, 30, 0, TimeSpan.Zero));
        Assert.Multiple(() =>
        {
            Assert.That(then.Summary[0], Is.EqualTo("No message of reminder by then: the run waits at step settle until 2 March 2026 at 14:00 UTC."));
            Assert.That(then.WaitingUntil, Is.EqualTo(new DateTimeOffset(2026, 3, 2, 14, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds()));
            Assert.That(before.Summary[0], Is.EqualTo(
                "The customer did not get the message cart-reminder of reminder: it starts on Cart Abandoned, and none of the 3 things the customer did is that."));
        });
    }

    [Test]
    public async Task Without_consent_the_channel_and_the_purpose_are_named()
    {
        await using var shop = await WhyShop.OpenAsync();
        var ann = await shop.MeetAsync(consents: false);
        await shop.FillCartAsync();
        await shop.PassAsync(TimeSpan.FromHours(6));

        Assert.That((await shop.WhyAsync(ann)).Summary[0], Is.EqualTo(
            "The customer did not get the message cart-reminder on 2 March 2026 at 14:00 UTC: no channel that reaches the customer has their consent (email, for marketing)."));
    }

    [Test]
    public async Task Quiet_hours_hold_a_message_and_say_until_when()
    {
        await using var shop = await WhyShop.OpenAsync();
        var ann = await shop.MeetAsync();
        await shop.PassAsync(TimeSpan.FromHours(9));
        await shop.FillCartAsync();
        await shop.PassAsync(TimeSpan.FromHours(6));

        var answer = await shop.WhyAsync(ann);
        Assert.That(answer.Summary[0], Is.EqualTo(
            "No message of reminder yet: the run is held before step mail until 3 March 2026 at 09:00 UTC: it was within quiet hours (21:00 to 09:00, UTC)."));
        Assert.That(answer.Entries[^1].GateName, Is.EqualTo("quiet"));
    }

    [Test]
    public async Task The_cooldown_says_when_the_last_run_ended()
    {
        await using var shop = await WhyShop.OpenAsync();
        var ann = await shop.MeetAsync();
        await shop.FillCartAsync();
        await shop.PassAsync(TimeSpan.FromHours(6));
        await shop.FillCartAsync();
        await shop.PassAsync(TimeSpan.FromHours(2));

        Assert.That((await shop.WhyAsync(ann)).Summary, Does.Contain(
            "Since then one more event could have started it again; the last was Cart Abandoned on 2 March 2026 at 16:00 UTC: "
            + "the last run ended at 2026-03-02T14:00:00Z, and the cooldown is not over (7 days)."));
    }

    [Test]
    public async Task What_came_before_publication_is_said_to_have_come_too_early()
    {
        await using var shop = await WhyShop.OpenAsync(document: null);
        var ann = await shop.MeetAsync();
        await shop.FillCartAsync();
        await shop.PassAsync(TimeSpan.FromHours(2));
        var early = shop.Shop.Clock.GetUtcNow();
        await shop.PassAsync(TimeSpan.FromHours(1));
        await shop.PublishAsync(WhyShop.Reminder);

        Assert.Multiple(async () =>
        {
            Assert.That((await shop.WhyAsync(ann)).Summary[0], Is.EqualTo(
                "The customer did not get the message cart-reminder of reminder: the journey was not published then."));
            Assert.That((await shop.WhyAsync(ann)).Entries.Single().Verdict, Is.EqualTo(Verdict.NotPublished));
            Assert.That((await shop.WhyAsync(ann, at: early)).Summary[0], Does.Contain("not published then"));
        });
    }

    [Test]
    public async Task Imported_history_is_said_to_start_nothing()
    {
        await using var shop = await WhyShop.OpenAsync("""
            journey: thanks
            enter: { on: Order Completed }
            steps: [ { id: mail, send: { channel: email, template: thank-you } } ]
            """);
        var ann = await shop.MeetAsync();
        var past = new NewEvent(ann, "import", "old-1", "Order Completed", EventKind.Interaction, EventFlags.Imported, ContactChannel.Web, shop.Shop.Now, shop.Shop.Now,
            StoredPayload.FromJson("""{"properties":{"order_id":"o1","total":5,"currency":"EUR"}}"""u8));
        var late = past with { Id = "late-1", Flags = EventFlags.None, OccurredAt = shop.Shop.Now - 200_000_000 };
        await shop.Shop.Store.AppendAsync([new AppendRequest(ann, ExpectedVersion.Any, [past])]);
        await shop.SettleAsync();
        Assert.That((await shop.WhyAsync(ann, "thanks")).Summary[0], Is.EqualTo(
            "The customer did not get the message thank-you of thanks: Order Completed is imported history, which starts and ends nothing."));

        await shop.Shop.Store.AppendAsync([new AppendRequest(ann, ExpectedVersion.Any, [late])]);
        await shop.SettleAsync();
        Assert.That((await shop.WhyAsync(ann, "thanks")).Summary[0], Is.EqualTo(
            "The customer did not get the message thank-you of thanks: Order Completed arrived 2 days and 7 hours after it happened: what comes later than 24 hours is history, and starts and ends nothing."));
    }

    [Test]
    public async Task Asking_changes_nothing()
    {
        await using var shop = await WhyShop.OpenAsync();
        var ann = await shop.MeetAsync();
        await shop.FillCartAsync();
        await shop.PassAsync(TimeSpan.FromHours(6));
        var head = await shop.Shop.Store.HeadAsync();
        var states = await shop.Shop.Store.StatesDigestAsync();

        await shop.WhyAsync(ann);
        await shop.WhyAsync(ann, at: shop.Shop.Clock.GetUtcNow());
        Assert.That((await shop.Shop.Store.HeadAsync(), await shop.Shop.Store.StatesDigestAsync()), Is.EqualTo((head, states)));
    }

    [Test]
    public async Task Nobody_of_that_id_is_nobody()
    {
        await using var shop = await WhyShop.OpenAsync();
        Assert.That(await shop.WhyAsync("c0000000000000000"), Is.Null);
    }
}
