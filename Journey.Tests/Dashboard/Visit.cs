using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;

namespace Journey.Tests.Dashboard;

/// <summary>Somebody at a screen of some width, and everything that went wrong meanwhile.</summary>
/// <remarks>Visits of the same kind share what a browser keeps: the dashboard's files are fetched once, as they are by people.</remarks>
internal sealed class Visit : IAsyncDisposable
{
    public const int Laptop = 1440;
    public const int Phone = 390;

    /// <summary>What a page may take on a machine that does other things too, in milliseconds.</summary>
    private const float Patience = 60_000;

    private static readonly string Axe = File.ReadAllText(Path.Combine(Approved.Repository, "Journey.Host/Dashboard/node_modules/axe-core/axe.min.js"));
    private static readonly string Pictures = Directory.CreateDirectory(Path.Combine(Approved.Repository, "artifacts/dashboard")).FullName;
    private static readonly ConcurrentDictionary<(int, bool, string), Task<IBrowserContext>> Contexts = new();

    private readonly string _address;
    private readonly ConcurrentQueue<string> _wrongs = new();
    private readonly ConcurrentQueue<string> _asked = new();

    private Visit(IPage page, string address)
    {
        _address = address;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _wrongs.Enqueue($"console: {message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, fault) => _wrongs.Enqueue($"fault: {fault}");
        page.Request += (_, request) => Note(request.Url);
    }

    public IPage Page { get; }

    /// <summary>Errors on the console, faults of scripts, and requests to other hosts so far.</summary>
    public IReadOnlyList<string> Wrongs => [.. _wrongs];

    /// <summary>Paths that the page asked the server for, in order.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    public static async Task<Visit> BeginAsync(int width, bool dark = false, string language = "en-GB", string? address = null)
    {
        var context = await Contexts.GetOrAdd((width, dark, language), _ => NewContextAsync(width, dark, language));
        return new Visit(await context.NewPageAsync(), address ?? DemoServer.Address);
    }

    /// <summary>Opens a page, and waits until nothing on it is still loading.</summary>
    public async Task OpenAsync(string path)
    {
        await Page.GotoAsync(_address + path, new PageGotoOptions { Timeout = Patience });
        await SettledAsync();
    }

    public async Task SettledAsync()
    {
        await Page.Locator("main h1").First.WaitForAsync();
        await Page.WaitForFunctionAsync("() => document.querySelectorAll('main .loading').length === 0");
    }

    public Task PictureAsync(string name) => Page.ScreenshotAsync(new PageScreenshotOptions
    {
        Path = Path.Combine(Pictures, $"{name}-{Page.ViewportSize!.Width}.png"),
        FullPage = true,
        Animations = ScreenshotAnimations.Disabled,
    });

    /// <summary>What WCAG 2.2, level AA, has against the page: each rule with the first elements that break it.</summary>
    /// <param name="colours">Only the rule that colours can break: the page was looked at before, in another light.</param>
    public async Task<IReadOnlyList<string>> BarriersAsync(bool colours = false)
    {
        if (!await Page.EvaluateAsync<bool>("() => 'axe' in window"))
        {
            await Page.EvaluateAsync(Axe);
        }

        // Of a long list its first rows: the others are made like them, and looking at each takes most of a minute.
        await Page.AddStyleTagAsync(new() { Content = "main tbody tr:nth-child(n + 9), main .event-line:nth-child(n + 9) { display: none }" });
        var found = await Page.EvaluateAsync<JsonElement>("""
            colours => axe.run(document, {
              resultTypes: ['violations'],
              runOnly: colours ? { type: 'rule', values: ['color-contrast'] } : { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'] },
            }).then(result => result.violations.map(rule => `${rule.id}: ${rule.help}: ${rule.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ')}`))
            """, colours);
        return [.. found.EnumerateArray().Select(rule => rule.GetString()!)];
    }

    /// <summary>The same page in the dark, or in the light: as when the evening comes.</summary>
    public async Task TurnAsync(bool dark)
    {
        const string colours = "() => ['body', '.monaco-editor', 'main .panel'].map(one => document.querySelector(one)).filter(Boolean).map(one => getComputedStyle(one).backgroundColor).join('|')";
        var before = await Page.EvaluateAsync<string>(colours);
        await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light });

        // The browser takes the light up when it next draws, and the editor after that: each has another ground then.
        await Page.WaitForFunctionAsync(
            $"before => {{ const now = ({colours})().split('|'); return before.split('|').every((ground, i) => ground !== now[i]) }}", before);

        // Drawn, and every colour arrived where it was fading to.
        await Page.EvaluateAsync("""
            async () => {
              for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame)
              await Promise.all(document.getAnimations().filter(one => one.effect?.getComputedTiming().iterations !== Infinity).map(one => one.finished.catch(() => {})))
              await new Promise(requestAnimationFrame)
            }
            """);
    }

    /// <summary>Pixels that the page is wider than the screen.</summary>
    public Task<int> OverflowAsync() => Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - window.innerWidth");

    /// <summary>What reaches over the edge of the panel that it is in, without a way to scroll there.</summary>
    public async Task<IReadOnlyList<string>> CutOffAsync() => await Page.EvaluateAsync<string[]>("""
        () => [...document.querySelectorAll('main .panel')].flatMap(panel => {
          const edge = panel.getBoundingClientRect().right + 1
          return [...panel.querySelectorAll('*')].filter(element => {
            const box = element.getBoundingClientRect()
            if (box.width === 0 || box.right <= edge || element.closest('.graph-place, .editor, .unseen, svg')) return false
            for (let around = element.parentElement; around !== panel; around = around.parentElement)
              if (getComputedStyle(around).overflowX !== 'visible') return false
            return true
          }).slice(0, 2).map(element => element.outerHTML.slice(0, 120))
        })
        """);

    public async ValueTask DisposeAsync() => await Page.CloseAsync();

    private static async Task<IBrowserContext> NewContextAsync(int width, bool dark, string language)
    {
        var context = await DemoServer.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = width == Phone ? 844 : 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            Locale = language,
            HasTouch = width == Phone,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(Patience);
        return context;
    }

    private void Note(string url)
    {
        if (url.StartsWith(_address, StringComparison.Ordinal))
        {
            _asked.Enqueue(url[_address.Length..]);
        }
        else if (!url.StartsWith("data:", StringComparison.Ordinal) && !url.StartsWith("blob:", StringComparison.Ordinal))
        {
            _wrongs.Enqueue($"another host: {url}");
        }
    }
}
