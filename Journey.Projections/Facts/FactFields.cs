using System.Collections.Frozen;
using System.Text.Json;
using Journey.Domain.Cel;
using Journey.Domain.Events;
using Journey.Projections.Carts;
using Journey.Projections.Customers;

namespace Journey.Projections.Facts;

/// <summary>The fields of every variable: what <c>FactSchema</c> promises, read from a customer's state.</summary>
internal static class FactFields
{
    public static FrozenDictionary<string, Func<CustomerFacts, CelValue?>> Customer { get; } = new Dictionary<string, Func<CustomerFacts, CelValue?>>
    {
        ["id"] = static f => CelValue.From(f.State.Customer),
        ["country"] = static f => Text(f.State.Profile.Place("country")),
        ["city"] = static f => Text(f.State.Profile.Place("city")),
        ["language"] = static f => Text(f.State.Profile.Text("language") ?? f.State.Profile.Text("locale")),
        ["zone"] = static f => Text(f.Zone),
        ["timezone"] = static f => Text(f.Zone),
        ["createdAt"] = static f => f.State.Profile.Find("createdAt") is { } trait && Moment(trait) is { } at ? at : Instant(f.State.Lifetime.FirstSeenAt),
        ["hasEmail"] = static f => CelValue.From(f.State.Profile.HasEmail),
        ["hasPhone"] = static f => CelValue.From(f.State.Profile.HasPhone),
        ["hasPush"] = static f => CelValue.From(f.State.Profile.HasPush),
        ["isKnown"] = static f => CelValue.From(f.State.Profile.IsKnown),
        ["consent"] = static f => CelValue.Map(new ConsentMap(f.State.Profile)),
        ["segments"] = static f => Texts(f.State.Segments),
        ["lifetimeValue"] = static f => CelValue.From(f.State.Lifetime.MainRevenue(f.Definitions.Workspace.DefaultCurrency).Amount),
        ["orders"] = static f => CelValue.From(f.State.Lifetime.Orders),
        ["averageOrder"] = static f => f.State.Lifetime.Orders <= 0 ? null
            : CelValue.From(f.State.Lifetime.MainRevenue(f.Definitions.Workspace.DefaultCurrency).Amount / f.State.Lifetime.Orders),
        ["firstSeenAt"] = static f => Instant(f.State.Lifetime.FirstSeenAt),
        ["lastSeenAt"] = static f => Instant(f.State.Lifetime.LastSeenAt),
        ["firstOrderAt"] = static f => Instant(f.State.Lifetime.FirstOrderAt),
        ["daysBetweenOrders"] = static f => f.State.Lifetime.DaysBetweenOrders is { } days ? CelValue.From(days) : null,
        ["devices"] = static f => CelValue.From((long)f.State.Identifiers.Devices),
        ["nps"] = static f => f.State.Profile.Nps.Answers > 0 ? CelValue.From(f.State.Profile.Nps.Last) : Trait(f, Score.NetPromoter),
        ["npsAt"] = static f => Instant(f.State.Profile.Nps.LastAt),
        ["csat"] = static f => f.State.Profile.Csat.Answers > 0 ? CelValue.From(f.State.Profile.Csat.Last) : Trait(f, Score.Satisfaction),
        ["csatAt"] = static f => Instant(f.State.Profile.Csat.LastAt),
        ["lastOrderAt"] = static f => Instant(f.State.Lifetime.LastOrderAt),
        ["channels"] = static f => Texts([.. f.State.Lifetime.Channels.Select(static use => use.Channel)]),
        ["preferredChannel"] = static f => Text(f.State.Lifetime.PreferredChannel),
        ["lastStore"] = static f => Text(f.State.Lifetime.LastStore),
        ["revenue"] = static f => CelValue.Map(new CelDictionaryMap(
            f.State.Lifetime.Revenue.Select(static money => KeyValuePair.Create(money.Currency, CelValue.From(money.Amount))))),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static FrozenDictionary<string, Func<Cart, CelValue?>> Cart { get; } = new Dictionary<string, Func<Cart, CelValue?>>
    {
        ["id"] = static c => CelValue.From(c.Id),
        ["state"] = static c => CelValue.From(CartStates.NameOf(c.State)),
        ["total"] = static c => CelValue.From(c.Totals() is [var total, ..] ? total.Amount : 0m),
        ["totals"] = static c => CelValue.Map(new CelDictionaryMap(c.Totals().Select(static t => KeyValuePair.Create(t.Currency, CelValue.From(t.Amount))))),
        ["currency"] = static c => Text(c.Totals() is [var total, ..] ? total.Currency : null),
        ["quantity"] = static c => Number(c.Quantity),
        ["items"] = static c => CelValue.List([.. c.Items.Select(static item => Item(item))]),
        ["channel"] = static c => CelValue.From(c.Channel),
        ["createdAt"] = static c => Instant(c.CreatedAt),
        ["updatedAt"] = static c => Instant(c.UpdatedAt),
        ["abandonedAt"] = static c => Instant(c.AbandonedAt),
        ["coupon"] = static c => Text(c.Coupon),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static FrozenDictionary<string, Func<Cart, CelValue?>> Checkout { get; } = new Dictionary<string, Func<Cart, CelValue?>>
    {
        ["id"] = static c => Text(c.CheckoutId),
        ["step"] = static c => c.CheckoutStep is { } step ? long.TryParse(step, out var number) ? CelValue.From(number) : CelValue.From(step) : null,
        ["state"] = static c => CelValue.From(CartStates.NameOf(c.Checkout)),
        ["cartId"] = static c => CelValue.From(c.Id),
        ["startedAt"] = static c => Instant(c.CheckoutStartedAt),
        ["updatedAt"] = static c => Instant(c.CheckoutActiveAt),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static FrozenDictionary<string, Func<Session, CelValue?>> Session { get; } = new Dictionary<string, Func<Session, CelValue?>>
    {
        ["id"] = static s => CelValue.From(s.Id),
        ["channel"] = static s => Text(s.Channels.Count > 0 ? s.Channels[0] : null),
        ["startedAt"] = static s => Instant(s.StartedAt),
        ["events"] = static s => CelValue.From(s.Events),
        ["channels"] = static s => Texts(s.Channels),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static FrozenDictionary<string, Func<CustomerFacts, CelValue?>> Timeline { get; } = new Dictionary<string, Func<CustomerFacts, CelValue?>>
    {
        ["lastEvent"] = static f => Text(f.State.Lifetime.LastEvent),
        ["lastChannel"] = static f => Text(f.State.Lifetime.LastChannel),
        ["lastSeenAt"] = static f => Instant(f.State.Lifetime.LastSeenAt),
        ["lastProduct"] = static f => LastProduct(f.State.Browse),
        ["events"] = static f => CelValue.From(f.State.Lifetime.Events),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static FrozenDictionary<string, Func<EventFacts, CelValue?>> Event { get; } = new Dictionary<string, Func<EventFacts, CelValue?>>
    {
        ["id"] = static e => e.Recorded.Id.Length == 0 ? null : CelValue.From(e.Recorded.Id),
        ["name"] = static e => CelValue.From(e.Recorded.Name),
        ["channel"] = static e => CelValue.From(e.Recorded.Channel.Name),
        ["source"] = static e => CelValue.From(e.Recorded.Source),
        ["occurredAt"] = static e => CelValue.Timestamp(e.Recorded.OccurredAt),
        ["receivedAt"] = static e => CelValue.Timestamp(e.Recorded.ReceivedAt),
        ["properties"] = static e => e.Member("properties"),
        ["traits"] = static e => e.Member("traits"),
        ["context"] = static e => e.Member("context"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static CelValue? Trait(CustomerFacts facts, string name)
    {
        if (facts.State.Profile.Find(name) is not { } trait)
        {
            return null;
        }

        var json = new Utf8JsonReader(trait);
        var element = JsonElement.ParseValue(ref json);
        return element.ValueKind == JsonValueKind.Null ? null : CelValue.FromJson(element);
    }

    private static CelValue Item(in CartItem item)
    {
        var map = new CelDictionaryMap();
        Add("productId", item.ProductId);
        Add("sku", item.Sku);
        Add("name", item.Name);
        Add("category", item.Category);
        if (item.Price is { } price)
        {
            map.Add(CelValue.From("price"), CelValue.From(price));
        }

        map.Add(CelValue.From("quantity"), Number(item.Quantity));
        return CelValue.Map(map);

        void Add(string name, string? text)
        {
            if (text is not null)
            {
                map.Add(CelValue.From(name), CelValue.From(text));
            }
        }
    }

    private static CelValue? LastProduct(Browse browse)
    {
        if (browse.LastProduct is not { } product)
        {
            return null;
        }

        var fields = new List<KeyValuePair<string, CelValue>>();
        Add("productId", Text(product.Id));
        Add("name", Text(product.Name));
        Add("category", Text(product.Category));
        Add("price", product.Price is { } price ? CelValue.From(price) : null);
        Add("at", CelValue.Timestamp(browse.LastViewedAt));
        return CelValue.Map(new CelDictionaryMap(fields));

        void Add(string name, CelValue? value)
        {
            if (value is { } known)
            {
                fields.Add(KeyValuePair.Create(name, known));
            }
        }
    }

    /// <summary>Whole quantities are ints, as conditions expect of a count of pieces.</summary>
    private static CelValue Number(decimal value) =>
        value == decimal.Truncate(value) ? CelValue.From((long)value) : CelValue.From(value);

    private static CelValue? Moment(byte[] trait)
    {
        var json = new Utf8JsonReader(trait);
        return json.Read() && JsonScan.Instant(ref json) is not 0 and var at ? CelValue.Timestamp(at) : null;
    }

    private static CelValue? Text(string? text) => text is null ? null : CelValue.From(text);

    private static CelValue? Instant(long at) => at == 0 ? null : CelValue.Timestamp(at);

    private static CelValue Texts(IReadOnlyList<string> texts) => CelValue.List([.. texts.Select(static text => CelValue.From(text))]);

    /// <summary>Channel to granted, revoked or unknown: an answer for every channel there could be, by what was said for marketing.</summary>
    private sealed class ConsentMap(Profile profile) : CelMap
    {
        public override int Count => Entries.Count();

        public override IEnumerable<KeyValuePair<CelValue, CelValue>> Entries => profile.Consents
            .Where(static consent => consent.Channel != Profile.Every)
            .Select(static consent => consent.Channel)
            .Distinct()
            .Select(channel => KeyValuePair.Create(CelValue.From(channel), Of(channel)));

        public override bool TryGet(in CelValue key, out CelValue value)
        {
            var isChannel = key.Kind == CelKind.String;
            value = isChannel ? Of(key.AsString()) : default;
            return isChannel;
        }

        private CelValue Of(string channel) =>
            CelValue.From(CustomerRows.NameOf(profile.ConsentTo(ContactChannel.From(channel).Name, "marketing")));
    }
}
