using Journey.Domain.Events;
using Journey.Projections.Deliveries;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Projections;

public sealed class DeliveryTests
{
    private const string Greeting = """
        journey: greeting
        enter: { on: Signed Up }
        steps:
          - { id: hello, send: { channel: chat, template: hello } }
          - { id: rest, wait: 1d }
          - { id: call, task: { team: store, title: Call } }
        """;

    [Test]
    public void A_message_is_followed_from_request_to_click()
    {
        var story = new Story(Greeting).Then("2026-03-01T10:00Z", "Signed Up");
        var id = story.Log.Single(static e => e.Name == EventNames.MessageRequested).Id;
        Assert.That(story.Rows.Value(ReadModelTables.Messages, "state", Story.Customer, id), Is.EqualTo("requested"));

        story.Then("2026-03-01T10:01Z", EventNames.MessageSent, new { message_id = id }, kind: EventKind.Outcome)
            .Then("2026-03-01T10:09Z", EventNames.MessageClicked, new { message_id = id }, "chat")
            .Then("2026-03-01T10:05Z", EventNames.MessageOpened, new { message_id = id }, "chat");

        Assert.That(story.Rows.Value(ReadModelTables.Messages, "state", Story.Customer, id), Is.EqualTo("clicked"));
        Assert.That(story.Rows.Value(ReadModelTables.Messages, "opened_at", Story.Customer, id), Is.EqualTo($"{Story.Instant("2026-03-01T10:05Z")}"));
        Assert.That(story.Rows.Value(ReadModelTables.Messages, "journey", Story.Customer, id), Is.EqualTo("greeting"));
        Assert.That(story.Rows.Value(ReadModelTables.JourneyDays, "sent", "2026-03-01", "greeting", 1), Is.EqualTo("1"));
    }

    [Test]
    public void A_message_withheld_when_it_came_to_be_sent_stays_one_message()
    {
        var story = new Story(Greeting).Then("2026-03-01T10:00Z", "Signed Up");
        var id = story.Log.Single(static e => e.Name == EventNames.MessageRequested).Id;
        story.Then("2026-03-01T10:01Z", EventNames.MessageSuppressed, new { decision = id, reason = "erased" }, kind: EventKind.Outcome);

        Assert.That(story.Rows.All(ReadModelTables.Messages).Count(), Is.EqualTo(1));
        Assert.That(story.Rows.Value(ReadModelTables.Messages, "state", Story.Customer, id), Is.EqualTo("suppressed"));
        Assert.That(story.Rows.Value(ReadModelTables.Messages, "reason", Story.Customer, id), Is.EqualTo("erased"));
    }

    [TestCase(EventNames.MessageSent, null, "sent")]
    [TestCase(EventNames.MessageFailed, "no such address", "failed")]
    [TestCase(EventNames.MessageSuppressed, "consent", "suppressed")]
    public void A_message_that_failed_and_was_tried_again_stands_as_it_ended(string outcome, string? reason, string state)
    {
        var story = new Story(Greeting).Then("2026-03-01T10:00Z", "Signed Up");
        var id = story.Log.Single(static e => e.Name == EventNames.MessageRequested).Id;
        story.Then("2026-03-01T10:01Z", EventNames.MessageFailed, new { decision = id, reason = "down" }, kind: EventKind.Outcome);
        Assert.That(story.Rows.Value(ReadModelTables.Messages, "state", Story.Customer, id), Is.EqualTo("failed"));

        story.Then("2026-03-01T11:00Z", outcome, new { decision = id, reason }, kind: EventKind.Outcome);
        var ended = state == "sent" ? "null" : $"{Story.Instant("2026-03-01T11:00Z")}";
        Assert.That(new[] { "state", "reason", "ended_at" }.Select(column => story.Rows.Value(ReadModelTables.Messages, column, Story.Customer, id)),
            Is.EqualTo(new[] { state, reason ?? "null", ended }));
    }

    [Test]
    public void What_the_receiver_did_before_a_second_attempt_was_recorded_as_sent_is_not_forgotten()
    {
        var story = new Story(Greeting).Then("2026-03-01T10:00Z", "Signed Up");
        var id = story.Log.Single(static e => e.Name == EventNames.MessageRequested).Id;
        story.Then("2026-03-01T10:01Z", EventNames.MessageFailed, new { decision = id, reason = "down" }, kind: EventKind.Outcome)
            .Then("2026-03-01T11:01Z", EventNames.MessageOpened, new { message_id = id }, "chat")
            .Then("2026-03-01T11:00Z", EventNames.MessageSent, new { decision = id }, kind: EventKind.Outcome);
        Assert.That(story.Rows.Value(ReadModelTables.Messages, "state", Story.Customer, id), Is.EqualTo("opened"));
    }

    [Test]
    public void A_run_is_told_from_entry_to_exit()
    {
        var story = new Story(Greeting).Then("2026-03-01T10:00Z", "Signed Up");
        var run = story.State.Runs.Runs.Single().Id;
        Assert.That(story.Rows.Value(ReadModelTables.Runs, "step", Story.Customer, run), Is.EqualTo("rest"));
        Assert.That(story.Rows.Value(ReadModelTables.Runs, "waiting_until", Story.Customer, run), Is.EqualTo($"{Story.Instant("2026-03-02T10:00Z")}"));
        Assert.That(story.Rows.Value(ReadModelTables.Customers, "active_runs", Story.Customer), Is.EqualTo("1"));
        Assert.That(story.State.DueAt, Is.EqualTo(Story.Instant("2026-03-02T10:00Z")));

        story.Until("2026-03-03T00:00Z");
        Assert.That(story.Rows.Value(ReadModelTables.Runs, "exit_reason", Story.Customer, run), Is.EqualTo("completed"));
        Assert.That(story.Rows.Value(ReadModelTables.Runs, "ended_at", Story.Customer, run), Is.EqualTo($"{Story.Instant("2026-03-02T10:00Z")}"));
        Assert.That(story.Rows.Value(ReadModelTables.Customers, "active_runs", Story.Customer), Is.EqualTo("0"));
        Assert.That(story.Rows.Value(ReadModelTables.JourneyDays, "tasks", "2026-03-02", "greeting", 1), Is.EqualTo("1"));

        var task = story.State.Messages.Tasks.Single().Id;
        story.Then("2026-03-02T10:01Z", EventNames.TaskSent, new { task_id = task }, kind: EventKind.Outcome);
        Assert.That(story.Rows.Value(ReadModelTables.Tasks, "state", Story.Customer, task), Is.EqualTo("sent"));
    }

    [Test]
    public void The_twenty_fifth_message_pushes_out_the_oldest_and_its_row_stays()
    {
        var story = new Story();
        for (var i = 0; i <= MessageBox.MessagesMax; i++)
        {
            story.Then("2026-03-01T10:00Z", EventNames.MessageRequested, new { journey = "j" }, kind: EventKind.Decision);
        }

        Assert.That(story.State.Messages.Messages, Has.Count.EqualTo(MessageBox.MessagesMax));
        story.Then("2026-03-01T11:00Z", EventNames.MessageSent, new { message_id = "e0" }, kind: EventKind.Outcome);
        Assert.That(story.Rows.Value(ReadModelTables.Messages, "state", Story.Customer, "e0"), Is.EqualTo("requested"));
    }
}
