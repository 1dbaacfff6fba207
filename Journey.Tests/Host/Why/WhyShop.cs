using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Host.Replay;
using Journey.Host.Running;
using Journey.Host.Why;
using Journey.Tests.Host.Running;

namespace Journey.Tests.Host.Why;

/// <summary>A shop with one journey, people who do things, and somebody who asks why.</summary>
internal sealed class WhyShop : IAsyncDisposable
{
    public const string Reminder = """
        journey: reminder
        key: cart.id
        enter:
          on: Cart Abandoned
          where: cart.total >= 50.0 && customer.isKnown
          reentry: { mode: after-exit, cooldown: 7d }
        exit:
          - { on: Order Completed, as: converted }
        guard: cart.state == "abandoned"
        limits:
          quiet: { from: "21:00", to: "09:00", zone: UTC }
        steps:
          - { id: settle, wait: 4h }
          - { id: mail, send: { channel: email, template: cart-reminder } }
        """;

    private readonly Shopfront _shop;
    private Processor? _processor;

    private WhyShop(string? file) => _shop = new Shopfront(file);

    public Shopfront Shop => _shop;

    /// <param name="file">Where the store is kept; null: in a folder of its own that goes with it.</param>
    public static async Task<WhyShop> OpenAsync(string? document = Reminder, string? file = null)
    {
        var why = new WhyShop(file);
        if (document is not null)
        {
            await why.PublishAsync(document);
        }

        return why;
    }

    public async Task PublishAsync(string text)
    {
        var parsed = DocumentParser.Parse([("reminder.yaml", System.Text.Encoding.UTF8.GetBytes(text))]);
        Assert.That(parsed.HasErrors, Is.False, string.Join('\n', parsed.Faults));
        await DefineAsync([.. parsed.Documents.Select(document => DefinitionDocuments.Publish(document, _shop.Now))]);
    }

    public async Task DefineAsync(params NewEvent[] events)
    {
        await _shop.Store.AppendAsync([new AppendRequest(SystemStreams.Definitions, ExpectedVersion.Any, events)]);
        await SettleAsync();
    }

    /// <summary>Ann is known by name and address, and has agreed to email.</summary>
    public async Task<string> MeetAsync(string user = "ann", bool consents = true)
    {
        var customer = await _shop.SayAsync(user, EventNames.Identified, traits: $$"""{"email":"{{user}}@shop.example"}""");
        if (consents)
        {
            await _shop.SayAsync(user, EventNames.ConsentGranted, """{"channel":"email","purpose":"marketing"}""");
        }

        await SettleAsync();
        return customer;
    }

    public async Task SayAsync(string user, string name, string properties = "{}")
    {
        await _shop.SayAsync(user, name, properties);
        await SettleAsync();
    }

    public Task FillCartAsync(string user = "ann", decimal price = 80m, string cart = "c1") =>
        SayAsync(user, "Product Added", $$"""{"cart_id":"{{cart}}","product_id":"p1","price":{{price.ToString(System.Globalization.CultureInfo.InvariantCulture)}},"quantity":1,"currency":"EUR"}""");

    /// <summary>Lets time pass in steps of at most half an hour, so that what is due happens when it is due.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        for (var end = _shop.Clock.GetUtcNow() + time; _shop.Clock.GetUtcNow() < end;)
        {
            var left = end - _shop.Clock.GetUtcNow();
            _shop.Clock.Advance(left < TimeSpan.FromMinutes(30) ? left : TimeSpan.FromMinutes(30));
            await SettleAsync();
        }
    }

    public async Task<WhyAnswer> WhyAsync(string customer, string journey = "reminder", DateTimeOffset? at = null)
    {
        var source = await ReplaySource.LoadAsync(_shop.Store, _shop.Store, DefinitionHistory.Empty, CancellationToken.None);
        return (await new WhyQuery(source).AnswerAsync(customer, journey, at?.ToUnixTimeMilliseconds(), 1_000, CancellationToken.None))!;
    }

    public async Task SettleAsync()
    {
        if (_processor is null)
        {
            _processor = _shop.Processor();
            await _processor.PrepareAsync(CancellationToken.None);
        }

        await _shop.SettleAsync(_processor);
    }

    public ValueTask DisposeAsync() => _shop.DisposeAsync();
}
