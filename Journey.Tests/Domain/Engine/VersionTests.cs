using Journey.Domain.Engine;
using Journey.Domain.Language;

namespace Journey.Tests.Domain.Engine;

internal sealed class VersionTests
{
    private static string Version(string steps, string inFlight = "migrate") => $"""
        journey: nudge
        enter: {"{"} on: Store Visited, reentry: concurrent {"}"}
        inFlight: {inFlight}
        steps:
        {steps}
        """;

    private const string First = """
          - { id: rest, wait: 2h }
          - { id: news, send: { channel: web, template: news } }
          - { id: note, task: { team: store, title: Done } }
        """;

    private static World Entered(string steps = First) => new World(Version(steps)).On("2026-03-01T10:00Z", "Store Visited");

    private static string[] After(World world) => world.Until("2026-03-09T00:00Z").Said[2..];

    [Test]
    public void A_pinned_run_goes_on_by_the_version_it_entered_and_the_next_one_enters_the_newest()
    {
        var world = Entered()
            .Publish(Version("  - { id: rest, wait: 1h }\n  - { id: second, task: { team: store, title: Two } }", "pin"))
            .Publish(Version("  - { id: rest, wait: 1h }\n  - { id: third, task: { team: store, title: Three } }", "pin"));
        world.On("2026-03-01T10:30Z", "Store Visited");
        Assert.That(world.State.Runs.Select(run => run.Version), Is.EqualTo([1, 3]));
        Assert.That(After(world), Is.EqualTo([
            "03-01 10:30 Run Entered: nudge",
            "03-01 10:30 Run Waiting: rest until 03-01 11:30",
            "03-01 11:30 Task Requested: third",
            "03-01 11:30 Run Exited: nudge completed",
            "03-01 12:00 Message Requested: news web",
            "03-01 12:00 Task Requested: note",
            "03-01 12:00 Run Exited: nudge completed",
        ]));
    }

    [Test]
    public void A_migrated_run_keeps_the_end_of_its_wait_and_goes_on_by_the_new_steps()
    {
        var world = Entered().Publish(Version("  - { id: rest, wait: 9h }\n  - { id: call, task: { team: store, title: Call } }"));
        Assert.That(After(world), Is.EqualTo([
            "03-01 12:00 Run Migrated: nudge rest 1 to 2",
            "03-01 12:00 Task Requested: call",
            "03-01 12:00 Run Exited: nudge completed",
        ]));
    }

    [Test]
    public void A_run_whose_step_is_gone_goes_on_when_due_at_the_next_one_that_is_still_there()
    {
        var world = Entered().Publish(Version("  - { id: hello, task: { team: store, title: Hello } }\n  - { id: note, task: { team: store, title: Done } }"));
        world.On("2026-03-01T11:00Z", "Product Viewed");
        Assert.That(After(world), Is.EqualTo([
            "03-01 11:00 Run Migrated: nudge note 1 to 2",
            "03-01 12:00 Task Requested: note",
            "03-01 12:00 Run Exited: nudge completed",
        ]));
    }

    [Test]
    public void A_run_of_which_nothing_is_left_ends_as_migrated_away() =>
        Assert.That(After(Entered().Publish(Version("  - { id: hello, task: { team: store, title: Hello } }"))), Is.EqualTo(["03-01 12:00 Run Exited: nudge migrated-away"]));

    [Test]
    public void A_wait_that_became_another_step_is_done_as_that_when_due() =>
        Assert.That(After(Entered().Publish(Version("  - { id: rest, send: { channel: web, template: news } }"))), Is.EqualTo([
            "03-01 12:00 Run Migrated: nudge rest 1 to 2",
            "03-01 12:00 Message Requested: rest web",
            "03-01 12:00 Run Exited: nudge completed",
        ]));

    [Test]
    public void A_step_may_move_into_another_path()
    {
        var world = Entered("""
              - branch: [ { if: "true", then: [ { id: rest, wait: 2h } ] } ]
              - { id: note, task: { team: store, title: Done } }
            """);
        world.Publish(Version("  - { id: note, task: { team: store, title: Done } }\n  - { id: rest, wait: 2h }\n  - { id: last, task: { team: store, title: Last } }"));
        Assert.That(After(world)[1], Is.EqualTo("03-01 12:00 Task Requested: last"));
    }

    [Test]
    public void A_timeout_that_a_newer_version_adds_counts_from_the_migration()
    {
        var world = Entered("  - { id: reaction, waitFor: [ { on: Message Clicked } ] }");
        world.Publish(Version("  - { id: reaction, waitFor: [ { on: Message Clicked } ], timeout: 1h }")).On("2026-03-02T10:00Z", "Product Viewed");
        Assert.That(JourneyEngine.NextDue(world.State), Is.EqualTo(World.Instant("2026-03-02T11:00Z")));
    }

    [Test]
    public void A_wait_for_events_without_a_timeout_whose_step_is_gone_goes_on_at_once()
    {
        var world = Entered("  - { id: reaction, waitFor: [ { on: Message Clicked } ] }\n  - { id: note, task: { team: store, title: Done } }");
        world.Publish(Version("  - { id: note, task: { team: store, title: Done } }")).On("2026-03-02T10:00Z", "Product Viewed");
        Assert.That(After(world)[^1], Is.EqualTo("03-02 10:00 Run Exited: nudge completed"));
    }

    [Test]
    public void The_newest_version_decides_about_runs_in_flight()
    {
        var world = Entered().Publish(Version("  - { id: hello, task: { team: store, title: Hello } }", "pin"));
        world.On("2026-03-01T11:00Z", "Product Viewed");
        Assert.That(world.State.Runs.Single().Version, Is.EqualTo(1));
        world.Publish(Version("  - { id: rest, wait: 5h }", "migrate")).On("2026-03-01T11:30Z", "Product Viewed");
        Assert.That(world.State.Runs.Single().Version, Is.EqualTo(3));
    }

    [TestCase("  - { id: rest, wait: 9h }", "pin", RunFate.StaysPinned, "rest")]
    [TestCase("  - { id: rest, wait: 9h }", "migrate", RunFate.Moves, "rest")]
    [TestCase("  - { id: note, task: { team: store, title: Done } }", "migrate", RunFate.Moves, "note")]
    [TestCase("  - { id: hello, task: { team: store, title: Hello } }", "migrate", RunFate.Ends, null)]
    public void A_preview_says_what_publishing_will_do(string steps, string inFlight, RunFate fate, string? to)
    {
        var world = Entered();
        var next = DocumentParser.Parse("next.yaml", Version(steps, inFlight)).Journeys.Single();
        var run = world.State.Runs.Single();
        Assert.That(JourneyEngine.Preview(world.Definitions, world.State, next, World.Instant("2026-03-01T11:00Z")),
            Is.EqualTo([new InFlightPreview(run.Id, 1, "rest", fate, to)]));
    }
}
