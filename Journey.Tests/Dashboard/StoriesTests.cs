using System.Text.RegularExpressions;
using Journey.Host.Http;
using Journey.Tests.Host.Http;
using Microsoft.Playwright;

namespace Journey.Tests.Dashboard;

/// <summary>What three people come to the dashboard for, from the first click to the last.</summary>
public sealed class StoriesTests
{
    [TestCase(Visit.Laptop)]
    [TestCase(Visit.Phone)]
    public async Task A_designer_mends_a_journey_tries_it_on_history_and_publishes_it(int width)
    {
        await using var visit = await Visit.BeginAsync(width);
        await visit.OpenAsync("/journeys");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "browse-abandonment" }).ClickAsync();
        await visit.Page.Locator(".graph-place svg").WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
        var editor = visit.Page.Locator(".editor .view-lines");
        await editor.WaitForAsync();

        // Anything at the end of the text that is no key: the fault shows where it is, and publishing is out of reach.
        await editor.ClickAsync();
        await visit.Page.Keyboard.PressAsync("Control+End");
        await visit.Page.Keyboard.TypeAsync("\nstps: []");
        await visit.Page.GetByText("is not a key").First.WaitForAsync();
        var publish = visit.Page.GetByRole(AriaRole.Button, new() { Name = "Publish…" });
        Assert.That(await publish.IsDisabledAsync(), Is.True);

        for (var i = 0; i < "stps: []".Length; i++)
        {
            await visit.Page.Keyboard.PressAsync("Backspace");
        }

        await visit.Page.Keyboard.TypeAsync($"# tried at {width}");
        await visit.Page.Locator(".badge-good").GetByText("No fault").WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Backtest" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Run backtest" }).ClickAsync();
        await visit.Page.Locator(".badge-good").GetByText("done", new() { Exact = true }).WaitForAsync();
        await visit.PictureAsync("story-designer-backtest");

        await publish.ClickAsync();
        await visit.Page.Locator("dialog[open]").GetByText("version 2", new() { Exact = false }).Or(visit.Page.Locator("dialog[open] .badge-info")).First.WaitForAsync();
        await visit.PictureAsync("story-designer-publish");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Publish now" }).ClickAsync();
        await visit.Page.WaitForURLAsync("**/journeys/browse-abandonment/versions");
        await visit.Page.Locator(".diff-more").GetByText($"tried at {width}").WaitForAsync();
        Assert.That(visit.Wrongs.Where(wrong => !wrong.Contains("422", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase(Visit.Laptop)]
    [TestCase(Visit.Phone)]
    public async Task An_operator_builds_read_models_again_while_events_arrive(int width)
    {
        await using var visit = await Visit.BeginAsync(width, dark: true);
        await visit.OpenAsync("/projections");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Build all again" }).ClickAsync();
        await visit.Page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Build again" }).ClickAsync();
        await visit.Page.Locator(".rebuild").First.WaitForAsync();
        await visit.PictureAsync("story-operator");
        await visit.Page.Locator(".rebuild .badge-good").First.WaitForAsync();
        Assert.That(visit.Wrongs, Is.Empty);
    }

    [TestCase(Visit.Laptop)]
    [TestCase(Visit.Phone)]
    public async Task The_back_office_finds_out_why_nothing_was_sent_and_erases_the_customer(int width)
    {
        var withheld = (await DemoServer.GetAsync("/v1/deliveries?state=suppressed&limit=40")).GetProperty("items")[width == Visit.Phone ? 25 : 5];
        var (customer, journey) = (withheld.GetProperty("customer").GetString()!, withheld.GetProperty("journey").GetString()!);
        await using var visit = await Visit.BeginAsync(width);
        await visit.OpenAsync("/customers");
        await visit.Page.Locator(".customers-find input").FillAsync(customer);
        await visit.Page.Locator($"main a[href='/customers/{customer}']").ClickAsync();
        await visit.SettledAsync();
        await visit.Page.Locator("#why select").SelectOptionAsync(journey);
        await visit.Page.Locator(".why-step").First.WaitForAsync();
        await visit.PictureAsync("story-back-office-why");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Erase" }).ClickAsync();
        var dialog = visit.Page.Locator("dialog[open]");
        var erase = dialog.GetByRole(AriaRole.Button, new() { Name = "Erase" });
        Assert.That(await erase.IsDisabledAsync(), Is.True);
        await dialog.GetByLabel("Reason").FillAsync("request 4711");
        await dialog.GetByLabel(new Regex("^Type ")).FillAsync(customer);
        await erase.ClickAsync();
        await visit.Page.WaitForURLAsync("**/customers");
        Assert.That(visit.Wrongs, Is.Empty);
    }

    [Test]
    public async Task After_a_restart_of_the_server_the_page_is_connected_again_and_says_so()
    {
        var url = $"http://127.0.0.1:{DemoServer.FreePort()}";
        var first = await ServerUnderTest.StartAsync(options: new ServerOptions { Urls = [url] });
        await using var visit = await Visit.BeginAsync(Visit.Laptop, address: url);
        await visit.OpenAsync("/");
        await visit.Page.Locator(".live-live").First.WaitForAsync();
        await first.DisposeAsync();
        await visit.Page.Locator(".connection-lost").WaitForAsync();
        await using var second = await ServerUnderTest.StartAsync(options: new ServerOptions { Urls = [url] });
        await visit.Page.Locator(".toast").GetByText("Connected again").WaitForAsync();
        Assert.That(await visit.Page.Locator(".connection-lost").CountAsync(), Is.Zero);
    }

    [Test]
    public async Task A_view_has_an_address_and_back_works()
    {
        await using var visit = await Visit.BeginAsync(Visit.Laptop);
        await visit.OpenAsync("/carts?view=list&state=converted");
        Assert.That(await visit.Page.Locator("main select").First.InputValueAsync(), Is.EqualTo("converted"));
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Journeys" }).First.ClickAsync();
        await visit.Page.Locator("h1").GetByText("Journeys").WaitForAsync();
        await visit.Page.GoBackAsync();
        await visit.Page.Locator("h1").GetByText("Carts").WaitForAsync();
        Assert.That(visit.Page.Url, Does.EndWith("/carts?view=list&state=converted"));
    }

    [Test]
    public async Task The_keyboard_reaches_the_content_and_a_dialog_keeps_the_focus()
    {
        await using var visit = await Visit.BeginAsync(Visit.Laptop);
        await visit.OpenAsync("/projections");
        await visit.Page.Keyboard.PressAsync("Tab");
        Assert.That(await FocusedAsync(visit), Is.EqualTo("Skip to the content"));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Build all again" }).FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.Locator("dialog[open]").WaitForAsync();
        for (var i = 0; i < 6; i++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            Assert.That(await visit.Page.EvaluateAsync<bool>("() => document.activeElement === document.body || document.activeElement.closest('dialog[open]') !== null"), Is.True);
        }

        await visit.Page.Keyboard.PressAsync("Escape");
        Assert.That(await FocusedAsync(visit), Is.EqualTo("Build all again"));
    }

    private static Task<string> FocusedAsync(Visit visit) => visit.Page.EvaluateAsync<string>("() => document.activeElement.textContent.trim()");
}
