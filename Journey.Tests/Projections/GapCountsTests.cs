using Journey.Projections.Maps;

namespace Journey.Tests.Projections;

public sealed class GapCountsTests
{
    [Test]
    public void Steps_are_numbers_of_durations_one_for_one()
    {
        var before = -1;
        for (var milliseconds = 0L; milliseconds < 1L << 50; milliseconds = milliseconds < 1_000 ? milliseconds + 1 : (long)(milliseconds * 1.003))
        {
            var step = DurationScale.StepOf(milliseconds);
            Assert.That(DurationScale.FloorOf(step), Is.EqualTo(DurationScale.Floor(milliseconds)), $"{milliseconds}");
            Assert.That(step, Is.GreaterThanOrEqualTo(before).And.LessThan(4_096));
            before = step;
        }

        Assert.That(DurationScale.FloorOf(DurationScale.StepOf(long.MaxValue)), Is.EqualTo(DurationScale.Floor(long.MaxValue)));
        Assert.That(DurationScale.StepOf(long.MaxValue), Is.LessThan(4_096));
    }

    [Test]
    public void Counted_in_pieces_or_at_once_they_are_the_same([Values(1, 1_000, 600_000)] int gaps)
    {
        var dice = new Random(gaps);
        var counts = new GapCounts();
        var expected = new Dictionary<(GapCases, ulong, int), long>();
        for (var i = 0; i < gaps; i++)
        {
            // Some activities have numbers too large to be packed.
            var from = dice.Next(50) == 0 ? uint.MaxValue : (uint)dice.Next(20);
            var gap = ((GapCases)dice.Next(3), ((ulong)from << 32) | (uint)dice.Next(20), dice.Next(4_096));
            counts.Add(gap.Item1, gap.Item2, gap.Item3);
            expected[gap] = expected.GetValueOrDefault(gap) + 1;
        }

        var found = counts.All().ToDictionary(one => (one.Cases, one.Arc, one.Step), one => one.Count);
        Assert.That(found.Count, Is.EqualTo(expected.Count));
        Assert.That(expected.Where(gap => found.GetValueOrDefault(gap.Key) != gap.Value), Is.Empty);
        Assert.That(counts.Count, Is.EqualTo(expected.Count));
        counts.Clear();
        Assert.That(counts.All(), Is.Empty);
    }
}
