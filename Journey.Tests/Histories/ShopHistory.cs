using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Host.Demo;
using Journey.Host.Running;
using Journey.Host.Stores.Sqlite;
using Journey.Tests.Host.Running;

namespace Journey.Tests.Histories;

/// <summary>Three weeks and a half of the demo's shop in virtual time, from one seed: what the recorded history is made of.</summary>
/// <remarks>With merges, a second version, a pause, a retirement, late events, every gate that withholds a message, deliveries that succeed and fail, and what arrives for a customer who was absorbed.</remarks>
internal sealed class ShopHistory : IAsyncDisposable
{
    public static readonly DateTimeOffset Opening = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private const int Shoppers = 130;
    private const int Days = 24;
    private const int Seed = 7;

    private static readonly TimeSpan _tick = TimeSpan.FromMinutes(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("journey-history-");
    private readonly Shop _shop = new(Shoppers, Seed);
    private readonly ManualTimeProvider _clock = new(Opening);
    private readonly Dictionary<string, Shopper> _people = new(StringComparer.Ordinal);
    private readonly ShopSimulation _simulation;
    private Checkpoint _read = Checkpoint.Start;

    public ShopHistory()
    {
        Store = SqliteStore.Open(Path.Combine(_folder.FullName, "shop.db"));
        _simulation = new ShopSimulation(_shop, Opening, Seed, "recorded", _ => false);
    }

    public SqliteStore Store { get; }

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task LiveAsync()
    {
        await PublishAsync(static _ => true, static text => text);
        var processor = new Processor(Store, Store, new ProcessorOptions { BatchEventsMax = 100 }, _clock);
        await processor.PrepareAsync(CancellationToken.None);
        foreach (var past in _simulation.Past(Opening).Chunk(500))
        {
            await SendAsync(past);
        }

        for (var tick = 1; tick <= Days * 72; tick++)
        {
            _clock.Advance(_tick);
            var said = _simulation.Until(_clock.GetUtcNow()).ToArray();
            if (said.Length > 0)
            {
                await SendAsync(said);
            }

            await ActAsync(tick);
            await SettleAsync(processor);
            await DeliverAsync();
        }

        await SettleAsync(processor);
    }

    /// <summary>What the shop's people do with their journeys meanwhile, by day and tick.</summary>
    private async Task ActAsync(int tick)
    {
        switch (tick)
        {
            case 4 * 72:
                await PublishAsync(name => name == "abandoned-cart", text => text
                    .Replace("cart.total >= 30", "cart.total >= 60", StringComparison.Ordinal)
                    .Replace("cap: { max: 2, per: 24h, channel: email }", "cap: { max: 1, per: 5d, channel: email }", StringComparison.Ordinal)
                    .Replace("guard: cart.state == \"abandoned\"", "guard: cart.state == \"abandoned\" && cart.total < 300", StringComparison.Ordinal));
                break;
            case 5 * 72:
                await DefineAsync(DefinitionDocuments.Pause("welcome-series", Now));
                break;
            case (6 * 72) + 30:
                await DefineAsync(DefinitionDocuments.Resume("welcome-series", Now));
                break;
            case 7 * 72:
                await SendLateAsync();
                break;
            case 9 * 72:
                await DefineAsync(DefinitionDocuments.Retire("journey", "win-back", Now));
                break;
            case 10 * 72:
                await TellTheAbsorbedAsync();
                break;
        }
    }

    private async Task PublishAsync(Func<string, bool> which, Func<string, string> change)
    {
        var files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Samples"), "*.yaml").Order(StringComparer.Ordinal);
        var parsed = DocumentParser.Parse([.. files.Select(file => (Path.GetFileName(file), (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(change(File.ReadAllText(file)))))]);
        Assert.That(parsed.HasErrors, Is.False);
        await DefineAsync([.. parsed.Documents.Where(document => document.Kind != "test" && which(document.Name)).Select(document => DefinitionDocuments.Publish(document, Now))]);
    }

    private async Task DefineAsync(params NewEvent[] events) =>
        await Store.AppendAsync([new AppendRequest(SystemStreams.Definitions, ExpectedVersion.Any, events)]);

    private async Task SendAsync(Interaction[] said)
    {
        var answers = await Store.IngestAsync([.. said.Select(interaction => interaction with { ReceivedAt = Now })]);
        for (var i = 0; i < said.Length; i++)
        {
            if (answers[i] is IngestAnswer.Recorded recorded && ShopSimulation.NumberOf(said[i]) is { } number)
            {
                _people[recorded.Customer] = _shop.Shoppers[number - 1];
            }
        }
    }

    /// <summary>A till that was offline for three days: an order and a look at a product, for everybody with a card.</summary>
    private async Task SendLateAsync()
    {
        var late = Now - (3 * 86_400_000L);
        await SendAsync([.. _shop.Shoppers.Take(10).Select(shopper => new Interaction(
            "till", $"late-{shopper.Number}", "Order Completed", ContactChannel.Store, EventFlags.None, late, Now, [new Identifier(IdentifierKind.LoyaltyCard, shopper.LoyaltyCard)], [],
            StoredPayload.FromJson(JsonSerializer.SerializeToUtf8Bytes(new
            {
                ids = new { loyaltyCard = shopper.LoyaltyCard },
                properties = new { order_id = $"late-{shopper.Number}", total = 20 + shopper.Number, currency = "EUR" },
            }))))]);
    }

    /// <summary>Outcomes and interactions that still name customers who have become one with others.</summary>
    private async Task TellTheAbsorbedAsync()
    {
        var absorbed = (await LogAsync(Checkpoint.Start)).Where(recorded => recorded.Name == EventNames.IdentityAbsorbed).Select(recorded => recorded.Stream).Distinct().Take(3).ToList();
        Assert.That(absorbed, Is.Not.Empty, "somebody was merged by then");
        foreach (var stream in absorbed)
        {
            NewEvent[] told = [Event(stream, "Points Earned", EventKind.Derived, "loyalty"), Event(stream, EventNames.TaskSent, EventKind.Outcome, "dispatcher")];
            await Store.AppendAsync([new AppendRequest(stream, ExpectedVersion.Any, told)]);
        }
    }

    private NewEvent Event(string stream, string name, EventKind kind, string source) => new(
        stream, source, StableHash.Id($"{stream}|{name}").ToString(), name, kind, EventFlags.None, ContactChannel.Internal, Now, Now, StoredPayload.FromJson("""{"properties":{"points":5}}"""u8));

    private async Task SettleAsync(Processor processor)
    {
        await processor.CatchUpAsync(null, CancellationToken.None);
        using var scheduler = new Scheduler(Store, Store, (_, stop) => processor.CatchUpAsync(null, stop), _clock);
        while ((await scheduler.RecordDueAsync(CancellationToken.None)).Recorded > 0)
        {
        }
    }

    /// <summary>Every message asked for is sent, but for one in nine, which fails; some people read theirs.</summary>
    private async Task DeliverAsync()
    {
        foreach (var request in (await LogAsync(_read)).Where(recorded => recorded.Name == EventNames.MessageRequested))
        {
            using var payload = JsonDocument.Parse(request.Json);
            var about = payload.RootElement.GetProperty("properties");
            var fails = request.Position % 9 == 0;
            var outcome = new NewEvent(
                request.Stream, "dispatcher", StableHash.Id($"{request.Id}|outcome").ToString(), fails ? EventNames.MessageFailed : EventNames.MessageSent, EventKind.Outcome, EventFlags.None,
                ContactChannel.From(about.GetProperty("channel").GetString()), Now, Now,
                StoredPayload.FromJson(JsonSerializer.SerializeToUtf8Bytes(new
                {
                    properties = new { decision = request.Id, journey = Text(about, "journey"), run = Text(about, "run"), step = Text(about, "step"), channel = Text(about, "channel") },
                })));
            await Store.AppendAsync([new AppendRequest(request.Stream, ExpectedVersion.Any, [outcome])]);
            if (!fails && _people.TryGetValue(request.Stream, out var reader))
            {
                _simulation.MessageArrived(reader, request.Id, Text(about, "journey"), Text(about, "step"), Text(about, "channel"), _clock.GetUtcNow());
            }
        }

        _read = await Store.HeadAsync();
    }

    private static string Text(JsonElement about, string name) => about.GetProperty(name).ToString();

    private async Task<IReadOnlyList<RecordedEvent>> LogAsync(Checkpoint after) => (await Store.ReadAsync(after, 100_000)).Events;

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
