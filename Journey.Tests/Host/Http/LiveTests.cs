using System.Net;
using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Http;

namespace Journey.Tests.Host.Http;

[CancelAfter(60_000)]
public sealed class LiveTests
{
    private ServerUnderTest _server = null!;

    [SetUp]
    public async Task Start() => _server = await ServerUnderTest.StartAsync(options: new ServerOptions { LiveClientsMax = 2 });

    [TearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task Events_and_decisions_are_told_as_they_are_committed(CancellationToken cancellation)
    {
        await using var feed = await EventStream.OpenAsync(_server.Client, "/v1/live", null, cancellation);
        await feed.NextAsync("overview");
        using var sent = await _server.PostAsync("/v1/track", """{"messageId":"m1","event":"Product Viewed","userId":"u1","context":{"channel":"store"}}""");
        var told = await feed.NextAsync("event");
        var customer = told.Json.GetProperty("customer").GetString()!;
        await _server.Store.AppendAsync([new AppendRequest(customer, ExpectedVersion.Any, [new NewEvent(customer, "journey", "d1", EventNames.MessageRequested,
            EventKind.Decision, EventFlags.None, ContactChannel.Internal, 1, 1,
            StoredPayload.FromJson("""{"properties":{"journey":"cart","step":"first","channel":"email","to":"secret@example.org"}}"""u8))])], cancellation);
        var decided = await feed.NextAsync("decision");
        Assert.Multiple(() =>
        {
            Assert.That(told.Json.GetProperty("name").GetString(), Is.EqualTo("Product Viewed"));
            Assert.That(told.Json.GetProperty("channel").GetString(), Is.EqualTo("store"));
            Assert.That(told.Json.GetProperty("position").GetInt64(), Is.EqualTo(1));
            Assert.That(decided.Json.GetProperty("says").GetRawText(), Is.EqualTo("""{"journey":"cart","step":"first","channel":"email"}"""));
        });
    }

    [Test]
    public async Task A_client_that_comes_back_goes_on_where_it_was(CancellationToken cancellation)
    {
        string? last;
        await using (var feed = await EventStream.OpenAsync(_server.Client, "/v1/live", null, cancellation))
        {
            await feed.NextAsync("overview");
            using var sent = await _server.PostAsync("/v1/track", """{"messageId":"m1","event":"X","userId":"u1"}""");
            last = (await feed.NextAsync("event")).Id;
        }

        using var missed = await _server.PostAsync("/v1/track", """{"messageId":"m2","event":"X","userId":"u1"}""");
        await using var again = await EventStream.OpenAsync(_server.Client, "/v1/live", last, cancellation);
        Assert.That((await again.NextAsync("event")).Json.GetProperty("position").GetInt64(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_client_that_is_too_slow_is_told_how_much_it_missed(CancellationToken cancellation)
    {
        using var first = await _server.PostAsync("/v1/track", """{"messageId":"m0","event":"X","userId":"u1"}""");
        var from = (await _server.Store.HeadAsync(cancellation)).Token;
        using var many = await _server.PostAsync("/v1/batch",
            """{"batch":[""" + string.Join(",", Enumerable.Range(1, 1_001).Select(i => $$"""{"type":"track","event":"X","userId":"u1","messageId":"n{{i}}"}""")) + "]}");
        await using var feed = await EventStream.OpenAsync(_server.Client, "/v1/live?events=10", from, cancellation);
        var dropped = await feed.NextAsync("dropped");
        using var next = await _server.PostAsync("/v1/track", """{"messageId":"m2","event":"X","userId":"u1"}""");
        var told = await feed.NextAsync("event");
        Assert.That((dropped.Json.GetProperty("count").GetInt64(), told.Json.GetProperty("position").GetInt64()), Is.EqualTo((1_001L, 1_003L)));
    }

    [Test]
    public async Task An_overview_says_how_everything_stands(CancellationToken cancellation)
    {
        await using var feed = await EventStream.OpenAsync(_server.Client, "/v1/live?events=0", null, cancellation);
        var overview = (await feed.NextAsync("overview")).Json;
        Assert.Multiple(() =>
        {
            Assert.That(overview.GetProperty("head").GetInt64(), Is.EqualTo(0));
            Assert.That(overview.GetProperty("healthy").GetBoolean(), Is.True);
            Assert.That(overview.GetProperty("liveClients").GetInt32(), Is.EqualTo(1));
            Assert.That(overview.GetProperty("carts").EnumerateArray().Select(cart => cart.GetProperty("state").GetString()),
                Is.EqualTo(new[] { "active", "abandoned", "checking out" }));
        });
    }

    [Test]
    public async Task Rates_are_seen_by_channel_while_somebody_watches(CancellationToken cancellation)
    {
        await using var feed = await EventStream.OpenAsync(_server.Client, "/v1/live?events=0", null, cancellation);
        await feed.NextAsync("overview");
        var sent = 0;
        while (true)
        {
            using var response = await _server.PostAsync("/v1/track", $$"""{"messageId":"r{{sent++}}","event":"X","userId":"u1","context":{"channel":"kiosk"} }""");
            var rates = (await feed.NextAsync("overview")).Json.GetProperty("rates");
            if (rates.GetProperty("byChannel").TryGetProperty("kiosk", out var rate))
            {
                Assert.That(rate.GetDouble(), Is.GreaterThan(0).And.EqualTo(rates.GetProperty("total").GetDouble()));
                return;
            }
        }
    }

    [Test]
    public async Task More_clients_than_may_follow_are_turned_away(CancellationToken cancellation)
    {
        await using var first = await EventStream.OpenAsync(_server.Client, "/v1/live", null, cancellation);
        await using var second = await EventStream.OpenAsync(_server.Client, "/v1/live", null, cancellation);
        using var third = await _server.Client.GetAsync("/v1/live", cancellation);
        await third.IsProblemAsync(HttpStatusCode.TooManyRequests);
    }

    [Test]
    public async Task An_id_that_we_never_gave_is_a_bad_request(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/live");
        request.Headers.Add("Last-Event-ID", "never");
        using var response = await _server.Client.SendAsync(request, cancellation);
        await response.IsProblemAsync(HttpStatusCode.BadRequest);
    }

    private sealed record Message(string Name, string? Id, JsonElement Json);

    private sealed class EventStream(HttpResponseMessage response, StreamReader reader, CancellationToken cancellation) : IAsyncDisposable
    {
        public static async Task<EventStream> OpenAsync(HttpClient client, string path, string? last, CancellationToken cancellation)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (last is not null)
            {
                request.Headers.Add("Last-Event-ID", last);
            }

            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/event-stream"));
            return new EventStream(response, new StreamReader(await response.Content.ReadAsStreamAsync(cancellation)), cancellation);
        }

        public async Task<Message> NextAsync(string name)
        {
            while (true)
            {
                var (read, id, data) = ("", (string?)null, "");
                while (await reader.ReadLineAsync(cancellation) is { Length: > 0 } line)
                {
                    var (field, value) = (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..]);
                    (read, id, data) = field switch
                    {
                        "event" => (value, id, data),
                        "id" => (read, value, data),
                        "data" => (read, id, data + value),
                        _ => (read, id, data),
                    };
                }

                if (read == name)
                {
                    return new Message(read, id, JsonSerializer.Deserialize<JsonElement>(data));
                }
            }
        }

        public ValueTask DisposeAsync()
        {
            reader.Dispose();
            response.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
