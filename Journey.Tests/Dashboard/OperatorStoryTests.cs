using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Journey.Host.Dispatch;
using Journey.Host.Publishing;
using Journey.Host.Running;
using Journey.Tests.Host.Dispatch;
using Journey.Tests.Host.Http;
using Journey.Tests.Host.Running;
using Microsoft.Playwright;

namespace Journey.Tests.Dashboard;

/// <summary>An operator keeps everything going: rebuilds while events arrive, poison events, dead letters, a restart.</summary>
public sealed class OperatorStoryTests
{
    private const string Greeting = "journey: greeting\nenter: { on: Signed Up }\nsteps:\n  - send: { channel: email, template: hello }\n";

    [TestCase(Visit.Laptop)]
    [TestCase(Visit.Phone)]
    public async Task Read_models_are_built_again_while_events_arrive(int width)
    {
        await using var visit = await Visit.BeginAsync(width, dark: true);
        await visit.OpenAsync("/projections");
        var generation = await GenerationAsync();
        using var stop = new CancellationTokenSource();
        var sending = Send($"visitor-{width}", stop.Token);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Build all again" }).ClickAsync();
        var begun = await visit.Page.RunAndWaitForResponseAsync(
            () => visit.Page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Build again" }).ClickAsync(),
            response => response.Url.EndsWith("/rebuild", StringComparison.Ordinal));
        var before = sending.Accepted();
        var id = (await begun.JsonAsync())!.Value.GetProperty("id").GetInt32();
        await visit.Page.Locator(".rebuild").First.WaitForAsync();
        await visit.PictureAsync("story-operator");
        await UntilAsync(async () => (await DemoServer.GetAsync($"/v1/rebuilds/{id}")).GetProperty("state").GetString() == "swapped" && sending.Accepted() > before);
        await stop.CancelAsync();
        var accepted = await sending.Ended;
        await visit.Page.Locator(".rebuild .badge-good").First.WaitForAsync();

        // Nothing of what arrived meanwhile is missing in the generation that took over.
        await UntilAsync(async () => (await DemoServer.GetAsync($"/v1/customers/userId:visitor-{width}")).GetProperty("profile").GetProperty("events").GetInt64() == accepted);
        Assert.Multiple(async () =>
        {
            Assert.That(await GenerationAsync(), Is.GreaterThan(generation));
            Assert.That(visit.Wrongs, Is.Empty);
        });
    }

    [Test]
    public async Task A_poison_event_is_looked_at_tried_again_and_skipped_with_a_reason()
    {
        await using var shop = new Shopfront();
        await shop.PoisonAsync(await shop.SayAsync("u1", "Product Viewed"));
        await using var runtime = await JourneyRuntime.StartAsync(shop.Store, new RuntimeOptions { Clock = shop.Clock }, CancellationToken.None);
        await runtime.FoldedAsync(2, CancellationToken.None);
        await using var server = await ServerUnderTest.StartAsync(with: _ => runtime.Services());
        await using var visit = await Visit.BeginAsync(Visit.Laptop, address: server.Address.GetLeftPart(UriPartial.Authority));
        await visit.OpenAsync("/projections");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Show Product Added at 2" }).ClickAsync();
        await visit.Page.Locator("dialog[open] pre").GetByText("YwEC").WaitForAsync();
        await visit.PictureAsync("poison-event");
        Assert.That(await visit.BarriersAsync(), Is.Empty);
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await visit.Page.Locator(".toast-bad").GetByText("It still stands still").WaitForAsync();

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Skip" }).ClickAsync();
        var skip = visit.Page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Skip" });
        Assert.That(await skip.IsDisabledAsync(), Is.True, "there is no reason yet");
        await visit.Page.Locator("dialog[open]").GetByLabel("Reason").FillAsync("a broken kiosk");
        await skip.ClickAsync();
        await visit.Page.GetByText("No event holds anybody up").WaitForAsync();
        var recorded = (await shop.LogAsync()).Single(one => one.Name == "Event Skipped");
        Assert.Multiple(() =>
        {
            Assert.That(Encoding.UTF8.GetString(recorded.Json.Span), Does.Contain("a broken kiosk"));
            Assert.That(visit.Wrongs, Is.Empty);
        });
    }

    [Test]
    public async Task A_dead_letter_is_found_tried_again_and_its_message_tells_its_life()
    {
        await using var shop = new Shopfront();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = WebhookReceiver.Statuses(404);
        var publisher = new Publisher(shop.Store, shop.Store, shop.Clock);
        await publisher.ApplyAsync(await publisher.PlanAsync([("greeting.yaml", Encoding.UTF8.GetBytes(Greeting))]));
        var channels = new DispatchOptions { Default = DispatchRig.Webhook(receiver) };
        await using var runtime = await JourneyRuntime.StartAsync(shop.Store, new RuntimeOptions { Clock = shop.Clock, Dispatch = channels }, CancellationToken.None);
        await using var server = await ServerUnderTest.StartAsync(with: _ => runtime.Services());
        await shop.SayAsync("ada", "Identified", traits: """{"email":"ada@example.com"}""");
        await shop.SayAsync("ada", "Consent Granted", """{"channel":"email","purpose":"marketing"}""");
        await shop.SayAsync("ada", "Signed Up");
        await UntilAsync(async () => (await server.GetAsync("/v1/deliveries/dead-letters")).GetProperty("items").GetArrayLength() == 1);

        await using var visit = await Visit.BeginAsync(Visit.Phone, address: server.Address.GetLeftPart(UriPartial.Authority));
        await visit.OpenAsync("/deliveries");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Dead letters" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "status 404" }).WaitForAsync();
        await visit.PictureAsync("dead-letter");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await visit.Page.Locator(".toast-good").GetByText("Delivered").WaitForAsync();
        await visit.Page.GetByText("Nothing waits for a person").WaitForAsync();

        await visit.Page.GoBackAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "hello" }).ClickAsync();
        await visit.Page.Locator(".event-name").GetByText("Message sent").WaitForAsync();
        await visit.PictureAsync("message-life");
        Assert.Multiple(async () =>
        {
            Assert.That(await visit.Page.Locator(".event-name").AllTextContentsAsync(), Is.EqualTo(new[] { "Message asked for", "Message failed", "Message sent" }));
            Assert.That(visit.Wrongs, Is.Empty);
        });
    }

    [Test]
    public async Task Messages_are_searched_by_state_channel_journey_and_customer()
    {
        var message = (await DemoServer.GetAsync("/v1/deliveries?state=suppressed&limit=1")).GetProperty("items")[0];
        var (customer, journey) = (message.GetProperty("customer").GetString()!, message.GetProperty("journey").GetString()!);
        await using var visit = await Visit.BeginAsync(Visit.Laptop);
        await visit.OpenAsync("/deliveries");
        await visit.Page.GetByLabel("State", new() { Exact = true }).SelectOptionAsync("suppressed");
        await visit.Page.GetByLabel("Channel", new() { Exact = true }).SelectOptionAsync("email");
        await visit.Page.GetByLabel("Journey", new() { Exact = true }).SelectOptionAsync(journey);
        await visit.Page.GetByLabel("Customer id").FillAsync(customer);
        await visit.Page.WaitForURLAsync($"**/deliveries?state=suppressed&channel=email&journey={journey}&customer={customer}");
        await visit.Page.WaitForFunctionAsync("customer => [...document.querySelectorAll('main tbody tr')].every(row => row.textContent.includes(customer))", customer);
        var rows = await visit.Page.Locator("main tbody tr").AllTextContentsAsync();
        Assert.Multiple(() =>
        {
            Assert.That(rows, Is.Not.Empty);
            Assert.That(rows, Has.All.Contains(customer).And.All.Contains("withheld").And.All.Contains(journey));
            Assert.That(visit.Wrongs, Is.Empty);
        });
    }

    [Test]
    public async Task After_a_restart_of_the_server_the_page_is_connected_again_and_says_so()
    {
        var url = $"http://127.0.0.1:{DemoServer.FreePort()}";
        var first = await ServerUnderTest.StartAsync(options: new Journey.Host.Http.ServerOptions { Urls = [url] });
        await using var visit = await Visit.BeginAsync(Visit.Laptop, address: url);
        await visit.OpenAsync("/");
        await visit.Page.Locator(".live-live").First.WaitForAsync();
        await first.DisposeAsync();
        await visit.Page.Locator(".connection-lost").WaitForAsync();
        await using var second = await ServerUnderTest.StartAsync(options: new Journey.Host.Http.ServerOptions { Urls = [url] });
        await visit.Page.Locator(".toast").GetByText("Connected again").WaitForAsync();
        Assert.That(await visit.Page.Locator(".connection-lost").CountAsync(), Is.Zero);
    }

    private static async Task<int> GenerationAsync() =>
        (await DemoServer.GetAsync("/v1/projections")).GetProperty("consumers")[0].GetProperty("generation").GetInt32();

    /// <summary>One visitor's events, one after the other: how many were acknowledged so far, and in the end.</summary>
    private static (Func<int> Accepted, Task<int> Ended) Send(string user, CancellationToken stop)
    {
        var accepted = 0;
        return (() => Volatile.Read(ref accepted), RunAsync());

        async Task<int> RunAsync()
        {
            using var client = new HttpClient { BaseAddress = new Uri(DemoServer.Address) };
            client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String("any:"u8));
            while (!stop.IsCancellationRequested)
            {
                using var response = await client.PostAsJsonAsync(
                    "/v1/track", new { userId = user, @event = "Product Viewed", messageId = $"{user}-{accepted}", context = new { channel = "web" } }, CancellationToken.None);
                response.EnsureSuccessStatusCode();
                Interlocked.Increment(ref accepted);
            }

            return accepted;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> there)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await there())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
        }
    }
}
