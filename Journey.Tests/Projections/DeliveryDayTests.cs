using Journey.Domain.Events;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Projections;

public sealed class DeliveryDayTests
{
    private const string Greeting = """
        journey: greeting
        enter: { on: Signed Up }
        steps: [ { id: hello, send: { channel: chat, template: hi } } ]
        """;

    private static readonly string[] Columns = ["requested", "sent", "delivered", "opened", "clicked", "bounced", "failed", "complained", "suppressed"];

    private static string Counts(Story story, string day = "2026-03-01") => string.Join(' ', Columns
        .Select(column => story.Rows.Value(ReadModelTables.DeliveryDays, column, day, "greeting", 1, "hello", "chat", "hi")));

    [Test]
    public void Each_stage_counts_once_a_message_whatever_comes_twice_or_late()
    {
        var story = new Story(Greeting).Then("2026-03-01T10:00Z", "Signed Up");
        var id = story.Log.Single(static e => e.Name == EventNames.MessageRequested).Id;
        story.Then("2026-03-01T10:01Z", EventNames.MessageSent, new { decision = id }, kind: EventKind.Outcome);
        foreach (var name in new[] { EventNames.MessageClicked, EventNames.MessageOpened, EventNames.MessageDelivered, EventNames.MessageOpened, EventNames.MessageComplained })
        {
            story.Then("2026-03-01T10:05Z", name, new { message_id = id }, "chat").Then("2026-03-01T10:04Z", name, new { message_id = id }, "chat");
        }

        Assert.That(Counts(story), Is.EqualTo("1 1 1 1 1 0 0 1 0"));
        Assert.That(story.Rows.Value(ReadModelTables.Messages, "state", Story.Customer, id), Is.EqualTo("complained"));
        Assert.That(story.Rows.Value(ReadModelTables.Messages, "complained_at", Story.Customer, id), Is.EqualTo($"{Story.Instant("2026-03-01T10:04Z")}"));
    }

    [Test]
    public void What_bounced_and_arrived_in_the_end_stands_as_it_ended()
    {
        var story = new Story(Greeting).Then("2026-03-01T10:00Z", "Signed Up");
        var id = story.Log.Single(static e => e.Name == EventNames.MessageRequested).Id;
        story.Then("2026-03-01T10:05Z", EventNames.MessageBounced, new { message_id = id, type = "soft", reason = "mailbox full" }, "chat");
        Assert.That(story.Rows.Value(ReadModelTables.Messages, "state", Story.Customer, id), Is.EqualTo("bounced"));
        Assert.That(story.Rows.Value(ReadModelTables.Messages, "reason", Story.Customer, id), Is.EqualTo("mailbox full"));

        story.Then("2026-03-01T10:04Z", EventNames.MessageDelivered, new { message_id = id }, "chat");
        Assert.That(story.Rows.Value(ReadModelTables.Messages, "state", Story.Customer, id), Is.EqualTo("bounced"), "delivered, and then sent back");

        story.Then("2026-03-01T12:00Z", EventNames.MessageOpened, new { message_id = id }, "chat");
        Assert.That(story.Rows.Value(ReadModelTables.Messages, "state", Story.Customer, id), Is.EqualTo("opened"));
        Assert.That(Counts(story), Is.EqualTo("1 0 1 1 0 1 0 0 0"));
    }

    [Test]
    public void Withheld_is_counted_with_its_reason_at_the_decision_and_at_the_send()
    {
        var story = new Story(Greeting).Then("2026-03-01T10:00Z", "Signed Up").Then("2026-03-01T10:00Z", EventNames.ConsentRevoked, new { channel = "chat" }, customer: "c0000000000000002")
            .Then("2026-03-01T10:01Z", "Signed Up", customer: "c0000000000000002");
        var id = story.Log.Single(static e => e.Name == EventNames.MessageRequested).Id;
        story.Then("2026-03-02T10:01Z", EventNames.MessageSuppressed, new { decision = id, reason = "consent-revoked" }, kind: EventKind.Outcome);

        Assert.That((Counts(story), Counts(story, "2026-03-02")), Is.EqualTo(("1 0 0 0 0 0 0 0 1", "0 0 0 0 0 0 0 0 1")));
        Assert.That(story.Rows.Value(ReadModelTables.SuppressionDays, "messages", "2026-03-01", "greeting", 1, "hello", "chat", "hi", "consent"), Is.EqualTo("1"));
        Assert.That(story.Rows.Value(ReadModelTables.SuppressionDays, "messages", "2026-03-02", "greeting", 1, "hello", "chat", "hi", "consent-revoked"), Is.EqualTo("1"));
    }
}
