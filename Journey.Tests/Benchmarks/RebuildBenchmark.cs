using System.Diagnostics;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Http;
using Journey.Host.Running;
using Journey.Host.Running.Rebuilding;
using Journey.Host.Stores;
using Journey.Host.Stores.Sqlite;
using Journey.Projections.ReadModels;
using Microsoft.AspNetCore.Builder;

namespace Journey.Tests.Benchmarks;

/// <summary>A rebuild as operators run it: read, folded, written beside the live tables, swapped; and one customer's view over HTTP.</summary>
internal static class RebuildBenchmark
{
    /// <summary>Names a file with a processed history, which is made there once and used again: ten million events take long to make.</summary>
    public const string StoreVariable = "JOURNEY_BENCH_STORE";

    /// <summary>How many events to make, and a fiftieth as many customers.</summary>
    public const string EventsVariable = "JOURNEY_BENCH_EVENTS";

    private const int Events = 1_000_000;
    private const int Customers = 20_000;
    private const int ViewedCustomers = 100_000;
    private const int Views = 3_000;

    /// <summary>The first one meets code that is not compiled yet, as the first of a process does.</summary>
    private const int Rounds = 2;

    /// <summary>Limit: a bare scan of the same rows that walks every payload's JSON.</summary>
    public static async Task<IReadOnlyList<BenchmarkResult>> GenerationAsync(string folder)
    {
        var path = await HistoryAsync(folder, Events, Customers);
        await using var store = SqliteStore.Open(path);
        var head = store.PositionOf(await store.HeadAsync());
        var (beforeScan, clock) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        FoldBenchmark.Scan(path);
        var (scanned, scanTime) = (head / Stopwatch.GetElapsedTime(clock).TotalSeconds, (Environment.CpuUsage.TotalTime - beforeScan).TotalMicroseconds / head);

        // Of a log that was only appended the rebuild makes the first tables, and decides what nobody has recorded.
        await TakeAsProcessedAsync(store);
        var processor = new Processor(store, store, new ProcessorOptions(), TimeProvider.System);
        await processor.PrepareAsync(CancellationToken.None);
        var folded = store.PositionOf(processor.Committed);
        var results = new List<BenchmarkResult>();
        for (var round = 0; round < Rounds; round++)
        {
            results.AddRange(await RebuildOnceAsync(store, processor, folded, round == 0 ? "" : " once more, compiled", scanned, scanTime));
        }

        return results;
    }

    private static async Task<BenchmarkResult[]> RebuildOnceAsync(SqliteStore store, Processor processor, long folded, string which, double scanned, double scanTime)
    {
        GC.Collect();
        var peak = new PeakMemory();
        var (allocated, paused) = (GC.GetTotalAllocatedBytes(), GC.GetTotalPauseDuration());
        var (started, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await using var rebuilder = new Rebuilder(store, store, store, processor, new RebuildOptions(), TimeProvider.System);
        await rebuilder.StartAsync(Generation.All);
        while (rebuilder.Running is { } running)
        {
            peak.Look();
            Console.Error.Write($"\r  {running.State}: {running.Done:N0} of {running.Total:N0}, {running.RatePerSecond:N0}/s, {peak.WorkingSet / 1e6:N0} MB at most   ");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        var rebuilt = folded / Stopwatch.GetElapsedTime(started).TotalSeconds;
        var time = (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / folded;
        Console.Error.WriteLine();
        await rebuilder.FinishAsync(null, CancellationToken.None);
        return
        [
            new($"rebuild of {folded:N0} events of {await store.CustomersAsync():N0} customers, written and swapped{which}", rebuilt, "events/s", scanned, rebuilt / scanned),
            new("the same, processor time beside the scan's", time, "µs/event", scanTime, time / scanTime),
            new("the same, allocated", (GC.GetTotalAllocatedBytes() - allocated) / (double)folded, "bytes/event"),
            new("the same, everything stopped for collections", (GC.GetTotalPauseDuration() - paused).TotalMicroseconds / folded, "µs/event"),
            new("the same, highest working set", peak.WorkingSet / 1e6, "MB"),
            new("the same, highest managed heap", peak.Heap / 1e6, "MB"),
        ];
    }

    /// <summary>One customer after the other, picked by a stride, each answer read whole.</summary>
    public static async Task<IReadOnlyList<BenchmarkResult>> ViewAsync(string folder)
    {
        var path = await ProcessedAsync(folder, 10 * ViewedCustomers, ViewedCustomers);
        await using var store = SqliteStore.Open(path);
        await store.PrepareAsync(ReadModelTables.All);
        await using var server = JourneyServer.Build(new ServerOptions { Urls = ["http://127.0.0.1:0"] }, new JourneyServices(store, store, store));
        await server.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(server.Urls.Single()) };

        // Those that the history has: a few of those it was made for never did anything.
        var customers = (await store.QueryAsync(new TableQuery(ReadModelTables.Customers, [], [], SqliteStore.RowsMax))).Select(static row => row[0].Text!).ToList();
        var times = new List<double>();
        for (var view = 0; view < Views; view++)
        {
            var started = Stopwatch.GetTimestamp();
            await client.GetByteArrayAsync($"/v1/customers/{customers[view * 7_919 % customers.Count]}");
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        await server.StopAsync();
        var sorted = times.Skip(Views / 10).Order().ToList();
        return
        [
            new("one customer's view over HTTP, of 100,000: median", sorted[sorted.Count / 2], "ms"),
            new("one customer's view over HTTP, of 100,000: p99", sorted[sorted.Count * 99 / 100], "ms", 10, sorted[sorted.Count * 99 / 100] / 10),
        ];
    }

    /// <summary>Makes a log that was only appended one that is processed to its end, as far as the processor knows.</summary>
    internal static async Task TakeAsProcessedAsync(SqliteStore store)
    {
        await store.PrepareAsync(ReadModelTables.All);
        if (await store.CheckpointAsync(Processor.Consumer) == Checkpoint.Start)
        {
            await store.CommitAsync(new ProcessedBatch(Processor.Consumer, Checkpoint.Start, await store.HeadAsync(), [], [], new ReadModelChanges()));
            await store.CommitAsync(new ProcessedBatch(FoldVersions.Marker, Checkpoint.Start, FoldVersions.Current, [], [], new ReadModelChanges()));
        }
    }

    internal static async Task<string> HistoryAsync(string folder, int events, int customers)
    {
        var kept = Environment.GetEnvironmentVariable(StoreVariable);
        if (kept is not null && File.Exists(kept))
        {
            return kept;
        }

        if (int.TryParse(Environment.GetEnvironmentVariable(EventsVariable), out var wanted))
        {
            (events, customers) = (wanted, wanted / 50);
        }

        var made = await ProcessedAsync(folder, events, customers);
        if (kept is null)
        {
            return made;
        }

        File.Move(made, kept);
        return kept;
    }

    private static async Task<string> ProcessedAsync(string folder, int events, int customers)
    {
        await using var generated = await GeneratedStore.CreateAsync(folder, events, customers, EventFlags.None);
        await FoldBenchmark.ProcessAsync(generated.Store);
        return generated.Store.Path;
    }
}
