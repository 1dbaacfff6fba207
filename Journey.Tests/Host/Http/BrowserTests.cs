using System.Net;
using System.Text;
using Journey.Host.Http;
using Journey.Host.Http.Pages;

namespace Journey.Tests.Host.Http;

/// <summary>What pages of other origins may do: send, and nothing else.</summary>
public sealed class BrowserTests
{
    private ServerUnderTest _server = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await ServerUnderTest.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase("/v1/t")]
    [TestCase("/v1/batch")]
    [TestCase("/v1/events")]
    public async Task A_preflight_lets_any_origin_send_and_is_kept_for_a_day(string path)
    {
        using var request = From("https://shop.example", HttpMethod.Options, path);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        using var response = await _server.Client.SendAsync(request);
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That(Header(response, "Access-Control-Allow-Origin"), Is.EqualTo("*"));
            Assert.That(Header(response, "Access-Control-Allow-Headers"), Is.EqualTo("authorization,content-type"));
            Assert.That(Header(response, "Access-Control-Allow-Methods"), Does.Contain("POST"));
            Assert.That(Header(response, "Access-Control-Max-Age"), Is.EqualTo("86400"));
        });
    }

    [TestCase("""{"event":"X","userId":"u"}""", HttpStatusCode.OK)]
    [TestCase("{", HttpStatusCode.BadRequest)]
    public async Task A_page_may_read_the_answer_whatever_it_is(string body, HttpStatusCode status)
    {
        using var request = From("https://shop.example", HttpMethod.Post, "/v1/t");
        request.Content = new StringContent(body, Encoding.UTF8, "text/plain");
        using var response = await _server.Client.SendAsync(request);
        Assert.That((response.StatusCode, Header(response, "Access-Control-Allow-Origin")), Is.EqualTo((status, "*")));
    }

    [TestCase("/v1/customers")]
    [TestCase("/v1/live?events=0")]
    [TestCase("/metrics")]
    public async Task A_page_of_another_origin_may_read_nothing(string path)
    {
        using var request = From("https://evil.example", HttpMethod.Get, path);
        using var response = await _server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.That(response.Headers.Contains("Access-Control-Allow-Origin"), Is.False);
    }

    [Test]
    public async Task A_page_of_another_origin_may_change_nothing()
    {
        using var request = From("https://evil.example", HttpMethod.Post, "/v1/deliveries/dead-letters/x/retry");
        using var response = await _server.Client.SendAsync(request);
        await response.IsProblemAsync(HttpStatusCode.Forbidden);
    }

    [Test]
    public async Task A_page_of_our_own_may()
    {
        using var request = From(_server.Address.GetLeftPart(UriPartial.Authority), HttpMethod.Post, "/v1/deliveries/dead-letters/x/retry");
        using var response = await _server.Client.SendAsync(request);
        await response.IsProblemAsync(HttpStatusCode.NotImplemented);
    }

    [Test]
    public async Task A_name_that_was_pointed_at_this_machine_is_not_answered()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/customers");
        request.Headers.Host = "evil.example";
        using var response = await _server.Client.SendAsync(request);
        await response.IsProblemAsync(HttpStatusCode.MisdirectedRequest);
    }

    [Test]
    public async Task The_status_page_needs_nothing_but_this_server()
    {
        await using var bare = await ServerUnderTest.StartAsync(options: new ServerOptions { Dashboard = DashboardFiles.Beside(Path.GetTempPath()) });
        using var response = await bare.Client.GetAsync("/");
        var page = await response.Content.ReadAsStringAsync();
        Assert.Multiple(() =>
        {
            Assert.That(response.Content.Headers.ContentType?.ToString(), Is.EqualTo("text/html; charset=utf-8"));
            Assert.That(Header(response, "Content-Security-Policy"), Does.StartWith("default-src 'none';"));
            Assert.That(page, Does.Not.Match("(src|href)=\"(https?:)?//"));
            Assert.That(page, Does.Contain("new EventSource(\"/v1/live"));
        });
    }

    [Test]
    public async Task Where_the_dashboard_was_not_built_its_place_says_what_to_do()
    {
        await using var bare = await ServerUnderTest.StartAsync(options: new ServerOptions { Dashboard = DashboardFiles.Beside(Path.GetTempPath()) });
        Assert.Multiple(async () =>
        {
            Assert.That(await bare.Client.GetStringAsync("/"), Does.Contain("Install Node 20 or newer"));
            Assert.That(await bare.Client.GetStringAsync("/status"), Does.Not.Contain("Install Node"));
            Assert.That(await _server.Client.GetStringAsync("/status"), Does.Not.Contain("Install Node"));
            using var answer = await bare.Client.GetAsync("/v1/customers");
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        });
    }

    private static HttpRequestMessage From(string origin, HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Origin", origin);
        return request;
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;
}
