using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Projections;

public sealed class ProfileTests
{
    [Test]
    public void The_newest_word_on_a_trait_wins_and_of_equals_the_one_that_came_later()
    {
        var story = new Story().Then("2026-03-02T00:00Z", EventNames.Identified, traits: new { city = "Roma", plan = "a" })
            .Then("2026-03-01T00:00Z", EventNames.Identified, traits: new { city = "Bari", age = 30 })
            .Then("2026-03-02T00:00Z", EventNames.Identified, traits: new { plan = "b" });

        Assert.That(story.State.Profile.Text("city"), Is.EqualTo("Roma"));
        Assert.That(story.State.Profile.Text("plan"), Is.EqualTo("b"));
        Assert.That(story.State.Profile.Find("age"), Is.EqualTo("30"u8.ToArray()));
    }

    [Test]
    public void Identifiers_and_traits_tell_how_to_reach_somebody()
    {
        var story = new Story().Then("2026-03-01T00:00Z", EventNames.Identified, ids: new { anonymousId = "a", deviceId = "d" });
        Assert.That((story.State.Profile.IsKnown, story.State.Profile.HasPush), Is.EqualTo((false, true)));

        story.Then("2026-03-01T00:01Z", EventNames.Identified, ids: new { userId = "u" }, traits: new { email = "a@example.org", firstName = "Ada", address = new { country = "IT" } });
        Assert.That((story.State.Profile.IsKnown, story.State.Profile.HasEmail, story.State.Profile.HasPhone), Is.EqualTo((true, true, false)));
        Assert.That(story.Rows.Value(ReadModelTables.Customers, "country", Story.Customer), Is.EqualTo("IT"));
        Assert.That(story.Rows.Value(ReadModelTables.Customers, "name", Story.Customer), Is.EqualTo("Ada"));
    }

    [Test]
    public void Consent_is_kept_per_channel_and_purpose_and_a_word_on_all_of_them_counts_for_each()
    {
        var story = new Story().Then("2026-03-01T00:00Z", EventNames.ConsentGranted, new { channel = "email", purpose = "marketing" })
            .Then("2026-03-02T00:00Z", EventNames.ConsentRevoked, new { purpose = "marketing" })
            .Then("2026-03-03T00:00Z", EventNames.ConsentGranted, new { channel = "SMS", purpose = "marketing" });
        var profile = story.State.Profile;

        Assert.That(profile.ConsentTo("email", "marketing"), Is.EqualTo(ConsentState.Revoked));
        Assert.That(profile.ConsentTo("sms", "marketing"), Is.EqualTo(ConsentState.Granted));
        Assert.That(profile.ConsentTo("sms", "orders"), Is.EqualTo(ConsentState.Unknown));
    }

    [Test]
    public void An_older_word_on_consent_does_not_undo_a_newer_one()
    {
        var story = new Story().Then("2026-03-02T00:00Z", EventNames.ConsentRevoked, new { channel = "email" })
            .Then("2026-03-01T00:00Z", EventNames.ConsentGranted, new { channel = "email" });

        Assert.That(story.State.Profile.ConsentTo("email", "marketing"), Is.EqualTo(ConsentState.Revoked));
    }

    [TestCase("Email Unsubscribed")]
    [TestCase("Email Marked as Spam")]
    public void Unsubscribing_revokes_every_purpose_on_the_channel(string name)
    {
        var story = new Story().Then("2026-03-01T00:00Z", EventNames.ConsentGranted, new { channel = "email", purpose = "marketing" })
            .Then("2026-03-02T00:00Z", name);

        Assert.That(story.State.Profile.ConsentTo("email", "marketing"), Is.EqualTo(ConsentState.Revoked));
    }

    [Test]
    public void A_trait_beyond_the_bounds_is_not_kept()
    {
        var story = new Story().Then("2026-03-01T00:00Z", EventNames.Identified, traits: new
        {
            fits = new string('x', Profile.TraitBytesMax - 2),
            tooLong = new string('x', Profile.TraitBytesMax - 1),
        });
        Assert.That(story.State.Profile.Traits.Select(static t => t.Name), Is.EqualTo(new[] { "fits" }));

        story.Then("2026-03-01T00:01Z", EventNames.Identified, traits: Enumerable.Range(0, Profile.TraitsMax).ToDictionary(static i => $"t{i}", static i => i));
        Assert.That(story.State.Profile.Traits, Has.Count.EqualTo(Profile.TraitsMax));
    }

    [Test]
    public void Orders_count_once_and_refunds_and_cancellations_are_taken_off()
    {
        var story = new Story().Then("2026-03-01T00:00Z", "Order Completed", new { order_id = "o1", total = "100.10" })
            .Then("2026-03-01T00:01Z", "Order Completed", new { order_id = "o1", total = "100.10" })
            .Then("2026-03-01T00:02Z", "Order Completed", new { order_id = "o2", total = 50, currency = "USD" })
            .Then("2026-03-02T00:00Z", "Order Refunded", new { order_id = "o1", total = 40 })
            .Then("2026-03-02T00:01Z", "Order Cancelled", new { order_id = "o2" });

        Assert.That(story.State.Lifetime.Orders, Is.EqualTo(1));
        Assert.That(story.State.Lifetime.Revenue, Is.EqualTo(new[] { new Money("EUR", 60.10m), new Money("USD", 0m) }));
        Assert.That(story.Rows.Value(ReadModelTables.Customers, "lifetime_value", Story.Customer), Is.EqualTo("60.10"));
    }
}
