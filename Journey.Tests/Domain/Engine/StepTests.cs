using System.Text.Json;
using Journey.Domain.Engine;
using Journey.Domain.Events;

namespace Journey.Tests.Domain.Engine;

internal sealed class StepTests
{
    private static World Journey(string steps, string keys = "") => new($"""
        journey: walk
        {keys}
        enter:
          on: Store Visited
          reentry: concurrent
        steps:
        {steps}
        """);

    private static string[] Visit(World world, object? properties = null, string until = "2026-06-01T00:00Z") =>
        world.On("2026-03-01T10:00Z", "Store Visited", properties).Until(until).Said[1..];

    private static JsonElement Properties(World world, string name)
    {
        var decision = world.Decisions.Single(decision => decision.Name == name);
        return JsonDocument.Parse(StoredPayload.Json(decision.Payload)).RootElement.GetProperty("properties");
    }

    [Test]
    public void A_wait_until_a_local_time_goes_by_the_customers_clock_and_records_the_zone_data()
    {
        var world = Journey("  - { id: morning, wait: { until: \"09:00\", on: [mon, tue] } }");
        world.Facts.Zone = "America/New_York";
        Assert.That(Visit(world)[0], Is.EqualTo("03-01 10:00 Run Waiting: morning until 03-02 14:00"));
        var said = Properties(world, EventNames.RunWaiting);
        Assert.That(said.GetProperty("zone").GetString(), Is.EqualTo("America/New_York"));
        Assert.That(said.GetProperty("zoneData").GetString(), Is.EqualTo(LocalClock.DatabaseVersion));
    }

    [Test]
    public void A_daily_loop_goes_round_once_a_day()
    {
        var world = Journey("""
              - { id: morning, wait: { until: "09:00", zone: Europe/Rome } }
              - { id: hello, task: { team: store, title: Hello } }
              - { id: again, goto: morning }
            """);
        world.On("2026-03-28T10:00Z", "Store Visited").Until("2026-03-30T12:00Z");
        Assert.That(world.Said.Where(line => line.Contains("Task")), Is.EqualTo([
            "03-29 07:00 Task Requested: hello",
            "03-30 07:00 Task Requested: hello",
        ]));
    }

    [TestCase("timestamp(event.visit_at) - duration(\"24h\")", "2026-03-05T18:00:00Z", "03-01 10:00 Run Waiting: before until 03-04 18:00")]
    [TestCase("event.visit_at", "2026-03-05T18:00:00Z", "03-01 10:00 Run Waiting: before until 03-05 18:00")]
    [TestCase("event.visit_at", "2026-03-01T10:00:00Z", "03-01 10:00 Run Exited: walk completed")]
    [TestCase("event.visit_at", "soon", "03-01 10:00 Run Exited: walk error")]
    [TestCase("event.missing", "2026-03-05T18:00:00Z", "03-01 10:00 Run Exited: walk error")]
    public void A_wait_until_an_instant_takes_it_from_an_expression(string until, string at, string expected) =>
        Assert.That(Visit(Journey($"  - {{ id: before, wait: {{ until: '{until}' }} }}"), new { visit_at = at })[0], Is.EqualTo(expected));

    [Test]
    public void A_wait_for_events_goes_the_way_of_the_first_that_comes()
    {
        const string steps = """
              - id: reaction
                waitFor:
                  - { on: Message Clicked, then: [ { id: yes, task: { team: store, title: Yes } } ] }
                  - { on: Message Opened, then: [ { exit: opened } ] }
                timeout: 1d
                onTimeout: [ { exit: silent } ]
              - { id: next, task: { team: store, title: Next } }
            """;
        Assert.That(Journey(steps).On("2026-03-01T10:00Z", "Store Visited").On("2026-03-01T11:00Z", "Message Clicked").Said[2..], Is.EqualTo([
            "03-01 11:00 Task Requested: yes",
            "03-01 11:00 Task Requested: next",
            "03-01 11:00 Run Exited: walk completed",
        ]));
        Assert.That(Journey(steps).On("2026-03-01T10:00Z", "Store Visited").On("2026-03-01T11:00Z", "Message Opened").Said[^1], Does.EndWith("opened"));
        Assert.That(Visit(Journey(steps))[^1], Is.EqualTo("03-02 10:00 Run Exited: walk silent"));
    }

    [Test]
    public void A_wait_for_events_without_a_timeout_is_never_due()
    {
        var world = Journey("  - { id: reaction, waitFor: [ { on: Message Clicked } ] }").On("2026-03-01T10:00Z", "Store Visited");
        Assert.That(JourneyEngine.NextDue(world.State), Is.Null);
        Assert.That(world.On("2036-03-01T10:00Z", "Message Clicked").Said[^1], Is.EqualTo("03-01 10:00 Run Exited: walk completed"));
    }

    [Test]
    public void The_event_that_brought_a_run_to_a_wait_does_not_end_it()
    {
        var world = Journey("""
              - { id: one, waitFor: [ { on: Store Visited } ] }
              - { id: two, waitFor: [ { on: Store Visited } ] }
            """);
        world.On("2026-03-01T10:00Z", "Store Visited");
        Assert.That(world.State.Runs.Select(run => run.Step), Is.EqualTo(["one"]));
        world.On("2026-03-01T11:00Z", "Store Visited");
        Assert.That(world.State.Runs.Select(run => run.Step), Is.EqualTo(["two", "one"]));
    }

    [TestCase(300, "big")]
    [TestCase(150, "middle")]
    [TestCase(10, "small")]
    public void A_branch_takes_its_first_arm_that_is_true(int total, string expected)
    {
        var world = Journey("""
              - branch:
                  - { if: event.total > 200, then: [ { exit: big } ] }
                  - { if: event.total > 100, then: [ { exit: middle } ] }
                  - else: [ { exit: small } ]
            """);
        Assert.That(Visit(world, new { total })[^1], Does.EndWith(expected));
    }

    [Test]
    public void A_branch_with_no_arm_that_is_true_goes_on_behind_it() =>
        Assert.That(Visit(Journey("""
              - branch: [ { if: event.missing > 200, then: [ { exit: big } ] } ]
              - { exit: behind }
            """))[^1], Does.EndWith("behind"));

    [Test]
    public void Traits_are_set_from_literals_and_expressions_and_what_is_an_error_is_left_out() =>
        Assert.That(Visit(Journey("  - { id: note, set: { tier: gold, visits: '= count(\"Store Visited\") + 1', when: '= now', lost: '= event.missing', list: '= [1, 2.5]' } }"))[0],
            Is.EqualTo("""03-01 10:00 Traits Set: {"tier":"gold","visits":2,"when":"2026-03-01T10:00:00Z","list":[1,2.5]}"""));

    [Test]
    public void An_emitted_event_may_start_another_journey_at_its_own_place()
    {
        var world = Journey("  - { id: tell, emit: { event: Visit Noted, properties: { store: '= event.store' } } }");
        world.Publish("""
            rule: noted
            on: Visit Noted
            where: event.store == "Rome"
            do: [ { id: hello, task: { team: store, title: Hello } } ]
            """);
        world.On("2026-03-01T10:00Z", "Store Visited", new { store = "Rome" });
        Assert.That(world.MeetEmitted().Said[1..], Is.EqualTo([
            """03-01 10:00 Visit Noted: {"store":"Rome"}""",
            "03-01 10:00 Run Exited: walk completed",
            "03-01 10:00 Run Entered: noted [4]",
            "03-01 10:00 Task Requested: hello",
            "03-01 10:00 Run Exited: noted completed",
        ]));
    }

    [Test]
    public void A_start_step_passes_over_the_other_journeys_trigger_and_keeps_its_re_entry()
    {
        var world = new World("""
            journey: first
            enter: { on: Store Visited, reentry: concurrent }
            steps: [ { id: begin, start: second } ]
            ---
            journey: second
            enter: { on: Never Seen, where: event.never }
            steps: [ { id: hello, task: { team: store, title: Hello } } ]
            """);
        world.On("2026-03-01T10:00Z", "Store Visited");
        Assert.That(world.Said, Is.EqualTo([
            "03-01 10:00 Run Entered: first",
            "03-01 10:00 Run Entered: second",
            "03-01 10:00 Run Exited: first completed",
            "03-01 10:00 Task Requested: hello",
            "03-01 10:00 Run Exited: second completed",
        ]));
        Assert.That(world.On("2026-03-02T10:00Z", "Store Visited").Said, Is.EqualTo([
            "03-02 10:00 Run Entered: first",
            "03-02 10:00 Run Exited: first completed",
        ]));
    }

    [Test]
    public void A_call_waits_for_its_answer_and_later_steps_read_it()
    {
        var world = Journey("""
              - id: stock
                call: { url: "https://stock.example/{{event.sku}}", method: POST, body: { sku: a1 }, timeout: 10s, onFailure: [ { exit: unknown } ] }
              - branch:
                  - { if: run.steps.stock.response.left > 3 && run.steps.stock.outcome == "answered", then: [ { exit: plenty } ] }
                  - else: [ { exit: scarce } ]
            """);
        world.On("2026-03-01T10:00Z", "Store Visited");
        var run = world.State.Runs[0].Id;
        world.On("2026-03-01T10:00:01Z", EventNames.CallAnswered, new { run = Guid.Empty.ToString(), step = "stock", response = new { left = 1 } }, EventKind.Outcome);
        world.On("2026-03-01T10:00:01Z", EventNames.CallAnswered, new { run = run.ToString(), step = "other", response = new { left = 1 } }, EventKind.Outcome);
        Assert.That(world.State.Runs, Has.Count.EqualTo(1));
        world.On("2026-03-01T10:00:02Z", EventNames.CallAnswered, new { run = run.ToString(), step = "stock", response = new { left = 7 } }, EventKind.Outcome);
        Assert.That(world.Said[1..], Is.EqualTo(["03-01 10:00 Call Requested: stock", "03-01 10:00 Run Exited: walk plenty"]));
        Assert.That(Properties(world, EventNames.CallRequested).GetProperty("body").GetRawText(), Is.EqualTo("""{"sku":"a1"}"""));
    }

    [Test]
    public void A_call_that_fails_or_is_not_answered_in_time_takes_the_failure_path()
    {
        const string steps = """
              - { id: stock, call: { url: "https://stock.example", timeout: 10s, onFailure: [ { exit: unknown } ] } }
            """;
        Assert.That(Visit(Journey(steps))[^1], Is.EqualTo("03-01 10:00 Run Exited: walk unknown"));

        var world = Journey(steps).On("2026-03-01T10:00Z", "Store Visited");
        world.On("2026-03-01T10:00:01Z", EventNames.CallFailed, new { run = world.State.Runs[0].Id.ToString(), step = "stock" }, EventKind.Outcome);
        Assert.That(world.Said[^1], Does.EndWith("unknown"));
    }

    [Test]
    public void A_message_names_where_its_template_finds_what_it_asks_for()
    {
        var world = Journey("""
              - { id: stock, call: { url: "https://stock.example", timeout: 10s } }
              - { id: news, send: { channel: web, template: news, data: { text: "{{event.sku}}" } } }
            """);
        world.On("2026-03-01T10:00Z", "Store Visited", new { cart_id = "c1" });
        world.On("2026-03-01T10:00:01Z", EventNames.CallAnswered, new { run = world.State.Runs[0].Id.ToString(), step = "stock", response = 1 }, EventKind.Outcome);
        var said = Properties(world, EventNames.MessageRequested);
        Assert.That(said.GetRawText(), Is.EqualTo($$$"""
            {"journey":"walk","version":1,"run":"{{{said.GetProperty("run").GetString()}}}","step":"news","cart":"c1","channel":"web","template":"news","purpose":"marketing","data":{"text":"{{event.sku}}"},"basis":2,"answers":{"stock":3}}
            """.Trim()));
    }

    [Test]
    public void Later_steps_may_ask_what_came_of_earlier_ones_and_of_the_entry()
    {
        var world = Journey("""
              - { id: news, send: { channel: web, template: news } }
              - { id: mail, send: { channel: email, template: news } }
              - { id: rest, wait: 1h }
              - { id: note, set: { a: '= run.steps.news.outcome', b: '= run.steps.news.channel', c: '= run.steps.mail.outcome', d: '= run.steps.rest.at', e: '= run.entry.store', f: '= "later" in run.steps', g: '= run.entry.email' } }
              - { id: later, exit: done }
            """);
        Assert.That(Visit(world, new { store = "Rome", email = "a@example.com" }).Single(line => line.Contains("Traits")), Is.EqualTo(
            """03-01 11:00 Traits Set: {"a":"requested","b":"web","c":"consent","d":"2026-03-01T11:00:00Z","e":"Rome","f":false}"""));
    }

    [Test]
    public void Nothing_is_kept_of_steps_that_nobody_asks_of()
    {
        var world = Journey("""
              - { id: news, send: { channel: web, template: news } }
              - { id: rest, wait: 1h }
            """).On("2026-03-01T10:00Z", "Store Visited", new { store = "Rome" });
        Assert.That(world.State.Runs[0].Steps, Is.Empty);
        Assert.That(world.State.Runs[0].Entry.Length, Is.Zero);
    }

    [Test]
    public void An_entry_event_too_large_to_keep_is_not_kept()
    {
        var world = Journey("""
              - { id: rest, wait: 1h }
              - { branch: [ { if: has(run.entry.text), then: [ { exit: kept } ] } ] }
            """);
        world.On("2026-03-01T10:00Z", "Store Visited", new { text = new string('x', EngineLimits.EntryBytesMax - 11) });
        world.On("2026-03-01T10:01Z", "Store Visited", new { text = new string('x', EngineLimits.EntryBytesMax - 10) });
        Assert.That(world.State.Runs.Select(run => run.Entry.Length), Is.EqualTo([EngineLimits.EntryBytesMax, 0]));
        Assert.That(world.Until("2026-03-02T00:00Z").Said.Where(line => line.Contains("Exited")), Is.EqualTo([
            "03-01 11:00 Run Exited: walk kept",
            "03-01 11:01 Run Exited: walk completed",
        ]));
    }

    [Test]
    public void A_rule_answers_every_matching_event_with_a_run_of_its_own()
    {
        var world = new World("""
            rule: vip-in-store
            on: Store Visited
            where: count("Store Visited") >= 2
            do: [ { id: greet, task: { team: store, title: Greet } } ]
            """);
        world.On("2026-03-01T10:00Z", "Store Visited").On("2026-03-01T10:00Z", "Store Visited").On("2026-03-01T10:00Z", "Store Visited");
        Assert.That(world.Said, Is.EqualTo([
            "03-01 10:00 Run Entered: vip-in-store [3]",
            "03-01 10:00 Task Requested: greet",
            "03-01 10:00 Run Exited: vip-in-store completed",
            "03-01 10:00 Run Entered: vip-in-store [4]",
            "03-01 10:00 Task Requested: greet",
            "03-01 10:00 Run Exited: vip-in-store completed",
        ]));
        Assert.That(world.State.Finished, Is.Empty);
    }
}
