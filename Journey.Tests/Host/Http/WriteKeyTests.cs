using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Journey.Host.Http;

namespace Journey.Tests.Host.Http;

public sealed class WriteKeyTests
{
    private const string Message = """{"messageId":"m1","event":"X","userId":"u"}""";

    private ServerUnderTest _server = null!;

    [SetUp]
    public async Task Start() => _server = await ServerUnderTest.StartAsync(before: async store =>
    {
        await store.WriteKeys.AddAsync("key-of-the-shop", "shop");
        await store.WriteKeys.AddAsync("key-of-the-app", "app");
    });

    [TearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task The_user_of_basic_authentication_is_the_key()
    {
        _server.Client.DefaultRequestHeaders.Authorization = Basic("key-of-the-shop:");
        using var response = await _server.PostAsync("/v1/track", Message);
        Assert.That((response.StatusCode, (await _server.RecordedAsync()).Single().Source), Is.EqualTo((HttpStatusCode.OK, "shop")));
    }

    [Test]
    public async Task A_bearer_token_is_the_key()
    {
        _server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "key-of-the-app");
        using var response = await _server.PostAsync("/v1/track", Message);
        Assert.That((response.StatusCode, (await _server.RecordedAsync()).Single().Source), Is.EqualTo((HttpStatusCode.OK, "app")));
    }

    [Test]
    public async Task The_key_may_stand_in_the_body()
    {
        using var response = await _server.PostAsync("/v1/track", """{"writeKey":"key-of-the-shop","event":"X","userId":"u"}""");
        using var batch = await _server.PostAsync("/v1/batch", """{"writeKey":"key-of-the-app","batch":[{"type":"track","event":"X","userId":"u"}]}""");
        Assert.That((await _server.RecordedAsync()).Select(recorded => recorded.Source), Is.EqualTo(new[] { "shop", "app" }));
    }

    [Test]
    public async Task Each_message_may_have_its_own()
    {
        using var response = await _server.PostAsync("/v1/batch", """
            {"batch":[
              {"type":"track","event":"X","userId":"u","writeKey":"key-of-the-shop"},
              {"type":"track","event":"X","userId":"u","writeKey":"wrong"},
              {"type":"track","event":"X","userId":"u","writeKey":"key-of-the-app"}]}
            """);
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("\"accepted\":2").And.Contain("unknown-write-key"));
        Assert.That((await _server.RecordedAsync()).Select(recorded => recorded.Source), Is.EqualTo(new[] { "shop", "app" }));
    }

    [TestCase("""{"event":"X","userId":"u"}""")]
    [TestCase("""{"event":"X","userId":"u","writeKey":"wrong"}""")]
    public async Task Without_a_key_that_is_known_nothing_is_taken(string message)
    {
        using var response = await _server.PostAsync("/v1/track", message);
        await response.IsProblemAsync(HttpStatusCode.Unauthorized);
        Assert.That(await _server.RecordedAsync(), Is.Empty);
    }

    [Test]
    public async Task A_wrong_key_in_the_header_is_not_made_good_by_one_in_the_body()
    {
        _server.Client.DefaultRequestHeaders.Authorization = Basic("wrong:");
        using var response = await _server.PostAsync("/v1/track", """{"writeKey":"key-of-the-shop","event":"X","userId":"u"}""");
        await response.IsProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task Cloud_events_need_a_key_too()
    {
        using var response = await _server.PostAsync("/v1/events", """{"specversion":"1.0","id":"1","source":"s","type":"X","subject":"u"}""", "application/cloudevents+json");
        await response.IsProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task Settings_are_given_for_keys_that_are_known()
    {
        using var known = await _server.Client.GetAsync("/v1/projects/key-of-the-shop/settings");
        using var unknown = await _server.Client.GetAsync("/v1/projects/wrong/settings");
        Assert.That(known.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await unknown.IsProblemAsync(HttpStatusCode.NotFound);
    }

    [Test]
    public async Task A_server_that_others_can_reach_takes_nothing_while_no_key_is_defined()
    {
        await using var open = await ServerUnderTest.StartAsync(options: new ServerOptions { Urls = ["http://0.0.0.0:0"] });
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{open.Address.Port}") };
        using var content = new StringContent(Message, Encoding.UTF8, "application/json");
        using var response = await client.PostAsync("/v1/track", content);
        await response.IsProblemAsync(HttpStatusCode.Unauthorized);
    }

    private static AuthenticationHeaderValue Basic(string text) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));
}
