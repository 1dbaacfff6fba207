using System.Collections.Immutable;
using System.Text.Json;
using Journey.Domain.Engine;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Templates;
using Journey.Host.Dispatch;
using Journey.Host.Stores.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Journey.Tests.Host.Dispatch;

/// <summary>A dispatcher on a real store in a folder of its own, in time that the test moves.</summary>
public sealed class DispatchRig : IAsyncDisposable, IDeliveryFacts
{
    public const string Customer = "c0123456789abcdef";

    /// <summary>Retries and circuits wait less than this; attempt timeouts in these tests are longer, so they never fire by accident.</summary>
    public static readonly TimeSpan Waits = TimeSpan.FromMinutes(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("journey-dispatch-").FullName;
    private readonly StringWriter _console = new();
    private int _decisions;

    public DispatchRig() => Store = SqliteStore.Open(Path.Combine(_folder, "log.db"));

    public ManualTimeProvider Time { get; } = new();

    public SqliteStore Store { get; private set; }

    public Dispatcher Dispatcher { get; private set; } = null!;

    // The checkpoint is saved at the first chance and at the stop: in between, no timer but a delivery's own moves time.
    public DispatchOptions Options { get; set; } = new() { CheckpointEvery = TimeSpan.FromHours(1), Calls = new CallOptions { Resilience = Resilience } };

    public TemplateLibrary Templates { get; set; } = TemplateLibrary.Empty;

    public JsonElement Facts { get; set; } = JsonSerializer.SerializeToElement(new { customer = new { firstName = "Ada", email = "ada@example.com" } });

    public Func<int, ConsentState> Consent { get; set; } = _ => ConsentState.Granted;

    public int FactsAsked { get; private set; }

    public string Console => _console.ToString();

    public static ResilienceOptions Resilience => new() { AttemptTimeout = TimeSpan.FromHours(1), GiveUpAfter = TimeSpan.FromHours(12), RatePerSecond = 100_000 };

    public static ChannelOptions.Webhook Webhook(WebhookReceiver receiver, ResilienceOptions? resilience = null) =>
        new(receiver.Url, [WebhookSecret.Parse(WebhookReceiver.SecretText)]) { Resilience = resilience ?? Resilience };

    public void Use(WebhookReceiver receiver, ResilienceOptions? resilience = null) =>
        Options = Options with { Channels = ImmutableDictionary<string, ChannelOptions>.Empty.Add("email", Webhook(receiver, resilience)) };

    public async Task StartAsync()
    {
        Dispatcher = new Dispatcher(
            new DispatcherPorts(Store, new StoredDispatchCheckpoint(Store), Store.DeadLetters, this),
            Templates, Options, _console, NullLogger<Dispatcher>.Instance, Time, jitter: () => 0.5);
        await Dispatcher.StartAsync(default);
    }

    public async Task StopAsync()
    {
        await Dispatcher.StopAsync(default);
        Dispatcher.Dispose();
    }

    /// <summary>Appends a decision and answers its id.</summary>
    public async Task<string> DecideAsync(
        string name = EventNames.MessageRequested, object? properties = null, EventKind kind = EventKind.Decision, EventFlags flags = EventFlags.None, string? payload = null)
    {
        var id = StableHash.Id($"decision {++_decisions}").ToString();
        var json = payload ?? JsonSerializer.Serialize(new { properties = properties ?? Message() });
        var decision = new NewEvent(
            Customer, "journey", id, name, kind, flags, ContactChannel.Email, Now, Now, StoredPayload.FromJson(System.Text.Encoding.UTF8.GetBytes(json)));
        var results = await Store.AppendAsync([new AppendRequest(Customer, ExpectedVersion.Any, [decision])]);
        Assert.That(results[0], Is.InstanceOf<AppendResult.Appended>());
        return id;
    }

    public static object Message(string channel = "email", string template = "hello") =>
        new { journey = "j", version = 2, run = "r", step = "first", channel, template, purpose = "marketing", data = new { coupon = "BACK10", line = "for {{customer.firstName}}" } };

    /// <summary>Waits, moving time past the dispatcher's own waits, until the log has this many outcomes; answers all of them.</summary>
    public async Task<IReadOnlyList<Outcome>> OutcomesAsync(int count) => await Time.RunAsync(Task.Run(async () =>
    {
        while (true)
        {
            var head = await Store.HeadAsync();
            var outcomes = await AllOutcomesAsync();
            if (outcomes.Count >= count)
            {
                return outcomes;
            }

            await Store.WaitAsync(head);
        }
    }), Waits);

    public async Task<IReadOnlyList<Outcome>> AllOutcomesAsync()
    {
        var outcomes = new List<Outcome>();
        for (var at = Checkpoint.Start; ;)
        {
            var page = await Store.ReadAsync(at, 1_000);
            if (page.AtEnd)
            {
                return outcomes;
            }

            outcomes.AddRange(page.Events.Where(passed => passed.Kind == EventKind.Outcome)
                .Select(passed => new Outcome(passed.Name, passed.Stream, JsonDocument.Parse(passed.Json).RootElement.GetProperty("properties").Clone())));
            at = page.Next;
        }
    }

    public ValueTask<DeliveryFacts> FactsAsync(DeliveryRequest request, CancellationToken cancellation = default)
    {
        lock (_console)
        {
            return new(new DeliveryFacts(Facts, "ada@example.com", Consent(++FactsAsked)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();
}

public sealed record Outcome(string Name, string Stream, JsonElement Properties)
{
    public string? Text(string name) => Properties.TryGetProperty(name, out var value) ? value.ToString() : null;
}
