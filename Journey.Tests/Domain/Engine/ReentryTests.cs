namespace Journey.Tests.Domain.Engine;

internal sealed class ReentryTests
{
    private static World With(string reentry, string key = "") => new($$"""
        journey: visit
        {{key}}
        enter: { on: Store Visited, reentry: {{reentry}} }
        exit: { on: Store Left, as: left }
        steps: [ { id: rest, wait: 1h } ]
        """);

    [Test]
    public void Once_is_once_for_ever()
    {
        var world = With("once").On("2026-03-01T10:00Z", "Store Visited").On("2026-03-01T10:30Z", "Store Visited").On("2031-03-01T10:00Z", "Store Visited");
        Assert.That(world.Said, Is.EqualTo([
            "03-01 10:00 Run Entered: visit",
            "03-01 10:00 Run Waiting: rest until 03-01 11:00",
            "03-01 11:00 Run Exited: visit completed",
        ]));
    }

    [Test]
    public void Once_is_once_for_every_key()
    {
        var world = With("once", "key: event.store").On("2026-03-01T10:00Z", "Store Visited", new { store = "Rome" })
            .On("2026-03-01T10:00Z", "Store Visited", new { store = "Milan" }).On("2026-03-02T10:00Z", "Store Visited", new { store = "Rome" });
        Assert.That(world.Said.Where(line => line.Contains("Entered")), Is.EqualTo([
            "03-01 10:00 Run Entered: visit [Rome]",
            "03-01 10:00 Run Entered: visit [Milan]",
        ]));
    }

    [Test]
    public void After_exit_means_not_while_a_run_is_under_way()
    {
        var world = With("after-exit").On("2026-03-01T10:00Z", "Store Visited").On("2026-03-01T10:59:59Z", "Store Visited").On("2026-03-01T11:00Z", "Store Visited");
        Assert.That(world.Said.Where(line => line.Contains("Entered")), Is.EqualTo([
            "03-01 10:00 Run Entered: visit",
            "03-01 11:00 Run Entered: visit",
        ]));
    }

    [TestCase("2026-03-03T10:59:59.999Z", 1)]
    [TestCase("2026-03-03T11:00:00Z", 2)]
    public void A_cooldown_counts_from_the_exit(string again, int entries)
    {
        var world = With("{ mode: after-exit, cooldown: 2d }").On("2026-03-01T10:00Z", "Store Visited").On(again, "Store Visited");
        Assert.That(world.Said.Count(line => line.Contains("Entered")), Is.EqualTo(entries));
    }

    [Test]
    public void Replace_ends_the_run_there_is_and_starts_anew()
    {
        var world = With("replace").On("2026-03-01T10:00Z", "Store Visited").On("2026-03-01T10:30Z", "Store Visited").Until("2026-03-02T00:00Z");
        Assert.That(world.Said, Is.EqualTo([
            "03-01 10:00 Run Entered: visit",
            "03-01 10:00 Run Waiting: rest until 03-01 11:00",
            "03-01 10:30 Run Exited: visit replaced",
            "03-01 10:30 Run Entered: visit",
            "03-01 10:30 Run Waiting: rest until 03-01 11:30",
            "03-01 11:30 Run Exited: visit completed",
        ]));
    }

    [Test]
    public void Concurrent_runs_stand_side_by_side()
    {
        var world = With("concurrent").On("2026-03-01T10:00Z", "Store Visited").On("2026-03-01T10:30Z", "Store Visited");
        Assert.That(world.State.Runs.Select(run => run.EnteredAt), Is.EqualTo([World.Instant("2026-03-01T10:00Z"), World.Instant("2026-03-01T10:30Z")]));
        Assert.That(world.On("2026-03-01T10:45Z", "Store Left").Said.Count(line => line.Contains("left")), Is.EqualTo(2));
    }

    [Test]
    public void One_event_may_end_a_run_and_start_the_next()
    {
        var world = new World("""
            journey: order-follow-up
            enter: { on: Order Completed, reentry: after-exit }
            exit: { on: Order Completed, as: ordered-again }
            steps: [ { id: rest, wait: 7d } ]
            """);
        world.On("2026-03-01T10:00Z", "Order Completed").On("2026-03-02T10:00Z", "Order Completed");
        Assert.That(world.Said, Is.EqualTo([
            "03-01 10:00 Run Entered: order-follow-up",
            "03-01 10:00 Run Waiting: rest until 03-08 10:00",
            "03-02 10:00 Run Exited: order-follow-up ordered-again",
            "03-02 10:00 Run Entered: order-follow-up",
            "03-02 10:00 Run Waiting: rest until 03-09 10:00",
        ]));
    }

    [Test]
    public void An_event_that_gives_the_key_no_value_starts_nothing() =>
        Assert.That(With("once", "key: event.store").On("2026-03-01T10:00Z", "Store Visited").Said, Is.Empty);

    [Test]
    public void A_key_by_cart_is_not_taken_from_a_cart_that_the_event_is_not_about()
    {
        var world = With("once", "key: cart.id").On("2026-03-01T09:00Z", "Cart Updated", new { cart_id = "c1" }).On("2026-03-01T10:00Z", "Store Visited");
        Assert.That(world.Said, Is.Empty);
    }

    [TestCase("7", "7.0")]
    [TestCase("true", "true")]
    public void Equal_keys_are_one_key(string one, string other)
    {
        var world = With("once", "key: event.store")
            .On("2026-03-01T10:00Z", "Store Visited", new { store = System.Text.Json.JsonDocument.Parse(one).RootElement })
            .On("2026-03-01T10:05Z", "Store Visited", new { store = System.Text.Json.JsonDocument.Parse(other).RootElement });
        Assert.That(world.State.Runs, Has.Count.EqualTo(1));
    }

    [Test]
    public void The_audience_is_asked_at_entry_only()
    {
        var world = new World("""
            journey: italians
            enter: { on: Store Visited, reentry: concurrent }
            audience: customer.country == "IT"
            steps: [ { id: rest, wait: 1h } ]
            """);
        world.On("2026-03-01T09:00Z", "Store Visited").On("2026-03-01T09:01Z", "Identified", new { country = "IT" });
        world.On("2026-03-01T10:00Z", "Store Visited").On("2026-03-01T10:01Z", "Identified", new { country = "FR" }).Until("2026-03-02T00:00Z");
        Assert.That(world.Said, Is.EqualTo([
            "03-01 10:00 Run Entered: italians",
            "03-01 10:00 Run Waiting: rest until 03-01 11:00",
            "03-01 11:00 Run Exited: italians completed",
        ]));
    }

    [Test]
    public void Who_enters_in_a_state_that_ends_the_run_gets_none_of_its_steps()
    {
        var world = new World("""
            journey: greeting
            enter: { on: Store Visited }
            exit: { when: customer.country == "IT", as: elsewhere }
            steps: [ { id: hello, task: { team: store, title: Hello } } ]
            """);
        world.On("2026-03-01T09:00Z", "Identified", new { country = "IT" }).On("2026-03-01T10:00Z", "Store Visited");
        Assert.That(world.Said, Is.EqualTo(["03-01 10:00 Run Entered: greeting", "03-01 10:00 Run Exited: greeting elsewhere"]));
    }
}
