using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Journey.Tests.Dashboard;

/// <summary>The back office looks into one customer: why nothing was sent, how it was, what is held, and how it is erased.</summary>
public sealed class BackOfficeStoryTests
{
    [TestCase(Visit.Laptop)]
    [TestCase(Visit.Phone)]
    public async Task They_find_out_why_nothing_was_sent_and_erase_the_customer(int width)
    {
        var (customer, journey) = await DashboardPaths.WithheldAsync(width == Visit.Phone ? 4 : 6);
        await using var visit = await Visit.BeginAsync(width);
        await visit.OpenAsync("/customers");
        await visit.Page.Locator(".customers-find input").FillAsync(customer);
        await visit.Page.Locator($"main a[href='/customers/{customer}']").ClickAsync();
        await visit.SettledAsync();
        await visit.Page.Locator("#why select").SelectOptionAsync(journey);
        await visit.Page.Locator(".why-step").First.WaitForAsync();
        await visit.PictureAsync("story-back-office-why");

        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByRole(AriaRole.Link, new() { Name = "Export" }).ClickAsync());
        await ExportedAsync(download, customer);

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Erase" }).ClickAsync();
        var dialog = visit.Page.Locator("dialog[open]");
        var erase = dialog.GetByRole(AriaRole.Button, new() { Name = "Erase" });
        Assert.That(await erase.IsDisabledAsync(), Is.True);
        await dialog.GetByLabel("Reason").FillAsync("request 4711");
        await dialog.GetByLabel(new Regex("^Type ")).FillAsync(customer);
        await visit.PictureAsync("story-back-office-erase");
        await erase.ClickAsync();
        await visit.Page.WaitForURLAsync("**/customers");
        var events = (await DemoServer.GetAsync($"/v1/customers/{customer}/timeline?order=newest&limit=50")).GetProperty("items");
        Assert.Multiple(() =>
        {
            Assert.That(events.EnumerateArray().Select(one => one.GetProperty("name").GetString()), Does.Contain("Customer Erased"));
            Assert.That(visit.Wrongs, Is.Empty);
        });
    }

    [TestCase(Visit.Laptop)]
    [TestCase(Visit.Phone)]
    public async Task Who_was_parted_from_somebody_is_erased_with_them_once_that_is_agreed_to(int width)
    {
        await DemoServer.PostAsync("/v1/track", $$"""{"writeKey":"w","messageId":"p1-{{width}}","anonymousId":"tablet-{{width}}","event":"Product Viewed"}""");
        await DemoServer.PostAsync("/v1/track", $$"""{"writeKey":"w","messageId":"p0-{{width}}","userId":"parted-{{width}}","event":"Product Viewed"}""");
        await DemoServer.PostAsync("/v1/track", $$"""{"writeKey":"w","messageId":"p2-{{width}}","anonymousId":"tablet-{{width}}","userId":"parted-{{width}}","event":"Product Viewed"}""");
        await DemoServer.PostAsync($"/v1/customers/userId:parted-{width}/unmerge", $$"""{"identifier":"anonymousId:tablet-{{width}}"}""");
        var customer = (await DemoServer.GetAsync($"/v1/customers/userId:parted-{width}/identities")).GetProperty("customer").GetString()!;
        await using var visit = await Visit.BeginAsync(width);
        await visit.OpenAsync($"/customers/{customer}");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Erase" }).ClickAsync();
        var dialog = visit.Page.Locator("dialog[open]");
        var erase = dialog.GetByRole(AriaRole.Button, new() { Name = "Erase" });
        await dialog.GetByRole(AriaRole.Checkbox).WaitForAsync();
        await dialog.GetByLabel("Reason").FillAsync("request 4712");
        await dialog.GetByLabel(new Regex("^Type ")).FillAsync(customer);
        Assert.That(await erase.IsDisabledAsync(), Is.True);
        await dialog.GetByRole(AriaRole.Checkbox).CheckAsync();
        await visit.PictureAsync("story-back-office-erase-together");
        Assert.That(await visit.BarriersAsync(), Is.Empty);
        await erase.ClickAsync();
        await visit.Page.WaitForURLAsync("**/customers");
        Assert.That(visit.Wrongs, Is.Empty);
    }

    [Test]
    public async Task The_slider_takes_the_whole_page_back_and_to_now_again()
    {
        var cart = (await DemoServer.GetAsync("/v1/carts?state=converted&limit=1")).GetProperty("items")[0];
        var customer = cart.GetProperty("customer").GetString()!;
        await using var visit = await Visit.BeginAsync(Visit.Laptop);
        await visit.OpenAsync($"/customers/{customer}");
        var events = await EventsAsync(visit);
        var slider = visit.Page.GetByRole(AriaRole.Slider, new() { Name = "Time travel" });
        await slider.FocusAsync();
        await visit.Page.Keyboard.PressAsync("Home");
        await visit.Page.WaitForURLAsync("**?asOf=*");
        await visit.Page.GetByText("Nothing of this customer had arrived by then").Or(visit.Page.Locator(".customer-side")).First.WaitForAsync();
        await slider.FillAsync("600");
        await visit.Page.Locator(".time-travel output").GetByText("As it was").WaitForAsync();
        await visit.SettledAsync();
        var then = await EventsAsync(visit);
        var at = DateTimeOffset.Parse(Regex.Match(Uri.UnescapeDataString(visit.Page.Url), "asOf=([^&]+)").Groups[1].Value, CultureInfo.InvariantCulture);
        var asOf = await DemoServer.GetAsync($"/v1/customers/{customer}?asOf={Uri.EscapeDataString(at.ToString("O", CultureInfo.InvariantCulture))}");
        Assert.That(then, Is.EqualTo(asOf.GetProperty("profile").GetProperty("events").GetInt64()).And.LessThan(events));
        await visit.PictureAsync("time-travel");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Back to now" }).ClickAsync();
        await visit.Page.WaitForURLAsync($"**/customers/{customer}");
        await visit.Page.WaitForFunctionAsync(
            "events => Number([...document.querySelectorAll('.fact')].find(fact => fact.querySelector('dt').textContent === 'Events').querySelector('dd').textContent.replace(',', '')) >= events", events);
        Assert.That(visit.Wrongs, Is.Empty);
    }

    [Test]
    public async Task An_assistant_in_the_shop_sees_cart_last_looked_at_and_consent_at_once_on_a_phone()
    {
        var cart = (await DemoServer.GetAsync("/v1/carts?state=abandoned&limit=1")).GetProperty("items")[0];
        await using var visit = await Visit.BeginAsync(Visit.Phone);
        await visit.OpenAsync($"/customers/{cart.GetProperty("customer").GetString()}");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "In the shop" }).ClickAsync();
        await visit.Page.WaitForURLAsync("**?view=shop");
        foreach (var title in new[] { "In the cart", "Looked at last", "Good to know" })
        {
            await visit.Page.GetByRole(AriaRole.Heading, new() { Name = title }).WaitForAsync();
        }

        // Ten seconds: the cart is on the first screen, above the bar at the bottom.
        var box = await visit.Page.Locator(".shop-card .shop-big").First.BoundingBoxAsync();
        Assert.Multiple(async () =>
        {
            Assert.That(await visit.Page.Locator(".shop-card .shop-big").First.TextContentAsync(), Is.EqualTo(string.Join(", ", cart.GetProperty("products").EnumerateArray().Select(product => product.GetString()))));
            Assert.That(box!.Y + box.Height, Is.LessThan(844 - 64));
            Assert.That(await visit.Page.GetByText("May be written to").IsVisibleAsync(), Is.True);
            Assert.That(visit.Wrongs, Is.Empty);
        });
    }

    [Test]
    public async Task A_mark_on_the_timeline_leads_to_its_event()
    {
        await using var visit = await Visit.BeginAsync(Visit.Laptop);
        await visit.OpenAsync(await DashboardPaths.FillAsync("/customers/CUSTOMER?zoom=all"));
        await visit.Page.Locator(".lane-mark").Last.ClickAsync();
        await visit.Page.Locator(".event-line[data-picked]").WaitForAsync();
        Assert.Multiple(async () =>
        {
            Assert.That(await visit.Page.Locator(".lane-session").CountAsync(), Is.Positive);
            Assert.That(await visit.Page.Locator(".lane-run").CountAsync(), Is.Positive);
            Assert.That(await visit.Page.Locator(".event-line[data-picked]").CountAsync(), Is.EqualTo(1));
        });
    }

    private static async Task ExportedAsync(IDownload download, string customer)
    {
        Assert.That(download.SuggestedFilename, Is.EqualTo($"{customer}.json"));
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(await download.PathAsync()));
        Assert.That(document.RootElement.ToString(), Does.Contain(customer));
    }

    /// <summary>The figure of the profile.</summary>
    private static async Task<long> EventsAsync(Visit visit)
    {
        var text = await visit.Page.Locator(".fact").Filter(new() { Has = visit.Page.GetByText("Events", new() { Exact = true }) }).Locator("dd").First.TextContentAsync();
        return long.Parse(text!.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
