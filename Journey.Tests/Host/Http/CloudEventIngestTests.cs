using System.Net;
using System.Text;

namespace Journey.Tests.Host.Http;

public sealed class CloudEventIngestTests
{
    private const string One = """{"specversion":"1.0","id":"e1","source":"/till/7","type":"Order Completed","subject":"u1","data":{"total":80}}""";

    private ServerUnderTest _server = null!;

    [SetUp]
    public async Task Start() => _server = await ServerUnderTest.StartAsync();

    [TearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase("application/cloudevents+json")]
    [TestCase("application/cloudevents+json; charset=utf-8")]
    public async Task Structured_mode_records_one_event(string contentType)
    {
        using var response = await _server.PostAsync("/v1/events", One, contentType);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await _server.RecordedAsync()).Select(recorded => (recorded.Source, recorded.Id, recorded.Name)),
            Is.EqualTo(new[] { ("/till/7", "e1", "Order Completed") }));
    }

    [Test]
    public async Task Batch_mode_records_many_and_refuses_each_for_itself()
    {
        var second = One.Replace("e1", "e2", StringComparison.Ordinal);
        using var response = await _server.PostAsync("/v1/events", $"[{One},{{\"specversion\":\"1.0\",\"id\":\"bad\"}},{second}]", "application/cloudevents-batch+json");
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo(
            """{"success":true,"accepted":2,"rejected":[{"index":1,"messageId":"bad","code":"attribute-missing","reason":"The CloudEvents attribute \"source\" is missing or empty."}]}"""));
        Assert.That(await _server.RecordedIdsAsync(), Is.EqualTo(new[] { "e1", "e2" }));
    }

    [Test]
    public async Task Binary_mode_records_the_body_as_data()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events") { Content = new StringContent("""{"total":80}""", Encoding.UTF8, "application/json") };
        foreach (var (name, value) in new[] { ("specversion", "1.0"), ("id", "e1"), ("source", "/till/7"), ("type", "Order Completed"), ("subject", "u1") })
        {
            request.Headers.Add($"ce-{name}", value);
        }

        using var response = await _server.Client.SendAsync(request);
        var recorded = (await _server.RecordedAsync()).Single();
        Assert.That((response.StatusCode, recorded.Id, Encoding.UTF8.GetString(recorded.Json.Span)), Is.EqualTo(
            (HttpStatusCode.OK, "e1", """{"ids":{"userId":"u1"},"properties":{"total":80},"context":{"datacontenttype":"application/json; charset=utf-8"}}""")));
    }

    [Test]
    public async Task A_repeated_event_is_recorded_once()
    {
        using var first = await _server.PostAsync("/v1/events", One, "application/cloudevents+json");
        using var again = await _server.PostAsync("/v1/events", $"[{One},{One}]", "application/cloudevents-batch+json");
        Assert.That((again.StatusCode, (await _server.RecordedAsync()).Count), Is.EqualTo((HttpStatusCode.OK, 1)));
    }

    [Test]
    public async Task The_same_id_from_another_source_is_another_event()
    {
        using var first = await _server.PostAsync("/v1/events", One, "application/cloudevents+json");
        using var other = await _server.PostAsync("/v1/events", One.Replace("/till/7", "/till/8", StringComparison.Ordinal), "application/cloudevents+json");
        Assert.That((await _server.RecordedAsync()).Count, Is.EqualTo(2));
    }

    [TestCase("application/json")]
    [TestCase("application/cloudevents+xml")]
    [TestCase("text/plain")]
    public async Task A_body_in_no_mode_is_unsupported(string contentType)
    {
        using var response = await _server.PostAsync("/v1/events", One, contentType);
        await response.IsProblemAsync(HttpStatusCode.UnsupportedMediaType);
    }

    [TestCase("application/cloudevents+json", "{")]
    [TestCase("application/cloudevents-batch+json", "{}")]
    [TestCase("application/cloudevents+json", """{"specversion":"1.0"}""")]
    public async Task What_is_no_event_is_a_bad_request(string contentType, string body)
    {
        using var response = await _server.PostAsync("/v1/events", body, contentType);
        await response.IsProblemAsync(HttpStatusCode.BadRequest);
    }
}
