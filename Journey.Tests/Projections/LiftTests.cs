using Journey.Projections.Runs;

namespace Journey.Tests.Projections;

public sealed class LiftTests
{
    /// <summary>
    /// 48 of 80, by hand: z² = 3.841459; centre (0.6 + 3.841459 / 160) / (1 + 3.841459 / 80) = 0.624009 / 1.048018 = 0.595418;
    /// half 1.959964 × √(0.24 / 80 + 3.841459 / 25600) / 1.048018 = 1.959964 × √0.00315006 / 1.048018 = 0.104964.
    /// </summary>
    [Test]
    public void A_rates_interval_is_Wilsons()
    {
        var (low, high) = new Conversion(80, 48).Interval();
        Assert.That(low, Is.EqualTo(0.490454).Within(1e-5));
        Assert.That(high, Is.EqualTo(0.700383).Within(1e-5));
    }

    /// <summary>The first example of Newcombe's paper (1998): 56 of 70 and 48 of 80 differ by 0.2, from 0.0524 to 0.3339 by method 10.</summary>
    [Test]
    public void A_lifts_interval_is_Newcombes()
    {
        var lift = Lift.Of(new Conversion(70, 56), new Conversion(80, 48))!.Value;
        Assert.That(lift.Value, Is.EqualTo(0.2).Within(1e-12));
        Assert.That(lift.Low, Is.EqualTo(0.0524).Within(5e-5));
        Assert.That(lift.High, Is.EqualTo(0.3339).Within(5e-5));
    }

    /// <summary>As in his example of 10 of 10 and 0 of 20: the difference is 1, from 0.6791 to 1.</summary>
    [Test]
    public void All_and_none_have_an_interval_too()
    {
        var lift = Lift.Of(new Conversion(10, 10), new Conversion(20, 0))!.Value;
        Assert.That(lift.Value, Is.EqualTo(1));
        Assert.That(lift.Low, Is.EqualTo(0.6791).Within(5e-5));
        Assert.That(lift.High, Is.EqualTo(1).Within(1e-12));
    }

    [TestCase(0, 10)]
    [TestCase(10, 0)]
    public void Without_both_groups_there_is_no_lift(long treated, long holdout) =>
        Assert.That(Lift.Of(new Conversion(treated, 0), new Conversion(holdout, 0)), Is.Null);
}
