using Journey.Domain.Language.Publishing;
using Journey.Host.Personal;

namespace Journey.Tests.Host.Why;

/// <summary>Questions about what people did to the journey or to the customer meanwhile: paused, retired, stood still, capped, held out, erased.</summary>
public sealed class WhyInterruptedTests
{
    private const string Began =
        "The run began on 2 March 2026 at 10:00 UTC, by version 1: Cart Abandoned started a run: the cart total 80.00 was at least 50 and the customer was known.";

    [Test]
    public async Task While_the_journey_is_paused_nobody_enters_it_and_that_is_said()
    {
        await using var shop = await WhyShop.OpenAsync();
        var ann = await shop.MeetAsync();
        await shop.DefineAsync(DefinitionDocuments.Pause("reminder", shop.Shop.Now));
        await shop.FillCartAsync();
        await shop.PassAsync(TimeSpan.FromHours(6));

        var answer = await shop.WhyAsync(ann);
        Assert.That(answer.Summary, Is.EqualTo(new[]
        {
            "The customer did not get the message cart-reminder of reminder: the journey was paused.",
            "The last event that could have started it was Cart Abandoned, on 2 March 2026 at 10:00 UTC.",
            "The journey is paused: nobody enters it, and its runs are held.",
        }));
    }

    [Test]
    public async Task A_run_that_a_pause_caught_is_said_to_be_held_and_afterwards_to_have_gone_on()
    {
        await using var shop = await WhyShop.OpenAsync();
        var ann = await shop.MeetAsync();
        await shop.FillCartAsync();
        await shop.PassAsync(TimeSpan.FromHours(2));
        await shop.DefineAsync(DefinitionDocuments.Pause("reminder", shop.Shop.Now));
        await shop.PassAsync(TimeSpan.FromHours(6));
        var during = await shop.WhyAsync(ann);
        await shop.DefineAsync(DefinitionDocuments.Resume("reminder", shop.Shop.Now));
        await shop.PassAsync(TimeSpan.FromHours(1));
        var after = await shop.WhyAsync(ann);

        Assert.That(during.Summary, Is.EqualTo(new[]
        {
            "No message of reminder yet: the run is held before step mail: the journey is paused.",
            Began,
            "The journey is paused: nobody enters it, and its runs are held.",
        }));
        Assert.That(after.Summary, Is.EqualTo(new[]
        {
            "The customer got the message cart-reminder by email on 2 March 2026 at 17:04 UTC (reminder v1, step mail). Delivery has not answered yet.",
            "The run ended on 2 March 2026 at 17:04 UTC as completed: its last step was done.",
            Began,
        }));
    }

    [Test]
    public async Task Once_the_journey_is_retired_it_is_said_to_have_been_retired_then()
    {
        await using var shop = await WhyShop.OpenAsync();
        var ann = await shop.MeetAsync();
        await shop.DefineAsync(DefinitionDocuments.Retire("journey", "reminder", shop.Shop.Now));
        await shop.FillCartAsync();
        await shop.PassAsync(TimeSpan.FromHours(6));

        var answer = await shop.WhyAsync(ann);
        Assert.That(answer.Summary, Is.EqualTo(new[]
        {
            "The customer did not get the message cart-reminder of reminder: the journey was retired then.",
            "The last event that could have started it was Cart Abandoned, on 2 March 2026 at 10:00 UTC.",
        }));
    }

    [Test]
    public async Task Whose_partition_stands_still_is_said_to_be_looked_at_no_further()
    {
        await using var shop = await WhyShop.OpenAsync();
        var ann = await shop.MeetAsync();
        await shop.FillCartAsync();
        await shop.Shop.PoisonAsync(ann);
        await shop.PassAsync(TimeSpan.FromHours(6));

        var answer = await shop.WhyAsync(ann);
        Assert.That(answer.Summary, Is.EqualTo(new[]
        {
            "Nothing of this customer is looked at from position 5 on: the event \"Product Added\" there cannot be folded, and their partition stands still until it is mended or skipped.",
            "The customer did not get the message cart-reminder of reminder: it starts on Cart Abandoned, and none of the 3 things the customer did is that.",
        }));
    }

    [Test]
    public async Task A_cap_that_withheld_the_message_is_named()
    {
        await using var shop = await WhyShop.OpenAsync(WhyShop.Reminder.Replace("limits:", "limits:\n  cap: { max: 1, per: 24h, channel: email }", StringComparison.Ordinal));
        var ann = await shop.MeetAsync();
        await shop.FillCartAsync(cart: "c1");
        await shop.FillCartAsync(cart: "c2");
        await shop.PassAsync(TimeSpan.FromHours(6));

        var answer = await shop.WhyAsync(ann);
        Assert.That(answer.Summary, Is.EqualTo(new[]
        {
            "No message of reminder yet: the run is held before step mail until 3 March 2026 at 14:00 UTC: the cap on messages was reached (at most 1 by email in 24 hours, all journeys together).",
            Began,
            "An earlier run began on 2 March 2026 at 10:00 UTC and ended on 2 March 2026 at 14:00 UTC as completed, with one message.",
        }));
    }

    [Test]
    public async Task Whose_run_is_in_the_holdout_is_said_to_be_there()
    {
        await using var shop = await WhyShop.OpenAsync(WhyShop.Reminder.Replace("limits:", "holdout: 99%\nlimits:", StringComparison.Ordinal));
        var ann = await shop.MeetAsync();
        await shop.FillCartAsync();
        await shop.PassAsync(TimeSpan.FromHours(6));

        var answer = await shop.WhyAsync(ann);
        Assert.That(answer.Summary, Is.EqualTo(new[]
        {
            "The customer did not get the message cart-reminder on 2 March 2026 at 14:00 UTC: the customer is in the holdout, the group that gets no messages so that the effect can be measured.",
            "The run ended on 2 March 2026 at 14:00 UTC as completed: its last step was done.",
            Began + " The customer is in the holdout: the run goes its way, and its messages are withheld.",
        }));
    }

    [Test]
    public async Task Who_was_erased_has_the_decisions_and_no_longer_what_was_said()
    {
        await using var shop = await WhyShop.OpenAsync();
        var ann = await shop.MeetAsync();
        await shop.FillCartAsync();
        await shop.PassAsync(TimeSpan.FromHours(6));
        var store = shop.Shop.Store;
        var erasure = new CustomerErasure(store, store, store, shop.Shop.Clock, (_, _) => shop.SettleAsync());
        await erasure.EraseAsync((await erasure.PlanAsync(ann, CancellationToken.None))!, "asked", CancellationToken.None);

        var after = await shop.WhyAsync(ann);
        Assert.That(after.Summary, Is.EqualTo(new[]
        {
            "The customer got the message cart-reminder by email on 2 March 2026 at 14:00 UTC (reminder v1, step mail). Delivery has not answered yet.",
            "The run ended on 2 March 2026 at 14:00 UTC as completed: its last step was done.",
            Began,
            "The customer was erased since: what they said is gone, and the decisions are as they were.",
        }));
    }
}
