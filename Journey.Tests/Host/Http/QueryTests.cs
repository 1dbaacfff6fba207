using System.Net;
using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Host.Dispatch;
using Journey.Host.Http;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Host.Http;

public sealed class QueryTests
{
    private ServerUnderTest _server = null!;

    [SetUp]
    public async Task Start() => _server = await ServerUnderTest.StartAsync(with: services => services with
    {
        Consumers = () => [new ConsumerStatus("processor", null, Checkpoint.Start, 0)],
        RetryDelivery = (id, _) => Task.FromResult<RetryAnswer>(id == "known" ? new RetryAnswer.Delivered() : new RetryAnswer.NotFound()),
    });

    [TearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase("/v1/carts?limit=0", "limit")]
    [TestCase("/v1/carts?limit=1001", "limit")]
    [TestCase("/v1/carts?limit=ten", "limit")]
    [TestCase("/v1/carts?state=lost", "state")]
    [TestCase("/v1/carts?minTotal=-5", "minTotal")]
    [TestCase("/v1/carts?after=here", "after")]
    [TestCase("/v1/carts?limt=5", "limt")]
    [TestCase("/v1/carts?limit=5&limit=6", "limit")]
    [TestCase("/v1/maps?case=order", "case")]
    [TestCase("/v1/maps?activity=page", "activity")]
    [TestCase("/v1/customers/u1/timeline?asOf=yesterday", "asOf")]
    [TestCase("/v1/customers/u1/timeline?order=random", "order")]
    [TestCase("/v1/live?events=-1", "events")]
    [TestCase("/v1/projections?x=1", "x")]
    public async Task A_wrong_parameter_is_named_with_what_was_expected(string path, string parameter)
    {
        using var response = await _server.Client.GetAsync(path);
        var problem = await response.IsProblemAsync(HttpStatusCode.BadRequest);
        Assert.That(problem.GetProperty("errors").GetProperty(parameter).GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task Every_wrong_parameter_is_named_at_once()
    {
        using var response = await _server.Client.GetAsync("/v1/carts?limit=0&state=lost");
        var problem = await response.IsProblemAsync(HttpStatusCode.BadRequest);
        Assert.That(problem.GetProperty("detail").GetString(), Is.EqualTo(
            "limit: expected a whole number from 1 to 1,000. state: expected one of active, emptied, abandoned, checking out, converted, recovered, expired."));
    }

    [TestCase("/v1/customers", "{\"items\":[],\"next\":null}")]
    [TestCase("/v1/carts?state=abandoned&minTotal=50.5", "{\"items\":[],\"next\":null}")]
    [TestCase("/v1/deliveries", "{\"items\":[],\"next\":null}")]
    [TestCase("/v1/deliveries/dead-letters", "{\"items\":[],\"next\":null}")]
    [TestCase("/v1/journeys", "[]")]
    [TestCase("/v1/maps?case=session&activity=name-channel&top=5&exact=true",
        "{\"cases\":0,\"events\":0,\"throughput\":{\"meanSeconds\":0,\"medianSeconds\":0,\"p95Seconds\":0},\"activities\":[],\"edges\":[],\"starts\":[],\"ends\":[],\"happyPath\":[],\"isExact\":true}")]
    public async Task An_empty_store_answers_empty_lists(string path, string json) =>
        Assert.That(await _server.Client.GetStringAsync(path), Is.EqualTo(json));

    [TestCase("/v1/customers/nobody")]
    [TestCase("/v1/customers/c0000000000000000")]
    [TestCase("/v1/customers/email:nobody@example.org")]
    [TestCase("/v1/customers/nobody/timeline")]
    [TestCase("/v1/journeys/none")]
    public async Task What_is_not_there_is_not_found(string path)
    {
        using var response = await _server.Client.GetAsync(path);
        await response.IsProblemAsync(HttpStatusCode.NotFound);
    }

    [Test]
    public async Task Carts_are_paged_and_filtered_by_their_exact_worth()
    {
        await PutAsync(changes =>
        {
            for (var i = 1; i <= 5; i++)
            {
                changes.Put(ReadModelTables.Carts, Row(ReadModelTables.Carts, ("customer", $"c{i}"), ("cart", "k"), ("state", "abandoned"),
                    ("total", i * 10.10m), ("currency", "EUR"), ("items", 1), ("active_at", 1_000 * i)));
            }
        });
        var first = await _server.GetAsync("/v1/carts?state=abandoned&minTotal=20.2&limit=3");
        var second = await _server.GetAsync($"/v1/carts?state=abandoned&minTotal=20.2&limit=3&after={first.GetProperty("next").GetString()}");
        Assert.Multiple(() =>
        {
            Assert.That(Totals(first), Is.EqualTo(new[] { 50.50m, 40.40m, 30.30m }));
            Assert.That(Totals(second), Is.EqualTo(new[] { 20.20m }));
            Assert.That(second.GetProperty("next").ValueKind, Is.EqualTo(JsonValueKind.Null));
        });
    }

    [Test]
    public async Task A_customer_is_found_by_id_by_identifier_and_by_the_beginning_of_a_name()
    {
        using var sent = await _server.PostAsync("/v1/identify", """{"userId":"u1","traits":{"email":"ann@example.org"}}""");
        var id = (await _server.RecordedAsync())[0].Stream;
        await PutAsync(changes => changes.Put(ReadModelTables.Customers, Row(ReadModelTables.Customers,
            ("customer", id), ("name", "Ann Smith"), ("email", "ann@example.org"), ("channels", "web,store"), ("last_seen_at", 5), ("lifetime_value", 120.50m))));
        foreach (var search in new[] { id, "u1", "userId:u1", "ANN@example.org", "Ann S", "ann@ex" })
        {
            var found = await _server.GetAsync($"/v1/customers?q={Uri.EscapeDataString(search)}");
            Assert.That(found.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()), Is.EqualTo(new[] { id }), search);
        }

        var profile = await _server.GetAsync("/v1/customers/email:ann@example.org");
        Assert.Multiple(async () =>
        {
            Assert.That(profile.GetProperty("id").GetString(), Is.EqualTo(id));
            Assert.That(profile.GetProperty("profile").GetProperty("lifetimeValue").GetDecimal(), Is.EqualTo(120.50m));
            Assert.That((await _server.GetAsync("/v1/customers?channel=store")).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
            Assert.That((await _server.GetAsync("/v1/customers?channel=app")).GetProperty("items").GetArrayLength(), Is.EqualTo(0));
        });
    }

    [Test]
    public async Task A_customer_who_was_merged_is_answered_as_the_survivor()
    {
        using var sent = await _server.PostAsync("/v1/track", """{"event":"X","userId":"u1"}""");
        var survivor = (await _server.RecordedAsync())[0].Stream;
        const string absorbed = "c0123456789abcdef";
        await PutAsync(changes =>
        {
            changes.Put(ReadModelTables.Customers, Row(ReadModelTables.Customers, ("customer", survivor)));
            changes.Put(ReadModelTables.Customers, Row(ReadModelTables.Customers, ("customer", absorbed), ("merged_into", survivor)));
        });
        Assert.That((await _server.GetAsync($"/v1/customers/{absorbed}")).GetProperty("id").GetString(), Is.EqualTo(survivor));
        Assert.That((await _server.GetAsync($"/v1/customers/{absorbed}/timeline")).GetProperty("items")[0].GetProperty("stream").GetString(), Is.EqualTo(survivor));
        Assert.That((await _server.GetAsync("/v1/customers")).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task Consumers_show_how_far_they_are_behind()
    {
        using var sent = await _server.PostAsync("/v1/track", """{"event":"X","userId":"u1"}""");
        var report = await _server.GetAsync("/v1/projections");
        Assert.Multiple(() =>
        {
            Assert.That(report.GetProperty("head").GetInt64(), Is.EqualTo(1));
            Assert.That(report.GetProperty("consumers")[0].GetProperty("lag").GetInt64(), Is.EqualTo(1));
            Assert.That(report.GetProperty("readModels").GetArrayLength(), Is.EqualTo(ReadModelTables.All.Length));
        });
    }

    [Test]
    public async Task Dead_letters_are_listed_and_taken_up_again()
    {
        await _server.Store.DeadLetters.PutAsync(new DeadLetter("known", 7, "c1", "email", 5, 1_772_366_400_000, "timeout"));
        var listed = (await _server.GetAsync("/v1/deliveries/dead-letters")).GetProperty("items")[0];
        using var retried = await _server.PostAsync("/v1/deliveries/dead-letters/known/retry", "");
        using var unknown = await _server.PostAsync("/v1/deliveries/dead-letters/unknown/retry", "");
        Assert.That((listed.GetProperty("id").GetString(), listed.GetProperty("failedAt").GetString()), Is.EqualTo(("known", "2026-03-01T12:00:00Z")));
        Assert.That(await retried.Content.ReadAsStringAsync(), Is.EqualTo("""{"id":"known","outcome":"delivered","reason":null}"""));
        await unknown.IsProblemAsync(HttpStatusCode.NotFound);
    }

    [Test]
    public async Task Health_says_what_is_wrong()
    {
        Assert.That((await _server.GetAsync("/health/live")).GetProperty("status").GetString(), Is.EqualTo("live"));
        Assert.That((await _server.GetAsync("/health/ready")).GetProperty("status").GetString(), Is.EqualTo("ready"));
        await using var stopped = await ServerUnderTest.StartAsync(with: services => services with
        {
            Consumers = () => [new ConsumerStatus("processor", 7, Checkpoint.Start, 0, new ConsumerFault(41, "Order Completed", "A total is no number.", 0))],
        });
        using var response = await stopped.Client.GetAsync("/health/ready");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("Stopped at position 41 (Order Completed): A total is no number."));
    }

    private static IEnumerable<decimal> Totals(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("total").GetDecimal());

    private async Task PutAsync(Action<ReadModelChanges> change)
    {
        var changes = new ReadModelChanges();
        change(changes);
        Assert.That(await _server.Store.CommitAsync(new ProcessedBatch("test", Checkpoint.Start, new Checkpoint("1"), [], [], changes)), Is.True);
    }

    private static Cell[] Row(TableDefinition table, params (string Column, Cell Value)[] values)
    {
        var row = new Cell[table.Columns.Length];
        foreach (var (column, value) in values)
        {
            row[table.ColumnIndex(column)] = value;
        }

        return row;
    }
}
