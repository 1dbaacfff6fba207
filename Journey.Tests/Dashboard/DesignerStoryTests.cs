using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Journey.Tests.Dashboard;

/// <summary>A designer lets a journey wait longer: tried in tests, on history, published, and live.</summary>
public sealed partial class DesignerStoryTests
{
    private const string Journey = "browse-abandonment";

    [TestCase(Visit.Laptop)]
    [TestCase(Visit.Phone)]
    public async Task A_journey_is_changed_tested_tried_on_history_and_published(int width)
    {
        var (version, hours) = await InForceAsync();
        await using var visit = await Visit.BeginAsync(width);
        await OpenEditorAsync(visit);
        await WriteAtEndAsync(visit, Test(hours));
        var run = visit.Page.GetByRole(AriaRole.Button, new() { Name = "Run tests" });
        await run.ClickAsync();
        await visit.Page.GetByText("1 passed").WaitForAsync();

        await ReplaceAsync(visit, $"wait: {hours}h", $"wait: {hours + 2}h");
        await visit.Page.GetByText("The text differs from what is published").WaitForAsync();
        await run.ClickAsync();
        await visit.Page.GetByText("1 failed").WaitForAsync();
        var failure = await visit.Page.Locator(".test-bad").TextContentAsync();
        Assert.That(failure, Does.Contain($"T{10 + hours}:10").And.Contains($"T{12 + hours}:10"), "expected, and got");
        await visit.PictureAsync("story-designer-failed");
        await ReplaceAsync(visit, $"T{10 + hours}:10Z", $"T{12 + hours}:10Z");
        await run.ClickAsync();
        await visit.Page.GetByText("1 passed").WaitForAsync();

        await BacktestAsync(visit);
        await PublishAsync(visit, version + 1);
        await visit.Page.WaitForURLAsync($"**/journeys/{Journey}/versions");
        await visit.Page.Locator(".diff-more").GetByText($"wait: {hours + 2}h").First.WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Now", Exact = true }).ClickAsync();
        await visit.Page.Locator(".graph-place svg").GetByText($"wait · {hours + 2}h").WaitForAsync();
        var now = await InForceAsync();
        Assert.Multiple(() =>
        {
            Assert.That(now, Is.EqualTo((version + 1, hours + 2)));
            Assert.That(visit.Wrongs, Is.Empty);
        });
    }

    [Test]
    public async Task A_fault_shows_where_it_is_and_keeps_from_publishing()
    {
        await using var visit = await Visit.BeginAsync(Visit.Laptop);
        await OpenEditorAsync(visit);
        await WriteAtEndAsync(visit, "\nstps: []");
        await visit.Page.GetByText("is not a key").First.WaitForAsync();
        await visit.Page.Locator(".squiggly-error").First.WaitForAsync();
        Assert.That(await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Publish…" }).IsDisabledAsync(), Is.True);
    }

    [Test]
    public async Task The_editor_completes_explains_and_has_nothing_against_what_is_published()
    {
        await using var visit = await Visit.BeginAsync(Visit.Laptop, language: "en-US");
        foreach (var journey in (await DemoServer.GetAsync("/v1/journeys")).EnumerateArray().Select(journey => journey.GetProperty("name").GetString()!).Take(4))
        {
            await OpenEditorAsync(visit, journey);
            await visit.Page.Locator(".badge-good").GetByText("No fault").WaitForAsync();
            Assert.That(await visit.Page.Locator("[class*=squiggly]").CountAsync(), Is.Zero, journey);
        }

        await visit.Page.Locator(".editor .view-lines").GetByText("journey", new() { Exact = true }).First.HoverAsync();
        await visit.Page.Locator(".monaco-hover").GetByText("The journey's name.").WaitForAsync();
        await WriteAtEndAsync(visit, "\n");
        await visit.Page.Keyboard.TypeAsync("holdo");
        await visit.Page.Keyboard.PressAsync("Control+Space");
        await visit.Page.Locator(".suggest-widget.visible").GetByText("holdout").First.WaitForAsync();
        Assert.That(visit.Wrongs.Where(wrong => !wrong.Contains("422", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task A_journey_is_paused_and_goes_on()
    {
        await using var visit = await Visit.BeginAsync(Visit.Laptop);
        await visit.OpenAsync("/journeys/back-in-stock");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await visit.PictureAsync("journey-pause");
        await visit.Page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await visit.Page.Locator(".badge-warn").GetByText("paused").WaitForAsync();
        Assert.That(await StatusAsync(), Is.EqualTo("paused"));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await visit.Page.Locator(".badge-good").GetByText("active").WaitForAsync();
        Assert.That(await StatusAsync(), Is.EqualTo("active"));

        static async Task<string?> StatusAsync() =>
            (await DemoServer.GetAsync("/v1/journeys/back-in-stock")).GetProperty("journey").GetProperty("status").GetString();
    }

    [Test]
    public async Task The_people_at_a_step_are_one_click_away()
    {
        await using var visit = await Visit.BeginAsync(Visit.Laptop);
        await visit.OpenAsync("/journeys/win-back?step=silence");
        await visit.Page.Locator("dialog[open] a[href^='/customers/']").First.ClickAsync();
        await visit.Page.WaitForURLAsync("**/customers/*");
        await visit.SettledAsync();
        Assert.That(visit.Wrongs, Is.Empty);
    }

    [Test]
    public async Task A_segment_is_defined_tried_and_published()
    {
        await using var visit = await Visit.BeginAsync(Visit.Laptop);
        await visit.OpenAsync("/segments");
        await visit.Page.Locator(".draft-text").FillAsync("segment: came-lately\ndescription: Seen in the last week.\nwhere: count(\"Product Viewed\", \"7d\") >= 1\n");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await visit.Page.GetByText("Would be in it").WaitForAsync();
        await visit.PictureAsync("segment-preview");
        Assert.That(await visit.Page.Locator(".draft .figure-value").First.TextContentAsync(), Does.Match("^[1-9]"));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Publish…" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Publish now" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "came-lately" }).ClickAsync();
        await visit.Page.GetByText("Change came-lately").WaitForAsync();
        Assert.That(visit.Wrongs, Is.Empty);
    }

    [Test]
    public async Task A_funnel_is_defined_tried_and_a_wrong_one_says_why()
    {
        await using var visit = await Visit.BeginAsync(Visit.Laptop);
        await visit.OpenAsync("/funnels");
        var draft = visit.Page.Locator(".panel").Filter(new() { Has = visit.Page.GetByText("Define a funnel") });
        await draft.Locator(".draft-text").FillAsync("funnel: looks\nstages:\n  - Product Viewed\n  - Product Added\nwithin: 2 moons\n");
        await draft.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await draft.Locator(".faults").GetByText("line 5").WaitForAsync();
        await draft.Locator(".draft-text").FillAsync("funnel: looks\nstages:\n  - Product Viewed\n  - Product Added\nwithin: 2d\n");
        await draft.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await draft.Locator(".funnel-stage").Nth(1).WaitForAsync();
        await visit.PictureAsync("funnel-preview");
        await visit.Page.GetByRole(AriaRole.Img, new() { Name = "Share that came through to the last stage, by the day of entering" }).WaitForAsync();
        Assert.That(visit.Wrongs.Where(wrong => !wrong.Contains("422", StringComparison.Ordinal)), Is.Empty);
    }

    /// <summary>The version in force, and how many hours it waits before it writes.</summary>
    private static async Task<(int Version, int Hours)> InForceAsync()
    {
        var version = (await DemoServer.GetAsync($"/v1/journeys/{Journey}/versions")).EnumerateArray().Last().GetProperty("version").GetInt32();
        using var client = new HttpClient { BaseAddress = new Uri(DemoServer.Address) };
        var text = await client.GetStringAsync($"/v1/journeys/{Journey}/versions/{version}");
        return (version, int.Parse(Waits().Match(text).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
    }

    private static async Task OpenEditorAsync(Visit visit, string journey = Journey)
    {
        await visit.OpenAsync($"/journeys/{journey}/edit");
        await visit.Page.Locator(".editor .view-lines").WaitForAsync();
    }

    private static async Task WriteAtEndAsync(Visit visit, string text)
    {
        await visit.Page.Locator(".editor .view-lines").ClickAsync();
        await visit.Page.Keyboard.PressAsync("Control+End");

        // Pasted: what is typed is indented by the editor.
        await visit.Page.EvaluateAsync(
            """
            text => {
              const data = new DataTransfer()
              data.setData('text/plain', text)
              document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
            }
            """,
            text);
    }

    /// <summary>Finds a text with the editor's own search, and writes another over it.</summary>
    private static async Task ReplaceAsync(Visit visit, string text, string other)
    {
        await visit.Page.Locator(".editor .view-lines").ClickAsync();
        await visit.Page.Keyboard.PressAsync("Control+Home");
        await visit.Page.Keyboard.PressAsync("Control+f");
        await visit.Page.Locator(".find-widget.visible textarea").First.FillAsync(text);

        // A phone has no room to show it, but it is there.
        await visit.Page.Locator(".find-widget.visible .matchesCount").GetByText("1 of 1").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit.Page.Keyboard.InsertTextAsync(other);
        await visit.Page.Locator(".badge-good").GetByText("No fault").WaitForAsync();
    }

    private static async Task BacktestAsync(Visit visit)
    {
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Backtest" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Run backtest" }).ClickAsync();
        await visit.Page.Locator(".badge-good").GetByText("done", new() { Exact = true }).WaitForAsync();
        var affected = visit.Page.Locator(".figure").Filter(new() { HasText = "Customers it would affect" }).Locator(".figure-value");
        Assert.That(await affected.TextContentAsync(), Does.Match("^[1-9]"));
        await visit.Page.Locator(".plain-rows a[href^='/customers/']").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await visit.Page.Locator("details summary").First.ClickAsync();
        await visit.PictureAsync("story-designer-backtest");

        // The report has an address: the page opened there shows it again.
        Assert.That(visit.Page.Url, Does.Match("[?&]backtest=[^&]+$"));
        var report = await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Whole report" }).GetAttributeAsync("href");
        using var client = new HttpClient { BaseAddress = new Uri(DemoServer.Address) };
        Assert.That(await client.GetStringAsync(report), Does.Contain("would be treated differently"));
    }

    private static async Task PublishAsync(Visit visit, int version)
    {
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Publish…" }).ClickAsync();
        var dialog = visit.Page.Locator("dialog[open]");
        await dialog.GetByText($"version {version}", new() { Exact = false }).Or(dialog.GetByText($"Version {version}", new() { Exact = false })).First.WaitForAsync();
        await dialog.GetByText("Runs under way").WaitForAsync();
        await dialog.GetByText("stay on their version").WaitForAsync();
        await visit.PictureAsync("story-designer-publish");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Publish now" }).ClickAsync();
    }

    /// <summary>Two looks and no cart: half an hour later that is an event, and then the journey waits.</summary>
    private static string Test(int hours) => $$"""

        ---
        test: a mail some hours after the last look
        journey: browse-abandonment
        customer: { traits: { email: ada@example.com }, consent: { email: granted } }
        given:
          - { at: "2026-03-03T09:00Z", event: Product Viewed, properties: { product_id: p1, name: Kettle, category: Kitchen, price: 80 } }
          - { after: 10m, event: Product Viewed, properties: { product_id: p2, name: Toaster, category: Kitchen, price: 60 } }
        expect:
          - sent: { channel: email, template: browse-reminder, at: "2026-03-03T{{10 + hours}}:10Z" }

        """.Replace("\r", "", StringComparison.Ordinal);

    [GeneratedRegex("- wait: ([0-9]+)h")]
    private static partial Regex Waits();
}
