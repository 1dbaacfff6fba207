using Journey.Domain.Events;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Projections;

public sealed class UnmergeTests
{
    private const string Other = "c0000000000000002";
    private const string Third = "c0000000000000003";

    private static readonly object Mine = new { anonymousId = "mine" };
    private static readonly object Theirs = new { anonymousId = "theirs" };

    private const string Later = """
        journey: later
        enter: { on: Signed Up }
        steps: [ { wait: 1d }, { task: { team: store, title: Call } } ]
        """;

    [Test]
    public void Both_have_again_what_was_theirs_before_and_since_by_the_identifiers_it_came_with()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Page Viewed", customer: Other, ids: Theirs)
            .Then("2026-03-01T10:05Z", "Page Viewed", ids: Mine)
            .Merge("2026-03-01T10:06Z", Other)
            .Then("2026-03-01T10:07Z", "Page Viewed", ids: Mine)
            .Then("2026-03-01T10:08Z", "Product Added", new { cart_id = "a", product_id = "p", price = 1 }, ids: Theirs)
            .Unmerge("2026-03-01T10:09Z", Other, Theirs)
            .Then("2026-03-01T10:10Z", "Page Viewed", customer: Other, ids: Theirs);

        Assert.That(story.Rows.Value(ReadModelTables.Customers, "merged_into", Other), Is.EqualTo("null"));
        Assert.That(story.Rows.Value(ReadModelTables.Customers, "events", Other), Is.EqualTo("3"));
        Assert.That(story.Rows.Value(ReadModelTables.Customers, "events", Story.Customer), Is.EqualTo("2"));
        Assert.That(story.Rows.All(ReadModelTables.Carts).Select(static row => (row[0].Text, row[1].Text)), Is.EqualTo(new[] { (Other, "a") }));
        Assert.That(story.Rows.All(ReadModelTables.Identifiers).Select(static row => (row[0].Text, row[2].Text)),
            Is.EquivalentTo(new[] { (Story.Customer, "mine"), (Other, "theirs") }));
        Assert.That(story.Rows.Value(ReadModelTables.MapCases, "cases", "customer"), Is.EqualTo("2"));
        Assert.That((story.State.Absorbed.Count, story.States[Other].MergedInto), Is.EqualTo((0, (string?)null)));
    }

    [Test]
    public void A_run_that_had_moved_goes_back_and_ends_where_it_was_entered()
    {
        var story = new Story(Later).Then("2026-03-01T10:00Z", "Signed Up", customer: Other, ids: Theirs)
            .Then("2026-03-01T10:05Z", "Page Viewed", ids: Mine)
            .Merge("2026-03-01T10:06Z", Other);
        Assert.That(story.State.Engine.Runs, Has.Count.EqualTo(1));

        story.Unmerge("2026-03-01T11:00Z", Other, Theirs).Until("2026-03-03T00:00Z");

        Assert.That((story.State.Engine.Runs.Count, story.States[Other].Engine.Runs.Count), Is.EqualTo((0, 0)));
        var task = story.Log.Single(static e => e.Name == EventNames.TaskRequested);
        Assert.That((task.Stream, task.OccurredAt), Is.EqualTo((Other, Story.Instant("2026-03-02T10:00Z"))));
        Assert.That(story.Rows.All(ReadModelTables.Runs).Select(static row => (row[0].Text, row[2].Text, row[11].Text)), Is.EqualTo(new[] { (Other, "later", "completed") }));
    }

    [Test]
    public void A_run_that_was_entered_while_they_were_one_goes_with_the_event_it_was_entered_by()
    {
        var story = new Story(Later).Then("2026-03-01T09:00Z", "Page Viewed", customer: Other, ids: Theirs)
            .Then("2026-03-01T09:05Z", "Page Viewed", ids: Mine)
            .Merge("2026-03-01T10:00Z", Other)
            .Then("2026-03-01T10:01Z", "Signed Up", ids: Theirs)
            .Unmerge("2026-03-01T11:00Z", Other, Theirs);

        Assert.That((story.State.Engine.Runs.Count, story.States[Other].Engine.Runs.Count), Is.EqualTo((0, 1)));
        Assert.That(story.Rows.All(ReadModelTables.Runs).Select(static row => row[0].Text), Is.EqualTo(new[] { Other }));

        // Once is once: the survivor never entered, the restored customer did.
        story.Then("2026-03-01T12:00Z", "Signed Up", ids: Mine).Then("2026-03-01T12:01Z", "Signed Up", customer: Other, ids: Theirs);
        Assert.That(story.Log.Where(static e => e.Name == EventNames.RunEntered).Select(static e => e.Stream), Is.EqualTo(new[] { Story.Customer, Story.Customer }));
    }

    [Test]
    public void What_was_told_late_of_somebody_who_is_no_longer_one_is_not_counted_twice()
    {
        var told = new Story().Then("2026-03-01T10:00Z", "Page Viewed", customer: Other, ids: Theirs).Merge("2026-03-01T10:01Z", Other)
            .Then("2026-03-01T10:02Z", "Page Viewed", customer: Other, ids: Theirs);
        var moved = told.Log.Single(static e => e.Name == EventNames.EventMoved);

        // The same log, but for the place of "Event Moved": it is written only after the two were parted.
        var late = new Story().Then("2026-03-01T10:00Z", "Page Viewed", customer: Other, ids: Theirs).Merge("2026-03-01T10:01Z", Other)
            .Then("2026-03-01T10:02Z", "Page Viewed", customer: Other, ids: Theirs).Unmerge("2026-03-01T10:03Z", Other, Theirs);
        var log = late.Log.Where(static e => e.Name != EventNames.EventMoved).ToList();
        log.Add(moved with { Position = log[^1].Position + 1 });
        var rows = LogFold.Of(log, 50).Rows;

        Assert.That(rows.Value(ReadModelTables.Customers, "events", Other), Is.EqualTo("2"));
        Assert.That(rows.Value(ReadModelTables.Customers, "events", Story.Customer), Is.EqualTo("no row"), "nothing is theirs");
        Assert.That(rows.Value(ReadModelTables.Customers, "events", Other), Is.EqualTo(late.Rows.Value(ReadModelTables.Customers, "events", Other)));
    }

    [Test]
    public void Who_was_merged_into_the_restored_customer_goes_along()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Page Viewed", customer: Third, ids: new { anonymousId = "third" })
            .Then("2026-03-01T10:01Z", "Page Viewed", customer: Other, ids: Theirs)
            .Then("2026-03-01T10:02Z", "Page Viewed", ids: Mine)
            .Merge("2026-03-01T10:06Z", Third, survivor: Other)
            .Merge("2026-03-01T10:08Z", Other)
            .Then("2026-03-01T10:09Z", "Page Viewed", ids: new { anonymousId = "third" })
            .Unmerge("2026-03-01T10:10Z", Other, new { anonymousId = new[] { "theirs", "third" } });

        Assert.That(story.Rows.Value(ReadModelTables.Customers, "events", Other), Is.EqualTo("3"));
        Assert.That(story.Rows.Value(ReadModelTables.Customers, "events", Story.Customer), Is.EqualTo("1"));
        Assert.That(story.States[Other].Absorbed, Is.EqualTo(new[] { Third }));

        story.Unmerge("2026-03-01T10:11Z", Third, new { anonymousId = "third" }, survivor: Other);
        Assert.That(story.Rows.Value(ReadModelTables.Customers, "events", Third), Is.EqualTo("2"));
        Assert.That(story.Rows.Value(ReadModelTables.Customers, "events", Other), Is.EqualTo("1"));
    }

    [Test]
    public void After_merges_and_their_undoing_every_table_is_as_if_the_streams_had_always_been_as_they_are_now([Range(1, 12)] int seed)
    {
        var history = PartedHistory.Of(seed, events: 300);

        Assert.That(history.Unmerges, Is.GreaterThan(0));
        Assert.That(history.WithoutTombstones(LogFold.Of(history.Log, 50).Rows), Is.EqualTo(LogFold.Of(history.AsIfAlways, 50).Rows.Text()));
    }

    [Test]
    public void Any_batch_size_and_any_order_of_the_partitions_give_the_same([Range(1, 6)] int seed)
    {
        var log = PartedHistory.Of(seed, events: 300).Log;
        var whole = LogFold.Of(log, 500);
        foreach (var batch in (int[])[1, 7])
        {
            var other = LogFold.Of(log, batch);
            Assert.That(other.Rows.Text(), Is.EqualTo(whole.Rows.Text()), $"rows of batches of {batch}");
            Assert.That(other.States, Is.EqualTo(whole.States), $"states of batches of {batch}");
        }

        var rows = new TableRows();
        foreach (var partition in log.GroupBy(static e => e.Partition).OrderByDescending(static p => p.Key))
        {
            rows.Take(LogFold.Of([.. partition], 50, historyFrom: log).Rows);
        }

        Assert.That(rows.Text(), Is.EqualTo(whole.Rows.Text()));
    }
}
