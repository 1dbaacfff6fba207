using Journey.Domain.Engine;
using Journey.Domain.Time;

namespace Journey.Tests.Domain.Engine;

internal sealed class PauseTests
{
    private const string Documents = """
        journey: nudge
        enter: { on: Store Visited, reentry: after-exit }
        exit: { on: Order Completed, as: bought }
        staleAfter: 24h
        steps:
          - { id: rest, wait: 1h }
          - { id: news, send: { channel: web, template: news } }
          - { id: note, task: { team: store, title: Done } }
        """;

    private static World Entered() => new World(Documents).On("2026-03-01T10:00Z", "Store Visited");

    [Test]
    public void A_paused_journey_takes_no_entries_and_records_that() =>
        Assert.That(new World(Documents).Pause("nudge").On("2026-03-01T10:00Z", "Store Visited").Said, Is.EqualTo(["03-01 10:00 Run Not Entered: nudge paused"]));

    [Test]
    public void Who_would_not_have_entered_anyway_is_not_recorded()
    {
        var world = Entered().Pause("nudge");
        _ = world.Said;
        Assert.That(world.On("2026-03-01T10:30Z", "Store Visited").Said, Is.Empty);
    }

    [Test]
    public void A_wait_that_elapses_meanwhile_is_held_and_goes_on_after_resuming()
    {
        var world = Entered().Pause("nudge").Until("2026-03-01T13:30Z");
        Assert.That(world.Said[2..], Is.EqualTo(["03-01 11:00 Run Waiting: news paused"]));
        Assert.That(world.Resume("nudge").Until("2026-03-02T00:00Z").Said, Is.EqualTo([
            "03-01 14:04 Message Requested: news web",
            "03-01 14:04 Task Requested: note",
            "03-01 14:04 Run Exited: nudge completed",
        ]));
    }

    [Test]
    public void A_held_run_looks_again_after_as_long_as_it_was_held_but_within_bounds()
    {
        var world = Entered().Pause("nudge").Until("2026-03-01T11:00Z");
        var pauses = new List<long>();
        for (var i = 0; i < 9; i++)
        {
            var due = JourneyEngine.NextDue(world.State)!.Value;
            world.Until(Instants.ToIso(due));
            pauses.Add((JourneyEngine.NextDue(world.State)!.Value - due) / Instants.Minute);
        }

        Assert.That(pauses, Is.EqualTo([1, 2, 4, 8, 16, 32, 60, 60, 60]));
    }

    [Test]
    public void Anything_that_happens_to_the_customer_lets_a_held_run_go_on_at_once()
    {
        var world = Entered().Pause("nudge").Until("2026-03-01T12:30Z").Resume("nudge");
        _ = world.Said;
        Assert.That(world.On("2026-03-01T12:31Z", "Product Viewed").Said[0], Is.EqualTo("03-01 12:31 Message Requested: news web"));
    }

    [TestCase("2026-03-02T11:00:00Z", "03-02 11:00 Message Requested: news web", "03-02 11:00 Run Exited: nudge completed")]
    [TestCase("2026-03-02T11:00:00.001Z", "03-02 11:00 Message Suppressed: news web stale", "03-02 11:00 Run Exited: nudge stale")]
    public void After_resuming_a_send_that_is_too_old_ends_the_run(string resumed, string first, string last)
    {
        var world = Entered().Pause("nudge").Until("2026-03-02T10:59Z").Resume("nudge");
        _ = world.Said;
        var due = JourneyEngine.NextDue(world.State)!.Value;
        Assert.That(due, Is.GreaterThanOrEqualTo(World.Instant("2026-03-02T11:00Z")));
        world.React(world.Event(World.Instant(resumed), "Product Viewed", null, Journey.Domain.Events.EventKind.Interaction, null, default));
        var said = world.Said;
        Assert.That((said[0], said[^1]), Is.EqualTo((first, last)));
    }

    [Test]
    public void Exits_hold_also_while_paused() =>
        Assert.That(Entered().Pause("nudge").Until("2026-03-01T12:00Z").On("2026-03-01T12:30Z", "Order Completed").Said[^1], Is.EqualTo("03-01 12:30 Run Exited: nudge bought"));

    [Test]
    public void An_awaited_event_that_comes_meanwhile_is_not_lost()
    {
        var world = new World("""
            journey: nudge
            enter: { on: Store Visited }
            steps:
              - { id: reaction, waitFor: [ { on: Message Clicked, then: [ { id: yes, task: { team: store, title: "Yes" } } ] } ], timeout: 1d }
            """).On("2026-03-01T10:00Z", "Store Visited").Pause("nudge").On("2026-03-01T11:00Z", "Message Clicked");
        Assert.That(world.Said[^1], Is.EqualTo("03-01 11:00 Run Waiting: yes paused"));
        Assert.That(world.Resume("nudge").On("2026-03-01T11:00:30Z", "Product Viewed").Said[0], Is.EqualTo("03-01 11:00 Task Requested: yes"));
    }

    [Test]
    public void A_wait_after_the_pause_makes_later_sends_fresh_again()
    {
        var world = new World("""
            journey: nudge
            enter: { on: Store Visited }
            steps:
              - { id: rest, wait: 1h }
              - { id: more, wait: 1h }
              - { id: news, send: { channel: web, template: news } }
            """).On("2026-03-01T10:00Z", "Store Visited").Pause("nudge").Until("2026-03-05T10:00Z").Resume("nudge");
        Assert.That(world.Until("2026-03-06T00:00Z").Said[^2..], Is.EqualTo([
            "03-05 11:04 Message Requested: news web",
            "03-05 11:04 Run Exited: nudge completed",
        ]));
    }

    [Test]
    public void Who_pauses_and_then_retires_wants_nothing_sent()
    {
        var world = Entered().Pause("nudge").Until("2026-03-01T12:00Z").Retire("nudge").Until("2026-03-02T00:00Z");
        Assert.That(world.Said[^1], Is.EqualTo("03-01 12:04 Run Exited: nudge retired"));
    }

    [Test]
    public void A_retired_journey_takes_no_entries_and_its_runs_go_on()
    {
        var world = Entered().Retire("nudge").Until("2026-03-02T00:00Z");
        Assert.That(world.Said[^1], Is.EqualTo("03-01 11:00 Run Exited: nudge completed"));
        Assert.That(world.On("2026-03-03T00:00Z", "Store Visited").Said, Is.Empty);
    }
}
