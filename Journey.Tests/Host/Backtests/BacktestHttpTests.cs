using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Journey.Host.Backtests;
using Journey.Tests.Host.Http;

namespace Journey.Tests.Host.Backtests;

public sealed class BacktestHttpTests
{
    private const string Draft = "journey: reminder\nenter: { on: Page Viewed }\nsteps:\n  - { id: first, send: { channel: email, template: t } }\n";

    [Test]
    public async Task A_backtest_runs_in_the_background_and_is_kept_with_its_page()
    {
        await using var server = await StartAsync();
        await server.PostAsync("/v1/track", """{"userId":"u1","event":"Page Viewed"}""");
        using var started = await server.PostAsync("/v1/backtests", Draft, "application/yaml");
        var id = (await started.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        var followed = await server.Client.GetStringAsync($"/v1/backtests/{id}/progress");
        var done = await server.GetAsync($"/v1/backtests/{id}");
        var list = await server.GetAsync("/v1/backtests");
        var page = await server.Client.GetStringAsync($"/v1/backtests/{id}/report.html");
        Assert.Multiple(() =>
        {
            Assert.That(started.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
            Assert.That(followed, Does.Contain("event: done"));
            Assert.That(done.GetProperty("state").GetString(), Is.EqualTo("done"));
            Assert.That(done.GetProperty("report").GetProperty("journeys")[0].GetProperty("name").GetString(), Is.EqualTo("reminder"));
            Assert.That(list.GetProperty("items").GetArrayLength(), Is.EqualTo(1));
            Assert.That(page, Does.StartWith("<!doctype html>"));
        });
    }

    [Test]
    public async Task A_draft_with_faults_is_422_and_a_wrong_member_400()
    {
        await using var server = await StartAsync();
        using var faulty = await server.PostAsync("/v1/backtests", "journey: x\nsteps: 3\n", "application/yaml");
        using var wrong = await server.PostAsync("/v1/backtests", JsonSerializer.Serialize(new { files = new[] { new { file = "a", text = Draft } }, view = "sideways", from = "soon" }));
        var said = await wrong.Content.ReadAsStringAsync();
        Assert.Multiple(() =>
        {
            Assert.That(faulty.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(wrong.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(said, Does.Contain("view").And.Contains("from"));
        });
    }

    [Test]
    public async Task One_runs_ten_wait_and_the_next_is_turned_away_and_a_cancelled_one_makes_room()
    {
        var held = new TaskCompletionSource<BacktestReport>();
        await using var server = await ServerUnderTest.StartAsync(with: services => services with { Backtest = (_, _, stop) => held.Task.WaitAsync(stop) });
        var ids = new List<string>();
        for (var i = 0; i <= BacktestJobs.WaitingMax; i++)
        {
            using var taken = await server.PostAsync("/v1/backtests", Draft, "application/yaml");
            Assert.That(taken.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
            ids.Add((await taken.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!);
        }

        using var refused = await server.PostAsync("/v1/backtests", Draft, "application/yaml");
        using var cancelled = await server.Client.DeleteAsync($"/v1/backtests/{ids[0]}");
        using var again = await server.PostAsync("/v1/backtests", Draft, "application/yaml");
        var state = (await cancelled.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("state").GetString();
        Assert.Multiple(() =>
        {
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
            Assert.That(state, Is.EqualTo("cancelled"));
            Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        });
    }

    private static Task<ServerUnderTest> StartAsync() => ServerUnderTest.StartAsync(with: services => services with
    {
        Backtest = (request, progress, stop) => BacktestRun.RunAsync((Journey.Host.Stores.Sqlite.SqliteStore)services.Log, request, progress, stop),
    });
}
