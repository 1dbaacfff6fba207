using System.Text;
using Journey.Host.Backtests;
using Journey.Tests.Host.Running;

namespace Journey.Tests.Dashboard;

/// <summary>The page that `journey backtest --html` writes, as a browser draws it: with the longest names there are, and compared with a file that lies deep.</summary>
public sealed class BacktestPageTests
{
    private const string Draft =
        """
        journey: reminder-of-everything-that-somebody-left-behind-somewhere
        enter: { on: Product Added }
        steps:
          - { id: settle-until-nobody-can-still-be-thinking-about-it-any-longer, wait: 4h }
          - { id: first-of-the-calls-that-are-made-about-what-was-left-there, task: { team: store, title: Call } }
        """;

    [TestCase(Visit.Laptop)]
    [TestCase(Visit.Phone)]
    public async Task Nothing_reaches_out_of_its_place_or_over_another(int width)
    {
        var folder = Directory.CreateTempSubdirectory("journey-report-");
        await using var shop = new Shopfront();
        for (var person = 0; person < 20; person++)
        {
            await shop.SayAsync($"u{person}", "Product Added", $$"""{"cart_id":"c{{person}}","product_id":"p1","price":80,"quantity":1,"currency":"EUR"}""");
            shop.Clock.Advance(TimeSpan.FromHours(7));
        }

        var report = await BacktestRun.RunAsync(
            shop.Store,
            new BacktestRequest([("draft.yaml", Encoding.UTF8.GetBytes(Draft))])
            {
                Against = "somewhere/among/the/documents/journeys/published/2026/spring/before-it-was-changed.yaml",
                AgainstFiles = [("before-it-was-changed.yaml", Encoding.UTF8.GetBytes(Draft.Replace("4h", "9h", StringComparison.Ordinal)))],
            },
            null,
            CancellationToken.None);
        var page = Path.Combine(folder.FullName, "report.html");
        await File.WriteAllTextAsync(page, BacktestHtml.Of(report));

        await using var visit = await Visit.BeginAsync(width, address: "file://");
        await visit.OpenAsync(page);
        await visit.PictureAsync("backtest-report");
        var tooWide = await visit.Page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll('main *')]
              .filter(one => one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'visible')
              .map(one => one.outerHTML.slice(0, 120))
            """);
        Assert.Multiple(async () =>
        {
            Assert.That(report.Differences!.Customers, Is.GreaterThan(10), "there is something to compare");
            Assert.That(tooWide, Is.Empty);
            Assert.That(await visit.OverflowAsync(), Is.LessThanOrEqualTo(0));
            Assert.That(visit.Wrongs, Is.Empty);
        });
        folder.Delete(recursive: true);
    }
}
