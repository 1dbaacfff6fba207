using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Identity;

namespace Journey.Tests.Host.Http;

public sealed class SegmentIngestTests
{
    private const string Track = """{"type":"track","messageId":"m1","event":"Product Viewed","userId":"u1","properties":{"price":19.9}}""";

    private ServerUnderTest _server = null!;

    [SetUp]
    public async Task Start() => _server = await ServerUnderTest.StartAsync();

    [TearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase("/v1/track")]
    [TestCase("/v1/t")]
    public async Task A_call_is_recorded_and_answered_as_segment_does(string path)
    {
        using var response = await _server.PostAsync(path, Track);
        var recorded = await _server.RecordedAsync();
        Assert.Multiple(async () =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo("""{"success":true}"""));
            Assert.That(recorded.Select(it => (it.Name, it.Id, it.Source, it.Kind)), Is.EqualTo(new[] { ("Product Viewed", "m1", "segment", EventKind.Interaction) }));
        });
    }

    [TestCase("identify", "i")]
    [TestCase("page", "p")]
    [TestCase("screen", "s")]
    [TestCase("group", "g")]
    [TestCase("alias", "a")]
    public async Task Every_call_has_its_path_and_its_short_path(string path, string shortPath)
    {
        const string message = """{"messageId":"ID","userId":"u1","groupId":"g1","previousId":"p1"}""";
        using var first = await _server.PostAsync($"/v1/{path}", message.Replace("ID", "m1", StringComparison.Ordinal));
        using var second = await _server.PostAsync($"/v1/{shortPath}", message.Replace("ID", "m2", StringComparison.Ordinal));
        var names = (await _server.RecordedAsync()).Where(it => it.Kind == EventKind.Interaction).Select(it => it.Name).ToList();
        Assert.That((first.StatusCode, second.StatusCode, names.Count, names.Distinct().Count()), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK, 2, 1)));
    }

    [TestCase("/v1/batch")]
    [TestCase("/v1/b")]
    [TestCase("/v1/import")]
    public async Task A_batch_is_recorded_in_its_order(string path)
    {
        using var response = await _server.PostAsync(path, Batch("m1", "m2", "m3"));
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo("""{"success":true}"""));
        Assert.That(await _server.RecordedIdsAsync(), Is.EqualTo(new[] { "m1", "m2", "m3" }));
    }

    [TestCase("application/json")]
    [TestCase("application/json; charset=utf-8")]
    [TestCase("text/plain")]
    [TestCase("text/plain;charset=UTF-8")]
    [TestCase("application/x-www-form-urlencoded", Description = "What curl says of everything.")]
    [TestCase("application/octet-stream")]
    [TestCase("")]
    public async Task Json_is_read_whatever_it_is_called(string contentType)
    {
        using var response = await _server.PostAsync("/v1/track", Track, contentType);
        Assert.That((response.StatusCode, (await _server.RecordedIdsAsync()).Single()), Is.EqualTo((HttpStatusCode.OK, "m1")));
    }

    [Test]
    public async Task A_form_with_base64_data_is_read()
    {
        var form = "data=" + Uri.EscapeDataString(Convert.ToBase64String(Encoding.UTF8.GetBytes(Track)));
        using var response = await _server.PostAsync("/v1/track", form, "application/x-www-form-urlencoded");
        Assert.That((response.StatusCode, (await _server.RecordedIdsAsync()).Single()), Is.EqualTo((HttpStatusCode.OK, "m1")));
    }

    [Test]
    public async Task A_byte_order_mark_is_passed_over()
    {
        using var response = await _server.PostAsync("/v1/track", Encoding.UTF8.Preamble.ToArray().Concat(Encoding.UTF8.GetBytes(Track)).ToArray());
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Gzip_is_unpacked()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionMode.Compress))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Batch("m1", "m2")));
        }

        using var response = await _server.PostAsync("/v1/batch", packed.ToArray(), encoding: "gzip");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await _server.RecordedIdsAsync(), Is.EqualTo(new[] { "m1", "m2" }));
    }

    [Test]
    public async Task A_gzip_that_was_cut_off_is_a_bad_request()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionMode.Compress))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Batch([.. Enumerable.Range(0, 100).Select(i => $"m{i}")])));
        }

        using var response = await _server.PostAsync("/v1/batch", packed.ToArray()[..(packed.ToArray().Length / 2)], encoding: "gzip");
        await response.IsProblemAsync(HttpStatusCode.BadRequest);
    }

    [Test]
    public async Task Chunks_are_put_together()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/batch") { Content = new StreamContent(new Trickle(Encoding.UTF8.GetBytes(Batch("m1", "m2")))) };
        request.Headers.TransferEncodingChunked = true;
        using var response = await _server.Client.SendAsync(request);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await _server.RecordedIdsAsync(), Is.EqualTo(new[] { "m1", "m2" }));
    }

    [Test]
    public async Task A_retry_changes_nothing()
    {
        using var first = await _server.PostAsync("/v1/batch", Batch("m1", "m2"));
        using var retry = await _server.PostAsync("/v1/batch", Batch("m2", "m1", "m3", "m3"));
        Assert.That((first.StatusCode, retry.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
        Assert.That(await _server.RecordedIdsAsync(), Is.EqualTo(new[] { "m1", "m2", "m3" }));
    }

    [Test]
    public async Task A_bad_event_is_refused_alone_and_said_to_be()
    {
        using var response = await _server.PostAsync("/v1/batch",
            """{"batch":[{"type":"track","event":"X","userId":"u","messageId":"m1"},{"type":"track","userId":"u","messageId":"m2"},{"type":"track","event":"X","userId":"u","messageId":"m3"}]}""");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo(
            """{"success":true,"accepted":2,"rejected":[{"index":1,"messageId":"m2","code":"name-missing","reason":"The event has no name: \"event\" must be text that isn't empty."}]}"""));
        Assert.That(await _server.RecordedIdsAsync(), Is.EqualTo(new[] { "m1", "m3" }));
    }

    [Test]
    public async Task A_batch_of_nothing_but_bad_events_is_bad()
    {
        using var response = await _server.PostAsync("/v1/batch", """{"batch":[{"type":"track","userId":"u"},{"type":"x"}]}""");
        var problem = await response.IsProblemAsync(HttpStatusCode.BadRequest);
        Assert.That(problem.GetProperty("rejected").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task An_empty_batch_is_taken()
    {
        using var response = await _server.PostAsync("/v1/batch", """{"batch":[]}""");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("{", "is not valid JSON: line 1")]
    [TestCase("", "is not valid JSON")]
    [TestCase("[]", "must be a JSON object")]
    [TestCase("""{"event":"X"}""", "must have \"batch\"")]
    public async Task A_body_that_is_no_such_request_is_a_bad_request(string body, string detail)
    {
        using var response = await _server.PostAsync("/v1/batch", body);
        var problem = await response.IsProblemAsync(HttpStatusCode.BadRequest);
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain(detail));
    }

    [Test]
    public async Task Half_an_emoji_is_no_reason_to_refuse_an_event()
    {
        using var response = await _server.PostAsync("/v1/track", """{"messageId":"m1","event":"X","userId":"u","properties":{"title":"cut \ud83d"}}""");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        using var payload = JsonDocument.Parse((await _server.RecordedAsync())[0].Json);
        Assert.That(payload.RootElement.GetProperty("properties").GetProperty("title").GetString(), Is.EqualTo("cut \ufffd"));
    }

    [Test]
    public async Task An_alias_of_a_user_id_that_is_known_joins_that_customer()
    {
        using var old = await _server.PostAsync("/v1/track", """{"messageId":"m1","event":"X","userId":"old"}""");
        using var alias = await _server.PostAsync("/v1/alias", """{"messageId":"m2","userId":"new","previousId":"old"}""");
        var holders = new[]
        {
            await _server.Store.FindAsync(new Identifier(IdentifierKind.UserId, "old")),
            await _server.Store.FindAsync(new Identifier(IdentifierKind.UserId, "new")),
        };
        Assert.That((alias.StatusCode, holders[1]), Is.EqualTo((HttpStatusCode.OK, holders[0])));
    }

    [Test]
    public async Task The_settings_point_the_browser_sdk_back_here()
    {
        var settings = await _server.GetAsync("/v1/projects/any-key/settings");
        var segment = settings.GetProperty("integrations").GetProperty("Segment.io");
        Assert.That(
            (segment.GetProperty("apiKey").GetString(), segment.GetProperty("apiHost").GetString(), segment.GetProperty("protocol").GetString()),
            Is.EqualTo(("any-key", $"{_server.Address.Authority}/v1", "http")));
    }

    [Test]
    public async Task A_path_that_is_not_there_is_a_problem()
    {
        using var response = await _server.PostAsync("/v1/nothing", "{}");
        await response.IsProblemAsync(HttpStatusCode.NotFound);
    }

    [Test]
    public async Task A_method_that_is_not_there_is_a_problem()
    {
        using var response = await _server.Client.GetAsync("/v1/track");
        await response.IsProblemAsync(HttpStatusCode.MethodNotAllowed);
    }

    private static string Batch(params string[] ids) =>
        $$"""{"batch":[{{string.Join(",", ids.Select(id => $$"""{"type":"track","event":"X","userId":"u","messageId":"{{id}}"}"""))}}],"sentAt":"2026-03-01T10:00:00Z"}""";

    /// <summary>Gives a few bytes at a time, as a slow network does.</summary>
    private sealed class Trickle(byte[] content) : MemoryStream(content)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 7));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 7)], cancellationToken);

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            var buffer = new byte[7];
            while (await ReadAsync(buffer, cancellationToken) is var read and > 0)
            {
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                await destination.FlushAsync(cancellationToken);
            }
        }
    }
}
