using System.Globalization;
using Journey.Domain.Engine;
using Journey.Domain.Language;

namespace Journey.Tests.Domain.Engine;

internal sealed class StickySharesTests
{
    private const int Customers = 100_000;

    private static readonly Step.Split Split = new("test", default, [new("a", 0.5, []), new("b", 0.3, []), new("c", 0.2, [])]);

    [Test]
    public void A_split_is_within_one_percent_of_its_weights()
    {
        var counts = new int[3];
        for (var i = 0; i < Customers; i++)
        {
            counts[StickyShares.ArmOf("journey", Customer(i), Split)]++;
        }

        Assert.That(counts.Select(count => (double)count / Customers), Is.EqualTo([0.5, 0.3, 0.2]).Within(0.01));
    }

    [Test]
    public void A_holdout_is_within_one_percent_of_its_share() =>
        Assert.That(Enumerable.Range(0, Customers).Count(i => StickyShares.IsHoldout("journey", Customer(i), 0.1)) / (double)Customers, Is.EqualTo(0.1).Within(0.01));

    [Test]
    public void Holdout_and_split_of_one_journey_are_independent()
    {
        var holdouts = Enumerable.Range(0, Customers).Select(Customer).Where(customer => StickyShares.IsHoldout("journey", customer, 0.2)).ToArray();
        var arms = holdouts.Count(customer => StickyShares.ArmOf("journey", customer, Split) == 0);
        Assert.That((double)arms / holdouts.Length, Is.EqualTo(0.5).Within(0.02));
    }

    // On disk: runs were split by these values, and a customer stays where they were.
    [TestCase("c0000000000000001", 1, false)]
    [TestCase("c0000000000000002", 0, false)]
    [TestCase("c0000000000000009", 2, false)]
    [TestCase("c0000000000000020", 2, true)]
    public void The_same_customer_falls_on_the_same_side_for_ever(string customer, int arm, bool holdout)
    {
        Assert.That(StickyShares.ArmOf("journey", customer, Split), Is.EqualTo(arm));
        Assert.That(StickyShares.IsHoldout("journey", customer, 0.1), Is.EqualTo(holdout));
    }

    [Test]
    public void No_holdout_holds_nobody_out() =>
        Assert.That(Enumerable.Range(0, 1_000).Any(i => StickyShares.IsHoldout("journey", Customer(i), 0)), Is.False);

    [Test]
    public void The_arm_that_was_taken_is_recorded()
    {
        var world = new World("""
            journey: test
            enter: { on: Store Visited }
            steps:
              - id: pick
                split:
                  - { name: most, weight: 99.99999999%, then: [ { exit: first } ] }
                  - { name: few, weight: 0.00000001%, then: [ { exit: second } ] }
            """);
        Assert.That(world.On("2026-03-01T10:00Z", "Store Visited").Said[1..], Is.EqualTo([
            "03-01 10:00 Run Branched: pick most",
            "03-01 10:00 Run Exited: test first",
        ]));
    }

    private static string Customer(int i) => $"c{i.ToString("d16", CultureInfo.InvariantCulture)}";
}
