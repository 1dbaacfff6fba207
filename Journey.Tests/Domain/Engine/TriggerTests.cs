using Journey.Domain.Engine;
using Journey.Domain.Events;

namespace Journey.Tests.Domain.Engine;

/// <summary>Which events are reacted to at all.</summary>
internal sealed class TriggerTests
{
    private const string Documents = """
        journey: nudge
        enter: { on: Store Visited, reentry: concurrent }
        exit: [ { on: Order Completed, as: bought }, { when: customer.country == "IT", as: elsewhere } ]
        steps: [ { id: rest, wait: 30d } ]
        """;

    [TestCase(EventKind.Interaction, "2026-03-02T10:00:00Z", 1)]
    [TestCase(EventKind.Interaction, "2026-03-02T10:00:00.001Z", 0)]
    [TestCase(EventKind.Derived, "2026-03-02T10:00:00Z", 1)]
    [TestCase(EventKind.Derived, "2026-03-02T10:00:00.001Z", 0)]
    public void A_late_event_triggers_nothing(EventKind kind, string receivedAt, int runs) =>
        Assert.That(new World(Documents).On("2026-03-01T10:00Z", "Store Visited", null, kind, receivedAt).State.Runs, Has.Count.EqualTo(runs));

    [Test]
    public void Imported_history_triggers_nothing() =>
        Assert.That(new World(Documents).On("2026-03-01T10:00Z", "Store Visited", flags: EventFlags.Imported).Said, Is.Empty);

    [Test]
    public void What_a_late_event_did_to_the_customer_is_seen_at_the_next_one()
    {
        var world = new World(Documents).On("2026-03-03T10:00Z", "Store Visited");
        world.On("2026-03-01T10:00Z", "Identified", new { country = "IT" }, receivedAt: "2026-03-03T11:00Z");
        Assert.That(world.Said[^1], Does.Contain("Run Waiting"));
        Assert.That(world.On("2026-03-03T12:00Z", "Product Viewed").Said, Is.EqualTo(["03-03 12:00 Run Exited: nudge elsewhere"]));
    }

    [TestCase(EventKind.Decision)]
    [TestCase(EventKind.Outcome)]
    [TestCase(EventKind.Time)]
    [TestCase(EventKind.Identity)]
    [TestCase(EventKind.Definition)]
    public void Only_interactions_and_derived_events_start_runs(EventKind kind) =>
        Assert.That(new World(Documents).On("2026-03-01T10:00Z", "Store Visited", null, kind).Said, Is.Empty);

    [TestCase(EventKind.Derived, true)]
    [TestCase(EventKind.Outcome, true)]
    [TestCase(EventKind.Decision, false)]
    public void Outcomes_and_derived_events_may_end_runs_and_decisions_may_not(EventKind kind, bool ends)
    {
        var world = new World(Documents).On("2026-03-01T10:00Z", "Store Visited").On("2026-03-01T11:00Z", "Order Completed", null, kind);
        Assert.That(world.State.Runs, Has.Count.EqualTo(ends ? 0 : 1));
    }

    [Test]
    public void The_same_event_twice_decides_nothing_new()
    {
        var world = new World(Documents);
        var visit = world.Event(World.Instant("2026-03-01T10:00Z"), "Store Visited", null, EventKind.Interaction, null, EventFlags.None);
        world.React(visit);
        var (before, count) = (world.StateBytes(), world.Decisions.Count);
        world.React(visit);
        Assert.That(world.StateBytes(), Is.EqualTo(before));
        Assert.That(world.Decisions, Has.Count.EqualTo(count));
    }

    [Test]
    public void An_event_that_nobody_listens_to_asks_nothing_and_allocates_nothing()
    {
        var world = new World(Documents);
        var viewed = world.Event(World.Instant("2026-03-01T10:00Z"), "Product Viewed", new { a = 1 }, EventKind.Interaction, null, EventFlags.None);
        world.React(viewed);
        var asked = world.Facts.Asked;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            JourneyEngine.React(world.Definitions, world.State, viewed, world.Facts, world.Sink);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(world.Facts.Asked, Is.EqualTo(asked));
        Assert.That(world.State.IsEmpty, Is.True);
    }

    [Test]
    public void An_event_that_no_run_of_the_customer_listens_to_allocates_nothing()
    {
        var world = new World("""
            journey: nudge
            enter: { on: Store Visited }
            exit: { on: Order Completed, as: bought }
            goal: { on: Order Completed, within: 3d }
            steps: [ { id: rest, wait: 30d } ]
            """).On("2026-03-01T10:00Z", "Store Visited");
        var viewed = world.Event(World.Instant("2026-03-01T10:00Z"), "Product Viewed", new { a = 1 }, EventKind.Interaction, null, EventFlags.None);
        var next = viewed with { Position = viewed.Position + 1 };
        world.React(viewed).React(next);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            JourneyEngine.React(world.Definitions, world.State, i % 2 == 0 ? viewed : next, world.Facts, world.Sink);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
