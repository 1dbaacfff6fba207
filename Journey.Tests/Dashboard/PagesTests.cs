namespace Journey.Tests.Dashboard;

/// <summary>Every page, on a laptop in light and on a phone in dark: it shows what it should, to everybody, and asks nobody else.</summary>
public sealed class PagesTests
{
    private static readonly (string Name, string Path)[] Pages =
    [
        ("overview", "/"),
        ("customers", "/customers"),
        ("customer", "/customers/CUSTOMER"),
        ("customer-in-the-past", "/customers/CUSTOMER?asOf=ABANDONED&zoom=all"),
        ("in-the-shop", "/customers/CUSTOMER?view=shop"),
        ("carts", "/carts"),
        ("carts-list", "/carts?view=list&state=abandoned"),
        ("deliveries", "/deliveries"),
        ("delivery", "/deliveries/DELIVERY"),
        ("dead-letters", "/deliveries?view=dead"),
        ("delivery-numbers", "/deliveries?view=numbers"),
        ("journeys", "/journeys"),
        ("journey", "/journeys/abandoned-cart"),
        ("journey-versions", "/journeys/abandoned-cart/versions"),
        ("journey-editor", "/journeys/abandoned-cart/edit"),
        ("map", "/map"),
        ("segments", "/segments"),
        ("segment", "/segments/vip"),
        ("funnels", "/funnels"),
        ("attribution", "/attribution"),
        ("projections", "/projections"),
    ];

    private static IEnumerable<TestCaseData> Cases() =>
        from page in Pages
        from width in new[] { Visit.Laptop, Visit.Phone }
        select new TestCaseData(page.Name, page.Path, width).SetArgDisplayNames(page.Name, width.ToString());

    [TestCaseSource(nameof(Cases))]
    public async Task A_page_is_whole_open_to_all_and_quiet(string name, string path, int width)
    {
        await using var visit = await Visit.BeginAsync(width, dark: width == Visit.Phone);
        await visit.OpenAsync(await NamedAsync(path));
        if (name == "journey-editor")
        {
            await visit.Page.Locator(".editor .view-lines").WaitForAsync();
        }
        else if (name is "map" or "journey")
        {
            await visit.Page.Locator(".graph-place svg").WaitForAsync();
        }

        await visit.PictureAsync(name);
        var barriers = await visit.BarriersAsync();
        var overflow = await visit.OverflowAsync();
        Assert.Multiple(() =>
        {
            Assert.That(barriers, Is.Empty);
            Assert.That(overflow, Is.LessThanOrEqualTo(0));
            Assert.That(visit.Wrongs, Is.Empty);
        });
    }

    [Test]
    public async Task Everything_reads_in_Italian_too()
    {
        await using var visit = await Visit.BeginAsync(Visit.Laptop, dark: true, "it-IT");
        await visit.OpenAsync("/");
        await visit.PictureAsync("overview-it");
        Assert.Multiple(async () =>
        {
            Assert.That(await visit.Page.Locator("h1").TextContentAsync(), Is.EqualTo("Panoramica"));
            Assert.That(await visit.Page.GetAttributeAsync("html", "lang"), Is.EqualTo("it"));
        });
    }

    /// <summary>Somebody who left a cart, and a message that was withheld: the demo has both.</summary>
    private static async Task<string> NamedAsync(string path)
    {
        if (path.Contains("CUSTOMER", StringComparison.Ordinal))
        {
            var carts = await DemoServer.GetAsync("/v1/carts?state=abandoned&limit=1");
            var cart = carts.GetProperty("items")[0];
            return path.Replace("CUSTOMER", cart.GetProperty("customer").GetString()).Replace("ABANDONED", cart.GetProperty("abandonedAt").GetString());
        }

        if (path.Contains("DELIVERY", StringComparison.Ordinal))
        {
            var messages = await DemoServer.GetAsync("/v1/deliveries?state=suppressed&limit=1");
            return path.Replace("DELIVERY", messages.GetProperty("items")[0].GetProperty("id").GetString());
        }

        return path;
    }
}
