using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Journey.Tests.Host.Http;

/// <summary>Publishing over HTTP: the real server, on a real store.</summary>
public sealed class DocumentTests
{
    private const string Hello = "journey: hello\nenter: { on: Signed In }\nsteps:\n  - { id: say, task: { team: store, title: Hello } }\n";

    private static readonly string Ciao = Hello.Replace("Hello", "Ciao", StringComparison.Ordinal);

    private ServerUnderTest _server = null!;

    [SetUp]
    public async Task Start() => _server = await ServerUnderTest.StartAsync();

    [TearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase("application/yaml")]
    [TestCase("text/plain; charset=utf-8")]
    public async Task A_text_is_published_once(string contentType)
    {
        var first = await PublishAsync(Hello, contentType: contentType);
        var again = await PublishAsync(Hello, contentType: contentType);
        Assert.Multiple(() =>
        {
            Assert.That((first.GetProperty("published").GetBoolean(), first.GetProperty("position").GetInt64(), first.GetProperty("basis").GetInt64()), Is.EqualTo((true, 1L, 0L)));
            Assert.That(Changes(first), Is.EqualTo(new[] { ("journey", "hello", "new", 1, 4, 0) }));
            Assert.That((again.GetProperty("published").GetBoolean(), again.GetProperty("position").ValueKind), Is.EqualTo((false, JsonValueKind.Null)));
            Assert.That(Changes(again), Is.EqualTo(new[] { ("journey", "hello", "unchanged", 1, 0, 0) }));
        });
    }

    [Test]
    public async Task A_dry_run_answers_the_plan_and_does_nothing()
    {
        await PublishAsync(Hello);
        var plan = await PublishAsync(Ciao, "?dryRun=true");
        Assert.That((plan.GetProperty("dryRun").GetBoolean(), plan.GetProperty("published").GetBoolean()), Is.EqualTo((true, false)));
        Assert.That(Changes(plan), Is.EqualTo(new[] { ("journey", "hello", "changed", 2, 1, 1) }));
        Assert.That((await _server.GetAsync("/v1/journeys/hello/versions")).GetArrayLength(), Is.EqualTo(1));
    }

    [TestCase("")]
    [TestCase("&dryRun=true")]
    public async Task Every_fault_comes_with_its_place_and_nothing_is_published(string dryRun)
    {
        using var response = await _server.PostAsync($"/v1/journeys?file=shop.yaml{dryRun}", $"{Hello}---\njourney: two\nenter: {{ on: Order Complete }}\nstps: []\n", "application/yaml");
        var problem = await response.IsProblemAsync(HttpStatusCode.UnprocessableEntity);
        var faults = problem.GetProperty("faults").EnumerateArray().ToList();
        var wrongKey = faults.Single(fault => fault.GetProperty("suggestion").GetString() == "steps");
        Assert.Multiple(() =>
        {
            Assert.That(faults.Select(fault => fault.GetProperty("suggestion").GetString()), Has.Member("Order Completed"), "warnings too");
            Assert.That(wrongKey.EnumerateObject().Select(member => member.Name),
                Is.EqualTo(new[] { "code", "severity", "file", "line", "column", "message", "expected", "suggestion" }));
            Assert.That((wrongKey.GetProperty("file").GetString(), wrongKey.GetProperty("line").GetInt32(), wrongKey.GetProperty("column").GetInt32(), wrongKey.GetProperty("severity").GetString()),
                Is.EqualTo(("shop.yaml", 8, 1, "error")));
        });
        Assert.That(await _server.RecordedAsync(), Is.Empty);
    }

    [Test]
    public async Task Files_are_checked_together_and_keep_their_names()
    {
        var journey = Hello.Replace("steps", "audience: inSegment(\"vip\")\nsteps", StringComparison.Ordinal);
        var together = new { files = new[] { new { file = "a.yaml", text = journey }, new { file = "b.yaml", text = "segment: vip\nwhere: customer.orders > 5\n" } } };
        using var alone = await _server.PostAsync("/v1/journeys", journey, "application/yaml");
        await alone.IsProblemAsync(HttpStatusCode.UnprocessableEntity);
        await PublishAsync(JsonSerializer.Serialize(together), contentType: "application/json");
        Assert.That((await _server.GetAsync("/v1/journeys/vip/versions"))[0].GetProperty("file").GetString(), Is.EqualTo("b.yaml"));
    }

    [Test]
    public async Task A_plan_that_somebody_overtook_is_a_conflict()
    {
        var plan = await PublishAsync(Hello, "?dryRun=true");
        await PublishAsync(Ciao);
        using var late = await _server.PostAsync($"/v1/journeys?basis={plan.GetProperty("basis").GetInt64()}", Hello, "application/yaml");
        await late.IsProblemAsync(HttpStatusCode.Conflict);
        Assert.That((await _server.RecordedAsync()), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Pausing_resuming_and_retiring_say_how_it_stands_now()
    {
        await PublishAsync(Hello);
        var answers = new List<(string?, bool)>();
        foreach (var verb in new[] { "pause", "pause", "resume", "retire" })
        {
            using var response = await _server.Client.PostAsync($"/v1/journeys/hello/{verb}", null);
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
            answers.Add((answer.GetProperty("status").GetString(), answer.GetProperty("changed").GetBoolean()));
        }

        Assert.That(answers, Is.EqualTo(new[] { ("paused", true), ("paused", false), ("active", true), ("retired", true) }));
        using var refused = await _server.Client.PostAsync("/v1/journeys/hello/resume", null);
        Assert.That((await refused.IsProblemAsync(HttpStatusCode.Conflict)).GetProperty("detail").GetString(), Is.EqualTo("hello is retired. Publishing it again brings it back."));
        using var unknown = await _server.Client.PostAsync("/v1/journeys/helo/pause", null);
        Assert.That((await unknown.IsProblemAsync(HttpStatusCode.NotFound)).GetProperty("detail").GetString(), Does.EndWith("Did you mean \"hello\"?"));
    }

    [Test]
    public async Task Versions_texts_and_differences_can_be_read()
    {
        await PublishAsync(Hello);
        await PublishAsync(Ciao);
        var versions = await _server.GetAsync("/v1/journeys/hello/versions");
        Assert.That(versions.EnumerateArray().Select(version => (version.GetProperty("version").GetInt32(), version.GetProperty("status").GetString(), version.GetProperty("runsUnderWay").GetInt64())),
            Is.EqualTo(new (int, string?, long)[] { (1, null, 0), (2, "active", 0) }));

        using var text = await _server.Client.GetAsync("/v1/journeys/hello/versions/1");
        Assert.That((text.Content.Headers.ContentType?.MediaType, await text.Content.ReadAsStringAsync()), Is.EqualTo(("application/yaml", Hello)));

        var back = await _server.GetAsync("/v1/journeys/hello/diff?from=2&to=1");
        Assert.That((back.GetProperty("added").GetInt32(), back.GetProperty("removed").GetInt32(), back.GetProperty("diff")[0].GetString()), Is.EqualTo((1, 1, "--- hello version 2")));
        var latest = await _server.GetAsync("/v1/journeys/hello/diff");
        Assert.That((latest.GetProperty("from").GetInt32(), latest.GetProperty("to").GetInt32()), Is.EqualTo((1, 2)));
    }

    [TestCase("/v1/journeys/nobody/versions")]
    [TestCase("/v1/journeys/nobody/diff")]
    [TestCase("/v1/journeys/hello/versions/3")]
    [TestCase("/v1/journeys/hello/versions/0")]
    [TestCase("/v1/journeys/hello/diff?to=3")]
    public async Task What_was_never_published_is_not_found(string path)
    {
        await PublishAsync(Hello);
        using var response = await _server.Client.GetAsync(path);
        await response.IsProblemAsync(HttpStatusCode.NotFound);
    }

    [TestCase("application/x-www-form-urlencoded", "journey: a", HttpStatusCode.UnsupportedMediaType)]
    [TestCase("application/json", "{", HttpStatusCode.BadRequest)]
    [TestCase("application/json", "{\"files\":[]}", HttpStatusCode.BadRequest)]
    [TestCase("application/json", "{\"files\":[null]}", HttpStatusCode.BadRequest)]
    [TestCase("application/json", "null", HttpStatusCode.BadRequest)]
    [TestCase("text/plain", "journey: [", HttpStatusCode.UnprocessableEntity)]
    public async Task A_body_that_cannot_be_read_is_refused(string contentType, string body, HttpStatusCode status)
    {
        using var response = await _server.PostAsync("/v1/journeys", body, contentType);
        await response.IsProblemAsync(status);
    }

    [TestCase(1_000, HttpStatusCode.OK)]
    [TestCase(1_001, HttpStatusCode.BadRequest)]
    public async Task A_thousand_files_are_read_and_one_more_is_not(int files, HttpStatusCode status)
    {
        var body = new { files = Enumerable.Range(0, files).Select(i => new { file = $"{i}.yaml", text = $"segment: s{i}\nwhere: customer.orders > {i}\n" }) };
        using var response = await _server.PostAsync("/v1/journeys?dryRun=true", JsonSerializer.Serialize(body));
        Assert.That(response.StatusCode, Is.EqualTo(status));
    }

    [TestCase(4 << 20, HttpStatusCode.UnprocessableEntity)]
    [TestCase((4 << 20) + 1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Four_megabytes_are_read_and_a_byte_more_is_not(int bytes, HttpStatusCode status)
    {
        using var response = await _server.PostAsync("/v1/journeys", new string('#', bytes), "application/yaml");
        await response.IsProblemAsync(status);
    }

    [Test]
    public async Task Another_sites_page_publishes_nothing()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/journeys") { Content = new StringContent(Hello) };
        request.Headers.Add("Origin", "https://elsewhere.example");
        using var response = await _server.Client.SendAsync(request);
        await response.IsProblemAsync(HttpStatusCode.Forbidden);
        Assert.That(await _server.RecordedAsync(), Is.Empty);
    }

    private async Task<JsonElement> PublishAsync(string text, string query = "", string contentType = "application/yaml")
    {
        using var response = await _server.PostAsync($"/v1/journeys{query}", text, contentType);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static (string?, string?, string?, int, int, int)[] Changes(JsonElement report) =>
    [
        .. report.GetProperty("documents").EnumerateArray().Select(document => (
            document.GetProperty("kind").GetString(), document.GetProperty("name").GetString(), document.GetProperty("change").GetString(),
            document.GetProperty("version").GetInt32(), document.GetProperty("added").GetInt32(), document.GetProperty("removed").GetInt32())),
    ];
}
