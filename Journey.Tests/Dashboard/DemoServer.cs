using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Journey.Host.Cli;
using Journey.Host.Running;
using Journey.Host.Stores;
using Microsoft.Playwright;

namespace Journey.Tests.Dashboard;

/// <summary>One server with a demo's history and one browser, for all stories.</summary>
[SetUpFixture]
public sealed class DemoServer
{
    private const int Customers = 250;

    /// <summary>First fast, for some days of history; then slow enough for people to follow.</summary>
    private const double FastForward = 20_000;
    private const double Slowly = 120;

    /// <summary>Enough for carts to have been abandoned, reminded of and recovered.</summary>
    private const long EventsMin = 6_000;

    private static readonly TimeSpan FilledWithin = TimeSpan.FromMinutes(3);
    private static readonly string[] BrowserPlaces = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private static readonly string[] BrowserFlags =
        ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private readonly CancellationTokenSource _end = new();
    private string _folder = "";
    private Task _demo = Task.CompletedTask;
    private IPlaywright? _playwright;

    public static string Address { get; private set; } = "";

    public static IBrowser Browser { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _folder = Directory.CreateTempSubdirectory("journey-dashboard-").FullName;
        Address = $"http://127.0.0.1:{FreePort()}";
        var browser = StartBrowserAsync();
        using (var filled = new CancellationTokenSource())
        {
            var filling = RunAsync(FastForward, filled.Token);
            await UntilAsync(EventsMin, filling);
            await filled.CancelAsync();
            await EndedAsync(filling);
        }

        _demo = RunAsync(Slowly, _end.Token);
        await UntilAsync(EventsMin, _demo);
        Browser = await browser;
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (Browser is not null)
        {
            await Browser.CloseAsync();
        }

        _playwright?.Dispose();
        await _end.CancelAsync();
        await EndedAsync(_demo);
        _end.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>What anybody outside may send while people look.</summary>
    public static async Task PostAsync(string path, string json)
    {
        using var client = new HttpClient { BaseAddress = new Uri(Address) };
        using var answer = await client.PostAsync(path, new StringContent(json, System.Text.Encoding.UTF8, "application/json"));
        Assert.That(answer.IsSuccessStatusCode, Is.True, await answer.Content.ReadAsStringAsync());
    }

    public static async Task<JsonElement> GetAsync(string path)
    {
        using var client = new HttpClient { BaseAddress = new Uri(Address) };
        return await client.GetFromJsonAsync<JsonElement>(path);
    }

    private Task RunAsync(double speed, CancellationToken stop)
    {
        var store = StoreLocation.Parse($"sqlite:{Path.Combine(_folder, "demo.db")}");
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, interactive: false, colour: false, TimeProvider.System);
        return new CommandServices().DemoAsync(new DemoOptions(store, Address, Customers, speed, Seed: 1, For: null), terminal, stop);
    }

    private static async Task EndedAsync(Task demo)
    {
        try
        {
            await demo;
        }
        catch (OperationCanceledException)
        {
            // Asked to stop: that is how a demo ends.
        }
    }

    private static async Task UntilAsync(long events, Task demo)
    {
        using var client = new HttpClient { BaseAddress = new Uri(Address) };
        using var limit = new CancellationTokenSource(FilledWithin);
        while (true)
        {
            if (demo.IsCompleted)
            {
                await demo;
            }

            try
            {
                var overview = await client.GetFromJsonAsync<JsonElement>("/v1/overview", limit.Token);
                if (overview.GetProperty("head").GetInt64() >= events)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), limit.Token);
        }
    }

    private async Task<IBrowser> StartBrowserAsync()
    {
        var place = BrowserPlaces.FirstOrDefault(File.Exists);
        Assert.That(place, Is.Not.Null, "The stories need Chromium: apt-get install chromium.");
        _playwright = await Playwright.CreateAsync();
        return await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = place, Args = BrowserFlags });
    }
}
