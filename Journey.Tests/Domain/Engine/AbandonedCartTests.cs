namespace Journey.Tests.Domain.Engine;

/// <summary>The reference journey of the language's documentation, told from entry to end.</summary>
internal sealed class AbandonedCartTests
{
    private const string Documents = """
        journey: abandoned-cart
        key: cart.id
        enter:
          on: Cart Abandoned
          where: cart.total >= 50.0
          reentry: { mode: after-exit, cooldown: 7d }
        exit:
          - { on: Order Completed, as: converted }
          - { on: Cart Emptied, as: gone }
          - { when: customer.consent.email == "revoked", as: no-consent }
        goal: { on: Order Completed, within: 3d, credit: last-message }
        guard: cart.state == "abandoned"
        limits:
          quiet: { from: "21:00", to: "09:00", zone: customer }
        steps:
          - { id: settle, wait: 4h, resetOn: Cart Updated, maxResets: 2 }
          - id: first
            send: { channel: email, template: cart-reminder, data: { coupon: BACK10 }, fallback: [push, sms] }
          - id: reaction
            waitFor:
              - { on: Message Clicked, where: event.step == "first", then: [ { exit: engaged } ] }
            timeout: 20h
            onTimeout:
              - branch:
                  - if: cart.total > 200.0
                    then: [ { id: phone, task: { team: call-center, title: "Call them", due: 4h } } ]
                  - else: [ { id: last, send: { channel: sms, template: cart-last-call } } ]
        """;

    private static World Abandoned(double total = 80) => new World(Documents)
        .On("2026-03-01T08:00Z", "Consent Granted", new { channel = "email" })
        .On("2026-03-01T08:00Z", "Consent Granted", new { channel = "sms" })
        .Derived("2026-03-01T10:00Z", "Cart Abandoned", new { cart_id = "c1", total });

    [Test]
    public void An_order_during_the_wait_ends_the_run_at_that_event_and_sends_nothing() => Assert.That(
        Abandoned().On("2026-03-01T12:30Z", "Order Completed", new { cart_id = "c1", total = 80 }).Until("2026-03-09T00:00Z").Said,
        Is.EqualTo([
            "03-01 10:00 Run Entered: abandoned-cart [c1]",
            "03-01 10:00 Run Waiting: settle until 03-01 14:00",
            "03-01 12:30 Run Exited: abandoned-cart converted",
            "03-01 12:30 Goal Reached: abandoned-cart",
        ]));

    [Test]
    public void Nobody_reacting_gets_the_reminder_and_the_last_call() => Assert.That(
        Abandoned().Until("2026-03-09T00:00Z").Said,
        Is.EqualTo([
            "03-01 10:00 Run Entered: abandoned-cart [c1]",
            "03-01 10:00 Run Waiting: settle until 03-01 14:00",
            "03-01 14:00 Message Requested: first email",
            "03-01 14:00 Run Waiting: reaction until 03-02 10:00",
            "03-02 10:00 Message Requested: last sms",
            "03-02 10:00 Run Exited: abandoned-cart completed",
        ]));

    [Test]
    public void A_large_cart_gets_a_call_in_place_of_the_last_message() =>
        Assert.That(Abandoned(total: 250).Until("2026-03-09T00:00Z").Said[^2..], Is.EqualTo([
            "03-02 10:00 Task Requested: phone",
            "03-02 10:00 Run Exited: abandoned-cart completed",
        ]));

    [Test]
    public void A_click_ends_the_run_as_engaged() =>
        Assert.That(Abandoned().On("2026-03-01T15:00Z", "Message Clicked", new { step = "first" }).Said[^1], Is.EqualTo("03-01 15:00 Run Exited: abandoned-cart engaged"));

    [Test]
    public void A_click_that_the_condition_refuses_changes_nothing() =>
        Assert.That(Abandoned().On("2026-03-01T15:00Z", "Message Clicked", new { step = "other" }).Said[^1], Is.EqualTo("03-01 14:00 Run Waiting: reaction until 03-02 10:00"));

    [Test]
    public void A_cart_update_resets_the_wait_as_often_as_allowed() => Assert.That(
        Abandoned()
            .On("2026-03-01T11:00Z", "Cart Updated", new { cart_id = "c1", total = 90 })
            .On("2026-03-01T12:00Z", "Cart Updated", new { cart_id = "c1", total = 95 })
            .On("2026-03-01T13:00Z", "Cart Updated", new { cart_id = "c1", total = 99 })
            .Said[1..],
        Is.EqualTo([
            "03-01 10:00 Run Waiting: settle until 03-01 14:00",
            "03-01 11:00 Run Waiting: settle until 03-01 15:00",
            "03-01 12:00 Run Waiting: settle until 03-01 16:00",
        ]));

    [Test]
    public void Only_what_the_condition_lets_through_resets_a_wait()
    {
        var world = new World("""
            journey: visit
            enter: { on: Store Visited }
            steps: [ { id: rest, wait: 4h, resetOn: Cart Updated, resetWhere: event.total > 50 } ]
            """).On("2026-03-01T10:00Z", "Store Visited");
        world.On("2026-03-01T11:00Z", "Cart Updated", new { total = 10 }).On("2026-03-01T12:00Z", "Cart Updated", new { total = 60 });
        Assert.That(world.Said[1..], Is.EqualTo(["03-01 10:00 Run Waiting: rest until 03-01 14:00", "03-01 12:00 Run Waiting: rest until 03-01 16:00"]));
    }

    [Test]
    public void An_older_update_that_arrives_later_does_not_bring_the_end_of_the_wait_forward()
    {
        var world = Abandoned().On("2026-03-01T12:00Z", "Cart Updated", new { cart_id = "c1" });
        world.On("2026-03-01T11:00Z", "Cart Updated", new { cart_id = "c1" });
        Assert.That(world.State.Runs[0].Due, Is.EqualTo(World.Instant("2026-03-01T16:00Z")));
    }

    [Test]
    public void A_cart_that_is_active_again_is_not_reminded_of() =>
        Assert.That(
            Abandoned().On("2026-03-01T11:00Z", "Product Viewed", new { cart_id = "c1", total = 90 }).Until("2026-03-01T14:00Z").Said[2..],
            Is.EqualTo([
                "03-01 14:00 Message Suppressed: first email guard",
                "03-01 14:00 Run Waiting: reaction until 03-02 10:00",
            ]));

    [Test]
    public void Revoked_consent_ends_the_run_at_that_event() =>
        Assert.That(
            Abandoned().On("2026-03-01T11:00Z", "Consent Revoked", new { channel = "email" }).Said[^1],
            Is.EqualTo("03-01 11:00 Run Exited: abandoned-cart no-consent"));

    [Test]
    public void A_small_cart_does_not_enter() => Assert.That(Abandoned(total: 49.99).Said, Is.Empty);

    [Test]
    public void A_second_abandonment_enters_once_the_cooldown_is_over()
    {
        var world = Abandoned().On("2026-03-01T12:00Z", "Order Completed", new { cart_id = "c1" });
        Assert.That(world.Said[^1], Does.Contain("Goal Reached"));
        Assert.That(world.Derived("2026-03-08T11:59:59.999Z", "Cart Abandoned", new { cart_id = "c1", total = 80 }).Said, Is.Empty);
        Assert.That(world.Derived("2026-03-08T12:00Z", "Cart Abandoned", new { cart_id = "c1", total = 80 }).Said[0], Is.EqualTo("03-08 12:00 Run Entered: abandoned-cart [c1]"));
    }

    [Test]
    public void Two_carts_of_one_customer_run_apart()
    {
        var world = Abandoned().Derived("2026-03-01T11:00Z", "Cart Abandoned", new { cart_id = "c2", total = 250 });
        world.On("2026-03-01T12:00Z", "Cart Updated", new { cart_id = "c2", total = 260 });
        world.On("2026-03-01T13:00Z", "Order Completed", new { cart_id = "c1", total = 80 });
        world.Derived("2026-03-01T15:30Z", "Cart Abandoned", new { cart_id = "c2", total = 260 });
        Assert.That(world.Until("2026-03-01T16:00Z").Said, Is.EqualTo([
            "03-01 10:00 Run Entered: abandoned-cart [c1]",
            "03-01 10:00 Run Waiting: settle until 03-01 14:00",
            "03-01 11:00 Run Entered: abandoned-cart [c2]",
            "03-01 11:00 Run Waiting: settle until 03-01 15:00",
            "03-01 12:00 Run Waiting: settle until 03-01 16:00",
            "03-01 13:00 Run Exited: abandoned-cart converted",
            "03-01 13:00 Goal Reached: abandoned-cart",
            "03-01 16:00 Message Requested: first email",
            "03-01 16:00 Run Waiting: reaction until 03-02 12:00",
        ]));
    }

    [Test]
    public void An_event_about_no_cart_concerns_every_run_of_the_customer()
    {
        var world = Abandoned().Derived("2026-03-01T11:00Z", "Cart Abandoned", new { cart_id = "c2", total = 250 });
        Assert.That(world.On("2026-03-01T12:00Z", "Order Completed").Said[^4..], Is.EqualTo([
            "03-01 12:00 Run Exited: abandoned-cart converted",
            "03-01 12:00 Run Exited: abandoned-cart converted",
            "03-01 12:00 Goal Reached: abandoned-cart",
            "03-01 12:00 Goal Reached: abandoned-cart",
        ]));
    }

    [Test]
    public void A_click_on_one_runs_message_is_not_a_click_on_the_others()
    {
        var world = Abandoned().Derived("2026-03-01T10:00Z", "Cart Abandoned", new { cart_id = "c2", total = 250 }).Until("2026-03-01T14:00Z");
        var second = world.State.Runs[1].Id;
        world.On("2026-03-01T15:00Z", "Message Clicked", new { journey = "abandoned-cart", run = second.ToString(), step = "first" });
        Assert.That(world.State.Runs.Select(run => run.Key), Is.EqualTo(["c1"]));
    }
}
