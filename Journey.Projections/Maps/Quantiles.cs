namespace Journey.Projections.Maps;

/// <summary>Quantiles as process-mining tools and spreadsheets give them: between two values, in proportion (R's type 7).</summary>
internal static class Quantiles
{
    /// <param name="sorted">Ascending; not empty.</param>
    /// <param name="share">0 to 1; a half is the median.</param>
    public static double Of(ReadOnlySpan<long> sorted, double share)
    {
        var place = (sorted.Length - 1) * share;
        var index = (int)place;
        return index + 1 < sorted.Length ? sorted[index] + ((place - index) * (sorted[index + 1] - sorted[index])) : sorted[index];
    }

    /// <param name="counts">Steps of <see cref="DurationScale"/> and how many durations are in each. Answers 0 where there are none.</param>
    public static double Of(SortedDictionary<long, long> counts, double share)
    {
        var total = counts.Values.Sum();
        if (total <= 0)
        {
            return 0;
        }

        var place = (total - 1) * share;
        var index = (long)place;
        var (value, next) = (At(counts, index), At(counts, Math.Min(index + 1, total - 1)));
        return value + ((place - index) * (next - value));
    }

    private static double At(SortedDictionary<long, long> counts, long index)
    {
        foreach (var (floor, count) in counts)
        {
            if (index < count)
            {
                return DurationScale.Middle(floor);
            }

            index -= count;
        }

        return 0;
    }
}
