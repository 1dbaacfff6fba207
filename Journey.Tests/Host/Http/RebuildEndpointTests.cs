using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Journey.Host.Cli;
using Journey.Host.Running;
using Journey.Tests.Host.Cli;
using Journey.Tests.Host.Running;

namespace Journey.Tests.Host.Http;

/// <summary>Rebuilds and poison events through a server, by HTTP and by the command line.</summary>
public sealed class RebuildEndpointTests
{
    private const string Coat = """{"cart_id":"c1","product_id":"p1","price":80,"quantity":1,"currency":"EUR"}""";

    [Test]
    public async Task A_rebuild_is_started_followed_and_listed()
    {
        await using var shop = new Shopfront();
        await using var runtime = await JourneyRuntime.StartAsync(shop.Store, new RuntimeOptions { Clock = shop.Clock }, CancellationToken.None);
        await using var server = await ServerUnderTest.StartAsync(with: _ => runtime.Services());
        await shop.SayAsync("u1", "Product Added", Coat);
        await runtime.FoldedAsync(1, CancellationToken.None);

        using var started = await server.Client.PostAsync("/v1/projections/all/rebuild", null);
        Assert.That(started.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        var begun = await started.Content.ReadFromJsonAsync<JsonElement>();
        await runtime.Rebuilder.FinishAsync(null, CancellationToken.None);

        var ended = await server.GetAsync($"/v1/rebuilds/{begun.GetProperty("id").GetInt32()}");
        var projections = await server.GetAsync("/v1/projections");
        var consumer = projections.GetProperty("consumers")[0];
        Assert.Multiple(async () =>
        {
            Assert.That(Text(ended, "name", "state"), Is.EqualTo("all swapped"));
            Assert.That((ended.GetProperty("done").GetInt64(), ended.GetProperty("total").GetInt64()), Is.EqualTo((1, 1)));
            Assert.That((await server.GetAsync("/v1/rebuilds")).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
            Assert.That(projections.GetProperty("rebuilds").GetArrayLength(), Is.EqualTo(1));
            Assert.That((consumer.GetProperty("generation").GetInt32(), consumer.GetProperty("lag").GetInt64()), Is.EqualTo((1, 0)));
            Assert.That(consumer.GetProperty("rate").GetDouble(), Is.GreaterThanOrEqualTo(0));
            Assert.That(projections.GetProperty("readModels")[0].GetProperty("generation").GetInt32(), Is.EqualTo(1));
            Assert.That(await server.Client.GetStringAsync("/metrics"), Does.Contain("journey_consumer_rate"));
        });
    }

    [TestCase("/v1/projections/cart/rebuild", HttpStatusCode.NotFound, "Did you mean \"carts\"?")]
    [TestCase("/v1/rebuilds/7/pause", HttpStatusCode.NotFound, "There is no rebuild 7.")]
    [TestCase("/v1/rebuilds/7/cancel", HttpStatusCode.NotFound, "There is no rebuild 7.")]
    [TestCase("/v1/poison/7/retry", HttpStatusCode.NotFound, "No fold stands still at position 7.")]
    [TestCase("/v1/poison/7/skip", HttpStatusCode.BadRequest, "why the event is passed over")]
    [TestCase("/v1/projections/all/rebuild?soon=1", HttpStatusCode.BadRequest, "soon")]
    public async Task What_cannot_be_done_is_answered_with_what_could(string path, HttpStatusCode status, string said)
    {
        await using var shop = new Shopfront();
        await using var runtime = await JourneyRuntime.StartAsync(shop.Store, new RuntimeOptions { Clock = shop.Clock }, CancellationToken.None);
        await using var server = await ServerUnderTest.StartAsync(with: _ => runtime.Services());
        using var answer = await server.Client.PostAsync(path, JsonContent.Create(new { reason = "" }));

        Assert.That(answer.StatusCode, Is.EqualTo(status));
        Assert.That((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString(), Does.Contain(said));
    }

    [Test]
    public async Task A_poison_event_is_listed_shown_retried_and_skipped_on_record()
    {
        await using var shop = new Shopfront();
        var sick = await shop.SayAsync("u1", "Product Viewed");
        await shop.PoisonAsync(sick);
        await using var runtime = await JourneyRuntime.StartAsync(shop.Store, new RuntimeOptions { Clock = shop.Clock }, CancellationToken.None);
        await runtime.FoldedAsync(2, CancellationToken.None);
        await using var server = await ServerUnderTest.StartAsync(with: _ => runtime.Services());

        var listed = (await server.GetAsync("/v1/poison")).GetProperty("items")[0];
        var shown = await server.GetAsync("/v1/poison/2");
        using var retried = await server.Client.PostAsync("/v1/poison/2/retry", null);
        var still = await retried.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Multiple(() =>
        {
            Assert.That(Text(listed, "name", "customer"), Is.EqualTo($"Product Added {sick}"));
            Assert.That(listed.GetProperty("position").GetInt64(), Is.EqualTo(2));
            Assert.That(shown.GetProperty("payloadBase64").GetString(), Is.EqualTo(Convert.ToBase64String([99, 1, 2])));
            Assert.That(still.GetProperty("outcome").GetString(), Is.EqualTo("stands-still"));
            Assert.That(still.GetProperty("poison").GetProperty("position").GetInt64(), Is.EqualTo(2));
        });

        using var skipped = await server.Client.PostAsync("/v1/poison/2/skip", JsonContent.Create(new { reason = "a broken kiosk" }));
        var recordedAt = (await skipped.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("recordedAt").GetInt64();
        await runtime.FoldedAsync(recordedAt, CancellationToken.None);
        var recorded = (await shop.LogAsync()).Single(one => one.Position == recordedAt);
        Assert.Multiple(async () =>
        {
            Assert.That((await server.GetAsync("/v1/poison")).GetProperty("items").GetArrayLength(), Is.Zero);
            Assert.That(recorded.Name, Is.EqualTo("Event Skipped"));
            Assert.That(System.Text.Encoding.UTF8.GetString(recorded.Json.Span), Does.Contain("a broken kiosk"));
        });
    }

    [Test]
    public async Task The_command_line_does_the_same_through_the_server_that_holds_the_store()
    {
        await using var shop = new Shopfront();
        var sick = await shop.SayAsync("u1", "Product Viewed");
        await shop.PoisonAsync(sick);
        await using var runtime = await JourneyRuntime.StartAsync(shop.Store, new RuntimeOptions { Clock = shop.Clock }, CancellationToken.None);
        await runtime.FoldedAsync(2, CancellationToken.None);
        await using var server = await ServerUnderTest.StartAsync(with: _ => runtime.Services());
        string[] there = ["--server", server.Address.ToString()];

        var rebuilt = await CommandRun.Of(new CommandServices(), ["rebuild", "carts", .. there]);
        var listed = await CommandRun.Of(new CommandServices(), ["rebuild", "--json", .. there]);
        var unfinished = await CommandRun.Of(new CommandServices(), ["rebuild", "--pause", .. there]);
        var poison = await CommandRun.Of(new CommandServices(), ["poison", .. there]);
        var shown = await CommandRun.Of(new CommandServices(), ["poison", "show", "2", .. there]);
        var retried = await CommandRun.Of(new CommandServices(), ["poison", "retry", "2", .. there]);
        var skipped = await CommandRun.Of(new CommandServices(), ["poison", "skip", "2", "--reason", "broken", .. there]);
        Assert.Multiple(() =>
        {
            Assert.That((rebuilt.ExitCode, rebuilt.Output), Is.EqualTo((ExitCodes.Ok, "Rebuilt carts: 2 events. Generation 1 is live.\n")), rebuilt.Error);
            Assert.That(JsonDocument.Parse(listed.Output).RootElement.GetProperty("rebuilds")[0].GetProperty("state").GetString(), Is.EqualTo("swapped"));
            Assert.That((unfinished.ExitCode, unfinished.Error), Is.EqualTo((ExitCodes.Failure, "journey: No rebuild is unfinished.\n")));
            Assert.That(poison.Output, Does.Contain("Product Added"));
            Assert.That(shown.Output, Does.Contain("payloadBase64"));
            Assert.That(retried.ExitCode, Is.EqualTo(ExitCodes.Failure));
            Assert.That(retried.Output, Does.StartWith("The partition stands still yet, at position 2"));
            Assert.That(skipped.ExitCode, Is.EqualTo(ExitCodes.Ok));
            Assert.That(skipped.Output, Does.StartWith("Skipped, as is recorded at position 3."));
        });
    }

    private static string Text(JsonElement element, params string[] names) => string.Join(' ', names.Select(name => element.GetProperty(name).GetString()));
}
