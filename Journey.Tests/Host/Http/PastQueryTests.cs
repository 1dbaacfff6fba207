using System.Net;
using System.Text;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Host.Running;
using Journey.Host.Stores.Sqlite;
using Journey.Tests.Host.Why;

namespace Journey.Tests.Host.Http;

/// <summary>Why, and the past, over HTTP.</summary>
public sealed class PastQueryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private ServerUnderTest _server = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await ServerUnderTest.StartAsync(before: LiveAsync);

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task Why_is_answered_with_a_summary_and_entries_with_conditions()
    {
        var why = await _server.GetAsync("/v1/customers/userId:ann/why?journey=reminder");
        var entry = why.GetProperty("entries")[0];
        var condition = entry.GetProperty("conditions")[0];
        Assert.Multiple(() =>
        {
            Assert.That(why.GetProperty("summary")[0].GetString(), Is.EqualTo(
                "The customer did not get the message cart-reminder of reminder: the cart total 42.00 was below 50 (reminder v1, line 5)."));
            Assert.That(entry.GetProperty("verdict").GetString(), Is.EqualTo("not-entered"));
            Assert.That(entry.GetProperty("event").GetString(), Is.EqualTo(EventNames.CartAbandoned));
            Assert.That(condition.GetProperty("role").GetString(), Is.EqualTo("entry"));
            Assert.That(condition.GetProperty("expression").GetString(), Is.EqualTo("cart.total >= 50.0 && customer.isKnown"));
            Assert.That(condition.GetProperty("at").GetProperty("line").GetInt32(), Is.EqualTo(5));
            Assert.That(condition.GetProperty("facts")[0].GetProperty("name").GetString(), Is.EqualTo("cart.total"));
            Assert.That(why.GetProperty("waitingUntil").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
        });
    }

    [TestCase("/v1/customers/userId:nobody/why?journey=reminder", "There is no customer")]
    [TestCase("/v1/customers/userId:ann/why?journey=remindre", "Did you mean `reminder`?")]
    [TestCase("/v1/customers/userId:ann?asOf=2020-01-01T00:00:00Z", "had arrived by 2020-01-01T00:00:00Z")]
    [TestCase("/v1/customers/userId:ann/carts?asOf=2020-01-01T00:00:00Z", "had arrived by")]
    [TestCase("/v1/customers/userId:nobody/segments", "There is no customer")]
    public async Task What_is_not_there_is_said_not_to_be(string path, string said)
    {
        using var response = await _server.Client.GetAsync(path);
        Assert.That((await response.IsProblemAsync(HttpStatusCode.NotFound)).GetProperty("detail").GetString(), Does.Contain(said));
    }

    [TestCase("/v1/customers/userId:ann/why", "journey")]
    [TestCase("/v1/customers/userId:ann/why?journey=reminder&at=noon", "at")]
    [TestCase("/v1/customers/userId:ann/why?journey=reminder&limit=0", "limit")]
    [TestCase("/v1/customers/userId:ann/why?journey=reminder&limit=1001", "limit")]
    [TestCase("/v1/customers/userId:ann?asOf=noon", "asOf")]
    [TestCase("/v1/carts?asOf=noon", "asOf")]
    [TestCase("/v1/journeys/reminder/runs?state=lost", "state")]
    public async Task A_wrong_parameter_is_named(string path, string parameter)
    {
        using var response = await _server.Client.GetAsync(path);
        Assert.That((await response.IsProblemAsync(HttpStatusCode.BadRequest)).GetProperty("errors").TryGetProperty(parameter, out _), Is.True);
    }

    [Test]
    public async Task Everything_of_one_customer_can_be_asked_as_of_a_moment()
    {
        const string then = "asOf=2026-03-02T12:30:00Z";
        var (now, past) = (await _server.GetAsync("/v1/customers/userId:ann"), await _server.GetAsync($"/v1/customers/userId:ann?{then}"));
        Assert.Multiple(async () =>
        {
            Assert.That(now.GetProperty("carts")[0].GetProperty("state").GetString(), Is.EqualTo("abandoned"));
            Assert.That(past.GetProperty("carts")[0].GetProperty("state").GetString(), Is.EqualTo("active"));
            Assert.That((await _server.GetAsync($"/v1/customers/userId:ann/carts?{then}")).GetProperty("items")[0].GetProperty("state").GetString(), Is.EqualTo("active"));
            Assert.That((await _server.GetAsync("/v1/customers/userId:ann/carts")).GetProperty("items")[0].GetProperty("state").GetString(), Is.EqualTo("abandoned"));
            Assert.That((await _server.GetAsync($"/v1/customers/userId:bob/runs?{then}")).GetProperty("items").GetArrayLength(), Is.Zero);
            Assert.That((await _server.GetAsync("/v1/customers/userId:bob/runs")).GetProperty("items")[0].GetProperty("journey").GetString(), Is.EqualTo("reminder"));
            Assert.That((await _server.GetAsync($"/v1/customers/userId:bob/segments?{then}")).GetProperty("items").GetArrayLength(), Is.Zero);
        });
    }

    [Test]
    public async Task Lists_can_be_asked_as_of_a_moment()
    {
        var past = await _server.GetAsync("/v1/carts?asOf=2026-03-02T12:30:00Z&state=active");
        var now = await _server.GetAsync("/v1/carts?state=active");
        Assert.Multiple(async () =>
        {
            Assert.That(past.GetProperty("items").GetArrayLength(), Is.EqualTo(2));
            Assert.That(now.GetProperty("items").GetArrayLength(), Is.Zero);
            Assert.That((await _server.GetAsync("/v1/journeys/reminder/runs?asOf=2026-03-02T12:30:00Z")).GetProperty("items").GetArrayLength(), Is.Zero);
            Assert.That((await _server.GetAsync("/v1/journeys/reminder/runs?state=active")).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
        });
    }

    /// <summary>At noon Ann leaves a cart of 42 behind, and Bob one of 80: each is abandoned an hour later.</summary>
    private static async Task LiveAsync(SqliteStore store)
    {
        var clock = new ManualTimeProvider(Noon);
        var parsed = DocumentParser.Parse([("reminder.yaml", Encoding.UTF8.GetBytes(WhyShop.Reminder))]);
        await store.AppendAsync([new AppendRequest(SystemStreams.Definitions, ExpectedVersion.NoStream, [DefinitionDocuments.Publish(parsed.Documents[0], Noon.ToUnixTimeMilliseconds())])]);
        var processor = new Processor(store, store, new ProcessorOptions(), clock);
        await processor.PrepareAsync(CancellationToken.None);
        foreach (var (user, price) in ((string, int)[])[("ann", 42), ("bob", 80)])
        {
            var payload = $$$"""{"ids":{"userId":"{{{user}}}"},"properties":{"cart_id":"{{{user}}}","product_id":"p1","price":{{{price}}},"quantity":1,"currency":"EUR"}}""";
            await store.IngestAsync(
            [
                new Interaction("test", user, "Product Added", ContactChannel.Web, EventFlags.None, Noon.ToUnixTimeMilliseconds(), Noon.ToUnixTimeMilliseconds(),
                    [new Identifier(IdentifierKind.UserId, user)], [], StoredPayload.FromJson(Encoding.UTF8.GetBytes(payload))),
            ]);
        }

        await processor.CatchUpAsync(null, CancellationToken.None);
        clock.Advance(TimeSpan.FromHours(2));
        using var scheduler = new Scheduler(store, store, (_, stop) => processor.CatchUpAsync(null, stop), clock);
        while ((await scheduler.RecordDueAsync(CancellationToken.None)).Recorded > 0)
        {
        }
    }
}
