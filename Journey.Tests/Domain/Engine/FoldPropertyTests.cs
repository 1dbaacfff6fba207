using FsCheck;
using FsCheck.Fluent;
using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Time;

namespace Journey.Tests.Domain.Engine;

/// <summary>Properties over generated histories of a customer who does whatever the journeys listen to.</summary>
internal sealed class FoldPropertyTests
{
    private const string Documents = """
        journey: cart
        key: cart.id
        enter: { on: Cart Abandoned, where: cart.total > 20.0, reentry: { mode: after-exit, cooldown: 5h } }
        exit: [ { on: Order Completed, as: bought }, { when: customer.consent.email == "revoked", as: no-consent } ]
        goal: { on: Order Completed, within: 2d }
        holdout: 30%
        guard: cart.state == "abandoned"
        limits: { cap: { max: 1, per: 6h }, quiet: { from: "21:00", to: "09:00" } }
        steps:
          - { id: settle, wait: 2h, resetOn: Cart Updated, maxResets: 3 }
          - { id: first, send: { channel: email, template: a, fallback: [web] } }
          - id: reaction
            waitFor: [ { on: Message Clicked, where: run.steps.first.outcome == "requested", then: [ { id: tell, emit: { event: Hot, properties: { n: '= event.n' } } } ] } ]
            timeout: 9h
            onTimeout: [ { id: again, goto: settle } ]
        ---
        journey: browse
        enter: { on: Browse Abandoned, reentry: replace }
        steps:
          - { id: morning, wait: { until: "08:30", zone: Europe/Rome } }
          - id: pick
            split:
              - { name: a, weight: 50%, then: [ { id: news, send: { channel: web, template: b } } ] }
              - { name: b, weight: 50%, then: [ { id: go, start: follow } ] }
        ---
        journey: follow
        enter: { on: Hot, reentry: concurrent }
        steps:
          - { id: ask, call: { url: "https://a.example", timeout: 1m, onFailure: [ { id: note, set: { failed: true } } ] } }
          - { id: rest, wait: 3h }
        ---
        rule: seen
        on: Store Visited
        do: [ { id: greet, task: { team: store, title: Hi } } ]
        """;

    private static readonly string[] Names =
    [
        "Cart Abandoned", "Cart Updated", "Order Completed", "Message Clicked", "Browse Abandoned", "Checkout Abandoned",
        "Store Visited", "Consent Granted", "Consent Revoked", "Product Viewed", "Hot",
    ];

    /// <param name="Minutes">Since the event before.</param>
    private sealed record Happening(int Minutes, int Name, int Cart, int Total);

    private static readonly Gen<Happening[]> Histories =
        (from minutes in Gen.Choose(0, 400)
         from name in Gen.Choose(0, Names.Length - 1)
         from cart in Gen.Choose(0, 2)
         from total in Gen.Choose(0, 60)
         select new Happening(minutes, name, cart, total)).ArrayOf().Resize(60);

    [Test]
    public void The_same_history_gives_the_same_decisions_and_the_same_bytes() => ForAll(history =>
    {
        var (one, other) = (Fold(history, history.Length), Fold(history, history.Length));
        return one.StateBytes().SequenceEqual(other.StateBytes()) && Same(one.Decisions, other.Decisions);
    });

    [Test]
    public void Folding_in_two_halves_equals_folding_in_one() => ForAll(history =>
    {
        var one = Fold(history, history.Length);
        return new[] { 1, history.Length / 3, history.Length / 2, history.Length - 1 }.All(cut => Fold(history, cut) is var halves
            && halves.StateBytes().SequenceEqual(one.StateBytes()) && Same(one.Decisions, halves.Decisions));
    });

    [Test]
    public void Deciding_again_after_applying_decides_nothing_new() => ForAll(history =>
    {
        var twice = Fold(history, history.Length, times: 2);
        return Same(Fold(history, history.Length).Decisions, twice.Decisions);
    });

    [Test]
    public void Reading_back_a_state_gives_the_same_bytes() => ForAll(history =>
    {
        var bytes = Fold(history, history.Length).StateBytes();
        var world = new World(Documents) { State = World.ReadState(bytes) };
        return world.StateBytes().SequenceEqual(bytes);
    });

    [Test]
    public void No_two_decisions_have_one_id() => ForAll(history =>
    {
        var decisions = Fold(history, history.Length).Decisions;
        return decisions.Select(decision => decision.Id).Distinct().Count() == decisions.Count;
    });

    [Test]
    public void Every_run_that_entered_is_active_or_exited_once() => ForAll(history =>
    {
        var world = Fold(history, history.Length);
        var entered = world.Decisions.Count(decision => decision.Name == EventNames.RunEntered);
        var exited = world.Decisions.Count(decision => decision.Name == EventNames.RunExited);
        return entered == exited + world.State.Runs.Count;
    });

    [Test]
    public void What_waits_is_due_after_what_it_waits_since() => ForAll(history =>
        Fold(history, history.Length).State.Runs.All(run => run.Due > run.EnteredAt && run.Step.Length > 0));

    [Test]
    public void The_histories_come_by_every_kind_of_decision()
    {
        var decided = new HashSet<string>();
        ForAll(history =>
        {
            decided.UnionWith(Fold(history, history.Length).Decisions.Select(DecisionText.Of));
            return true;
        });
        string[] wanted =
        [
            "Run Entered: cart [c1]", "(holdout)", "Run Waiting: settle", "Run Waiting: first quiet", "Run Waiting: first cap", "Message Requested: first",
            "Message Suppressed: first web holdout", " guard", "Hot: {", "Run Exited: cart bought", "Run Exited: cart no-consent",
            "Run Exited: browse replaced", "Run Exited: browse precedence", "Run Branched: pick", "Call Requested: ask", "Traits Set:", "Goal Reached: cart",
            "Task Requested: greet",
        ];
        Assert.That(wanted.Where(words => !decided.Any(line => line.Contains(words, StringComparison.Ordinal))), Is.Empty);
    }

    private static void ForAll(Func<Happening[], bool> property) =>
        Prop.ForAll(Arb.From(Histories), property).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(new Replay(new Rnd(2026, 11), null)));

    /// <param name="cut">After so many events the state is written, and read into a new process's world.</param>
    /// <param name="times">How often the engine is given each event.</param>
    private static World Fold(Happening[] history, int cut, int times = 1)
    {
        var world = new World(Documents) { Facts = new ShopFacts { CustomerId = $"c{history.Length % 10:d16}" } };
        var now = World.Instant("2026-03-27T00:00Z");
        for (var i = 0; i < history.Length; i++)
        {
            if (i == cut)
            {
                world.State = World.ReadState(world.StateBytes());
            }

            var happening = history[i];
            now += happening.Minutes * Instants.Minute;
            world.Until(Instants.ToIso(now));
            var name = Names[happening.Name];
            var kind = name.EndsWith("Abandoned", StringComparison.Ordinal) || name == "Hot" ? EventKind.Derived : EventKind.Interaction;
            object properties = happening.Cart == 0 ? new { channel = "email", n = i } : new { channel = "email", n = i, cart_id = $"c{happening.Cart}", total = happening.Total };
            var recorded = world.Event(now, name, properties, kind, null, EventFlags.None);
            for (var time = 0; time < times; time++)
            {
                world.React(recorded);
            }
        }

        return world;
    }

    private static bool Same(IReadOnlyList<Decision> one, IReadOnlyList<Decision> other) =>
        one.Count == other.Count && one.Zip(other).All(pair =>
            pair.First.Id == pair.Second.Id && pair.First.Name == pair.Second.Name && pair.First.OccurredAt == pair.Second.OccurredAt
            && pair.First.Payload.Span.SequenceEqual(pair.Second.Payload.Span));
}
