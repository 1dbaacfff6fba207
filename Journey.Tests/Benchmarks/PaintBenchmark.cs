using Journey.Host.Http;
using Journey.Host.Running;
using Journey.Host.Stores.Sqlite;
using Microsoft.Playwright;

namespace Journey.Tests.Benchmarks;

/// <summary>How soon the dashboard is there: from a click on its address to the first thing drawn, with an empty cache and with a full one.</summary>
internal static class PaintBenchmark
{
    private const int Rounds = 11;

    /// <summary>Wanted: under a second.</summary>
    private const double Limit = 1_000;

    public static async Task<IReadOnlyList<BenchmarkResult>> RunAsync(string folder)
    {
        await using var store = SqliteStore.Open(Path.Combine(folder, "paint.db"));
        await using var runtime = await JourneyRuntime.StartAsync(store, new RuntimeOptions(), CancellationToken.None);
        await using var server = JourneyServer.Build(new ServerOptions { Urls = ["http://127.0.0.1:0"] }, runtime.Services());
        await server.StartAsync();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = ["--headless", "--no-sandbox", "--disable-gpu"] });
        List<double> cold = [], warm = [];
        for (var i = 0; i < Rounds; i++)
        {
            await using var context = await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1440, Height = 900 } });
            cold.Add(await PaintAsync(context, server.Urls.First()));
            warm.Add(await PaintAsync(context, server.Urls.First()));
        }

        await server.StopAsync();
        return [Row("an empty cache", cold), Row("a full cache", warm)];
    }

    private static BenchmarkResult Row(string with, List<double> paints)
    {
        paints.Sort();
        return new($"first paint of the overview, {with}: median of {Rounds}", paints[paints.Count / 2], "ms", Limit, paints[paints.Count / 2] / Limit);
    }

    private static async Task<double> PaintAsync(IBrowserContext context, string url)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(url);
        await page.Locator("main h1").WaitForAsync();
        var paint = await page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0].startTime");
        await page.CloseAsync();
        return paint;
    }
}
