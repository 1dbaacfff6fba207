using System.Text;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Templates;
using Journey.Host.Dispatch;
using Journey.Host.Publishing;
using Journey.Host.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace Journey.Tests.Host.Running;

/// <summary>Processor, state store and dispatcher together: what a customer said after the decision counts when the message is sent.</summary>
public sealed class ConsentAtDeliveryTests
{
    private const string Greeting = "journey: greeting\nenter: { on: Signed Up }\nsteps:\n  - send: { channel: email, template: hello }\n";

    [TestCase(true, EventNames.MessageSuppressed)]
    [TestCase(false, EventNames.MessageSent)]
    public async Task Consent_revoked_between_request_and_send_withholds_the_message(bool revoked, string outcome)
    {
        await using var shop = new Shopfront();
        var publisher = new Publisher(shop.Store, shop.Store, shop.Clock);
        await publisher.ApplyAsync(await publisher.PlanAsync([("greeting.yaml", Encoding.UTF8.GetBytes(Greeting))]));
        var processor = shop.Processor();
        await processor.PrepareAsync(CancellationToken.None);
        await shop.SayAsync("ada", "Identified", traits: """{"email":"ada@example.com"}""");
        await shop.SayAsync("ada", EventNames.ConsentGranted, """{"channel":"email","purpose":"marketing"}""");
        await shop.SayAsync("ada", "Signed Up");
        await shop.SettleAsync(processor);
        Assert.That((await shop.LogAsync()).Count(recorded => recorded.Name == EventNames.MessageRequested), Is.EqualTo(1));
        if (revoked)
        {
            await shop.SayAsync("ada", EventNames.ConsentRevoked, """{"channel":"email","purpose":"marketing"}""");
            await shop.SettleAsync(processor);
        }

        var answered = await DispatchAsync(shop, processor);
        Assert.That(answered.Name, Is.EqualTo(outcome));
        using var payload = JsonDocument.Parse(answered.Json);
        Assert.That(payload.RootElement.GetProperty("properties").TryGetProperty("reason", out var reason) ? reason.GetString() : null, Is.EqualTo(revoked ? "consent-revoked" : null));
    }

    /// <summary>Runs the dispatcher until its first outcome is in the log.</summary>
    private static async Task<RecordedEvent> DispatchAsync(Shopfront shop, Processor processor)
    {
        var ports = new DispatcherPorts(
            shop.Store, new StoredDispatchCheckpoint(shop.Store), shop.Store.DeadLetters, new DeliveryFactsReader(shop.Store, shop.Store, () => processor.Definitions));
        using var dispatcher = new Dispatcher(ports, TemplateLibrary.Empty, new DispatchOptions(), TextWriter.Null, NullLogger<Dispatcher>.Instance, shop.Clock);
        await dispatcher.StartAsync(CancellationToken.None);
        while (true)
        {
            var head = await shop.Store.HeadAsync();
            if ((await shop.LogAsync()).Where(recorded => recorded.Kind == EventKind.Outcome).ToList() is [var outcome, ..])
            {
                await dispatcher.StopAsync(CancellationToken.None);
                return outcome;
            }

            await shop.Store.WaitAsync(head);
        }
    }
}
