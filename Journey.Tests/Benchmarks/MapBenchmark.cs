using System.Diagnostics;
using Journey.Domain.Events;
using Journey.Host.Maps;
using Journey.Host.Scans;
using Journey.Host.Running;
using Journey.Host.Stores.Sqlite;
using Journey.Projections.Maps;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Benchmarks;

/// <summary>The journey map: out of the sums kept live, and computed from the log, the latter beside a bare scan of the same rows.</summary>
internal static class MapBenchmark
{
    private const int Events = 1_000_000;
    private const int Customers = 20_000;
    private const int Rounds = 5;

    public static async Task<IReadOnlyList<BenchmarkResult>> MeasureAsync(string folder)
    {
        await using var generated = await GeneratedStore.CreateAsync(folder, Events, Customers, EventFlags.Imported);
        await FoldBenchmark.ProcessAsync(generated.Store);
        var head = generated.Store.PositionOf(await generated.Store.HeadAsync());
        using var maps = new MapReader(generated.Store, generated.Store, ScanLimits.Default, TimeProvider.System);
        var live = await TimeAsync(() => maps.ReadAsync(new MapQuery(), null, CancellationToken.None));
        var gaps = 0L;
        await foreach (var row in generated.Store.AllAsync(ReadModelTables.MapGaps, [], CancellationToken.None))
        {
            gaps += row.Length > 0 ? 1 : 0;
        }

        var limit = head / FoldBenchmark.Median([FoldBenchmark.Time(() => FoldBenchmark.Scan(generated.Store.Path)), FoldBenchmark.Time(() => FoldBenchmark.Scan(generated.Store.Path))]);
        var customers = head / await ComputeAsync(generated.Store, CaseNotion.Customer);
        var sessions = head / await ComputeAsync(generated.Store, CaseNotion.Session);
        return
        [
            new("map: kept live, of 1,000,000 events", live * 1_000, "ms"),
            new("map: rows of gaps kept for it", gaps, "rows"),
            new("map: computed, customers as cases", customers, "events/s", limit, customers / limit),
            new("map: computed, sessions as cases", sessions, "events/s", limit, sessions / limit),
        ];
    }

    private static async Task<double> ComputeAsync(SqliteStore store, CaseNotion notion)
    {
        return await TimeAsync(async () =>
        {
            // A reader of its own each time: an answer that is kept would be no measure.
            using var maps = new MapReader(store, store, ScanLimits.Default, TimeProvider.System);
            await maps.ComputeAsync(new MapQuery(notion), null, CancellationToken.None);
        });
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            await work();
            times.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return FoldBenchmark.Median(times.Skip(1));
    }
}
