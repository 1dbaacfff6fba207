using System.Net;
using System.Text.RegularExpressions;
using Journey.Host.Http.Pages;

namespace Journey.Tests.Host.Http.Pages;

/// <summary>How the dashboard's files are served. They are those of the build, laid beside the tests as beside the program.</summary>
public sealed partial class DashboardPagesTests
{
    private ServerUnderTest _server = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await ServerUnderTest.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase("/")]
    [TestCase("/customers")]
    [TestCase("/customers/email:ann@example.org")]
    [TestCase("/journeys/abandoned-cart/versions?from=1")]
    public async Task Every_address_of_a_page_is_the_one_page(string path)
    {
        using var response = await _server.Client.GetAsync(path);
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(response.Content.Headers.ContentType?.ToString(), Is.EqualTo("text/html; charset=utf-8"));
            Assert.That(response.Headers.CacheControl?.ToString(), Is.EqualTo("no-cache"));
            Assert.That(response.Headers.GetValues("Content-Security-Policy").Single(), Does.StartWith("default-src 'self'; script-src 'self' 'wasm-unsafe-eval';"));
        });
    }

    [TestCase("/v1/nothing")]
    [TestCase("/nothing")]
    [TestCase("/assets/nothing.js")]
    [TestCase("/assets/..%2findex.html")]
    public async Task Every_other_address_is_still_not_found(string path)
    {
        using var response = await _server.Client.GetAsync(path);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCase("br")]
    [TestCase("gzip")]
    [TestCase(null)]
    public async Task Files_are_kept_for_good_and_sent_compressed_to_who_takes_it(string? encoding)
    {
        var page = await _server.Client.GetStringAsync("/");
        using var request = new HttpRequestMessage(HttpMethod.Get, Script().Match(page).Groups["path"].Value);
        if (encoding is not null)
        {
            request.Headers.Add("Accept-Encoding", encoding);
        }

        using var response = await _server.Client.SendAsync(request);
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(response.Content.Headers.ContentEncoding, Is.EqualTo(encoding is null ? [] : new[] { encoding }));
            Assert.That(response.Content.Headers.ContentType?.ToString(), Is.EqualTo("text/javascript; charset=utf-8"));
            Assert.That(response.Headers.CacheControl?.ToString(), Is.EqualTo("public, max-age=31536000, immutable"));
            Assert.That(response.Headers.Vary, Is.EqualTo(new[] { "Accept-Encoding" }));
        });
    }

    [Test]
    public void The_server_knows_the_pages_that_the_dashboard_has()
    {
        var routes = File.ReadAllText(Path.Combine(Approved.Repository, "Journey.Host/Dashboard/src/shell/routes.ts"));
        Assert.That(DashboardPages.Pages, Is.EquivalentTo(Page().Matches(routes).Select(match => match.Groups["page"].Value)));
    }

    [GeneratedRegex("""<script type="module"[^>]* src="(?<path>[^"]+)">""")]
    private static partial Regex Script();

    [GeneratedRegex("""^  \w+: '/(?<page>\w+)'""", RegexOptions.Multiline)]
    private static partial Regex Page();
}
