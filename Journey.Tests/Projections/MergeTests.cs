using Journey.Domain.Events;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Projections;

public sealed class MergeTests
{
    private const string Other = "c0000000000000002";
    private const string Third = "c0000000000000003";

    [Test]
    public void The_absorbed_customer_leaves_a_tombstone_and_the_survivor_has_both_histories()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Page Viewed", customer: Other)
            .Then("2026-03-01T10:05Z", "Page Viewed").Merge("2026-03-01T10:06Z", Other);

        Assert.That(story.Rows.Value(ReadModelTables.Customers, "merged_into", Other), Is.EqualTo(Story.Customer));
        Assert.That(story.Rows.Value(ReadModelTables.Customers, "events", Other), Is.EqualTo("0"));
        Assert.That(story.Rows.Value(ReadModelTables.Customers, "events", Story.Customer), Is.EqualTo("2"));
        Assert.That(story.Rows.All(ReadModelTables.Sessions).Select(static row => (row[0].Text, row[4].Integer)), Is.EqualTo(new[] { (Story.Customer, 2L) }));
        Assert.That(story.Rows.Value(ReadModelTables.MapCases, "cases", "customer"), Is.EqualTo("1"));
        Assert.That(story.State.Absorbed, Is.EqualTo(new[] { Other }));
    }

    [Test]
    public void Runs_move_to_the_survivor_and_go_on_there()
    {
        var story = new Story("""
            journey: later
            enter: { on: Signed Up }
            steps: [ { wait: 1d }, { task: { team: store, title: Call } } ]
            """).Then("2026-03-01T10:00Z", "Signed Up", customer: Other).Then("2026-03-01T10:05Z", "Page Viewed").Merge("2026-03-01T10:06Z", Other);

        Assert.That(story.States[Other].DueAt, Is.Null);
        Assert.That(story.State.Engine.Runs, Has.Count.EqualTo(1));
        story.Until("2026-03-03T00:00Z");

        var task = story.Log.Single(static e => e.Name == EventNames.TaskRequested);
        Assert.That((task.Stream, task.OccurredAt), Is.EqualTo((Story.Customer, Story.Instant("2026-03-02T10:00Z"))));
        Assert.That(story.Rows.All(ReadModelTables.Runs).Select(static row => (row[0].Text, row[2].Text)), Is.EqualTo(new[] { (Story.Customer, "later") }));
    }

    [Test]
    public void What_still_arrives_for_the_absorbed_customer_is_told_on_the_survivors_stream()
    {
        var story = new Story().Then("2026-03-01T10:00Z", EventNames.MessageRequested, new { journey = "j", version = 1 }, customer: Other, kind: EventKind.Decision)
            .Merge("2026-03-01T10:06Z", Other)
            .Then("2026-03-01T10:07Z", EventNames.MessageSent, new { message_id = "e0" }, customer: Other, kind: EventKind.Outcome)
            .Then("2026-03-01T10:08Z", "Page Viewed", customer: Other);

        Assert.That(story.Rows.Value(ReadModelTables.Messages, "state", Story.Customer, "e0"), Is.EqualTo("sent"));
        Assert.That(story.Rows.Value(ReadModelTables.Messages, "state", Other, "e0"), Is.EqualTo("no row"));
        Assert.That(story.Rows.Value(ReadModelTables.Customers, "events", Story.Customer), Is.EqualTo("1"));
    }

    [Test]
    public void A_merge_of_merges_reads_every_stream_that_ever_came_in()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Page Viewed", customer: Third)
            .Then("2026-03-01T10:01Z", "Page Viewed", customer: Other)
            .Then("2026-03-01T10:02Z", "Page Viewed")
            .Merge("2026-03-01T10:06Z", Third, survivor: Other)
            .Then("2026-03-01T10:07Z", "Page Viewed", customer: Third)
            .Merge("2026-03-01T10:08Z", Other)
            .Then("2026-03-01T10:09Z", "Page Viewed", customer: Third);

        Assert.That(story.Rows.Value(ReadModelTables.Customers, "events", Story.Customer), Is.EqualTo("5"));
        Assert.That(story.State.Absorbed, Is.EqualTo(new[] { Other, Third }));
        Assert.That(story.Rows.Value(ReadModelTables.ChannelDays, "events", "2026-03-01", "web"), Is.EqualTo("5"));
    }

    [Test]
    public void The_survivor_may_be_processed_long_before_the_absorbed()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", new { cart_id = "a", product_id = "p", price = 1 }, customer: Other)
            .Then("2026-03-01T10:05Z", "Page Viewed").Merge("2026-03-01T10:06Z", Other);

        var survivor = LogFold.Of([.. story.Log.Where(static e => e.Stream == Story.Customer)], 10, historyFrom: story.Log);
        var absorbed = LogFold.Of([.. story.Log.Where(static e => e.Stream == Other)], 10, historyFrom: story.Log);
        survivor.Rows.Take(absorbed.Rows);
        Assert.That(survivor.Rows.Text(), Is.EqualTo(story.Rows.Text()));
    }
}
