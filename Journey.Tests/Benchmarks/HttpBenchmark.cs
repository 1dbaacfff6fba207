using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Http;
using Journey.Host.Running;
using Journey.Host.Stores.Sqlite;

namespace Journey.Tests.Benchmarks;

/// <summary>Ingest over HTTP until durable, and the time from an event's arrival to the decision on it.</summary>
internal static class HttpBenchmark
{
    private const int BatchEvents = 100;
    private const int Clients = 16;

    /// <summary>Batches of 100 from 16 clients; limit: the adapter's own appends of batches of 1,000, in the same run.</summary>
    public static async Task<IReadOnlyList<BenchmarkResult>> IngestAsync(string folder)
    {
        const int events = 200_000;
        double appended;
        await using (var generated = await GeneratedStore.CreateAsync(folder, events, 10_000))
        {
            appended = generated.AppendedPerSecond;
        }

        await using var store = SqliteStore.Open(Path.Combine(folder, "http.db"));
        await using var server = JourneyServer.Build(new ServerOptions { Urls = ["http://127.0.0.1:0"] }, new JourneyServices(store, store, store));
        await server.StartAsync();
        using var client = Client(server.Urls.First());
        await SendAsync(client, "warm-up", 10_000, perSecond: null);
        var started = Stopwatch.GetTimestamp();
        await SendAsync(client, "counted", events, perSecond: null);
        var ingested = events / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await server.StopAsync();
        return [new("HTTP ingest: batches of 100, 16 clients, until durable", ingested, "events/s", appended, ingested / appended)];
    }

    /// <summary>The whole server: the highest rate it takes and processes, then at half of that the time from arrival to committed decision.</summary>
    public static async Task<IReadOnlyList<BenchmarkResult>> LatencyAsync(string folder)
    {
        await using var store = SqliteStore.Open(Path.Combine(folder, "latency.db"));
        await PublishRuleAsync(store);
        await using var runtime = await JourneyRuntime.StartAsync(store, new RuntimeOptions(), CancellationToken.None);
        await using var server = JourneyServer.Build(new ServerOptions { Urls = ["http://127.0.0.1:0"] }, runtime.Services());
        await server.StartAsync();
        using var client = Client(server.Urls.First());
        await SendAsync(client, "warm-up", 20_000, perSecond: null);

        const int highest = 100_000;
        var started = Stopwatch.GetTimestamp();
        await SendAsync(client, "highest", highest, perSecond: null);
        await runtime.FoldedAsync(store.PositionOf(await store.HeadAsync()), CancellationToken.None);
        var rate = highest / Stopwatch.GetElapsedTime(started).TotalSeconds;

        var latencies = await LatenciesAsync(runtime, store, () => SendAsync(client, "half", (int)(rate * 5), rate / 2));
        await server.StopAsync();
        return
        [
            new("highest load: ingested over HTTP, processed and decided", rate, "events/s"),
            new("event to committed decision at half of that: median", latencies[latencies.Count / 2], "ms"),
            new("event to committed decision at half of that: p99", latencies[latencies.Count * 99 / 100], "ms", 250, latencies[latencies.Count * 99 / 100] / 250),
        ];
    }

    /// <summary>Milliseconds from arrival to committed decision of every event that the rule decides about, while something is sent, in order of length.</summary>
    internal static async Task<List<double>> LatenciesAsync(JourneyRuntime runtime, SqliteStore store, Func<Task> send)
    {
        var latencies = new List<double>();
        void Note(ProcessedPage page)
        {
            var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            foreach (var recorded in page.Events)
            {
                if (recorded.Name == "Store Visited")
                {
                    latencies.Add(now - recorded.ReceivedAt);
                }
            }
        }

        runtime.Processed += Note;
        await send();
        await runtime.FoldedAsync(store.PositionOf(await store.HeadAsync()), CancellationToken.None);
        runtime.Processed -= Note;
        latencies.Sort();
        return latencies;
    }

    internal static async Task PublishRuleAsync(SqliteStore store)
    {
        const string rule = "rule: greet\non: Store Visited\ndo:\n  - task: { team: store, title: Say hello }\n";
        var parsed = Journey.Domain.Language.DocumentParser.Parse("greet.yaml", rule);
        await store.AppendAsync(
            [new AppendRequest(SystemStreams.Definitions, ExpectedVersion.Any, [Journey.Domain.Language.Publishing.DefinitionDocuments.Publish(parsed.Documents[0], 1)])]);
    }

    internal static HttpClient Client(string url)
    {
        var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Clients }) { BaseAddress = new Uri(url) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("bench:"u8));
        return client;
    }

    internal static async Task SendAsync(HttpClient client, string run, int events, double? perSecond)
    {
        var started = Stopwatch.GetTimestamp();
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var batch && batch * BatchEvents < events)
            {
                if (perSecond is { } rate)
                {
                    var due = TimeSpan.FromSeconds(batch * BatchEvents / rate) - Stopwatch.GetElapsedTime(started);
                    if (due > TimeSpan.Zero)
                    {
                        await Task.Delay(due);
                    }
                }

                await PostAsync(client, Body(run, batch));
            }
        }));
    }

    private static async Task PostAsync(HttpClient client, byte[] body)
    {
        while (true)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await client.PostAsync("/v1/batch", content);
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            if ((int)answer.StatusCode != 429)
            {
                throw new InvalidOperationException($"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            }

            await Task.Delay(50);
        }
    }

    private static byte[] Body(string run, int batch)
    {
        var json = new StringBuilder("{\"batch\":[");
        for (var i = 0; i < BatchEvents; i++)
        {
            var number = (batch * BatchEvents) + i;
            var name = number % 20 == 0 ? "Store Visited" : "Product Viewed";
            json.Append(i == 0 ? "" : ",")
                .Append($$"""{"type":"track","messageId":"{{run}}-{{number}}","userId":"u{{number % 10_000}}","event":"{{name}}",""")
                .Append($$""" "properties":{"product_id":"p-{{number % 500}}","name":"Some product of the shop","price":79.5,"currency":"EUR"},""")
                .Append(""" "timestamp":"2026-11-21T10:00:00.000Z","sentAt":"2026-11-21T10:00:00.000Z"}""");
        }

        return Encoding.UTF8.GetBytes(json.Append("]}").ToString());
    }
}
