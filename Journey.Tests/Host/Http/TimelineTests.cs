using System.Text.Json;

namespace Journey.Tests.Host.Http;

public sealed class TimelineTests
{
    private ServerUnderTest _server = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await ServerUnderTest.StartAsync();
        foreach (var message in new[]
        {
            """{"type":"page","messageId":"m1","anonymousId":"a1","timestamp":"2026-03-01T10:00:00Z"}""",
            """{"type":"track","messageId":"m2","event":"Order Completed","userId":"u1","timestamp":"2026-03-01T11:00:00Z","context":{"channel":"store"}}""",
            """{"type":"identify","messageId":"m3","userId":"u1","anonymousId":"a1","timestamp":"2026-03-01T12:00:00Z"}""",
            """{"type":"page","messageId":"m4","anonymousId":"a1","timestamp":"2026-03-01T13:00:00Z"}""",
        })
        {
            using var response = await _server.PostAsync("/v1/batch", $$"""{"batch":[{{message}}]}""");
            response.EnsureSuccessStatusCode();
        }
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task Anonymous_history_is_in_it_from_the_start() =>
        Assert.That(Interactions(await _server.GetAsync("/v1/customers/userId:u1/timeline")), Is.EqualTo(new[] { "m1", "m2", "m3", "m4" }));

    [Test]
    public async Task Newest_first_is_the_other_way_round() =>
        Assert.That(Interactions(await _server.GetAsync("/v1/customers/u1/timeline?order=newest")), Is.EqualTo(new[] { "m4", "m3", "m2", "m1" }));

    [TestCase("oldest")]
    [TestCase("newest")]
    public async Task Pages_of_any_size_are_the_whole(string order)
    {
        var whole = Positions(await _server.GetAsync($"/v1/customers/u1/timeline?order={order}")).ToList();
        for (var limit = 1; limit <= whole.Count; limit++)
        {
            var paged = new List<long>();
            var after = "";
            do
            {
                var page = await _server.GetAsync($"/v1/customers/u1/timeline?order={order}&limit={limit}&after={after}");
                paged.AddRange(Positions(page));
                after = page.GetProperty("next").GetString();
            }
            while (after is not null);
            Assert.That(paged, Is.EqualTo(whole), $"limit {limit}");
        }
    }

    [TestCase("asOf=2026-03-01T11:00:00Z", "m1", "m2")]
    [TestCase("asOf=2026-03-01T10:59:59Z", "m1")]
    [TestCase("channel=store", "m2")]
    [TestCase("channel=web&asOf=2026-03-01T12:30:00Z", "m1")]
    public async Task It_can_be_cut_by_time_and_channel(string filter, params string[] expected) =>
        Assert.That(Interactions(await _server.GetAsync($"/v1/customers/u1/timeline?{filter}")), Is.EqualTo(expected));

    [Test]
    public async Task Every_identifier_leads_to_the_same_timeline() =>
        Assert.That(
            Positions(await _server.GetAsync("/v1/customers/anonymousId:a1/timeline")),
            Is.EqualTo(Positions(await _server.GetAsync("/v1/customers/userId:u1/timeline"))));

    [Test]
    public async Task What_was_recorded_is_shown_as_it_was()
    {
        var item = (await _server.GetAsync("/v1/customers/u1/timeline?channel=store")).GetProperty("items")[0];
        Assert.Multiple(() =>
        {
            Assert.That(item.GetProperty("name").GetString(), Is.EqualTo("Order Completed"));
            Assert.That(item.GetProperty("kind").GetString(), Is.EqualTo("interaction"));
            Assert.That(item.GetProperty("occurredAt").GetString(), Is.EqualTo("2026-03-01T11:00:00Z"));
            Assert.That(item.GetProperty("content").GetProperty("ids").GetRawText(), Is.EqualTo("""{"userId":"u1"}"""));
        });
    }

    private static IEnumerable<string?> Interactions(JsonElement page) => page.GetProperty("items").EnumerateArray()
        .Where(item => item.GetProperty("kind").GetString() == "interaction")
        .Select(item => item.GetProperty("id").GetString());

    private static IEnumerable<long> Positions(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("position").GetInt64());
}
