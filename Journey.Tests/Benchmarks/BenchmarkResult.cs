namespace Journey.Tests.Benchmarks;

/// <summary>One figure, beside what bounds it in the same run.</summary>
/// <param name="Limit">The most that could be had, in the same unit.</param>
/// <param name="Ratio">Value to limit; the median over the rounds, so not the quotient of the two medians.</param>
public sealed record BenchmarkResult(string Name, double Value, string Unit, double? Limit, double? Ratio)
{
    public override string ToString() => Limit is { } limit
        ? $"{Name}: {Value:N0} {Unit}; limit {limit:N0} {Unit}; ratio {Ratio:F2}"
        : $"{Name}: {Value:N0} {Unit}";
}
