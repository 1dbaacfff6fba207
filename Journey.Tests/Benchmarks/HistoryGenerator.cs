using System.Globalization;
using System.Text;
using Journey.Domain.Events;
using Journey.Domain.Identity;

namespace Journey.Tests.Benchmarks;

/// <summary>Makes a history of any size: many people's sessions side by side, in order of time, the same for the same seed.</summary>
/// <remarks>Two thirds are page and product views that no cart looks into; payloads are about 175 bytes, as measured shop traffic is.</remarks>
public sealed class HistoryGenerator
{
    public static readonly long Start = new DateTimeOffset(2026, 1, 5, 8, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static readonly string[] _products = [.. Enumerable.Range(0, 500).Select(number => $"p-{number:D4}")];

    private readonly Random _dice;
    private readonly string[] _customers;
    private readonly Visit[] _open;
    private readonly double _millisecondsPerEvent;
    private readonly EventFlags _flags;
    private readonly bool[]? _introduced;
    private readonly Queue<NewEvent> _introductions = new();
    private double _now = Start;
    private long _sequence;

    /// <param name="days">Over how many days the history is spread.</param>
    /// <param name="introduced">Each customer's first visit begins with who they are and with consent to email, so that they can be written to.</param>
    public HistoryGenerator(int customers, long events, int seed = 1, double days = 60, EventFlags flags = EventFlags.None, bool introduced = false)
    {
        _introduced = introduced ? new bool[customers] : null;
        _dice = new Random(seed);
        _flags = flags;
        _customers = new string[customers];
        for (var i = 0; i < customers; i++)
        {
            _customers[i] = CustomerId.FoundedBy(new Identifier(IdentifierKind.UserId, $"u{i}"));
        }

        _millisecondsPerEvent = days * 86_400_000 / events;

        // Enough visits at once that one visit's events are minutes apart.
        var open = Math.Clamp((int)(90_000 / Math.Max(0.001, _millisecondsPerEvent)), 1, Math.Max(1, customers / 2));
        _open = new Visit[open];
        for (var i = 0; i < open; i++)
        {
            _open[i] = NewVisit();
        }
    }

    public IReadOnlyList<string> Customers => _customers;

    /// <summary>The next events, in order of time.</summary>
    public NewEvent[] Next(int count)
    {
        var events = new NewEvent[count];
        for (var i = 0; i < count; i++)
        {
            events[i] = Next();
        }

        return events;
    }

    private NewEvent Next()
    {
        _now += _millisecondsPerEvent * (0.5 + _dice.NextDouble());
        if (_introductions.TryDequeue(out var introduction))
        {
            return introduction with { OccurredAt = (long)_now, ReceivedAt = (long)_now + 40 };
        }

        ref var visit = ref _open[_dice.Next(_open.Length)];
        if (visit.Left == 0)
        {
            visit = NewVisit();
        }

        if (_introduced is not null && !_introduced[visit.Customer])
        {
            _introduced[visit.Customer] = true;
            return Introduce(visit);
        }

        visit.Left--;
        var product = _products[_dice.Next(_products.Length)];
        var price = 5 + (_dice.Next(20_000) / 100m);
        var (name, properties) = Draw(ref visit, product, price);
        return Of(visit, name, properties);
    }

    private NewEvent Introduce(in Visit visit)
    {
        var name = $"u{visit.Customer}";
        var person = $$$"""{"ids":{"userId":"{{{name}}}","email":"{{{name}}}@shop.example"},"traits":{"country":"IT","timezone":"Europe/Rome"},"properties":{}}""";
        _introductions.Enqueue(Of(visit, EventNames.ConsentGranted, """{"properties":{"channel":"email","purpose":"marketing"}}"""));
        return Of(visit, EventNames.Identified, person) with { Flags = _flags | EventFlags.LinksIdentity };
    }

    private NewEvent Of(in Visit visit, string name, string json) => new(
        _customers[visit.Customer], "bench", $"{++_sequence:x12}-{visit.Customer:x8}-4b1d-9c2e", name, EventKind.Interaction, _flags, visit.Channel,
        (long)_now, (long)_now + 40, StoredPayload.FromJson(Encoding.UTF8.GetBytes(json)));

    private (string Name, string Json) Draw(ref Visit visit, string product, decimal price)
    {
        var cart = $"c{visit.Customer}-{visit.Number}";
        return _dice.Next(100) switch
        {
            < 42 => ("Page Viewed", $$"""{"properties":{"path":"/catalog/{{product}}","title":"Catalogue page of things for the mountains","referrer":"https://search.example/","width":1440},"session":"s{{visit.Number:x}}"}"""),
            < 68 => ("Product Viewed", $$"""{"properties":{"product_id":"{{product}}","name":"Some product of the shop","category":"gear","price":{{Money(price)}},"currency":"EUR","position":3},"session":"s{{visit.Number:x}}"}"""),
            < 80 => ("Product Added", $$"""{"properties":{"cart_id":"{{cart}}","product_id":"{{product}}","name":"Some product of the shop","price":{{Money(price)}},"quantity":1,"currency":"EUR"},"session":"s{{visit.Number:x}}"}"""),
            < 84 => ("Checkout Started", $$"""{"properties":{"cart_id":"{{cart}}","total":{{Money(price)}},"currency":"EUR","step":1,"shipping":"standard"},"session":"s{{visit.Number:x}}"}"""),
            < 88 => ("Order Completed", $$"""{"properties":{"cart_id":"{{cart}}","order_id":"o{{_sequence}}","total":{{Money(price)}},"currency":"EUR","coupon":"NONE"},"session":"s{{visit.Number:x}}"}"""),
            < 92 => ("Store Visited", $$"""{"properties":{"store":"store-{{visit.Customer % 40}}","entrance":"north","assistant":"none"},"session":"s{{visit.Number:x}}"}"""),
            < 96 => ("Products Searched", $$"""{"properties":{"query":"warm and dry things for the mountains","results":24,"filters":"none"},"session":"s{{visit.Number:x}}"}"""),
            _ => ("Newsletter Opened", $$"""{"properties":{"edition":"week-{{visit.Number % 52}}","subject":"What the mountains look like this week"},"session":"s{{visit.Number:x}}"}"""),
        };
    }

    private static string Money(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);

    private Visit NewVisit() => new()
    {
        Customer = _dice.Next(_customers.Length),
        Channel = _dice.Next(10) switch { < 5 => ContactChannel.Web, < 8 => ContactChannel.App, 8 => ContactChannel.Store, _ => ContactChannel.Email },
        Left = _dice.Next(3, 12),
        Number = ++_sequence,
    };

    private struct Visit
    {
        public int Customer;
        public ContactChannel Channel;
        public int Left;
        public long Number;
    }
}
