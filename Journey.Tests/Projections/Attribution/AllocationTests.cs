using Journey.Projections.Attribution;

namespace Journey.Tests.Projections.Attribution;

public sealed class AllocationTests
{
    private static decimal[] Share(decimal total, params double[] weights)
    {
        var shares = new decimal[weights.Length];
        Allocation.Share(total, weights, shares);
        return shares;
    }

    [Test]
    public void The_largest_remainders_get_what_is_left()
    {
        Assert.That(Share(100, 1, 1, 1), Is.EqualTo(new[] { 34m, 33m, 33m }));
        Assert.That(Share(10, 0.15, 0.27, 0.58), Is.EqualTo(new[] { 1m, 3m, 6m }), "1.5, 2.7 and 5.8: the 0.7 and the 0.8 are rounded up");
        Assert.That(Share(-100, 1, 1, 1), Is.EqualTo(new[] { -34m, -33m, -33m }));
        Assert.That(Share(5, 0, 0), Is.EqualTo(new[] { 3m, 2m }));
        Assert.That(Share(5, 0, 1), Is.EqualTo(new[] { 0m, 5m }));
    }

    [Test]
    public void Shares_are_whole_and_sum_to_the_total_whatever_the_weights([Range(1, 20)] int seed)
    {
        var dice = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var weights = Enumerable.Range(0, dice.Next(1, 150)).Select(_ => dice.Next(4) == 0 ? 0 : Math.Pow(dice.NextDouble(), 8)).ToArray();
            var total = Math.Round((decimal)dice.NextDouble() * (decimal)Math.Pow(10, dice.Next(20))) * (dice.Next(2) == 0 ? 1 : -1);
            var shares = Share(total, weights);
            Assert.That(shares.Sum(), Is.EqualTo(total));
            Assert.That(shares, Has.All.Matches<decimal>(share => decimal.Truncate(share) == share));
        }
    }
}
