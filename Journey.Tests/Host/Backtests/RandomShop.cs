using System.Text;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Host.Running;
using Journey.Tests.Host.Running;

namespace Journey.Tests.Host.Backtests;

/// <summary>A shop that lives through made-up weeks with everything that may happen: the same seed, the same history, processed as it comes.</summary>
internal sealed class RandomShop : IAsyncDisposable
{
    private static readonly string[] Journeys = ["abandoned-cart", "browse-abandonment", "welcome-series", "checkout-abandonment"];

    private readonly Random _dice;
    private readonly Processor _processor;
    private readonly List<string> _requested = [];
    private int _sequence;
    private int _version;

    private RandomShop(int seed)
    {
        _dice = new Random(seed);
        _processor = Shop.Processor(1 + _dice.Next(40));
    }

    public Shopfront Shop { get; } = new();

    public static async Task<RandomShop> LiveAsync(int seed, int steps, bool publishes = true, bool imports = true)
    {
        var shop = new RandomShop(seed);
        await shop.Shop.PublishSamplesAsync();
        await shop._processor.PrepareAsync(CancellationToken.None);
        for (var step = 0; step < steps; step++)
        {
            await shop.StepAsync(publishes, imports);
        }

        await shop.Shop.SettleAsync(shop._processor);
        return shop;
    }

    /// <summary>The text of a sample as it is published last.</summary>
    public static ReadOnlyMemory<byte> Sample(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Samples", name + ".yaml"));

    public ValueTask DisposeAsync() => Shop.DisposeAsync();

    private async Task StepAsync(bool publishes, bool imports)
    {
        Shop.Clock.Advance(_dice.Next(10) switch
        {
            < 5 => TimeSpan.FromSeconds(_dice.Next(600)),
            < 9 => TimeSpan.FromMinutes(_dice.Next(400)),
            _ => TimeSpan.FromHours(_dice.Next(80)),
        });
        switch (_dice.Next(40))
        {
            case 0 when publishes:
                await ChangeAsync(DefinitionDocuments.Pause(Journeys[_dice.Next(Journeys.Length)], Shop.Now));
                break;
            case 1 or 2 when publishes:
                await ChangeAsync(DefinitionDocuments.Resume(Journeys[_dice.Next(Journeys.Length)], Shop.Now));
                break;
            case 3 when publishes:
                await PublishAsync();
                break;
            case 4 or 5 or 6 when _requested.Count > 0:
                await AnswerAsync();
                break;
            default:
                await HappenAsync(imports);
                break;
        }

        if (_dice.Next(5) > 0)
        {
            await Shop.SettleAsync(_processor);
            await LearnRequestsAsync();
        }
    }

    private async Task HappenAsync(bool imports)
    {
        var person = _dice.Next(6);
        List<Identifier> identifiers = _dice.Next(3) switch
        {
            0 => [new(IdentifierKind.AnonymousId, $"a{person}")],
            1 when _dice.Next(4) == 0 => [new(IdentifierKind.UserId, $"u{person}"), new(IdentifierKind.AnonymousId, $"a{person}")],
            _ => [new(IdentifierKind.UserId, $"u{person}")],
        };
        var cart = $"c{person}-{_dice.Next(5)}";
        var product = $$"""{"cart_id":"{{cart}}","product_id":"p{{_dice.Next(4)}}","price":{{_dice.Next(10, 200)}},"quantity":1,"currency":"EUR"}""";
        var (name, properties) = _dice.Next(16) switch
        {
            0 => (EventNames.ConsentGranted, """{"channel":"email","purpose":"marketing"}"""),
            1 when _dice.Next(3) == 0 => (EventNames.ConsentRevoked, """{"channel":"email","purpose":"marketing"}"""),
            2 => (EventNames.Identified, "{}"),
            3 or 4 => ("Product Viewed", product),
            5 or 6 or 7 or 8 => ("Product Added", product),
            9 => ("Product Removed", product),
            10 => ("Checkout Started", $$"""{"cart_id":"{{cart}}"}"""),
            11 => ("Order Completed", $$"""{"cart_id":"{{cart}}","order_id":"o{{++_sequence}}","total":{{_dice.Next(10, 300)}},"currency":"EUR"}"""),
            12 => ("Store Visited", """{"store":"s1"}"""),
            _ => ("Page Viewed", "{}"),
        };
        var late = _dice.Next(15) == 0 ? _dice.Next(3 * 86_400_000) : 0;
        var flags = imports && _dice.Next(12) == 0 ? EventFlags.Imported : EventFlags.None;
        var traits = name == EventNames.Identified ? $$""","traits":{"email":"u{{person}}@shop.example","country":"IT","timezone":"Europe/Rome"}""" : "";
        var ids = string.Join(",", identifiers.Select(identifier => $"\"{(identifier.Kind == IdentifierKind.UserId ? "userId" : "anonymousId")}\":\"{identifier.Value}\""));
        var payload = $$$"""{"ids":{{{{ids}}}}{{{traits}}},"properties":{{{properties}}}}""";
        await Shop.Store.IngestAsync(
        [
            new Interaction("test", $"r{++_sequence}", name, _dice.Next(3) == 0 ? ContactChannel.App : ContactChannel.Web, flags, Shop.Now - late, Shop.Now,
                [.. identifiers], [], StoredPayload.FromJson(Encoding.UTF8.GetBytes(payload))),
        ]);
    }

    private Task ChangeAsync(NewEvent change) => Shop.Store.AppendAsync([new AppendRequest(SystemStreams.Definitions, ExpectedVersion.Any, [change])]).AsTask();

    private async Task PublishAsync()
    {
        var text = Encoding.UTF8.GetString(Sample("abandoned-cart").Span).Split("\n---")[0];
        var changed = text.Replace("wait: 4h", $"wait: {2 + (++_version % 5)}h", StringComparison.Ordinal) + $"\n# version {_version}\n";
        var document = DocumentParser.Parse("abandoned-cart.yaml", changed).Documents[0];
        await ChangeAsync(DefinitionDocuments.Publish(document, Shop.Now));
    }

    private async Task LearnRequestsAsync()
    {
        foreach (var recorded in await Shop.LogAsync())
        {
            if (recorded.Name == EventNames.MessageRequested && !_requested.Contains($"{recorded.Stream}|{recorded.Id}"))
            {
                _requested.Add($"{recorded.Stream}|{recorded.Id}");
            }
        }
    }

    private async Task AnswerAsync()
    {
        var (stream, id) = _requested[_dice.Next(_requested.Count)].Split('|') is [var customer, var decision] ? (customer, decision) : default;
        var name = _dice.Next(3) switch { 0 => EventNames.MessageSent, 1 => EventNames.MessageClicked, _ => EventNames.MessageOpened };
        var kind = name == EventNames.MessageSent ? EventKind.Outcome : EventKind.Interaction;
        var payload = StoredPayload.FromJson(Encoding.UTF8.GetBytes($$$"""{"properties":{"decision":"{{{id}}}","channel":"email"}}"""));
        await Shop.Store.AppendAsync(
        [
            new AppendRequest(stream!, ExpectedVersion.Any, [new NewEvent(stream!, "provider", $"{id}|{name}", name, kind, EventFlags.None, ContactChannel.Email, Shop.Now, Shop.Now, payload)]),
        ]);
    }
}
