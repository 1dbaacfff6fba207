using System.Net;
using System.Text;
using System.Text.Json;

namespace Journey.Tests.Host.Http;

/// <summary>Tests of journeys, run over HTTP.</summary>
public sealed class RunTestsTests
{
    private const string Journey = """
        journey: thanks
        enter: { on: Order Completed }
        steps:
          - { id: pause, wait: 2h }
          - id: thank
            send: { channel: email, template: thanks }
        """;

    private const string Tests = """
        test: it goes out after two hours
        journey: thanks
        customer: { traits: { email: ada@example.com }, consent: { email: granted } }
        given:
          - { at: "2026-03-02T09:00Z", event: Order Completed, properties: { order_id: o1, total: 80 } }
        expect:
          - sent: { template: thanks, at: "2026-03-02T11:00Z" }
        ---
        test: nobody is thanked
        journey: thanks
        customer: { traits: { email: ada@example.com }, consent: { email: granted } }
        given:
          - { at: "2026-03-02T09:00Z", event: Order Completed, properties: { order_id: o1, total: 80 } }
        expect: [nothing-sent]
        """;

    private ServerUnderTest _server = null!;

    [SetUp]
    public async Task Start() => _server = await ServerUnderTest.StartAsync();

    [TearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task Each_test_says_whether_it_passed_and_a_failed_one_why()
    {
        var report = await RunAsync($"{Journey}\n---\n{Tests}\n");
        var failed = report.GetProperty("tests")[1];
        Assert.Multiple(() =>
        {
            Assert.That((report.GetProperty("passed").GetInt32(), report.GetProperty("failed").GetInt32()), Is.EqualTo((1, 1)));
            Assert.That(failed.GetProperty("name").GetString(), Is.EqualTo("nobody is thanked"));
            Assert.That(failed.GetProperty("file").GetString(), Is.EqualTo("shop.yaml"));
            Assert.That(failed.GetProperty("failures").GetArrayLength(), Is.EqualTo(1));
            Assert.That(failed.GetProperty("failures")[0].GetProperty("line").GetInt32(), Is.GreaterThan(10));
            Assert.That(failed.GetProperty("story").GetArrayLength(), Is.GreaterThan(0));
        });
    }

    [Test]
    public async Task A_published_journey_is_there_for_tests_alone()
    {
        using var published = await _server.PostAsync("/v1/journeys", Journey, "application/yaml");
        Assert.That(published.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        var report = await RunAsync(Tests);
        Assert.That((report.GetProperty("passed").GetInt32(), report.GetProperty("failed").GetInt32()), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Nothing_is_recorded()
    {
        await RunAsync($"{Journey}\n---\n{Tests}\n");
        Assert.That(await _server.RecordedAsync(), Is.Empty);
    }

    [Test]
    public async Task A_document_with_an_error_is_answered_with_its_faults()
    {
        using var answer = await _server.PostAsync("/v1/tests?file=shop.yaml", $"{Journey.Replace("steps:", "stps:")}\n", "application/yaml");
        var faults = (await answer.IsProblemAsync(HttpStatusCode.UnprocessableEntity)).GetProperty("faults");
        Assert.That(faults.EnumerateArray().Select(fault => fault.GetProperty("suggestion").GetString()), Does.Contain("steps"));
    }

    [Test]
    public async Task The_schema_is_that_of_the_command_line()
    {
        using var answer = await _server.Client.GetAsync("/v1/schema");
        var approved = File.ReadAllText(Path.Combine(Approved.Repository, "docs/reference/journey.schema.json"));
        Assert.Multiple(async () =>
        {
            Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/schema+json"));
            Assert.That((await answer.Content.ReadAsStringAsync()).TrimEnd(), Is.EqualTo(approved.TrimEnd()));
        });
    }

    private async Task<JsonElement> RunAsync(string documents)
    {
        using var content = new StringContent(documents, Encoding.UTF8, "application/yaml");
        using var answer = await _server.Client.PostAsync("/v1/tests?file=shop.yaml", content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
