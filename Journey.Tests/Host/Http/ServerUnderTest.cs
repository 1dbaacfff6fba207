using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Http;
using Journey.Host.Ingestion;
using Journey.Host.Stores;
using Journey.Host.Stores.Sqlite;
using Journey.Projections.ReadModels;
using Microsoft.AspNetCore.Builder;

namespace Journey.Tests.Host.Http;

/// <summary>The real server on a free port, over a real store in a folder of its own.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    private readonly string _folder;
    private readonly WebApplication _app;

    private ServerUnderTest(string folder, SqliteStore store, JourneyServices services, WebApplication app)
    {
        _folder = folder;
        _app = app;
        Store = store;
        Services = services;
        Address = new Uri(app.Urls.Single());
        Client = new HttpClient { BaseAddress = Address };
    }

    public SqliteStore Store { get; }
    public JourneyServices Services { get; }
    public Uri Address { get; }
    public HttpClient Client { get; }

    public static async Task<ServerUnderTest> StartAsync(
        IngestLimits? limits = null, Func<JourneyServices, JourneyServices>? with = null, ServerOptions? options = null, Func<SqliteStore, Task>? before = null)
    {
        var folder = Directory.CreateTempSubdirectory("journey-http-").FullName;
        var store = SqliteStore.Open(Path.Combine(folder, "journey.db"));
        await store.PrepareAsync(ReadModelTables.All);
        await (before?.Invoke(store) ?? Task.CompletedTask);
        var services = new JourneyServices(store, store, store) { WriteKeys = store.WriteKeys, Identities = store, DeadLetters = store.DeadLetters };
        services = with?.Invoke(services) ?? services;
        var app = JourneyServer.Build((options ?? new ServerOptions()) with { Urls = options?.Urls ?? ["http://127.0.0.1:0"], Limits = limits ?? new IngestLimits() }, services);
        await app.StartAsync();
        return new ServerUnderTest(folder, store, services, app);
    }

    public Task<HttpResponseMessage> PostAsync(string path, string json, string contentType = "application/json") =>
        PostAsync(path, Encoding.UTF8.GetBytes(json), contentType);

    public async Task<HttpResponseMessage> PostAsync(string path, byte[] body, string contentType = "application/json", string? encoding = null)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        return await Client.PostAsync(path, content);
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Client.GetAsync(path);
        Assert.That(response.IsSuccessStatusCode, Is.True, $"{path}: {(int)response.StatusCode}");
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Everything in the log, in order.</summary>
    public async Task<IReadOnlyList<RecordedEvent>> RecordedAsync()
    {
        var all = new List<RecordedEvent>();
        var after = Checkpoint.Start;
        while (await Store.ReadAsync(after, 10_000) is { AtEnd: false } page)
        {
            all.AddRange(page.Events);
            after = page.Next;
        }

        return all;
    }

    public async Task<IReadOnlyList<string>> RecordedIdsAsync() => [.. (await RecordedAsync()).Select(recorded => recorded.Id)];

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
