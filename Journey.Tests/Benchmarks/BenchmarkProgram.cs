using System.Globalization;

namespace Journey.Tests.Benchmarks;

/// <summary>Runs benchmarks by name and prints a Markdown table, as docs/performance.md keeps it.</summary>
public static class BenchmarkProgram
{
    private static readonly Dictionary<string, Func<string, Task<IReadOnlyList<BenchmarkResult>>>> _benchmarks = new(StringComparer.Ordinal)
    {
        ["append"] = folder => Task.FromResult(AppendBenchmark.Measure(folder)),
        ["http"] = HttpBenchmark.IngestAsync,
        ["processing"] = FoldBenchmark.ProcessingAsync,
        ["rebuild"] = FoldBenchmark.RebuildAsync,
        ["generation"] = RebuildBenchmark.GenerationAsync,
        ["projections"] = ProjectionsBenchmark.MeasureAsync,
        ["view"] = RebuildBenchmark.ViewAsync,
        ["latency"] = HttpBenchmark.LatencyAsync,
        ["memory"] = FoldBenchmark.MemoryAsync,
        ["maps"] = MapBenchmark.MeasureAsync,
        ["backtest"] = BacktestBenchmark.MeasureAsync,
        ["backtest-latency"] = BesideHistoryBenchmark.LatencyAsync,
        ["why"] = BesideHistoryBenchmark.WhyAsync,
        ["backtest-journeys"] = BacktestBenchmark.JourneysAsync,
        ["paint"] = PaintBenchmark.RunAsync,
        ["postgres-append"] = _ => Task.FromResult(PostgresBenchmark.Append()),
        ["postgres-single"] = _ => PostgresBenchmark.SingleAsync(),
        ["postgres"] = _ => PostgresBenchmark.FoldAsync(),
        ["journeys"] = _ => JourneysBenchmark.Measure(),
    };

    public static async Task<int> RunAsync(IReadOnlyList<string> names)
    {
        if (names.Count is 4 or 5 && names[0] == "make-history" && (names.Count == 4 || names[4] == "samples"))
        {
            await GeneratedStore.KeepAsync(
                names[1], int.Parse(names[2], CultureInfo.InvariantCulture), int.Parse(names[3], CultureInfo.InvariantCulture), withSamples: names.Count > 4);
            return 0;
        }

        var chosen = names.Count == 0 ? [.. _benchmarks.Keys] : names;
        foreach (var unknown in chosen.Where(name => !_benchmarks.ContainsKey(name)))
        {
            Console.Error.WriteLine($"There is no benchmark `{unknown}`. There are: {string.Join(", ", _benchmarks.Keys)}.");
            return 2;
        }

        Console.WriteLine("| benchmark | value | unit | limit in the same run | ratio |");
        Console.WriteLine("|---|---:|---|---:|---:|");
        foreach (var name in chosen)
        {
            var folder = Directory.CreateTempSubdirectory("journey-bench-");
            try
            {
                foreach (var result in await _benchmarks[name](folder.FullName))
                {
                    Console.WriteLine($"| {result.Name} | {Number(result.Value)} | {result.Unit} | {Number(result.Limit)} | {result.Ratio?.ToString("0.00", CultureInfo.InvariantCulture)} |");
                }
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        if (Postgres.PostgresCluster.IsStarted)
        {
            Postgres.PostgresCluster.Instance.Delete();
        }

        return 0;
    }

    private static string Number(double? value) =>
        value is not { } number ? "" : number.ToString(number >= 100 ? "N0" : "0.00", CultureInfo.InvariantCulture);
}
