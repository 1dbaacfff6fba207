using System.Text.RegularExpressions;

namespace Journey.Tests.Dashboard;

/// <summary>Every page in Italian: every text, number and date. What the shop and the log say keeps the words that it was said in.</summary>
[Parallelizable(ParallelScope.Children)]
public sealed partial class ItalianTests
{
    /// <summary>Words that both languages share, or that are names.</summary>
    private static readonly HashSet<string> Shared = new(StringComparer.Ordinal)
    {
        "Journey", "Email", "NPS", "CSAT", "File", "Funnel", "ROI", "SVG", "PNG", "Markov", "Shapley", "95%", "Editor", "A", "funnel", "file", "no", "Conversion", "Host", "Token",
    };

    private static IEnumerable<TestCaseData> Cases() => DashboardPaths.All.Select(page => new TestCaseData(page.Name, page.Path).SetArgDisplayNames(page.Name));

    [Test]
    public void Every_text_is_there_in_both_languages()
    {
        Assert.That(Catalogue.Files, Has.Count.GreaterThan(8));
        Assert.Multiple(() =>
        {
            foreach (var file in Catalogue.Files)
            {
                var (english, italian) = Catalogue.Read(file);
                Assert.That(english, Has.Count.GreaterThan(5), Catalogue.Short(file));
                Assert.That(italian.Keys, Is.EquivalentTo(english.Keys), Catalogue.Short(file));
                Assert.That(english.Where(pair => pair.Value.Length > 0 && italian.GetValueOrDefault(pair.Key) == pair.Value && !Shared.Contains(pair.Value)), Is.Empty, Catalogue.Short(file));
            }
        });
    }

    [TestCaseSource(nameof(Cases))]
    public async Task No_English_is_left_on_a_page(string name, string path)
    {
        await using var visit = await Visit.BeginAsync(Visit.Laptop, language: "it-IT");
        await DashboardPaths.OpenAsync(visit, name, path);
        await visit.PictureAsync($"{name}-it");
        var shown = await visit.Page.EvaluateAsync<string[]>("""
            () => {
              const texts = []
              // What an editor or a drawing shows is the shop's own text, and code is code.
              const foreign = 'script, style, code, pre, .mono, .editor, .graph-place, option[value]:not([value=""]), .event-list, .why-steps, .why-summary, .model-tables, [translate=no]'
              const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
              while (walk.nextNode()) if (!walk.currentNode.parentElement.closest(foreign)) texts.push(walk.currentNode.textContent.trim())
              for (const element of document.querySelectorAll('[aria-label], [placeholder], [title]'))
                if (!element.closest(foreign)) texts.push(...['aria-label', 'placeholder', 'title'].map(name => element.getAttribute(name) ?? ''))
              return [...new Set(texts)].filter(Boolean)
            }
            """);
        Assert.Multiple(async () =>
        {
            Assert.That(await visit.Page.GetAttributeAsync("html", "lang"), Is.EqualTo("it"));
            Assert.That(shown, Has.Length.GreaterThan(20));
            Assert.That(shown.Where(English.Contains), Is.Empty);
            Assert.That(shown.Where(text => EnglishDate().IsMatch(text) || EnglishMoney().IsMatch(text)), Is.Empty);
        });
    }

    [Test]
    public async Task Numbers_and_dates_are_written_as_in_Italy()
    {
        await using var visit = await Visit.BeginAsync(Visit.Laptop, language: "it-IT");
        await visit.OpenAsync("/projections");
        var head = (await DemoServer.GetAsync("/v1/overview")).GetProperty("head").GetInt64();
        var shown = await visit.Page.Locator("dl .figure-value").First.TextContentAsync();
        await visit.OpenAsync(await DashboardPaths.FillAsync("/customers/CUSTOMER"));
        var seen = await visit.Page.Locator(".customer-side time").First.GetAttributeAsync("title");
        await visit.OpenAsync("/carts");
        var atRisk = await visit.Page.Locator("dl .figure-value").First.TextContentAsync();
        Assert.Multiple(() =>
        {
            // Four figures are grouped too: a column of them is easier to read.
            Assert.That(shown, Does.Match("^[0-9]{1,3}(\\.[0-9]{3})+$"));
            Assert.That(long.Parse(shown!.Replace(".", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture), Is.LessThanOrEqualTo(head + 1_000));
            Assert.That(seen, Does.Match("^(lun|mar|mer|gio|ven|sab|dom) [0-9]{1,2} [a-z]+ 20[0-9]{2}"));
            Assert.That(atRisk, Does.Match("^[0-9.]+\\s€$"));
        });
    }

    /// <summary>Texts that are English and nothing else.</summary>
    private static readonly HashSet<string> English = Read();

    private static HashSet<string> Read()
    {
        var (english, italian) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (one, other) in Catalogue.Files.Select(Catalogue.Read))
        {
            english.UnionWith(one.Values);
            italian.UnionWith(other.Values);
        }

        english.ExceptWith(italian);
        english.ExceptWith(Shared);
        english.Remove("");
        return english;
    }

    [GeneratedRegex("\\b[0-9]{1,2} (Jan|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\\b|\\b(ago|yesterday)\\b")]
    private static partial Regex EnglishDate();

    [GeneratedRegex("[€$£][0-9]")]
    private static partial Regex EnglishMoney();
}
