namespace Journey.Projections.Attribution;

/// <summary>Shares a whole number out so that the parts are whole and sum to it exactly: the largest remainders get what rounding down leaves over.</summary>
public static class Allocation
{
    /// <param name="total">A whole number, of either sign: minor units of money, millionths of conversions.</param>
    /// <param name="weights">Not negative; where all are 0, everybody has the same.</param>
    /// <param name="into">As many as there are weights.</param>
    public static void Share(decimal total, ReadOnlySpan<double> weights, Span<decimal> into)
    {
        if (weights.IsEmpty)
        {
            return;
        }

        var sum = 0.0;
        foreach (var weight in weights)
        {
            sum += weight;
        }

        var (whole, left) = (Math.Abs(total), Math.Abs(total));
        Span<double> remainders = weights.Length <= 128 ? stackalloc double[weights.Length] : new double[weights.Length];
        for (var i = 0; i < weights.Length; i++)
        {
            var exact = whole * (decimal)(sum > 0 ? weights[i] / sum : 1.0 / weights.Length);
            into[i] = decimal.Floor(exact);
            remainders[i] = (double)(exact - into[i]);
            left -= into[i];
        }

        // Shares of a double sum to one but for their last digits, so that of a very large total more or less than one each may be left.
        for (; left != 0; left -= Math.Sign(left))
        {
            var next = left > 0 ? IndexOfLargest(remainders) : IndexOfLargest(into);
            into[next] += Math.Sign(left);
            remainders[next] -= 1;
        }

        if (total < 0)
        {
            for (var i = 0; i < into.Length; i++)
            {
                into[i] = -into[i];
            }
        }
    }

    /// <summary>Of equals the first.</summary>
    private static int IndexOfLargest<T>(ReadOnlySpan<T> values)
        where T : IComparable<T>
    {
        var largest = 0;
        for (var i = 1; i < values.Length; i++)
        {
            largest = values[i].CompareTo(values[largest]) > 0 ? i : largest;
        }

        return largest;
    }
}
