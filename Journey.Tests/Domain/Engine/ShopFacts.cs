using System.Text.Json;
using Journey.Domain.Cel;
using Journey.Domain.Engine;
using Journey.Domain.Events;

namespace Journey.Tests.Domain.Engine;

/// <summary>A shop small enough to be folded here: carts by id, consent, traits, and the event at hand.</summary>
internal sealed class ShopFacts : IFacts
{
    private readonly Dictionary<string, CelDictionaryMap> _carts = [];
    private readonly Dictionary<string, CelValue> _traits = [];
    private readonly Dictionary<(string Channel, string Purpose), ConsentState> _consents = [];
    private readonly Dictionary<string, int> _counts = [];
    private CelValue _event;
    private string? _latestCart;
    private string? _focus;

    public string CustomerId { get; init; } = "c0000000000000001";

    public long Now { get; set; }

    public string? EventCartId { get; private set; }

    public string? Zone { get; set; }

    /// <summary>Channels without an address.</summary>
    public HashSet<string> Unreachable { get; } = [];

    /// <summary>Channels whose address must not be written to.</summary>
    public Dictionary<string, AddressFault> Refused { get; } = [];

    /// <summary>How often a variable or a function was asked for.</summary>
    public int Asked { get; private set; }

    public void Apply(in RecordedEvent recorded)
    {
        using var json = JsonDocument.Parse(recorded.Json);
        var properties = json.RootElement.TryGetProperty("properties", out var found) ? found.Clone() : default;
        _event = properties.ValueKind == JsonValueKind.Object ? CelValue.FromJson(properties) : CelValue.Map(new CelDictionaryMap());
        EventCartId = Text(properties, "cart_id");
        Now = recorded.OccurredAt;
        _counts[recorded.Name] = _counts.GetValueOrDefault(recorded.Name) + 1;
        switch (recorded.Name)
        {
            case EventNames.ConsentGranted:
            case EventNames.ConsentRevoked:
                _consents[(Text(properties, "channel")!, Text(properties, "purpose") ?? "marketing")] =
                    recorded.Name == EventNames.ConsentGranted ? ConsentState.Granted : ConsentState.Revoked;
                break;
            case EventNames.Identified:
                foreach (var trait in properties.EnumerateObject())
                {
                    _traits[trait.Name] = CelValue.FromJson(trait.Value);
                }

                break;
        }

        if (EventCartId is { } id)
        {
            var state = recorded.Name switch
            {
                EventNames.CartAbandoned or EventNames.CheckoutAbandoned => "abandoned",
                "Order Completed" => "converted",
                "Cart Emptied" => "emptied",
                _ => "active",
            };
            _latestCart = id;
            _carts[id] = new CelDictionaryMap
            {
                { CelValue.From("id"), CelValue.From(id) },
                { CelValue.From("state"), CelValue.From(state) },
                { CelValue.From("total"), CelValue.From(properties.TryGetProperty("total", out var total) ? total.GetDouble() : 0) },
            };
        }
    }

    public void FocusCart(string? cartId) => _focus = cartId;

    public ConsentState Consent(ContactChannel channel, string purpose) => _consents.GetValueOrDefault((channel.Name, purpose));

    public bool IsReachable(ContactChannel channel) => !Unreachable.Contains(channel.Name);

    public AddressFault FaultOf(ContactChannel channel) => Refused.GetValueOrDefault(channel.Name);

    public bool TryResolve(string name, out CelValue value)
    {
        Asked++;
        value = name switch
        {
            "event" => _event,
            "customer" => CelValue.Map(Customer()),
            "cart" when (_focus ?? _latestCart) is { } id && _carts.TryGetValue(id, out var cart) => CelValue.Map(cart),
            _ => CelValue.Error("unbound"),
        };
        return !value.IsError;
    }

    public CelValue Call(string function, ReadOnlySpan<CelValue> args)
    {
        Asked++;
        return function == "count" ? CelValue.From((long)_counts.GetValueOrDefault(args[0].AsString())) : CelValue.Error("no such function");
    }

    private CelDictionaryMap Customer()
    {
        var consent = _consents.Where(pair => pair.Key.Purpose == "marketing")
            .Select(pair => KeyValuePair.Create(pair.Key.Channel, CelValue.From(pair.Value == ConsentState.Granted ? "granted" : "revoked")));
        return new CelDictionaryMap(_traits.Append(KeyValuePair.Create("consent", CelValue.Map(new CelDictionaryMap(consent)))));
    }

    private static string? Text(JsonElement properties, string name) =>
        properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name, out var value) ? value.GetString() : null;
}
