using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Time;

namespace Journey.Tests.Domain.Language;

/// <summary>The documents that the language was agreed on, word for word.</summary>
public sealed class ContractTests
{
    private const string Agreed = """
        journey: abandoned-cart
        description: Remind people of a cart they left behind.
        key: cart.id                      # one run per (customer, key); left out: one per customer
        enter:
          on: Cart Abandoned              # event names as recorded: Segment's ecommerce names, custom names, derived events
          where: cart.total >= 50.0 && customer.country == "IT"
          reentry: { mode: after-exit, cooldown: 7d }      # once (default) | after-exit | replace | concurrent
        audience: inSegment("newsletter")                  # checked at entry
        exit:                             # evaluated the moment the event arrives, never at the next send
          - { on: Order Completed, as: converted }
          - { on: Cart Emptied, as: gone }
          - { when: customer.consent.email == "revoked", as: no-consent }   # evaluated whenever the customer's state changes
        goal: { on: Order Completed, within: 3d, credit: last-message }
        holdout: 10%
        guard: cart.state == "abandoned"  # checked before every send, again after every hold
        limits:
          cap: { max: 2, per: 24h, channel: email }
          quiet: { from: "21:00", to: "09:00", zone: customer }
          onBlocked: wait                 # wait | skip | exit
        inFlight: pin                     # when a newer version is published: pin | migrate
        steps:
          - { id: settle, wait: 4h, resetOn: Cart Updated, maxResets: 100 }
          - id: first
            send: { channel: email, template: cart-reminder, data: { coupon: BACK10 }, fallback: [push, sms] }
          - id: reaction
            waitFor:
              - { on: Message Clicked, where: event.step == "first", then: [ { exit: engaged } ] }
            timeout: 20h
            onTimeout:
              - branch:
                  - if: cart.total > 200.0
                    then: [ { task: { team: call-center, title: "Call {{customer.firstName}} about the cart", due: 4h } } ]
                  - else: [ { send: { channel: sms, template: cart-last-call } } ]
        ---
        rule: vip-in-store                # a journey with no waiting: every matching event is its own run
        on: Store Visited
        where: inSegment("vip") && count("Order Completed", "365d") >= 3
        do:
          - task: { team: store, title: "{{customer.firstName}} is here; last looked at {{timeline.lastProduct.name}}" }
        ---
        segment: vip
        where: customer.lifetimeValue > 1000.0 || count("Order Completed", "365d") >= 5
        ---
        funnel: purchase
        stages: [Product Viewed, Product Added, Checkout Started, Order Completed]
        within: 7d
        ---
        test: an order during the settle time sends nothing
        journey: abandoned-cart
        given:
          - { at: "2026-03-01T10:00Z", event: Product Added, properties: { cart_id: c1, product_id: p1, price: 80, quantity: 1 } }
          - { at: "2026-03-01T12:30Z", event: Order Completed, properties: { cart_id: c1, total: 80 } }
        expect:
          - nothing-sent
          - run: { exit: converted }
        """;

    private static DocumentSet Set() => Documents.Parse(Agreed);

    [Test]
    public void Only_the_segment_that_is_not_there_and_an_event_of_a_shop_s_own_are_reported() => Assert.That(Documents.Lines(Set()), Is.EqualTo(new[]
    {
        "test.yaml:8:21: J302: There is no segment `newsletter`.",
        "test.yaml:36:5: J301: No event named `Store Visited` is known.",
    }));

    [Test]
    public void A_journey_is_read_whole()
    {
        var journey = Journey();
        Assert.Multiple(() =>
        {
            Assert.That(journey.Name, Is.EqualTo("abandoned-cart"));
            Assert.That(journey.Key!.Source, Is.EqualTo("cart.id"));
            Assert.That(journey.Enter.Select(trigger => trigger.On), Is.EqualTo(new[] { "Cart Abandoned" }));
            Assert.That(journey.Reentry, Is.EqualTo(new Reentry(ReentryMode.AfterExit, 7 * Instants.Day)));
            Assert.That(journey.Exits.Select(exit => (exit.On, exit.Reason)),
                Is.EqualTo(new[] { ("Order Completed", "converted"), ("Cart Emptied", "gone"), (null, "no-consent") }));
            Assert.That((journey.Goal!.On, journey.Goal.WithinMs, journey.Goal.Credit), Is.EqualTo(("Order Completed", 3 * Instants.Day, GoalCredit.LastMessage)));
            Assert.That(journey.Holdout, Is.EqualTo(0.1));
            Assert.That(journey.Limits.Caps, Is.EqualTo(new[] { new FrequencyCap(2, Instants.Day, ContactChannel.Email, AcrossJourneys: true) }));
            Assert.That(journey.Limits.Quiet, Is.EqualTo(new QuietHours(new(21, 0), new(9, 0), "customer")));
            Assert.That((journey.Limits.OnBlocked, journey.InFlight, journey.StaleAfterMs, journey.Purpose), Is.EqualTo((OnBlocked.Wait, InFlight.Pin, Instants.Day, "marketing")));
        });
    }

    [Test]
    public void Its_steps_are_laid_flat_in_document_order()
    {
        var compiled = JourneyCompiler.Compile(Journey());
        Assert.That(compiled.Flow.Select((flow, index) => $"{index} {flow.Step.Id} -> {flow.Next} [{string.Join(' ', flow.Targets)}]"), Is.EqualTo(new[]
        {
            "0 settle -> 1 []",
            "1 first -> 2 []",
            "2 reaction -> -1 [3 4]",
            "3 reaction.on-message-clicked.exit-1 -> -1 []",
            "4 reaction.timeout.branch-1 -> -1 [5 6]",
            "5 reaction.timeout.branch-1.if-1.task-1 -> -1 []",
            "6 reaction.timeout.branch-1.else.send-1 -> -1 []",
        }));
    }

    [Test]
    public void A_rule_is_a_journey_that_every_matching_event_runs()
    {
        var rule = Documents.Definition(Agreed[Agreed.IndexOf("rule:", StringComparison.Ordinal)..].Replace("Store Visited", "Cart Viewed", StringComparison.Ordinal)
            .Split("---\ntest:")[0]);
        Assert.That((rule.IsRule, rule.Reentry.Mode, rule.Key, rule.Steps.Length), Is.EqualTo((true, ReentryMode.Concurrent, (ValueExpression?)null, 1)));
    }

    [Test]
    public void A_test_is_read_whole()
    {
        var test = Set().Of<TestDefinition>().Single();
        Assert.Multiple(() =>
        {
            Assert.That(test.Journeys, Is.EqualTo(new[] { "abandoned-cart" }));
            Assert.That(test.Given.Cast<TestStep.Arrives>().Select(step => (step.Event, step.Properties)), Is.EqualTo(new[]
            {
                ("Product Added", """{"cart_id":"c1","product_id":"p1","price":80,"quantity":1}"""),
                ("Order Completed", """{"cart_id":"c1","total":80}"""),
            }));
            Assert.That(test.Expect.Select(expectation => expectation.GetType().Name), Is.EqualTo(new[] { "NothingSent", "Run" }));
        });
    }

    private static JourneyDefinition Journey() =>
        Documents.Parse(Agreed.Replace("inSegment(\"newsletter\")", "true", StringComparison.Ordinal)).Of<JourneyDefinition>().First();
}
