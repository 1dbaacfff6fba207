using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;

namespace Journey.Tests.Dashboard;

/// <summary>Somebody at a screen of some width, and everything that went wrong meanwhile.</summary>
internal sealed class Visit : IAsyncDisposable
{
    public const int Laptop = 1440;
    public const int Phone = 390;

    /// <summary>What a page may take on a machine that does other things too, in milliseconds.</summary>
    private const float Patience = 40_000;

    private static readonly string Axe = File.ReadAllText(Path.Combine(Approved.Repository, "Journey.Host/Dashboard/node_modules/axe-core/axe.min.js"));
    private static readonly string Pictures = Directory.CreateDirectory(Path.Combine(Approved.Repository, "artifacts/dashboard")).FullName;

    private readonly IBrowserContext _context;
    private readonly string _address;
    private readonly ConcurrentQueue<string> _wrongs = new();

    private Visit(IBrowserContext context, IPage page, string address)
    {
        _context = context;
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
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
            {
                _wrongs.Enqueue($"another host: {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    public static async Task<Visit> BeginAsync(int width, bool dark = false, string language = "en-GB", string? address = null)
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
        return new Visit(context, await context.NewPageAsync(), address ?? DemoServer.Address);
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
    public async Task<IReadOnlyList<string>> BarriersAsync()
    {
        await Page.EvaluateAsync(Axe);
        var found = await Page.EvaluateAsync<JsonElement>("""
            () => axe.run(document, { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'] } })
              .then(result => result.violations.map(rule => `${rule.id}: ${rule.help}: ${rule.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ')}`))
            """);
        return [.. found.EnumerateArray().Select(rule => rule.GetString()!)];
    }

    /// <summary>Pixels that the page is wider than the screen.</summary>
    public Task<int> OverflowAsync() => Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - window.innerWidth");

    /// <summary>Errors on the console, faults of scripts, and requests to other hosts so far.</summary>
    public IReadOnlyList<string> Wrongs => [.. _wrongs];

    public async ValueTask DisposeAsync() => await _context.CloseAsync();
}
