using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Host.Http.Personal;
using Journey.Host.Personal;
using Journey.Tests.Host.Cli;

namespace Journey.Tests.Host.Http;

/// <summary>The export and the erasure of one customer over HTTP.</summary>
public sealed class PersonalTests
{
    private ServerUnderTest _server = null!;

    [SetUp]
    public async Task SetUp()
    {
        _server = await ServerUnderTest.StartAsync(with: services => services with { Personal = Personal(services) });
        await _server.PostAsync("/v1/events", """{"specversion":"1.0","id":"1","source":"/shop","type":"Product Viewed","subject":"U1","journeyemail":"ann@example.org"}""",
            "application/cloudevents+json");
    }

    [TearDown]
    public async Task TearDown() => await _server.DisposeAsync();

    [Test]
    public async Task Everything_held_comes_as_a_file()
    {
        using var response = await _server.Client.GetAsync("/v1/customers/email:ann@example.org/export");
        var document = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(response.Content.Headers.ContentDisposition!.FileName, Is.EqualTo($"{document.GetProperty("customer").GetString()}.json"));
            Assert.That(response.Headers.CacheControl!.NoStore, Is.True);
            Assert.That(document.GetProperty("events").GetArrayLength(), Is.EqualTo(1));
            Assert.That(document.GetProperty("identifiers").EnumerateArray().Select(one => one.GetString()), Is.EqualTo(new[] { "email:ann@example.org", "userId:U1" }));
        });
    }

    [Test]
    public async Task An_erasure_is_confirmed_by_the_customers_id_and_repeated_without_harm()
    {
        var plan = await PostAsync("/v1/customers/U1/erase?dryRun=true", null);
        var id = plan.Report!.Customer;
        var unconfirmed = await PostAsync("/v1/customers/U1/erase", null);
        var wrong = await PostAsync("/v1/customers/U1/erase", new EraseRequest("U1", null));
        var erased = await PostAsync("/v1/customers/U1/erase", new EraseRequest(id, "asked"));
        var gone = await PostAsync("/v1/customers/U1/erase", new EraseRequest(id, null));
        var again = await PostAsync($"/v1/customers/{id}/erase", new EraseRequest(id, null));
        var log = await _server.RecordedAsync();
        Assert.Multiple(() =>
        {
            Assert.That((plan.Status, plan.Report.Events, plan.Report.WasErased), Is.EqualTo((HttpStatusCode.OK, 1, false)));
            Assert.That(plan.Report.Identifiers, Is.EqualTo(new[] { "email:ann@example.org", "userId:U1" }));
            Assert.That((unconfirmed.Status, wrong.Status), Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest)));
            Assert.That((erased.Status, erased.Report!.WasErased, erased.Report.Clean, erased.Report.Position), Is.EqualTo((HttpStatusCode.OK, false, true, 2)));
            Assert.That(gone.Status, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((again.Status, again.Report!.WasErased, again.Report.Position), Is.EqualTo((HttpStatusCode.OK, true, 2)));
            Assert.That(log.Select(e => e.Name), Is.EqualTo(new[] { "Product Viewed", EventNames.CustomerErased }));
        });
    }

    [Test]
    public async Task Who_was_parted_from_somebody_goes_with_them_or_not_at_all()
    {
        await _server.PostAsync("/v1/track", """{"writeKey":"w","messageId":"2","anonymousId":"a1","event":"Product Viewed"}""", "application/json");
        await _server.PostAsync("/v1/track", """{"writeKey":"w","messageId":"3","anonymousId":"a1","userId":"U1","event":"Product Viewed"}""", "application/json");
        using var unmerged = await _server.PostAsync("/v1/customers/userId:U1/unmerge", """{"identifier":"anonymousId:a1"}""", "application/json");
        Assert.That(unmerged.StatusCode, Is.EqualTo(HttpStatusCode.OK));

        var plan = (await PostAsync("/v1/customers/U1/erase?dryRun=true", null)).Report!;
        var alone = await PostAsync("/v1/customers/U1/erase", new EraseRequest(plan.Customer, null));
        var refused = await CommandRun.Of("erase", "userId:U1", "--server", _server.Address.ToString(), "--yes");
        var run = await CommandRun.Of("erase", "userId:U1", "--server", _server.Address.ToString(), "--yes", "--together");
        var log = await _server.RecordedAsync();
        Assert.Multiple(() =>
        {
            Assert.That(plan.Parted.Single().Identifiers, Is.EqualTo(new[] { "anonymousId:a1" }));
            Assert.That(alone.Status, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That((refused.ExitCode, refused.Error), Is.EqualTo((1, $"journey: {ErasurePlan.RefusalOf(plan.Customer, [plan.Parted[0].Customer])}\n  Add --together to erase them all.\n")));
            Assert.That((run.ExitCode, run.Error), Is.EqualTo((0, "")));
            Assert.That(log.Where(e => e.Name == EventNames.CustomerErased).Select(e => e.Stream), Is.EqualTo(new[] { plan.Customer, plan.Parted[0].Customer }));
        });
    }

    [Test]
    public async Task A_reason_has_a_limit_and_customers_must_be_known()
    {
        var id = (await PostAsync("/v1/customers/U1/erase?dryRun=true", null)).Report!.Customer;
        Assert.Multiple(async () =>
        {
            Assert.That((await PostAsync("/v1/customers/U1/erase", new EraseRequest(id, new string('x', 501)))).Status, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That((await PostAsync("/v1/customers/U9/erase", new EraseRequest("U9", null))).Status, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((await _server.Client.GetAsync("/v1/customers/U9/export")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((await PostAsync("/v1/customers/U1/erase", new EraseRequest(id, new string('x', 500)))).Status, Is.EqualTo(HttpStatusCode.OK));
        });
    }

    [Test]
    public async Task The_command_line_erases_through_the_server()
    {
        var server = _server.Address.ToString();
        var dry = await CommandRun.Of("erase", "ann@example.org", "--server", server, "--dry-run");
        var run = await CommandRun.Of("erase", "ann@example.org", "--server", server, "--yes");
        var unknown = await CommandRun.Of("erase", "ann@example.org", "--server", server, "--yes");
        Assert.Multiple(() =>
        {
            Assert.That(dry.Output, Does.Contain("userId:U1"));
            Assert.That((run.ExitCode, run.Error), Is.EqualTo((0, "")));
            Assert.That(run.Output, Does.Contain("Erased c"));
            Assert.That((unknown.ExitCode, unknown.Error), Is.EqualTo((1,
                "journey: There is no customer 'ann@example.org' in this store.\n  Expected a customer id, or an identifier such as userId:U1, email:ann@example.org or loyaltyCard:77.\n")));
        });
    }

    private static PersonalServices Personal(Journey.Host.Http.JourneyServices services)
    {
        var store = (Journey.Host.Stores.Sqlite.SqliteStore)services.Log;
        return new PersonalServices(new CustomerErasure(store, store, store, TimeProvider.System, (_, _) => Task.CompletedTask), new CustomerExport(store, store, store));
    }

    private async Task<(HttpStatusCode Status, ErasureReport? Report)> PostAsync(string path, EraseRequest? body)
    {
        using var response = await _server.Client.PostAsync(path, body is null ? null : JsonContent.Create(body));
        return (response.StatusCode, response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<ErasureReport>() : null);
    }
}
