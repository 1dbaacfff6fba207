using Microsoft.Playwright;

namespace Journey.Tests.Dashboard;

/// <summary>Every view has an address: opened again it is the same view, and back leads to it.</summary>
[Parallelizable(ParallelScope.Children)]
public sealed class AddressesTests
{
    private static readonly (string Path, string[] Shows)[] Views =
    [
        ("/customers?q=a&channel=web", ["a", "web"]),
        ("/customers/CUSTOMER?asOf=ABANDONED&zoom=week&events=engine&why=abandoned-cart", ["Week*", "What we decided*", "abandoned-cart"]),
        ("/customers/CUSTOMER?view=shop", ["Everything*"]),
        ("/carts?view=list&state=converted&channel=web&minTotal=50&days=7", ["List*", "converted", "web", "50", "7 days*"]),
        ("/deliveries?state=suppressed&channel=email&journey=abandoned-cart", ["suppressed", "email", "abandoned-cart"]),
        ("/deliveries?view=numbers&by=journey", ["Numbers*", "Journey*"]),
        ("/deliveries?view=dead", ["Dead letters*"]),
        ("/map?case=session&activity=name-channel&channel=web&segment=vip&period=30&activities=5&arcs=60&show=time&highlight=rework", ["session", "name-channel", "web", "vip", "30", "5", "60", "Time*", "Rework*"]),
        ("/journeys/abandoned-cart/versions?from=1&to=1", []),
        ("/journeys/win-back?step=silence", ["Here now: silence"]),
        ("/funnels/purchase?counting=open&channel=web&period=30", ["Each stage by itself*", "web", "30"]),
        ("/attribution?by=campaign&lookback=7d&show=revenue", ["Campaigns*", "7d", "Revenue*"]),
        ("/segments/vip", ["vip"]),
    ];

    private static IEnumerable<TestCaseData> Cases() => Views.Select(view => new TestCaseData(view.Path, view.Shows).SetArgDisplayNames(view.Path.Split('?')[0], view.Path.Split('?').Last()));

    [TestCaseSource(nameof(Cases))]
    public async Task A_view_opened_at_its_address_is_the_same_and_back_leads_to_it(string path, string[] shows)
    {
        await using var visit = await Visit.BeginAsync(Visit.Laptop);
        await visit.OpenAsync(await DashboardPaths.FillAsync(path));
        var (address, view) = (visit.Page.Url, await ViewAsync(visit));
        Assert.That(shows, Is.SubsetOf(view));

        await visit.Page.ReloadAsync();
        await visit.SettledAsync();
        Assert.That(await ViewAsync(visit), Is.EqualTo(view), "after a reload");

        await visit.Page.EvaluateAsync("() => document.querySelector('.nav-link[href=\"/projections\"]').click()");
        await visit.Page.Locator("h1").GetByText("Projections").WaitForAsync();
        await visit.Page.GoBackAsync();
        await visit.Page.WaitForFunctionAsync("() => document.querySelector('main h1')?.textContent !== 'Projections'");
        await visit.SettledAsync();
        Assert.Multiple(async () =>
        {
            Assert.That(await ViewAsync(visit), Is.EqualTo(view), "after back");
            Assert.That(visit.Page.Url, Is.EqualTo(address));
            Assert.That(visit.Wrongs, Is.Empty);
        });
    }

    [Test]
    public async Task Back_leads_to_the_place_in_a_list_and_a_new_page_begins_at_its_top()
    {
        await using var visit = await Visit.BeginAsync(Visit.Laptop);
        await visit.OpenAsync("/customers?channel=web");
        var row = visit.Page.Locator("main tbody a").Nth(30);
        await row.ScrollIntoViewIfNeededAsync();
        var place = await visit.Page.EvaluateAsync<int>("() => window.scrollY");
        await row.ClickAsync();
        await visit.Page.WaitForURLAsync("**/customers/*");
        await visit.SettledAsync();
        Assert.That(await visit.Page.EvaluateAsync<int>("() => window.scrollY"), Is.Zero);
        await visit.Page.GoBackAsync();
        await visit.Page.WaitForFunctionAsync("place => Math.abs(window.scrollY - place) < 3", place);
    }

    [Test]
    public async Task The_next_page_of_a_list_has_an_address_and_back_turns_it()
    {
        await using var visit = await Visit.BeginAsync(Visit.Laptop);
        await visit.OpenAsync("/customers");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Next page" }).ClickAsync();
        await visit.Page.GetByText("Page 2").First.WaitForAsync();
        await visit.Page.ReloadAsync();
        await visit.SettledAsync();
        Assert.That(await visit.Page.GetByText("Page 2").First.IsVisibleAsync(), Is.True);
        await visit.Page.GoBackAsync();
        await visit.Page.GetByText("Page 1").First.WaitForAsync();
    }

    /// <summary>Where somebody is, and what they chose: the heading, every field, and every pressed choice with a star.</summary>
    private static Task<string[]> ViewAsync(Visit visit) => visit.Page.EvaluateAsync<string[]>("""
        () => [
          document.querySelector('main h1').textContent,
          ...[...document.querySelectorAll('main select, main input:not([id*=travel])')].filter(field => !field.closest('.time-travel')).map(field => field.value),
          ...[...document.querySelectorAll('main [aria-pressed=true]')].map(button => button.textContent.trim() + '*'),
          ...[...document.querySelectorAll('dialog[open] h2')].map(title => title.textContent),
          new URLSearchParams(location.search).get('asOf') ?? '',
        ]
        """);
}
