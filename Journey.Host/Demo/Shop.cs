using System.Collections.Immutable;
using Journey.Domain.Events;

namespace Journey.Host.Demo;

/// <param name="Price">In euro.</param>
public sealed record Product(string Id, string Name, string Category, decimal Price);

/// <param name="Eagerness">0 to 1: how often they come, and how likely they buy.</param>
/// <param name="Reads">0 to 1: how likely a message brings them back.</param>
public sealed record Shopper(
    int Number, string FirstName, string LastName, string Country, string City, string Zone, double Eagerness, double Reads, bool OptsIn, bool HasApp)
{
    public string UserId => $"shopper-{Number:D5}";

    public string Email => $"{FirstName}.{LastName}.{Number}@shop.example".ToLowerInvariant();

    public string Phone => $"+3902{Number:D7}";

    public string LoyaltyCard => $"L{Number:D8}";
}

/// <summary>A shop that exists only for the demo: some outdoor goods, and the people who look at them.</summary>
public sealed class Shop
{
    private static readonly string[] _firstNames =
    [
        "Giulia", "Marco", "Anna", "Luca", "Elena", "Paolo", "Chiara", "Davide", "Marta", "Andrea", "Sofia", "Matteo", "Irene", "Franco",
        "Emma", "Louis", "Camille", "Hugo", "Lena", "Jonas", "Mia", "Felix", "Aoife", "Conor", "Ines", "Diego", "Yuki", "Haruto", "Olivia", "Noah",
    ];

    private static readonly string[] _lastNames =
    [
        "Rossi", "Bianchi", "Ferrari", "Romano", "Conti", "Greco", "Gallo", "Costa", "Martin", "Bernard", "Dubois", "Keller", "Schmidt", "Weber",
        "Murphy", "Kelly", "Garcia", "Lopez", "Tanaka", "Suzuki", "Smith", "Jones", "Brown", "Novak", "Silva", "Jansen",
    ];

    private static readonly (string Country, string City, string Zone)[] _places =
    [
        ("IT", "Milano", "Europe/Rome"), ("IT", "Torino", "Europe/Rome"), ("IT", "Napoli", "Europe/Rome"), ("IT", "Bologna", "Europe/Rome"),
        ("FR", "Lyon", "Europe/Paris"), ("DE", "Berlin", "Europe/Berlin"), ("IE", "Dublin", "Europe/Dublin"),
        ("ES", "Madrid", "Europe/Madrid"), ("US", "New York", "America/New_York"), ("JP", "Tokyo", "Asia/Tokyo"),
    ];

    public ImmutableArray<Product> Products { get; } =
    [
        new("p-tent-2", "Ridge tent for two", "tents", 249.00m), new("p-tent-4", "Valley tent for four", "tents", 389.00m),
        new("p-bag-down", "Down sleeping bag", "sleeping", 199.00m), new("p-bag-syn", "Summer sleeping bag", "sleeping", 79.00m),
        new("p-mat", "Insulated mat", "sleeping", 95.00m), new("p-pack-30", "Day pack 30 l", "packs", 89.00m),
        new("p-pack-60", "Trek pack 60 l", "packs", 179.00m), new("p-boot-m", "Leather boots", "shoes", 210.00m),
        new("p-boot-l", "Light hiking shoes", "shoes", 129.00m), new("p-jacket-r", "Rain jacket", "clothes", 159.00m),
        new("p-jacket-d", "Down jacket", "clothes", 229.00m), new("p-socks", "Merino socks", "clothes", 19.90m),
        new("p-stove", "Gas stove", "cooking", 54.50m), new("p-pot", "Titanium pot", "cooking", 44.00m),
        new("p-lamp", "Head lamp", "gear", 39.00m), new("p-poles", "Trekking poles", "gear", 69.00m),
        new("p-map", "Alps map set", "gear", 24.00m), new("p-bottle", "Steel bottle", "gear", 27.50m),
    ];

    public ImmutableArray<Shopper> Shoppers { get; }

    public Shop(int shoppers, int seed)
    {
        // The same seed gives the same town, so that starting again meets the same people.
        var dice = new Random(seed);
        var people = ImmutableArray.CreateBuilder<Shopper>(shoppers);
        for (var number = 1; number <= shoppers; number++)
        {
            var (country, city, zone) = _places[dice.Next(_places.Length)];
            people.Add(new Shopper(
                number,
                _firstNames[dice.Next(_firstNames.Length)],
                _lastNames[dice.Next(_lastNames.Length)],
                country,
                city,
                zone,
                Eagerness: Math.Pow(dice.NextDouble(), 2),
                Reads: dice.NextDouble() * 0.7,
                OptsIn: dice.NextDouble() < 0.75,
                HasApp: dice.NextDouble() < 0.5));
        }

        Shoppers = people.MoveToImmutable();
    }

    public static ContactChannel ChannelOf(Shopper shopper, Random dice) =>
        shopper.HasApp && dice.NextDouble() < 0.5 ? ContactChannel.App : ContactChannel.Web;
}
