namespace Journey.Tests.Domain.Engine;

internal sealed class PrecedenceTests
{
    private const string Documents = """
        journey: browse
        enter: { on: Browse Abandoned, reentry: after-exit }
        steps: [ { wait: 1d } ]
        ---
        journey: cart
        key: cart.id
        enter: { on: Cart Abandoned, reentry: after-exit }
        steps: [ { wait: 1d } ]
        ---
        journey: checkout
        key: cart.id
        enter: { on: Checkout Abandoned, reentry: after-exit }
        steps: [ { wait: 1d } ]
        """;

    private static readonly string[] Stages = ["Browse Abandoned", "Cart Abandoned", "Checkout Abandoned"];

    [TestCase(0, 1, "cart")]
    [TestCase(0, 2, "checkout")]
    [TestCase(1, 2, "checkout")]
    [TestCase(1, 0, "cart")]
    [TestCase(2, 0, "checkout")]
    [TestCase(2, 1, "checkout")]
    public void Of_two_abandonments_the_later_stage_is_followed_up(int first, int second, string stays)
    {
        var world = new World(Documents).Derived("2026-03-01T10:00Z", Stages[first], Cart(first, "c1")).Derived("2026-03-01T11:00Z", Stages[second], Cart(second, "c1"));
        Assert.That(world.State.Runs.Select(run => run.Journey), Is.EqualTo([stays]));
    }

    [Test]
    public void The_run_of_the_earlier_stage_ends_before_the_later_one_starts() =>
        Assert.That(
            new World(Documents).Derived("2026-03-01T10:00Z", "Cart Abandoned", Cart(1, "c1")).Derived("2026-03-01T11:00Z", "Checkout Abandoned", Cart(2, "c1")).Said[2..4],
            Is.EqualTo(["03-01 11:00 Run Exited: cart precedence", "03-01 11:00 Run Entered: checkout [c1]"]));

    [Test]
    public void Two_carts_are_two_purchases()
    {
        var world = new World(Documents).Derived("2026-03-01T10:00Z", "Cart Abandoned", Cart(1, "c1")).Derived("2026-03-01T11:00Z", "Checkout Abandoned", Cart(2, "c2"));
        Assert.That(world.State.Runs.Select(run => run.Journey), Is.EqualTo(["cart", "checkout"]));
    }

    [Test]
    public void An_earlier_stage_may_be_followed_up_once_the_later_run_ended()
    {
        var world = new World(Documents).Derived("2026-03-01T10:00Z", "Checkout Abandoned", Cart(2, "c1")).Derived("2026-03-02T10:00Z", "Browse Abandoned");
        Assert.That(world.State.Runs.Select(run => run.Journey), Is.EqualTo(["browse"]));
    }

    [Test]
    public void Two_journeys_by_one_abandonment_stand_side_by_side()
    {
        var world = new World(Documents).Publish("""
            journey: cart-too
            enter: { on: Cart Abandoned }
            steps: [ { wait: 1d } ]
            """).Derived("2026-03-01T10:00Z", "Cart Abandoned", Cart(1, "c1"));
        Assert.That(world.State.Runs, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_rule_answers_whatever_is_under_way()
    {
        var world = new World(Documents).Publish("""
            rule: note
            on: Browse Abandoned
            do: [ { id: noted, task: { team: store, title: Noted } } ]
            """).Derived("2026-03-01T10:00Z", "Checkout Abandoned", Cart(2, "c1")).Derived("2026-03-01T11:00Z", "Browse Abandoned");
        Assert.That(world.Said, Has.Some.EqualTo("03-01 11:00 Task Requested: noted"));
    }

    private static object? Cart(int stage, string id) => stage == 0 ? null : new { cart_id = id };
}
