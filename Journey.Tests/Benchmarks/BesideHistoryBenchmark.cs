using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Host.Http;
using Journey.Host.Running;
using Journey.Host.Stores.Sqlite;

namespace Journey.Tests.Benchmarks;

/// <summary>A server over a big history: what a running backtest costs live work, and how long it takes to say why.</summary>
internal static class BesideHistoryBenchmark
{
    private const int PerSecond = 3_000;
    private const int Seconds = 12;
    private const int Asked = 200;

    /// <summary>Of the customer with a long history.</summary>
    private const int LongEvents = 2_000;

    private const string LongCustomer = "c00000000000000zz";

    /// <summary>Live work at a fixed rate, alone and beside backtests of the whole history one after the other.</summary>
    public static async Task<IReadOnlyList<BenchmarkResult>> LatencyAsync(string folder)
    {
        await using var store = await CopyAsync(folder);
        await HttpBenchmark.PublishRuleAsync(store);
        await using var runtime = await JourneyRuntime.StartAsync(store, new RuntimeOptions(), CancellationToken.None);
        await using var server = JourneyServer.Build(new ServerOptions { Urls = ["http://127.0.0.1:0"] }, runtime.Services());
        await server.StartAsync();
        using var client = HttpBenchmark.Client(server.Urls.First());
        await HttpBenchmark.SendAsync(client, "warm-up", PerSecond * 10, perSecond: null);
        await HttpBenchmark.SendAsync(client, "paced", PerSecond * 4, PerSecond);
        await runtime.FoldedAsync(store.PositionOf(await store.HeadAsync()), CancellationToken.None);
        var alone = await HttpBenchmark.LatenciesAsync(runtime, store, () => HttpBenchmark.SendAsync(client, "alone", PerSecond * Seconds, PerSecond));
        using var stop = new CancellationTokenSource();
        var backtests = BacktestsAsync(client, stop.Token);
        var beside = await HttpBenchmark.LatenciesAsync(runtime, store, () => HttpBenchmark.SendAsync(client, "beside", PerSecond * Seconds, PerSecond));
        await stop.CancelAsync();
        Console.Error.WriteLine($"  ({await backtests} backtests were begun meanwhile)");
        await server.StopAsync();
        return
        [
            new($"event to committed decision at {PerSecond:N0} events/s: median", alone[alone.Count / 2], "ms"),
            new("the same: p99", alone[alone.Count * 99 / 100], "ms"),
            new("the same beside a running backtest: median", beside[beside.Count / 2], "ms"),
            new("the same beside a running backtest: p99", beside[beside.Count * 99 / 100], "ms", 250, beside[beside.Count * 99 / 100] / 250),
        ];
    }

    /// <summary>Why customers did or did not get something, over HTTP: those of the history, and one who did a great deal.</summary>
    public static async Task<IReadOnlyList<BenchmarkResult>> WhyAsync(string folder)
    {
        await using var store = await CopyAsync(folder);
        var head = store.PositionOf(await store.HeadAsync());
        var file = Path.Combine(AppContext.BaseDirectory, "Samples", "abandoned-cart.yaml");
        var journey = DocumentParser.Parse("abandoned-cart.yaml", await File.ReadAllTextAsync(file)).Documents.First(document => document.Kind == "journey");
        await store.AppendAsync([new AppendRequest(SystemStreams.Definitions, ExpectedVersion.Any, [DefinitionDocuments.Publish(journey, HistoryGenerator.Start)])]);
        var longOne = new HistoryGenerator(1, LongEvents, seed: 2, introduced: true);
        var events = longOne.Next(LongEvents).Select((one, i) => one with { Stream = LongCustomer, Id = $"long-{i}" }).ToList();
        await store.AppendAsync([new AppendRequest(LongCustomer, ExpectedVersion.Any, events)]);
        await using var runtime = await JourneyRuntime.StartAsync(store, new RuntimeOptions(), CancellationToken.None);
        await runtime.FoldedAsync(store.PositionOf(await store.HeadAsync()), CancellationToken.None);
        await using var server = JourneyServer.Build(new ServerOptions { Urls = ["http://127.0.0.1:0"] }, runtime.Services());
        await server.StartAsync();
        using var client = HttpBenchmark.Client(server.Urls.First());
        var customers = new List<string>();
        for (var i = 0; i < Asked; i++)
        {
            customers.Add((await store.ReadAsync(await store.BeforeAsync(1 + (i * (head - 1) / Asked)), 1)).Events[0].Stream);
        }

        var first = await TimeAsync(client, customers[0]);
        var times = new List<double>();
        foreach (var customer in customers)
        {
            times.Add(await TimeAsync(client, customer));
        }

        var longTimes = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            longTimes.Add(await TimeAsync(client, LongCustomer));
        }

        await server.StopAsync();
        times.Sort();
        longTimes.Sort();
        return
        [
            new($"why over HTTP, of {head:N0} events: the first answer", first, "ms"),
            new("the same: median", times[times.Count / 2], "ms"),
            new("the same: p99", times[times.Count * 99 / 100], "ms"),
            new($"the same of a customer with {LongEvents:N0} events of their own: median", longTimes[longTimes.Count / 2], "ms", 1_000, longTimes[longTimes.Count / 2] / 1_000),
        ];
    }

    private static async Task<double> TimeAsync(HttpClient client, string customer)
    {
        var started = Stopwatch.GetTimestamp();
        await client.GetByteArrayAsync($"/v1/customers/{customer}/why?journey=abandoned-cart");
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task<int> BacktestsAsync(HttpClient client, CancellationToken stop)
    {
        var begun = 0;
        var body = new { files = BacktestBenchmark.Request(1).Files.Select(file => new { file = file.File, text = System.Text.Encoding.UTF8.GetString(file.Utf8.Span) }) };
        while (!stop.IsCancellationRequested)
        {
            using var answer = await client.PostAsJsonAsync("/v1/backtests", body, CancellationToken.None);
            answer.EnsureSuccessStatusCode();
            begun++;
            var id = (await answer.Content.ReadFromJsonAsync<JsonElement>(CancellationToken.None)).GetProperty("id").GetString();
            for (var state = "queued"; state is "queued" or "running";)
            {
                if (stop.IsCancellationRequested)
                {
                    using var cancelled = await client.DeleteAsync($"/v1/backtests/{id}", CancellationToken.None);
                    return begun;
                }

                await Task.Delay(100, CancellationToken.None);
                state = (await client.GetFromJsonAsync<JsonElement>($"/v1/backtests/{id}", CancellationToken.None)).GetProperty("state").GetString()!;
                if (state == "failed")
                {
                    throw new InvalidOperationException("A backtest failed.");
                }
            }
        }

        return begun;
    }

    /// <summary>A copy, so that the history stays one that was only appended.</summary>
    private static async Task<SqliteStore> CopyAsync(string folder)
    {
        var copy = Path.Combine(folder, "copy.db");
        File.Copy(await BacktestBenchmark.HistoryAsync(folder), copy);
        var store = SqliteStore.Open(copy);
        await RebuildBenchmark.TakeAsProcessedAsync(store);
        return store;
    }
}
