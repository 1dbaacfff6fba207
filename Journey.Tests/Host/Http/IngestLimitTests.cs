using System.IO.Compression;
using System.Net;
using System.Text;
using Journey.Host.Ingestion;

namespace Journey.Tests.Host.Http;

public sealed class IngestLimitTests
{
    private static readonly IngestLimits Limits = new();

    private ServerUnderTest _server = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await ServerUnderTest.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task An_event_of_64_KB_is_taken_and_one_byte_more_is_refused_alone()
    {
        Assert.That(Limits.EventBytesMax, Is.EqualTo(65_536));
        var most = Event("exact", Limits.EventBytesMax);
        var beyond = Event("beyond", Limits.EventBytesMax + 1);
        using var response = await _server.PostAsync("/v1/batch", $$"""{"batch":[{{most}},{{beyond}}]}""");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("\"accepted\":1").And.Contain("\"index\":1").And.Contain("event-too-large"));
        Assert.That(await _server.RecordedIdsAsync(), Does.Contain("exact").And.Not.Contain("beyond"));
    }

    [Test]
    public async Task A_single_event_over_64_KB_is_too_large()
    {
        using var response = await _server.PostAsync("/v1/track", Event("single", Limits.EventBytesMax + 1));
        await response.IsProblemAsync(HttpStatusCode.RequestEntityTooLarge);
    }

    [Test]
    public async Task A_request_of_4_MB_is_taken_and_one_byte_more_is_too_large()
    {
        Assert.That(Limits.RequestBytesMax, Is.EqualTo(4_194_304));
        using var most = await _server.PostAsync("/v1/batch", Request(Limits.RequestBytesMax));
        using var beyond = await _server.PostAsync("/v1/batch", Request(Limits.RequestBytesMax + 1));
        Assert.That(most.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await beyond.IsProblemAsync(HttpStatusCode.RequestEntityTooLarge);
    }

    [Test]
    public async Task A_request_is_measured_after_unpacking()
    {
        using var most = await _server.PostAsync("/v1/batch", Gzip(Request(Limits.RequestBytesMax)), encoding: "gzip");
        using var beyond = await _server.PostAsync("/v1/batch", Gzip(Request(Limits.RequestBytesMax + 1)), encoding: "gzip");
        Assert.That(most.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await beyond.IsProblemAsync(HttpStatusCode.RequestEntityTooLarge);
    }

    [Test]
    public async Task A_batch_of_10_000_events_is_taken_and_one_more_is_too_long()
    {
        using var most = await _server.PostAsync("/v1/batch", Many(Limits.BatchEventsMax));
        using var beyond = await _server.PostAsync("/v1/batch", Many(Limits.BatchEventsMax + 1));
        Assert.That(most.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await beyond.IsProblemAsync(HttpStatusCode.RequestEntityTooLarge);
    }

    [Test]
    public async Task Nesting_beyond_reason_is_a_bad_request()
    {
        var deep = new string('[', IngestLimits.RequestDepthMax + 1) + new string(']', IngestLimits.RequestDepthMax + 1);
        using var response = await _server.PostAsync("/v1/batch", $$"""{"batch":{{deep}}}""");
        await response.IsProblemAsync(HttpStatusCode.BadRequest);
    }

    [Test]
    public async Task An_encoding_that_is_not_known_is_unsupported()
    {
        using var response = await _server.PostAsync("/v1/batch", "{}"u8.ToArray(), encoding: "zstd");
        await response.IsProblemAsync(HttpStatusCode.UnsupportedMediaType);
    }

    private static string Event(string id, int bytes)
    {
        var head = $$"""{"type":"track","event":"X","userId":"u","messageId":"{{id}}","properties":{"pad":""";
        return head + "\"" + new string('x', bytes - head.Length - "\"\"}}".Length) + "\"}}";
    }

    private static byte[] Request(int bytes)
    {
        const string tail = """],"pad":" """;
        var text = new StringBuilder("""{"batch":[{"type":"track","event":"X","userId":"u"}""").Append(tail);
        text.Append('p', bytes - text.Length - "\"}".Length).Append("\"}");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Many(int count) =>
        $$"""{"batch":[{{string.Join(",", Enumerable.Range(0, count).Select(i => $$"""{"type":"track","event":"X","userId":"u{{i % 100}}","messageId":"many-{{i}}"}"""))}}]}""";

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }
}
