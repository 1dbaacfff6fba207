using Microsoft.Playwright;

namespace Journey.Tests.Dashboard;

/// <summary>The main tasks without a mouse: nothing here clicks.</summary>
public sealed class KeyboardTests
{
    /// <summary>More than any page has stops before what is wanted.</summary>
    private const int StopsMax = 160;

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

    [Test]
    public async Task The_back_office_finds_a_customer_the_reason_and_erases_by_keys_alone()
    {
        var (customer, journey) = await DashboardPaths.WithheldAsync(2);
        await using var visit = await Visit.BeginAsync(Visit.Laptop);
        var keys = visit.Page.Keyboard;
        await visit.OpenAsync("/");
        await keys.PressAsync("/");
        await keys.TypeAsync(customer);
        await keys.PressAsync("Enter");
        await visit.Page.Locator($"main a[href='/customers/{customer}']").WaitForAsync();
        await TabToAsync(visit, $"main a[href='/customers/{customer}']");
        await keys.PressAsync("Enter");
        await visit.Page.WaitForURLAsync($"**/customers/{customer}");
        await visit.SettledAsync();

        await TabToAsync(visit, "#why select");
        await keys.TypeAsync(journey);
        await keys.PressAsync("Enter");
        await visit.Page.Locator(".why-step").First.WaitForAsync();
        await TabToAsync(visit, ".why-step details summary");
        await keys.PressAsync("Enter");
        await visit.Page.Locator(".why-step details[open]").First.WaitForAsync();

        await TabToAsync(visit, ".page-actions .button-danger", back: true);
        await keys.PressAsync("Enter");
        await visit.Page.Locator("dialog[open]").WaitForAsync();
        await TabToAsync(visit, "dialog[open] input");
        await keys.TypeAsync("request 4712");
        await keys.PressAsync("Tab");
        await keys.TypeAsync(customer);
        await TabToAsync(visit, "dialog[open] .button-danger");
        await keys.PressAsync("Enter");
        await visit.Page.WaitForURLAsync("**/customers");
        Assert.That(visit.Wrongs, Is.Empty);
    }

    [Test]
    public async Task The_operator_builds_one_projection_again_by_keys_alone()
    {
        await using var visit = await Visit.BeginAsync(Visit.Laptop);
        await visit.OpenAsync("/projections");
        await TabToAsync(visit, "[aria-label='Build again: carts']");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.Locator("dialog[open]").WaitForAsync();
        await TabToAsync(visit, "dialog[open] .button-main");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.Locator(".toast-good").GetByText("Building began").WaitForAsync();
        Assert.That(visit.Wrongs, Is.Empty);
    }

    [Test]
    public async Task The_designer_leaves_the_editor_with_Tab_and_runs_the_tests_by_keys_alone()
    {
        await using var visit = await Visit.BeginAsync(Visit.Laptop);
        await visit.OpenAsync("/journeys");
        await TabToAsync(visit, "main a[href='/journeys/win-back']");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.WaitForURLAsync("**/journeys/win-back");
        await visit.SettledAsync();
        await visit.Page.Locator(".page-actions .segmented").WaitForAsync();
        await TabToAsync(visit, ".page-actions .segmented button:nth-of-type(2)");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.Locator(".editor .view-lines").WaitForAsync();
        await TabToAsync(visit, ".editor textarea, .editor [role=textbox]");
        await visit.Page.Keyboard.PressAsync("Control+End");
        await visit.Page.Keyboard.TypeAsync("# by keys");
        await visit.Page.GetByText("The text differs from what is published").WaitForAsync();
        await visit.Page.Locator(".badge-good").GetByText("No fault").WaitForAsync();
        await visit.Page.Keyboard.PressAsync("Tab");
        Assert.That(await FocusedAsync(visit), Is.EqualTo("Run tests"));
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.GetByText("There is no test in the text").WaitForAsync();
        Assert.That(visit.Wrongs, Is.Empty);
    }

    private static async Task TabToAsync(Visit visit, string selector, bool back = false)
    {
        for (var i = 0; i < StopsMax; i++)
        {
            if (await visit.Page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
            {
                return;
            }

            await visit.Page.Keyboard.PressAsync(back ? "Shift+Tab" : "Tab");
        }

        Assert.Fail($"Tab does not reach {selector}.");
    }

    private static Task<string> FocusedAsync(Visit visit) => visit.Page.EvaluateAsync<string>("() => document.activeElement.textContent.trim()");
}
