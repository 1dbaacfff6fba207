using System.Diagnostics;
using System.Globalization;
using System.Text;
using Journey.Host.Backtests;
using Journey.Host.Stores.Sqlite;
using SQLitePCL;

namespace Journey.Tests.Benchmarks;

/// <summary>A draft run over a history, beside a bare scan of the same rows; and what it takes by number of journeys.</summary>
/// <remarks>The history is one that was only appended. <see cref="RebuildBenchmark.StoreVariable"/> names a file to keep it in.</remarks>
internal static class BacktestBenchmark
{
    private const int Events = 1_000_000;
    private const int CustomersPer = 50;
    private const int Rounds = 3;

    // So long a run says enough by itself, and the runtime's own beginning is little of it.
    private const int OneRoundFrom = 3_000_000;
    private const int Workers = 2;
    private static readonly int[] _journeys = [1, 10, 50];

    /// <summary>Limit: bare steps through the same rows, every column looked at, by one thread.</summary>
    public static async Task<IReadOnlyList<BenchmarkResult>> MeasureAsync(string folder)
    {
        await using var store = SqliteStore.Open(await HistoryAsync(folder), new SqliteStoreOptions { ReadOnly = true });
        var head = store.PositionOf(await store.HeadAsync());
        var pairs = new List<(double Backtest, double Scan)>();
        var spent = new List<(double Backtest, double Scan)>();
        var peak = new PeakMemory();
        for (var round = 0; round < (head < OneRoundFrom ? Rounds : 1); round++)
        {
            using var process = Process.GetCurrentProcess();
            var before = process.TotalProcessorTime;
            var scan = FoldBenchmark.Time(() => BareScan(store.Path));
            process.Refresh();
            var scanned = (process.TotalProcessorTime - before).TotalSeconds;
            Console.Error.WriteLine($"  (bare scan: {scan:N1} s)");
            var (seconds, processor) = await RunAsync(store, 1, peak);
            pairs.Add((head / seconds, head / scan));
            spent.Add((processor, scanned));
        }

        return
        [
            new($"backtest of one journey over {head:N0} events, {Workers} workers", FoldBenchmark.Median(pairs.Select(pair => pair.Backtest)), "events/s",
                FoldBenchmark.Median(pairs.Select(pair => pair.Scan)), FoldBenchmark.Median(pairs.Select(pair => pair.Backtest / pair.Scan))),
            new("the same: elapsed", head / FoldBenchmark.Median(pairs.Select(pair => pair.Backtest)), "s"),
            new("the same: processor time", FoldBenchmark.Median(spent.Select(pair => pair.Backtest)), "s",
                FoldBenchmark.Median(spent.Select(pair => pair.Scan)), FoldBenchmark.Median(spent.Select(pair => pair.Scan / pair.Backtest))),
            .. Memory(peak),
        ];
    }

    /// <summary>The same with copies of the journey under other names.</summary>
    public static async Task<IReadOnlyList<BenchmarkResult>> JourneysAsync(string folder)
    {
        await using var store = SqliteStore.Open(await HistoryAsync(folder), new SqliteStoreOptions { ReadOnly = true });
        var results = new List<BenchmarkResult>();
        foreach (var journeys in _journeys)
        {
            var peak = new PeakMemory();
            var (seconds, processor) = await RunAsync(store, journeys, peak);
            results.Add(new($"backtest of {journeys} journeys: elapsed", seconds, "s"));
            results.Add(new("the same: processor time", processor, "s"));
            results.AddRange(Memory(peak));
        }

        return results;
    }

    internal static BacktestRequest Request(int journeys) => new(
        [.. Enumerable.Range(1, journeys).Select(number => ($"draft-{number}.yaml", (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(Draft(number))))], Workers: Workers);

    /// <summary>The sample's own text, under another name.</summary>
    private static string Draft(int number)
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Samples", "abandoned-cart.yaml"));
        return text[..text.IndexOf("---", StringComparison.Ordinal)].Replace("journey: abandoned-cart", $"journey: draft-{number}", StringComparison.Ordinal);
    }

    private static async Task<(double Seconds, double Processor)> RunAsync(SqliteStore store, int journeys, PeakMemory peak)
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var (allocated, paused, collections) = (GC.GetTotalAllocatedBytes(), GC.GetTotalPauseDuration(), GC.CollectionCount(0));
        var started = Stopwatch.GetTimestamp();
        var running = BacktestRun.RunAsync(store, Request(journeys), null, CancellationToken.None);
        while (await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(100))) != running)
        {
            peak.Look();
        }

        var report = await running;
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        process.Refresh();
        var entered = report.Journeys.Sum(journey => journey.Entered);
        Console.Error.WriteLine($"  ({journeys} journeys: {seconds:N1} s; {entered:N0} runs; "
            + $"{(GC.GetTotalAllocatedBytes() - allocated) / 1e6:N0} MB allocated, {GC.CollectionCount(0) - collections} collections of {(GC.GetTotalPauseDuration() - paused).TotalSeconds:N2} s; "
            + $"{(process.TotalProcessorTime - before).TotalSeconds:N1} s of processor time; {peak.Heap / 1e6:N0} MB of heap, {peak.Anonymous / 1e6:N0} MB resident at most)");
        return entered > 0 ? (seconds, (process.TotalProcessorTime - before).TotalSeconds) : throw new InvalidOperationException("Nobody entered, so nothing was measured.");
    }

    private static IEnumerable<BenchmarkResult> Memory(PeakMemory peak) =>
    [
        new("the same: highest managed heap", peak.Heap / 1e6, "MB"),
        new("the same: highest resident memory without the mapped file", peak.Anonymous / 1e6, "MB"),
    ];

    internal static async Task<string> HistoryAsync(string folder)
    {
        var path = Environment.GetEnvironmentVariable(RebuildBenchmark.StoreVariable) ?? Path.Combine(folder, "history.db");
        var events = int.TryParse(Environment.GetEnvironmentVariable(RebuildBenchmark.EventsVariable), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) ? wanted : Events;
        await GeneratedStore.KeepAsync(path, events, events / CustomersPer);
        return path;
    }

    private static long BareScan(string path)
    {
        Check(raw.sqlite3_open_v2(path, out var database, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX, null));
        using (database)
        {
            Check(raw.sqlite3_prepare_v2(
                database,
                """SELECT position, stream, version, "partition", source, name, kind, flags, channel, occurred_at, received_at, payload, event_id FROM events ORDER BY position""",
                out var select));
            using (select)
            {
                var sum = 0L;
                while (raw.sqlite3_step(select) == raw.SQLITE_ROW)
                {
                    for (var column = 0; column < 11; column++)
                    {
                        sum += raw.sqlite3_column_int64(select, column);
                    }

                    sum += raw.sqlite3_column_blob(select, 11).Length + raw.sqlite3_column_bytes(select, 12);
                }

                return sum;
            }
        }
    }

    private static void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw new InvalidOperationException($"SQLite answered {code}.");
        }
    }
}
