namespace Journey.Projections.Runs;

/// <param name="Runs">How many had the chance.</param>
/// <param name="Goals">How many of them took it.</param>
public readonly record struct Conversion(long Runs, long Goals)
{
    /// <summary>The share that reached the goal; null: nobody had the chance.</summary>
    public double? Rate => Runs > 0 ? (double)Goals / Runs : null;

    /// <summary>Wilson's score interval: where the true rate lies, with 95% confidence.</summary>
    public (double Low, double High) Interval()
    {
        var (n, p, z) = ((double)Runs, Rate ?? throw new InvalidOperationException("Nobody had the chance: there is no rate."), Lift.Z);
        var scale = 1 + (z * z / n);
        var centre = (p + (z * z / (2 * n))) / scale;
        var half = z * Math.Sqrt((p * (1 - p) / n) + (z * z / (4 * n * n))) / scale;
        return (Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}

/// <summary>What the messages did: how much more often the treated reach the goal than those who were held out.</summary>
/// <param name="Value">Difference of the two rates: 0.05 is five in a hundred more.</param>
/// <param name="Low">Where the true difference begins, with 95% confidence; above 0, the messages did something.</param>
public readonly record struct Lift(double Value, double Low, double High)
{
    public const double Confidence = 0.95;

    /// <summary>The normal distribution's quantile for 95%, two-sided.</summary>
    internal const double Z = 1.959963984540054;

    /// <summary>By Newcombe's hybrid score method (1998, method 10): each group's Wilson interval, squared and added. It holds for small groups and for rates near 0 and 1.</summary>
    /// <returns>Null: one of the groups is empty.</returns>
    public static Lift? Of(in Conversion treated, in Conversion holdout)
    {
        if (treated.Rate is not { } more || holdout.Rate is not { } less)
        {
            return null;
        }

        var (treatedLow, treatedHigh) = treated.Interval();
        var (holdoutLow, holdoutHigh) = holdout.Interval();
        return new Lift(
            more - less,
            more - less - Math.Sqrt(Square(more - treatedLow) + Square(holdoutHigh - less)),
            more - less + Math.Sqrt(Square(treatedHigh - more) + Square(less - holdoutLow)));
    }

    private static double Square(double value) => value * value;
}
