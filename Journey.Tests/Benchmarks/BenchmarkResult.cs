namespace Journey.Tests.Benchmarks;

/// <summary>One measured figure, with the limit it is held against where there is one: both from the same run.</summary>
/// <param name="Limit">The raw limit in the same unit.</param>
/// <param name="Ratio">Value divided by limit, the median of interleaved pairs where several were run.</param>
public sealed record BenchmarkResult(string Name, double Value, string Unit, double? Limit = null, double? Ratio = null);
