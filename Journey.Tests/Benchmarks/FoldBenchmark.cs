using System.Diagnostics;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Language.Publishing;
using Journey.Domain.Personal;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Host.Stores.Sqlite;
using Journey.Projections.ReadModels;
using Microsoft.Data.Sqlite;

namespace Journey.Tests.Benchmarks;

/// <summary>Processing (every projection, ten journeys, committed) and rebuild, each beside its own limit.</summary>
internal static class FoldBenchmark
{
    private const int Events = 400_000;
    private const int Customers = 20_000;

    /// <summary>Live processing of a history, with decisions appended and everything committed; limit: appending the same history.</summary>
    public static async Task<IReadOnlyList<BenchmarkResult>> ProcessingAsync(string folder)
    {
        await using var generated = await GeneratedStore.CreateAsync(folder, Events, Customers);
        var processed = await ProcessAsync(generated.Store);
        return
        [
            new($"processing: {ReadModelTables.All.Length} read models, ten journeys, committed", processed, "events/s", generated.AppendedPerSecond, processed / generated.AppendedPerSecond),
        ];
    }

    /// <summary>Folding from the first event; limit: a bare scan of the same rows that walks every payload's JSON.</summary>
    public static async Task<IReadOnlyList<BenchmarkResult>> RebuildAsync(string folder)
    {
        await using var store = SqliteStore.Open(await RebuildBenchmark.HistoryAsync(folder, Events, Customers));
        var head = store.PositionOf(await store.HeadAsync());
        var definitions = await DefinitionHistory.Empty.LoadAsync(store, CancellationToken.None);

        // In turns, so that a noisy neighbour disturbs both alike; the first pair warms up.
        var pairs = new List<(double Rebuilt, double Scanned)>();
        for (var round = 0; round < int.Parse(Environment.GetEnvironmentVariable("ROUNDS") ?? "6", System.Globalization.CultureInfo.InvariantCulture); round++)
        {
            var c0 = Process.GetCurrentProcess().TotalProcessorTime;
            var scanned = head / Time(() => Scan(store.Path));
            var c1 = Process.GetCurrentProcess().TotalProcessorTime;
            var started = Stopwatch.GetTimestamp();
            await new Refold(store, definitions, [], [], workers: 2, sumDecisions: false).RunAsync(head, null, CancellationToken.None);
            var c2 = Process.GetCurrentProcess().TotalProcessorTime;
            Console.Error.WriteLine($"cpu: scan {(c1 - c0).TotalMicroseconds / head:0.00} fold {(c2 - c1).TotalMicroseconds / head:0.00} us/event, wall {Stopwatch.GetElapsedTime(started).TotalMicroseconds / head:0.00}");
            pairs.Add((head / Stopwatch.GetElapsedTime(started).TotalSeconds, scanned));
        }

        var counted = pairs.Skip(1).ToList();
        var rebuilt = Median(counted.Select(pair => pair.Rebuilt));
        return
        [
            new($"rebuild: {ReadModelTables.All.Length} read models, ten journeys re-decided", rebuilt, "events/s",
                Median(counted.Select(pair => pair.Scanned)), Median(counted.Select(pair => pair.Rebuilt / pair.Scanned))),
        ];
    }

    /// <summary>Memory of a process that has folded 100,000 customers' events.</summary>
    public static async Task<IReadOnlyList<BenchmarkResult>> MemoryAsync(string folder)
    {
        await using var generated = await GeneratedStore.CreateAsync(folder, 1_000_000, 100_000);
        await ProcessAsync(generated.Store);
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        return
        [
            new("memory: 100,000 customers processed, working set at the end", process.WorkingSet64 / 1e6, "MB", 500, process.WorkingSet64 / 500e6),
            new("memory: the same, managed heap", GC.GetTotalMemory(forceFullCollection: true) / 1e6, "MB"),
        ];
    }

    internal static async Task<double> ProcessAsync(IJourneyStore store)
    {
        var processor = new Processor(store, store, new ProcessorOptions(), TimeProvider.System);
        await processor.PrepareAsync(CancellationToken.None);
        var head = store.PositionOf(await store.HeadAsync());
        var started = Stopwatch.GetTimestamp();
        await processor.CatchUpAsync(null, CancellationToken.None);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var total = store.PositionOf(await store.HeadAsync());
        Console.Error.WriteLine($"  ({head:N0} events led to {total - head:N0} more; {total / elapsed.TotalSeconds:N0} events/s counting those)");
        return head / elapsed.TotalSeconds;
    }

    internal static long Scan(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var tokens = 0L;
        SQLitePCL.raw.sqlite3_prepare_v2(
            connection.Handle, "SELECT position, stream, version, name, kind, occurred_at, payload FROM events ORDER BY position", out var statement);
        using (statement)
        {
            while (SQLitePCL.raw.sqlite3_step(statement) == SQLitePCL.raw.SQLITE_ROW)
            {
                tokens += SQLitePCL.raw.sqlite3_column_int64(statement, 0) & 1;
                var payload = SQLitePCL.raw.sqlite3_column_blob(statement, 6);
                var json = new Utf8JsonReader(SealedPayload.IsOne(payload) ? SealedPayload.Redacted(payload) : payload[1..]);
                while (json.Read())
                {
                    tokens++;
                }
            }
        }

        return tokens;
    }

    internal static double Time(Func<long> work)
    {
        var started = Stopwatch.GetTimestamp();
        _ = work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    internal static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
