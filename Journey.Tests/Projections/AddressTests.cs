using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Projections;

/// <summary>Addresses that bounced for good, or whose owners complained.</summary>
public sealed class AddressTests
{
    private const string News = """
        journey: news
        enter: { on: News Published, reentry: concurrent }
        steps: [ { id: send, send: { channel: email, template: news, fallback: sms } } ]
        """;

    /// <summary>Told of an email address, with consent, and sent one message.</summary>
    private static Story Reader() => new Story(News)
        .Then("2026-03-01T09:00Z", EventNames.Identified, traits: new { email = "ann@example.org" })
        .Then("2026-03-01T09:01Z", EventNames.ConsentGranted, new { channel = "email" })
        .Then("2026-03-01T10:00Z", "News Published");

    private static string[] Said(Story story) => [.. story.Log
        .Where(static e => e.Name is EventNames.MessageRequested or EventNames.MessageSuppressed)
        .Select(e => e.Name == EventNames.MessageRequested ? "requested" : story.Rows.Value(ReadModelTables.Messages, "reason", Story.Customer, e.Id))];

    private static string Message(Story story) => story.Log.Single(static e => e.Name == EventNames.MessageRequested).Id;

    [TestCase("Email Bounced", "bounced")]
    [TestCase("Message Complained", "complained")]
    [TestCase("Email Marked as Spam", "complained")]
    public void The_next_message_is_withheld(string name, string reason)
    {
        var story = Reader();
        story.Then("2026-03-01T10:05Z", name, new { message_id = Message(story) }, "email").Then("2026-03-02T10:00Z", "News Published");

        Assert.That(Said(story), Is.EqualTo(new[] { "requested", reason }));
        Assert.That(story.Rows.Value(ReadModelTables.SuppressionDays, "messages", "2026-03-02", "news", 1, "send", "email", "news", reason), Is.EqualTo("1"));
    }

    [TestCase("soft")]
    [TestCase("Transient")]
    [TestCase("temporary")]
    public void A_bounce_for_now_only_withholds_nothing(string type)
    {
        var story = Reader();
        story.Then("2026-03-01T10:05Z", "Email Bounced", new { message_id = Message(story), type }, "email").Then("2026-03-02T10:00Z", "News Published");
        Assert.That(Said(story), Is.EqualTo(new[] { "requested", "requested" }));
    }

    [Test]
    public void A_new_address_lifts_it_and_the_old_one_brings_it_back()
    {
        var story = Reader();
        story.Then("2026-03-01T10:05Z", "Email Bounced", new { message_id = Message(story) }, "email")
            .Then("2026-03-01T11:00Z", EventNames.Identified, traits: new { email = "Ann@Example.org" })
            .Then("2026-03-02T10:00Z", "News Published")
            .Then("2026-03-03T09:00Z", EventNames.Identified, traits: new { email = "ann@elsewhere.example" })
            .Then("2026-03-03T10:00Z", "News Published")
            .Then("2026-03-04T09:00Z", EventNames.Identified, traits: new { email = "ann@example.org" })
            .Then("2026-03-04T10:00Z", "News Published");

        Assert.That(Said(story), Is.EqualTo(new[] { "requested", "bounced", "requested", "bounced" }));
    }

    [Test]
    public void A_bounce_of_what_went_to_an_earlier_address_says_nothing_of_the_new_one()
    {
        var story = Reader().Then("2026-03-01T10:30Z", EventNames.Identified, traits: new { email = "ann@elsewhere.example" });
        story.Then("2026-03-01T11:00Z", "Email Bounced", new { message_id = Message(story) }, "email").Then("2026-03-02T10:00Z", "News Published");
        Assert.That(Said(story), Is.EqualTo(new[] { "requested", "requested" }));

        story.Then("2026-03-02T11:00Z", "Email Bounced", new { email = "ann@elsewhere.example" }, "email").Then("2026-03-03T10:00Z", "News Published");
        Assert.That(Said(story), Is.EqualTo(new[] { "requested", "requested", "bounced" }));
    }

    [Test]
    public void Another_channel_goes_on()
    {
        var story = Reader().Then("2026-03-01T10:01Z", EventNames.Identified, traits: new { phone = "+390123456" })
            .Then("2026-03-01T10:02Z", EventNames.ConsentGranted, new { channel = "sms" });
        story.Then("2026-03-01T10:05Z", "Email Bounced", new { message_id = Message(story) }, "email").Then("2026-03-02T10:00Z", "News Published");

        var last = story.Log.Last(static e => e.Name == EventNames.MessageRequested);
        Assert.That(story.Rows.Value(ReadModelTables.Messages, "channel", Story.Customer, last.Id), Is.EqualTo("sms"));
    }

    [Test]
    public void A_complaint_outranks_a_bounce_and_a_bounce_does_not_outrank_it()
    {
        var story = Reader();
        story.Then("2026-03-01T10:05Z", "Email Marked as Spam", new { message_id = Message(story) }, "email")
            .Then("2026-03-01T10:06Z", "Email Bounced", new { message_id = Message(story) }, "email");
        Assert.That(story.State.Profile.Addresses.FaultOf("email"), Is.EqualTo(AddressFault.Complained));
        Assert.That(story.State.Profile.Addresses.FaultOf("chat"), Is.EqualTo(AddressFault.None));
    }
}
