using Journey.Domain.Engine;
using Journey.Domain.Events;

namespace Journey.Tests.Domain.Engine;

internal sealed class MergeTests
{
    private const string Documents = """
        journey: nudge
        key: event.key
        enter: { on: Store Visited, reentry: once }
        goal: { on: Order Completed, within: 3d }
        limits: { cap: { max: 1, per: 24h }, onBlocked: skip }
        steps:
          - { id: rest, wait: 2h }
          - { id: news, send: { channel: web, template: news } }
        ---
        journey: browse
        enter: { on: Browse Abandoned }
        steps: [ { wait: 1d } ]
        ---
        journey: checkout
        enter: { on: Checkout Abandoned }
        steps: [ { wait: 1d } ]
        """;

    /// <summary>Two customers with a state each, and the survivor's world after the merge at noon.</summary>
    private static World Merged(Action<World> survivor, Action<World> absorbed)
    {
        var world = new World(Documents);
        survivor(world);
        var (kept, facts) = (world.State, world.Facts);
        (world.State, world.Facts) = (new EngineState(), new ShopFacts { CustomerId = "c0000000000000002" });
        absorbed(world);
        var bytes = JourneyEngine.HandOver(world.State);
        Assert.That(world.State.IsEmpty, Is.True);
        (world.State, world.Facts) = (kept, facts);
        _ = world.Said;
        var basis = world.Event(World.Instant("2026-03-01T12:00Z"), EventNames.IdentitiesMerged, null, EventKind.Identity, null, EventFlags.None);
        JourneyEngine.AdoptRuns(world.Definitions, world.State, bytes.IsEmpty ? new EngineState() : World.ReadState(bytes.ToArray()), basis, facts, world.Sink);
        return world.Take();
    }

    [Test]
    public void Runs_move_to_the_survivor_and_go_on_there()
    {
        var world = Merged(_ => { }, absorbed => absorbed.On("2026-03-01T11:00Z", "Store Visited", new { key = "a" }));
        Assert.That(world.Until("2026-03-02T00:00Z").Said, Is.EqualTo([
            "03-01 13:00 Message Requested: news web",
            "03-01 13:00 Run Exited: nudge completed",
        ]));
    }

    [TestCase("2026-03-01T10:30Z", "2026-03-01T11:30Z", "2026-03-01T10:30Z")]
    [TestCase("2026-03-01T11:30Z", "2026-03-01T10:30Z", "2026-03-01T10:30Z")]
    public void Of_two_runs_with_one_key_the_older_stays(string survivor, string absorbed, string stays)
    {
        var world = Merged(one => one.On(survivor, "Store Visited", new { key = "a" }), other => other.On(absorbed, "Store Visited", new { key = "a" }));
        Assert.That(world.Said, Is.EqualTo(["03-01 12:00 Run Exited: nudge merged"]));
        Assert.That(world.State.Runs.Single().EnteredAt, Is.EqualTo(World.Instant(stays)));
    }

    [Test]
    public void Runs_with_different_keys_stand_side_by_side()
    {
        var world = Merged(one => one.On("2026-03-01T10:30Z", "Store Visited", new { key = "a" }), other => other.On("2026-03-01T11:30Z", "Store Visited", new { key = "b" }));
        Assert.That(world.State.Runs.Select(run => run.Key), Is.EqualTo(["a", "b"]));
    }

    [Test]
    public void A_goal_after_the_merge_counts_once_for_two_runs_that_became_one()
    {
        var world = Merged(one => one.On("2026-03-01T10:30Z", "Store Visited", new { key = "a" }), other => other.On("2026-03-01T11:30Z", "Store Visited", new { key = "a" }));
        Assert.That(world.On("2026-03-01T12:10Z", "Order Completed").Said[1..], Is.EqualTo(["03-01 12:10 Goal Reached: nudge"]));
    }

    [Test]
    public void What_the_absorbed_customer_did_counts_for_re_entry_and_caps()
    {
        var world = Merged(_ => { }, other => other.On("2026-03-01T09:00Z", "Store Visited", new { key = "a" }).Until("2026-03-01T11:00Z"));
        world.On("2026-03-01T12:10Z", "Store Visited", new { key = "a" });
        world.On("2026-03-01T12:20Z", "Store Visited", new { key = "b" });
        Assert.That(world.Until("2026-03-02T00:00Z").Said, Is.EqualTo([
            "03-01 12:20 Run Entered: nudge [b]",
            "03-01 12:20 Run Waiting: rest until 03-01 14:20",
            "03-01 14:20 Message Suppressed: news web cap",
            "03-01 14:20 Run Exited: nudge completed",
        ]));
    }

    [Test]
    public void Precedence_holds_as_for_one_customer()
    {
        var world = Merged(one => one.Derived("2026-03-01T10:30Z", "Browse Abandoned"), other => other.Derived("2026-03-01T09:30Z", "Checkout Abandoned"));
        Assert.That(world.Said, Is.EqualTo(["03-01 12:00 Run Exited: browse precedence"]));
    }

    [Test]
    public void Of_nothing_nothing_is_handed_over()
    {
        Assert.That(JourneyEngine.HandOver(new EngineState()).IsEmpty, Is.True);
        Assert.That(Merged(_ => { }, _ => { }).State.IsEmpty, Is.True);
    }

    [Test]
    public void Merging_the_same_states_twice_gives_the_same_bytes_and_ids()
    {
        static World Once() => Merged(one => one.On("2026-03-01T10:30Z", "Store Visited", new { key = "a" }), other => other.On("2026-03-01T11:30Z", "Store Visited", new { key = "a" }));
        var (first, second) = (Once(), Once());
        Assert.That(first.StateBytes(), Is.EqualTo(second.StateBytes()));
        Assert.That(first.Decisions.Select(decision => decision.Id), Is.EqualTo(second.Decisions.Select(decision => decision.Id)));
    }
}
