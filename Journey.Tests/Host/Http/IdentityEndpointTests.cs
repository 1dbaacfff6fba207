using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Journey.Host.Running;

namespace Journey.Tests.Host.Http;

public sealed class IdentityEndpointTests
{
    private ServerUnderTest _server = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await ServerUnderTest.StartAsync();
        await SayAsync("identify", """{"userId":"u1","anonymousId":"a1","traits":{"firstName":"Ada","plan":"gold"}}""", "2026-03-01T10:00:00Z");
        await SayAsync("track", """{"userId":"u1","anonymousId":"a1","event":"Consent Granted","properties":{"channel":"email","purpose":"marketing"}}""", "2026-03-01T10:01:00Z");
        await SayAsync("track", """{"userId":"u1","anonymousId":"a1","event":"Consent Revoked","properties":{"channel":"email","purpose":"marketing"}}""", "2026-03-02T10:01:00Z");
        await SayAsync("track", """{"userId":"u1","event":"Product Added","context":{"channel":"app"},"properties":{"cart_id":"c1","product_id":"p","price":80}}""", "2026-03-03T10:00:00Z");
        await SayAsync("track", """{"userId":"u1","event":"Order Completed","context":{"channel":"store"},"properties":{"cart_id":"c1","order_id":"o1","total":80}}""", "2026-03-03T15:00:00Z");
        await SayAsync("track", """{"userId":"u1","event":"Order Completed","context":{"channel":"store"},"properties":{"order_id":"o2","total":41}}""", "2026-03-13T15:00:00Z");
        await SayAsync("track", """{"userId":"u1","event":"NPS Answered","properties":{"score":9}}""", "2026-03-14T10:00:00Z");
        await SayAsync("identify", """{"anonymousId":"a2","traits":{"email":"info@shop.it"}}""", "2026-03-14T11:00:00Z");
        await SayAsync("identify", """{"userId":"u1","traits":{"email":"info@shop.it"}}""", "2026-03-14T12:00:00Z");
        await FoldAsync();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    [Order(1)]
    public async Task One_customer_has_traits_with_their_source_consent_with_its_history_figures_and_scores()
    {
        var customer = await _server.GetAsync("/v1/customers/userId:u1");

        var plan = customer.GetProperty("traits").EnumerateArray().Single(static trait => trait.GetProperty("name").GetString() == "plan");
        Assert.That((plan.GetProperty("value").GetString(), plan.GetProperty("at").GetString(), plan.GetProperty("source").GetString()),
            Is.EqualTo(("gold", "2026-03-01T10:00:00Z", "segment")));
        var consent = customer.GetProperty("consent").EnumerateArray().Single();
        Assert.That((consent.GetProperty("channel").GetString(), consent.GetProperty("purpose").GetString(), consent.GetProperty("state").GetString()),
            Is.EqualTo(("email", "marketing", "revoked")));
        Assert.That(consent.GetProperty("history").EnumerateArray().Select(static word => word.GetProperty("state").GetString()), Is.EqualTo(new[] { "revoked", "granted" }));
        var lifetime = customer.GetProperty("lifetime");
        Assert.That(lifetime.GetProperty("orders").GetInt64(), Is.EqualTo(2));
        Assert.That(lifetime.GetProperty("revenue")[0].GetProperty("amount").GetString(), Is.EqualTo("121"));
        Assert.That(lifetime.GetProperty("averageOrder").GetProperty("amount").GetString(), Is.EqualTo("60.5"));
        Assert.That(lifetime.GetProperty("daysBetweenOrders").GetDouble(), Is.EqualTo(10));
        Assert.That(lifetime.GetProperty("recencyDays").GetInt64(), Is.GreaterThan(0));
        Assert.That(customer.GetProperty("scores").GetProperty("nps").GetProperty("last").GetDecimal(), Is.EqualTo(9));
        Assert.That(customer.GetProperty("scores").GetProperty("csat").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    [Order(2)]
    public async Task A_purchase_that_went_from_the_app_to_the_store_links_its_sessions()
    {
        var customer = (await _server.GetAsync("/v1/customers/userId:u1")).GetProperty("id").GetString();

        var bought = (await _server.GetAsync($"/v1/sessions?customer={customer}&channel=store&to=2026-03-04T00:00:00Z")).GetProperty("items").EnumerateArray().Single();
        var begun = (await _server.GetAsync($"/v1/sessions?customer={customer}&channel=app")).GetProperty("items").EnumerateArray().Single();

        Assert.That(bought.GetProperty("linkedTo").GetString(), Is.EqualTo(begun.GetProperty("id").GetString()));
        Assert.That((await _server.GetAsync($"/v1/sessions?linkedTo={begun.GetProperty("id").GetString()}")).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
        Assert.That((await _server.GetAsync($"/v1/sessions?customer={customer}&from=2026-03-13T00:00:00Z&limit=1")).GetProperty("next").GetString(), Is.Not.Null);
    }

    [TestCase("kind=interaction&event=Order%20Completed", 2)]
    [TestCase("from=2026-03-03T10:00:00Z&to=2026-03-03T15:00:00Z", 1)]
    [TestCase("channel=store", 2)]
    [TestCase("kind=identity", 2)]
    [Order(3)]
    public async Task A_timeline_can_be_narrowed(string query, int events)
    {
        var items = (await _server.GetAsync($"/v1/customers/userId:u1/timeline?{query}")).GetProperty("items").EnumerateArray().ToList();

        Assert.That(items, Has.Count.EqualTo(events));
    }

    [Test]
    [Order(4)]
    public async Task A_timeline_of_a_session_has_its_events_and_an_unknown_one_is_not_found()
    {
        var customer = (await _server.GetAsync("/v1/customers/userId:u1")).GetProperty("id").GetString();
        var begun = (await _server.GetAsync($"/v1/sessions?customer={customer}&channel=app")).GetProperty("items")[0].GetProperty("id").GetString();

        Assert.That((await _server.GetAsync($"/v1/customers/{customer}/timeline?session={begun}")).GetProperty("items").EnumerateArray()
            .Select(static item => item.GetProperty("name").GetString()), Is.EqualTo(new[] { "Product Added" }));
        using var missing = await _server.Client.GetAsync($"/v1/customers/{customer}/timeline?session=nope");
        Assert.That(missing.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    [Order(5)]
    public async Task A_merge_is_shown_and_can_be_undone_once()
    {
        var before = await _server.GetAsync("/v1/customers/userId:u1/identities");
        Assert.That(before.GetProperty("identifiers").EnumerateArray().Select(static id => $"{id.GetProperty("kind")}:{id.GetProperty("value")}"),
            Is.EquivalentTo(new[] { "userId:u1", "anonymousId:a1", "anonymousId:a2", "email:info@shop.it" }));
        Assert.That(before.GetProperty("merged").EnumerateArray().Select(static merge => merge.GetProperty("what").GetString()), Is.EqualTo(new[] { "merged" }));

        var planned = await UnmergeAsync("?dryRun=true", """{"identifier":"email:info@shop.it"}""", HttpStatusCode.OK);
        Assert.That(planned.GetProperty("identifiers").EnumerateArray().Select(static id => id.GetString()), Is.EqualTo(new[] { "email:info@shop.it", "anonymousId:a2" }));
        Assert.That(planned.GetProperty("position").ValueKind, Is.EqualTo(JsonValueKind.Null));

        var done = await UnmergeAsync("", """{"identifier":"email:info@shop.it"}""", HttpStatusCode.OK);
        await FoldAsync();
        var restored = done.GetProperty("restored").GetString();
        Assert.That((await _server.GetAsync($"/v1/customers/{restored}")).GetProperty("profile").GetProperty("events").GetInt64(), Is.EqualTo(1));
        Assert.That((await _server.GetAsync($"/v1/customers/{restored}/timeline")).GetProperty("items").EnumerateArray().Select(static item => item.GetProperty("name").GetString()),
            Is.EqualTo(new[] { "Identified", "Identity Absorbed", "Identity Restored" }));
        Assert.That((await _server.GetAsync("/v1/customers/userId:u1/timeline?kind=interaction")).GetProperty("items").GetArrayLength(), Is.EqualTo(8));

        var again = await UnmergeAsync("", """{"identifier":"email:info@shop.it"}""", HttpStatusCode.Conflict);
        Assert.That(again.GetProperty("detail").GetString(), Does.Contain("not merged"));
    }

    [TestCase("""{}""", HttpStatusCode.BadRequest)]
    [TestCase("""{"customer":"c1","identifier":"email:a@b.it"}""", HttpStatusCode.BadRequest)]
    [TestCase("""{"customr":"c1"}""", HttpStatusCode.BadRequest)]
    [TestCase("""nope""", HttpStatusCode.BadRequest)]
    [TestCase("""{"identifier":"email:nobody@shop.it"}""", HttpStatusCode.NotFound)]
    public async Task A_body_that_says_nothing_is_refused(string body, HttpStatusCode status) => await UnmergeAsync("", body, status);

    private async Task<JsonElement> UnmergeAsync(string query, string body, HttpStatusCode status)
    {
        using var response = await _server.PostAsync($"/v1/customers/userId:u1/unmerge{query}", body);
        Assert.That(response.StatusCode, Is.EqualTo(status));
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task SayAsync(string call, string json, string at)
    {
        using var response = await _server.PostAsync($"/v1/{call}", $"{json[..^1]},\"timestamp\":\"{at}\"}}");
        Assert.That(response.IsSuccessStatusCode, Is.True);
    }

    private async Task FoldAsync()
    {
        var processor = new Processor(_server.Store, _server.Store, new ProcessorOptions(), TimeProvider.System);
        await processor.PrepareAsync(default);
        await processor.CatchUpAsync(null, default);
    }
}
