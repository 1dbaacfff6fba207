using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Journey.Domain.Events;
using Journey.Domain.Identity;

namespace Journey.Host.Demo;

/// <summary>People who browse, forget carts, come back, visit the store and complain: what happens next is drawn from a seed.</summary>
/// <remarks>Works in the demo's own time and touches nothing: it says what people do, and the demo sends it in.</remarks>
public sealed class ShopSimulation
{
    public const string Source = "demo-shop";

    /// <summary>Customers at least so eager have a past with the shop: about one in four.</summary>
    private const double RegularFrom = 0.55;

    private static readonly TimeSpan _betweenVisits = TimeSpan.FromHours(60);

    private readonly Shop _shop;
    private readonly Random _dice;
    private readonly string _season;
    private readonly PriorityQueue<Plan, (long, long)> _agenda = new();
    private readonly bool[] _signedUp;
    private readonly int[] _orders;
    private readonly int[] _visits;
    private long _sequence;

    /// <param name="season">Part of every event id: another one gives other ids, so that a demo that is started again goes on instead of repeating itself.</param>
    /// <param name="signedUp">Who is known to the shop already.</param>
    public ShopSimulation(Shop shop, DateTimeOffset start, int seed, string season, Func<Shopper, bool> signedUp)
    {
        _shop = shop;
        _dice = new Random(seed);
        _season = season;
        _signedUp = [.. shop.Shoppers.Select(signedUp)];
        _orders = new int[shop.Shoppers.Length];
        _visits = new int[shop.Shoppers.Length];
        foreach (var shopper in shop.Shoppers)
        {
            Later(start + (_betweenVisits * (_dice.NextDouble() * 0.9)), at => Visit(shopper, at));
        }
    }

    /// <summary>What regular customers did before the shop's software was opened: brought in as history, so that there are good customers from the start.</summary>
    public IReadOnlyList<Interaction> Past(DateTimeOffset opening)
    {
        var past = new List<Interaction>();
        foreach (var shopper in _shop.Shoppers.Where(shopper => shopper.Eagerness > RegularFrom))
        {
            var at = opening - TimeSpan.FromDays(40 + (160 * _dice.NextDouble()));
            past.AddRange(SignUp(shopper, ContactChannel.Web, at));
            for (var orders = 1 + (int)(shopper.Eagerness * 7); orders > 0; orders--)
            {
                at += (opening - at) * (0.1 + (0.4 * _dice.NextDouble()));
                past.AddRange(Buy(shopper, Shop.ChannelOf(shopper, _dice), $"past-{Next()}", [Pick(), Pick()], at));
            }
        }

        return [.. past.OrderBy(interaction => interaction.OccurredAt).Select(interaction => interaction with { Flags = EventFlags.Imported })];
    }

    /// <summary>Everything people do up to a moment, in order of time.</summary>
    public IEnumerable<Interaction> Until(DateTimeOffset moment)
    {
        while (_agenda.TryPeek(out var next, out _) && next.At <= moment)
        {
            _agenda.Dequeue();
            if (next is Plan.Said said)
            {
                yield return said.Interaction;
                continue;
            }

            // One act is several interactions over some minutes: each waits for its own moment.
            foreach (var interaction in ((Plan.Act)next).Play(next.At))
            {
                Enqueue(new Plan.Said(DateTimeOffset.FromUnixTimeMilliseconds(interaction.OccurredAt), interaction));
            }
        }
    }

    /// <summary>Somebody got a message: some click, and some of those buy what they had left.</summary>
    public void MessageArrived(Shopper shopper, string decisionId, string journey, string step, string channel, DateTimeOffset at)
    {
        if (_dice.NextDouble() > shopper.Reads)
        {
            return;
        }

        Later(at + Minutes(5, 150), clicked => ClickAndMaybeBuy(shopper, decisionId, journey, step, channel, clicked));
    }

    private IEnumerable<Interaction> ClickAndMaybeBuy(Shopper shopper, string decisionId, string journey, string step, string channel, DateTimeOffset at)
    {
        var about = new JsonObject { ["message_id"] = decisionId, ["journey"] = journey, ["step"] = step };
        yield return Say(shopper, ContactChannel.From(channel), EventNames.MessageClicked, at, about);
        if (_dice.NextDouble() < 0.55)
        {
            Later(at + Minutes(2, 20), bought => Buy(shopper, Shop.ChannelOf(shopper, _dice), CartOf(shopper), [Pick()], bought));
        }
    }

    private IEnumerable<Interaction> Visit(Shopper shopper, DateTimeOffset at)
    {
        _visits[shopper.Number - 1]++;
        Later(at + (_betweenVisits * (0.3 + (1.4 * _dice.NextDouble())) / (0.4 + shopper.Eagerness)), next => Visit(shopper, next));

        // People sleep: a visit drawn for the night happens in the morning.
        if (at.Hour < 7)
        {
            Later(at + TimeSpan.FromHours(7 - at.Hour) + Minutes(0, 90), morning => VisitSomewhere(shopper, morning));
            return [];
        }

        return VisitSomewhere(shopper, at);
    }

    private IEnumerable<Interaction> VisitSomewhere(Shopper shopper, DateTimeOffset at) => _dice.NextDouble() switch
    {
        < 0.72 => Browse(shopper, at),
        < 0.90 => VisitStore(shopper, at),
        < 0.94 when _orders[shopper.Number - 1] > 0 => Complain(shopper, at),
        < 0.97 => [Say(shopper, ContactChannel.Chat, "Chat Started", at, new JsonObject { ["topic"] = "delivery" })],
        _ => [Say(shopper, ContactChannel.Email, "Newsletter Opened", at, new JsonObject { ["edition"] = $"week-{at.DayOfYear / 7}" })],
    };

    private IEnumerable<Interaction> Browse(Shopper shopper, DateTimeOffset at)
    {
        var channel = Shop.ChannelOf(shopper, _dice);
        var now = at;
        yield return Say(shopper, channel, channel == ContactChannel.App ? "Screen Viewed" : "Page Viewed", now, CameFrom(shopper, new JsonObject { ["name"] = "Home" }));

        if (!_signedUp[shopper.Number - 1] && _dice.NextDouble() < 0.6)
        {
            foreach (var signUp in SignUp(shopper, channel, now += Minutes(1, 3)))
            {
                yield return signUp;
            }
        }

        var looked = Pick();
        for (var views = _dice.Next(1, 5); views > 0; views--)
        {
            looked = Pick();
            yield return Say(shopper, channel, "Product Viewed", now += Minutes(1, 4), Describe(looked));
        }

        if (_dice.NextDouble() > 0.3 + (0.4 * shopper.Eagerness))
        {
            yield break;
        }

        var cart = CartOf(shopper);
        var basket = new List<Product> { looked };
        yield return Say(shopper, channel, "Product Added", now += Minutes(1, 3), InCart(looked, cart));
        if (_dice.NextDouble() < 0.3)
        {
            basket.Add(Pick());
            yield return Say(shopper, channel, "Product Added", now += Minutes(1, 3), InCart(basket[1], cart));
        }

        var resolve = _dice.NextDouble();
        if (resolve < 0.12)
        {
            yield return Say(shopper, channel, "Checkout Started", now + Minutes(2, 6), Order(cart, basket, null));
        }
        else if (resolve < 0.12 + (0.45 * shopper.Eagerness))
        {
            yield return Say(shopper, channel, "Checkout Started", now += Minutes(2, 6), Order(cart, basket, null));
            foreach (var bought in Buy(shopper, channel, cart, basket, now + Minutes(2, 6)))
            {
                yield return bought;
            }
        }
    }

    private IEnumerable<Interaction> SignUp(Shopper shopper, ContactChannel channel, DateTimeOffset at)
    {
        _signedUp[shopper.Number - 1] = true;
        var traits = new JsonObject
        {
            ["email"] = shopper.Email,
            ["phone"] = shopper.Phone,
            ["firstName"] = shopper.FirstName,
            ["lastName"] = shopper.LastName,
            ["country"] = shopper.Country,
            ["city"] = shopper.City,
            ["timezone"] = shopper.Zone,
            ["newsletter"] = shopper.OptsIn,
        };
        yield return Say(shopper, channel, EventNames.Identified, at, [], traits);
        if (shopper.OptsIn)
        {
            foreach (var consented in (string[])["email", "sms", "push"])
            {
                yield return Say(shopper, channel, EventNames.ConsentGranted, at, new JsonObject { ["channel"] = consented, ["purpose"] = "marketing" });
            }
        }
    }

    private IEnumerable<Interaction> VisitStore(Shopper shopper, DateTimeOffset at)
    {
        var store = $"store-{shopper.City.ToLowerInvariant().Replace(' ', '-')}";
        yield return Say(shopper, ContactChannel.Store, "Store Visited", at, new JsonObject { ["store"] = store });
        if (_dice.NextDouble() < 0.25 + (0.4 * shopper.Eagerness))
        {
            foreach (var bought in Buy(shopper, ContactChannel.Store, $"till-{Next()}", [Pick(), Pick()], at + Minutes(10, 40)))
            {
                yield return bought;
            }
        }
    }

    private IEnumerable<Interaction> Complain(Shopper shopper, DateTimeOffset at)
    {
        yield return Say(shopper, ContactChannel.CallCenter, "Complaint Filed", at,
            new JsonObject { ["ticket_id"] = $"ticket-{Next()}", ["topic"] = _dice.NextDouble() < 0.5 ? "late delivery" : "wrong size", ["severity"] = _dice.Next(1, 4) });
        if (_dice.NextDouble() < 0.6)
        {
            Later(at + Minutes(60, 2_000), solved => [Say(shopper, ContactChannel.CallCenter, "Complaint Resolved", solved, [])]);
        }
    }

    private IEnumerable<Interaction> Buy(Shopper shopper, ContactChannel channel, string cart, IReadOnlyList<Product> basket, DateTimeOffset at)
    {
        _orders[shopper.Number - 1]++;
        yield return Say(shopper, channel, "Order Completed", at, Order(cart, basket, $"order-{Next()}"));
    }

    /// <summary>Of five visits one follows an advertisement, one a friend's link, and the others nothing.</summary>
    private JsonObject CameFrom(Shopper shopper, JsonObject page)
    {
        switch ((shopper.Number + _visits[shopper.Number - 1]) % 10)
        {
            case 0 or 5:
                page["utm_source"] = "search";
                page["utm_medium"] = "cpc";
                page["utm_campaign"] = shopper.Number % 2 == 0 ? "spring-sale" : "new-arrivals";
                break;
            case 2 or 7:
                page["utm_source"] = "friends";
                page["utm_medium"] = "social";
                break;
        }

        return page;
    }

    private Interaction Say(Shopper shopper, ContactChannel channel, string name, DateTimeOffset at, JsonObject properties, JsonObject? traits = null)
    {
        var identifiers = Identify(shopper, channel, traits is not null);
        var payload = new JsonObject { ["ids"] = Ids(identifiers), ["properties"] = properties };
        if (traits is not null)
        {
            payload["traits"] = traits;
        }

        var time = at.ToUnixTimeMilliseconds();
        return new Interaction(
            Source, $"{_season}-{Next()}", name, channel, EventFlags.None, time, time, identifiers, [],
            StoredPayload.FromJson(JsonSerializer.SerializeToUtf8Bytes(payload)));
    }

    /// <summary>Online, people are anonymous until they sign up; at the till and on the phone they show their card or give their number.</summary>
    private ImmutableArray<Identifier> Identify(Shopper shopper, ContactChannel channel, bool signsUp)
    {
        if (channel == ContactChannel.Store)
        {
            return [new Identifier(IdentifierKind.LoyaltyCard, shopper.LoyaltyCard)];
        }

        if (channel == ContactChannel.CallCenter)
        {
            return [new Identifier(IdentifierKind.Phone, shopper.Phone)];
        }

        var browser = new Identifier(IdentifierKind.AnonymousId, $"{channel.Name}-{shopper.Number:D5}");
        return !_signedUp[shopper.Number - 1] ? [browser]
            : signsUp ?
            [
                new Identifier(IdentifierKind.UserId, shopper.UserId), new Identifier(IdentifierKind.LoyaltyCard, shopper.LoyaltyCard),
                new Identifier(IdentifierKind.Email, shopper.Email), new Identifier(IdentifierKind.Phone, shopper.Phone), browser,
            ]
            : [new Identifier(IdentifierKind.UserId, shopper.UserId), browser];
    }

    /// <summary>Who did this, by the number in the identifiers that the simulation gives.</summary>
    public static int? NumberOf(Interaction interaction)
    {
        foreach (var identifier in interaction.Identifiers)
        {
            var digits = identifier.Value.AsSpan();
            digits = identifier.Kind switch
            {
                IdentifierKind.UserId or IdentifierKind.AnonymousId => digits[(digits.LastIndexOf('-') + 1)..],
                IdentifierKind.LoyaltyCard => digits[1..],
                _ => digits[Math.Max(0, digits.Length - 7)..],
            };
            if (int.TryParse(digits, out var number))
            {
                return number;
            }
        }

        return null;
    }

    private static JsonObject Ids(ImmutableArray<Identifier> identifiers)
    {
        var ids = new JsonObject();
        foreach (var identifier in identifiers)
        {
            ids[JsonNamingPolicy.CamelCase.ConvertName(identifier.Kind.ToString())] = identifier.Value;
        }

        return ids;
    }

    private static JsonObject Describe(Product product) => new()
    {
        ["product_id"] = product.Id,
        ["name"] = product.Name,
        ["category"] = product.Category,
        ["price"] = product.Price,
        ["currency"] = "EUR",
    };

    private static JsonObject InCart(Product product, string cart)
    {
        var about = Describe(product);
        about["cart_id"] = cart;
        about["quantity"] = 1;
        return about;
    }

    private static JsonObject Order(string cart, IReadOnlyList<Product> basket, string? order)
    {
        var products = new JsonArray();
        foreach (var product in basket)
        {
            var line = Describe(product);
            line["quantity"] = 1;
            products.Add(line);
        }

        var about = new JsonObject { ["cart_id"] = cart, ["total"] = basket.Sum(product => product.Price), ["currency"] = "EUR", ["products"] = products };
        if (order is not null)
        {
            about["order_id"] = order;
        }

        return about;
    }

    private string CartOf(Shopper shopper) => $"cart-{shopper.Number:D5}-{_orders[shopper.Number - 1]}-{_season}";

    private Product Pick() => _shop.Products[_dice.Next(_shop.Products.Length)];

    private TimeSpan Minutes(int from, int to) => TimeSpan.FromMinutes(from + (_dice.NextDouble() * (to - from)));

    private long Next() => ++_sequence;

    private void Later(DateTimeOffset at, Func<DateTimeOffset, IEnumerable<Interaction>> play) => Enqueue(new Plan.Act(at, play));

    private void Enqueue(Plan plan) => _agenda.Enqueue(plan, (plan.At.UtcTicks, Next()));

    private abstract record Plan(DateTimeOffset At)
    {
        public sealed record Act(DateTimeOffset At, Func<DateTimeOffset, IEnumerable<Interaction>> Play) : Plan(At);

        public sealed record Said(DateTimeOffset At, Interaction Interaction) : Plan(At);
    }
}
