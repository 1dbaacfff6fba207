using System.Xml.Linq;
using Microsoft.Playwright;

namespace Journey.Tests.Dashboard;

/// <summary>The journey map: detail by sliders, from an arc to the customers on it, and pictures to take away.</summary>
public sealed class MapTests
{
    [Test]
    public async Task Sliders_take_activities_and_arcs_away()
    {
        await using var visit = await OpenAsync();
        await visit.Page.GetByLabel("Activities: ").FillAsync("8");
        await visit.Page.WaitForFunctionAsync("() => document.querySelectorAll('.graph-place g.map-node').length === 8");
        await visit.Page.GetByLabel("Arcs: ").FillAsync("100");
        await visit.Page.WaitForFunctionAsync("() => document.querySelectorAll('.graph-place g.map-arc:not(.map-outer)').length > 20");
        await visit.Page.GetByLabel("Arcs: ").FillAsync("1");
        await visit.Page.WaitForFunctionAsync("() => document.querySelectorAll('.graph-place g.map-arc:not(.map-outer)').length <= 16");
        Assert.Multiple(() =>
        {
            Assert.That(visit.Page.Url, Does.Contain("activities=8").And.Contain("arcs=1"));
            Assert.That(visit.Wrongs, Is.Empty);
        });
    }

    [Test]
    public async Task An_arc_leads_to_the_customers_on_it()
    {
        await using var visit = await OpenAsync();
        await visit.Page.Locator(".graph-place g.edge text").First.ClickAsync();
        var dialog = visit.Page.Locator("dialog[open]");
        var arc = await dialog.Locator("h2").TextContentAsync();
        await dialog.Locator("a[href^='/customers/']").First.WaitForAsync();
        await visit.PictureAsync("map-arc");
        Assert.That(await visit.BarriersAsync(), Is.Empty);
        var ends = arc!.Split(" → ");
        var expected = (await DemoServer.GetAsync($"/v1/maps/customers?from_={Uri.EscapeDataString(ends[0])}&to_={Uri.EscapeDataString(ends[1])}&limit=50")).GetProperty("items");
        Assert.That(await dialog.Locator("a[href^='/customers/']").CountAsync(), Is.EqualTo(expected.GetArrayLength()));

        // What is picked is in the address, and back closes it.
        await visit.Page.ReloadAsync();
        await dialog.Locator("h2").GetByText(arc).WaitForAsync();
        await dialog.Locator("a[href^='/customers/']").First.ClickAsync();
        await visit.Page.WaitForURLAsync("**/customers/*");
        await visit.Page.GoBackAsync();
        await dialog.Locator("h2").GetByText(arc).WaitForAsync();
        await visit.Page.GoBackAsync();
        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        Assert.That(visit.Wrongs, Is.Empty);
    }

    [Test]
    public async Task The_drawing_is_saved_as_SVG_and_as_PNG()
    {
        await using var visit = await OpenAsync();
        var svg = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Save as SVG" }).ClickAsync());
        var png = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Save as PNG" }).ClickAsync());
        var drawing = XDocument.Parse(await File.ReadAllTextAsync(await svg.PathAsync()));
        var picture = await File.ReadAllBytesAsync(await png.PathAsync());
        var texts = drawing.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That((svg.SuggestedFilename, png.SuggestedFilename), Is.EqualTo(("journey-map.svg", "journey-map.png")));
            Assert.That(texts, Does.Contain("Product Viewed").And.Contain("Order Completed"));

            // By itself it has no page around it that would colour it.
            Assert.That(drawing.Descendants().Where(element => element.Name.LocalName == "path").Select(element => element.Attribute("stroke")?.Value), Has.All.Match("^(rgb|color|none)"));
            Assert.That(picture[..8], Is.EqualTo(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A }));
            Assert.That(picture, Has.Length.GreaterThan(20_000));
            Assert.That(visit.Wrongs, Is.Empty);
        });
    }

    [Test]
    public async Task Happy_path_rework_times_and_a_moment_are_choices()
    {
        await using var visit = await OpenAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Happy path" }).ClickAsync();
        await visit.Page.Locator(".graph-place g.map-happy").First.WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Rework" }).ClickAsync();
        await visit.Page.Locator(".graph-place g.map-rework").First.WaitForAsync();
        await visit.PictureAsync("map-rework");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Time", Exact = true }).ClickAsync();
        await visit.Page.WaitForFunctionAsync("() => [...document.querySelectorAll('.graph-place g.edge text')].some(text => /(min|h|d|s)$/.test(text.textContent.trim()))");
        var traces = await TracesAsync(visit);
        var day = (await DemoServer.GetAsync("/v1/overview")).GetProperty("at").GetDateTimeOffset().AddDays(-4);
        await visit.Page.GetByLabel("As it was").FillAsync($"{day:yyyy-MM-dd}T12:00");
        await visit.Page.WaitForFunctionAsync("traces => document.querySelector('dl .figure-value').textContent !== traces", traces);
        Assert.Multiple(async () =>
        {
            Assert.That(int.Parse((await TracesAsync(visit)).Replace(",", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture), Is.Positive);
            Assert.That(visit.Page.Url, Does.Contain("highlight=rework").And.Contain("show=time").And.Contain("asOf="));
            Assert.That(visit.Wrongs, Is.Empty);
        });
    }

    private static async Task<string> TracesAsync(Visit visit) => (await visit.Page.Locator("dl .figure-value").First.TextContentAsync())!;

    private static async Task<Visit> OpenAsync()
    {
        var visit = await Visit.BeginAsync(Visit.Laptop);
        await visit.OpenAsync("/map");
        await visit.Page.Locator(".graph-place svg").WaitForAsync();
        return visit;
    }
}
