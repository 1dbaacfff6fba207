using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Time;

namespace Journey.Tests.Domain.Engine;

/// <summary>Every bound of the engine, at its edge.</summary>
internal sealed class LimitTests
{
    private static readonly long Noon = World.Instant("2026-03-01T12:00Z");

    private static World Many(World world, int events, string name = "Store Visited", long from = 0)
    {
        for (var i = 0; i < events; i++)
        {
            world.React(world.Event(Noon + from + i, name, null, EventKind.Interaction, null, EventFlags.None));
        }

        return world;
    }

    private static int Count(World world, string name) => world.Decisions.Count(decision => decision.Name == name);

    [Test]
    public void A_customer_has_so_many_active_runs_and_no_more()
    {
        var world = Many(new World("""
            journey: nudge
            enter: { on: Store Visited, reentry: concurrent }
            steps: [ { wait: 2d } ]
            """), EngineLimits.ActiveRunsMax + 3);
        Assert.That(world.State.Runs, Has.Count.EqualTo(EngineLimits.ActiveRunsMax));
        Assert.That(world.Said[^1], Does.EndWith("Run Not Entered: nudge limit"));
        Assert.That(Count(world, EventNames.RunNotEntered), Is.EqualTo(1));
    }

    [Test]
    public void A_customer_enters_a_rule_so_often_a_day_and_no_more()
    {
        var world = Many(new World("""
            rule: greet
            on: Store Visited
            do: [ { task: { team: store, title: Greet } } ]
            """), EngineLimits.EntriesPerDayMax + 3);
        Assert.That(Count(world, EventNames.TaskRequested), Is.EqualTo(EngineLimits.EntriesPerDayMax));
        Assert.That(Count(world, EventNames.RunNotEntered), Is.EqualTo(1));
        Many(world, 1, from: Instants.Day);
        Assert.That(Count(world, EventNames.TaskRequested), Is.EqualTo(EngineLimits.EntriesPerDayMax + 1));
    }

    [Test]
    public void A_run_visits_a_step_so_often_and_no_more()
    {
        var world = Many(new World("""
            journey: loop
            enter: { on: Store Visited }
            steps:
              - { id: rest, wait: 1m }
              - { id: note, task: { team: store, title: Note } }
              - { goto: rest }
            """), 1);
        world.Until("2026-03-05T00:00Z");
        Assert.That(Count(world, EventNames.TaskRequested), Is.EqualTo(EngineLimits.VisitsPerStepMax));
        Assert.That(world.Said[^1], Does.EndWith("Run Exited: loop limit"));
    }

    [Test]
    public void A_run_takes_so_many_steps_in_one_reaction_and_no_more()
    {
        static World Steps(int sets, string end) => Many(new World($$"""
            journey: long
            enter: { on: Store Visited }
            steps:
              - { id: begin, wait: { until: 'now' } }
            {{string.Concat(Enumerable.Repeat("  - { set: { a: 1 } }\n", sets))}}
              - {{end}}
            """), 1);
        Assert.That(Steps(EngineLimits.StepsPerReactionMax - 2, "{ exit: last }").Said[^1], Does.EndWith("last"));

        // Twenty steps in a circle, whose wait is over at once: fifty times round.
        var beyond = Steps(18, "{ goto: begin }");
        Assert.That(beyond.Said[^1], Does.EndWith("limit"));
        Assert.That(Count(beyond, EventNames.TraitsSet), Is.EqualTo(EngineLimits.StepsPerReactionMax / 20 * 18));
    }

    [Test]
    public void A_send_is_held_so_often_and_no_more()
    {
        var world = new World("""
            journey: nudge
            enter: { on: Store Visited, reentry: concurrent }
            limits: { cap: { max: 1, per: 1h }, onBlocked: wait }
            steps: [ { id: news, send: { channel: web, template: news } } ]
            """);

        // A rule sends as soon as the cap opens, every time before the journey's turn comes.
        world.Publish("""
            rule: first
            on: Ping
            do: [ { id: ping, send: { channel: web, template: ping } } ]
            """);
        Many(world, 1, "Ping");
        Many(world, 1, from: 1);
        for (var hour = 1; hour <= EngineLimits.HoldsPerSendMax; hour++)
        {
            Many(world, 1, "Ping", hour * Instants.Hour);
            world.Until(Instants.ToIso(Noon + (hour * Instants.Hour) + 1));
        }

        Assert.That(Count(world, EventNames.RunExited), Is.EqualTo(EngineLimits.HoldsPerSendMax + 2));
        Assert.That(world.Said[^2..], Is.EqualTo([
            "03-05 16:00 Message Suppressed: news web cap",
            "03-05 16:00 Run Exited: nudge limit",
        ]));
    }

    [TestCase(10, "completed")]
    [TestCase(11, "limit")]
    public void Journeys_start_journeys_so_deep_and_no_deeper(int starts, string last)
    {
        var documents = Enumerable.Range(0, starts + 1).Select(i => $$"""
            journey: j{{i}}
            enter: { on: {{(i == 0 ? "Store Visited" : "Never Seen")}} }
            steps: [ {{(i < starts ? $"{{ start: j{i + 1} }}" : "{ exit: deepest }")}} ]
            """);
        var world = Many(new World(string.Join("\n---\n", documents)), 1);
        Assert.That(EngineLimits.StartDepthMax, Is.EqualTo(10));
        Assert.That(Count(world, EventNames.RunEntered), Is.EqualTo(11));
        Assert.That(world.Said[^1], Does.EndWith(starts > 10 ? $"j10 {last}" : "j10 deepest"));
    }

    [Test]
    public void Emitted_events_cause_one_another_so_far_and_no_farther()
    {
        var world = Many(new World("""
            rule: echo
            on: [ Store Visited, Echoed ]
            do: [ { emit: { event: Echoed } } ]
            """), 1).MeetEmitted();
        Assert.That(Count(world, "Echoed"), Is.EqualTo(EngineLimits.CascadeDepthMax));
        Assert.That(world.Said[^1], Does.EndWith("Run Exited: echo limit"));
    }

    [Test]
    public void Time_ends_a_cascade()
    {
        var world = Many(new World("""
            journey: echo
            enter: { on: [ Store Visited, Echoed ], reentry: concurrent }
            steps: [ { wait: 1h }, { emit: { event: Echoed } } ]
            """), 1);
        for (var hour = 1; hour <= 2 * EngineLimits.CascadeDepthMax; hour++)
        {
            world.Until(Instants.ToIso(Noon + (hour * Instants.Hour))).MeetEmitted();
        }

        Assert.That(Count(world, "Echoed"), Is.EqualTo(2 * EngineLimits.CascadeDepthMax));
    }

    [Test]
    public void So_many_ended_runs_of_a_journey_are_remembered_and_those_of_others_stay()
    {
        var world = new World("""
            journey: welcome
            enter: { on: Signed Up }
            steps: [ { exit: done } ]
            ---
            journey: visit
            key: event.n
            enter: { on: Store Visited }
            steps: [ { exit: done } ]
            """);
        Many(world, 1, "Signed Up");
        for (var i = 0; i <= EngineLimits.FinishedRunsPerJourneyMax; i++)
        {
            world.React(world.Event(Noon + i, "Store Visited", new { n = i }, EventKind.Interaction, null, EventFlags.None));
        }

        Assert.That(world.State.Finished, Has.Count.EqualTo(EngineLimits.FinishedRunsPerJourneyMax + 1));
        Assert.That(world.State.Finished.Select(run => run.Key).Take(2), Is.EqualTo(["", "1"]));
    }

    [Test]
    public void So_many_messages_are_remembered_for_so_long()
    {
        var world = new World("""
            rule: news
            on: Ping
            do: [ { send: { channel: web, template: news } } ]
            """);
        Many(world, EngineLimits.MessagesMax + 1, "Ping");
        Assert.That(world.State.Messages, Has.Count.EqualTo(EngineLimits.MessagesMax));
        Assert.That(world.State.Messages[0].At, Is.EqualTo(Noon + 1));
        Many(world, 1, "Ping", from: EngineLimits.MessagesKeptMs + 2);
        Assert.That(world.State.Messages[0].At, Is.EqualTo(Noon + 3));
    }

    [TestCase(16 * 1024, "answered")]
    [TestCase((16 * 1024) + 1, "failed")]
    public void An_answer_too_large_to_keep_counts_as_a_failed_call(int bytes, string expected)
    {
        Assert.That(EngineLimits.AnswerBytesMax, Is.EqualTo(16 * 1024));
        var world = Many(new World("""
            journey: ask
            enter: { on: Store Visited }
            steps:
              - { id: ask, call: { url: "https://a.example", timeout: 1m, onFailure: [ { exit: failed } ] } }
              - { exit: answered }
            """), 1);
        world.React(world.Event(Noon + 1, EventNames.CallAnswered,
            new { run = world.State.Runs[0].Id.ToString(), step = "ask", response = new string('x', bytes - 2) }, EventKind.Outcome, null, EventFlags.None));
        Assert.That(world.Said[^1], Does.EndWith(expected));
    }

    [TestCase(200, 1)]
    [TestCase(201, 0)]
    public void A_key_has_so_many_characters_and_no_more(int length, int runs)
    {
        var world = new World("""
            journey: visit
            key: event.key
            enter: { on: Store Visited }
            steps: [ { wait: 1d } ]
            """);
        Assert.That(EngineLimits.KeyLengthMax, Is.EqualTo(200));
        Assert.That(world.On("2026-03-01T12:00Z", "Store Visited", new { key = new string('k', length) }).State.Runs, Has.Count.EqualTo(runs));
    }
}
