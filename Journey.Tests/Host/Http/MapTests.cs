using System.Net;
using System.Text.Json;
using Journey.Host.Running;

namespace Journey.Tests.Host.Http;

/// <summary>Maps, segments and funnels through the server, with a processor behind it.</summary>
public sealed class MapTests
{
    private const string Documents = """
        segment: buyers
        where: customer.orders >= 1
        ---
        funnel: purchase
        stages: [Product Viewed, Order Completed]
        """;

    private ServerUnderTest _server = null!;
    private JourneyRuntime _runtime = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await ServerUnderTest.StartAsync(
            before: async store => _runtime = await JourneyRuntime.StartAsync(store, new RuntimeOptions(), CancellationToken.None),
            with: _ => _runtime.Services());
        using var published = await _server.PostAsync("/v1/journeys", System.Text.Encoding.UTF8.GetBytes(Documents), "application/yaml");
        Assert.That(published.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        foreach (var (user, name, at) in new[]
        {
            ("u1", "Product Viewed", "2026-03-01T10:00:00Z"), ("u1", "Order Completed", "2026-03-01T10:10:00Z"),
            ("u2", "Product Viewed", "2026-03-01T11:00:00Z"), ("u2", "Product Viewed", "2026-03-02T11:00:00Z"),
        })
        {
            using var sent = await _server.PostAsync("/v1/track", JsonSerializer.Serialize(new { @event = name, userId = user, timestamp = at, properties = new { order_id = "o", total = 5 } }));
            Assert.That(sent.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }

        // The derived "Segment Entered" is the last thing to be folded.
        while (_runtime.Services().Consumers()[0].Position < _server.Store.PositionOf(await _server.Store.HeadAsync())
            || (await _server.RecordedAsync()).All(static recorded => recorded.Name != "Segment Entered"))
        {
            await Task.Yield();
        }
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _runtime.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task The_live_map_and_the_computed_one_agree()
    {
        // The happy path comes as soon as it was first computed.
        JsonElement live;
        do
        {
            live = await _server.GetAsync("/v1/maps");
        }
        while (live.GetProperty("happyPath").ValueKind == JsonValueKind.Null);

        var exact = await _server.GetAsync("/v1/maps?exact=true");

        Assert.That((live.GetProperty("isExact").GetBoolean(), exact.GetProperty("isExact").GetBoolean()), Is.EqualTo((false, true)));
        foreach (var member in new[] { "cases", "events", "activities", "starts", "ends", "happyPath" })
        {
            Assert.That(live.GetProperty(member).GetRawText(), Is.EqualTo(exact.GetProperty(member).GetRawText()), member);
        }

        Assert.That(exact.GetProperty("happyPath").GetRawText(), Is.EqualTo("""["Product Viewed","Order Completed"]"""));
        Assert.That(exact.GetProperty("edges")[0].GetRawText(), Is.EqualTo(
            """{"from":"Product Viewed","to":"Order Completed","count":1,"cases":1,"meanSeconds":600,"medianSeconds":600,"p95Seconds":600}"""));
    }

    [TestCase("segment=buyers", 1, 2)]
    [TestCase("from=2026-03-01T11:00:00Z&to=2026-03-02T00:00:00Z", 1, 1)]
    [TestCase("asOf=2026-03-01T11:00:00Z&view=occurrence", 0, 0)]
    [TestCase("asOf=2100-01-01T00:00:00Z&view=occurrence", 2, 4)]
    [TestCase("channel=app", 0, 0)]
    [TestCase("case=session", 3, 4)]
    public async Task A_slice_is_computed(string query, int cases, int events)
    {
        var map = await _server.GetAsync($"/v1/maps?exact=true&{query}");
        Assert.That((map.GetProperty("cases").GetInt32(), map.GetProperty("events").GetInt32()), Is.EqualTo((cases, events)));
    }

    [Test]
    public async Task Variants_come_in_pages()
    {
        var first = await _server.GetAsync("/v1/maps/variants?limit=1");
        var second = await _server.GetAsync($"/v1/maps/variants?limit=1&after={first.GetProperty("next").GetString()}");

        Assert.That(first.GetProperty("items")[0].GetRawText(), Is.EqualTo("""{"activities":["Product Viewed","Order Completed"],"length":2,"count":1,"share":0.5,"successes":1}"""));
        Assert.That(second.GetProperty("items")[0].GetProperty("activities").GetArrayLength(), Is.EqualTo(2));
        Assert.That(second.GetProperty("next").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task Who_goes_along_an_arc_is_listed()
    {
        var found = await _server.GetAsync("/v1/maps/customers?from_=Product%20Viewed&to_=Order%20Completed");
        var customer = (await _server.GetAsync("/v1/customers/userId:u1")).GetProperty("id").GetString();

        Assert.That(found.GetProperty("items").GetRawText(), Is.EqualTo($$"""[{"customer":"{{customer}}","count":1}]"""));
    }

    [TestCase("dot", "digraph journey {", "text/vnd.graphviz")]
    [TestCase("mermaid", "flowchart TD", "text/plain")]
    [TestCase("svg", "<svg xmlns=", "image/svg+xml")]
    [TestCase("json", "{", "application/json")]
    public async Task The_map_is_exported(string format, string begins, string type)
    {
        using var response = await _server.Client.GetAsync($"/v1/maps/export?format={format}&exact=true");
        Assert.That(await response.Content.ReadAsStringAsync(), Does.StartWith(begins));
        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo(type));
    }

    [TestCase("/v1/maps?segment=buyer", "segment", "there is no segment \"buyer\". Did you mean \"buyers\"?")]
    [TestCase("/v1/maps/customers?from_=Home", "to_", "is missing; expected an activity, as the map calls it.")]
    [TestCase("/v1/maps?view=past", "view", "expected one of arrival, occurrence.")]
    public async Task What_cannot_be_computed_says_why(string path, string parameter, string why)
    {
        using var response = await _server.Client.GetAsync(path);
        var problem = await response.IsProblemAsync(HttpStatusCode.BadRequest);
        Assert.That(problem.GetProperty("errors").GetProperty(parameter)[0].GetString(), Is.EqualTo(why));
    }

    [Test]
    public async Task Segments_have_sizes_days_and_members()
    {
        var customer = (await _server.GetAsync("/v1/customers/userId:u1")).GetProperty("id").GetString();

        Assert.That((await _server.GetAsync("/v1/segments")).GetProperty("items")[0].GetRawText(), Is.EqualTo(
            """{"name":"buyers","description":null,"where":"customer.orders >= 1","size":1}"""));
        Assert.That((await _server.GetAsync("/v1/segments/buyers")).GetProperty("sizes").GetRawText(), Is.EqualTo("""[{"day":"2026-03-01","size":1,"entered":1,"left":0}]"""));
        Assert.That((await _server.GetAsync("/v1/segments/buyers/customers?asOf=2026-03-01T11:00:00Z")).GetProperty("items").GetArrayLength(), Is.Zero, "nothing had arrived");
        Assert.That((await _server.GetAsync("/v1/segments/buyers/customers")).GetProperty("items").GetRawText(), Is.EqualTo(
            $$"""[{"customer":"{{customer}}","enteredAt":"2026-03-01T10:10:00Z"}]"""));
    }

    [Test]
    public async Task A_draft_of_a_segment_says_who_would_enter_and_leave()
    {
        using var response = await _server.PostAsync("/v1/segments/preview", "segment: buyers\nwhere: customer.orders == 0"u8.ToArray(), "application/yaml");
        var report = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        Assert.That(
            (report.GetProperty("size").GetInt64(), report.GetProperty("entering").GetInt64(), report.GetProperty("leaving").GetInt64(), report.GetProperty("customers").GetArrayLength()),
            Is.EqualTo((1L, 1L, 1L, 1)));
    }

    [Test]
    public async Task Funnels_are_listed_counted_and_tried()
    {
        var listed = (await _server.GetAsync("/v1/funnels")).GetProperty("items")[0];
        var counted = await _server.GetAsync("/v1/funnels/purchase?from=2026-03-01T00:00:00Z");
        using var tried = await _server.PostAsync("/v1/funnels/preview?counting=open", "funnel: f\nstages: [Order Completed, Product Viewed]"u8.ToArray(), "application/yaml");
        var draft = JsonDocument.Parse(await tried.Content.ReadAsStringAsync()).RootElement;

        Assert.That(listed.GetRawText(), Is.EqualTo("""{"name":"purchase","description":null,"stages":["Product Viewed","Order Completed"],"within":"30d","open":false}"""));
        Assert.That(counted.GetProperty("stages")[1].GetRawText(), Is.EqualTo(
            """{"name":"Order Completed","event":"Order Completed","count":1,"conversion":0.5,"dropOff":0.5,"overall":0.5,"medianSeconds":600}"""));
        Assert.That(draft.GetProperty("stages").EnumerateArray().Select(static stage => stage.GetProperty("count").GetInt64()), Is.EqualTo(new[] { 1L, 2 }));
    }

    [TestCase("/v1/segments/none")]
    [TestCase("/v1/segments/none/customers")]
    [TestCase("/v1/funnels/none")]
    public async Task What_is_not_published_is_not_found(string path)
    {
        using var response = await _server.Client.GetAsync(path);
        await response.IsProblemAsync(HttpStatusCode.NotFound);
    }

    [TestCase("/v1/segments/preview", "funnel: f\nstages: [Product Viewed, Order Completed]", HttpStatusCode.BadRequest)]
    [TestCase("/v1/segments/preview", "segment: s\nwhere: customer.ordres > 1 +", HttpStatusCode.UnprocessableEntity)]
    [TestCase("/v1/funnels/preview", "funnel: f\nstages: [Product Viewed]", HttpStatusCode.UnprocessableEntity)]
    public async Task A_draft_that_is_not_right_is_refused(string path, string document, HttpStatusCode status)
    {
        using var response = await _server.PostAsync(path, System.Text.Encoding.UTF8.GetBytes(document), "application/yaml");
        await response.IsProblemAsync(status);
    }
}
