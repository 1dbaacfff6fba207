using System.Collections.Immutable;
using Journey.Domain.Cel;
using Journey.Domain.Personal;

namespace Journey.Domain.Language;

/// <summary>Which variables, fields and functions conditions have: the single truth for the checker, the reference, and the folds that provide them.</summary>
/// <remarks>A field that has no value for a customer is absent: reading it is an error, which makes a condition false. <c>has(…)</c> tells.</remarks>
public static class FactSchema
{
    private static readonly CelField Device =
        new("device", CelType.Open([.. PersonalFields.DeviceMembers.Order(StringComparer.Ordinal).Select(name => new CelField(name, CelType.Dyn, Personal: true))]));

    private static readonly ImmutableArray<CelField> CustomerFields =
    [
        new("id", CelType.String), new("country", CelType.String), new("city", CelType.String), new("language", CelType.String),
        new("zone", CelType.String), new("timezone", CelType.String), new("createdAt", CelType.Timestamp),
        new("hasEmail", CelType.Bool), new("hasPhone", CelType.Bool), new("hasPush", CelType.Bool), new("isKnown", CelType.Bool),
        new("consent", CelType.MapOf(CelType.String, CelType.String)), new("segments", CelType.ListOf(CelType.String)),
        new("lifetimeValue", CelType.Double), new("revenue", CelType.MapOf(CelType.String, CelType.Double)), new("orders", CelType.Int), new("averageOrder", CelType.Double),
        new("firstSeenAt", CelType.Timestamp), new("lastSeenAt", CelType.Timestamp), new("lastOrderAt", CelType.Timestamp),
        new("channels", CelType.ListOf(CelType.String)), new("preferredChannel", CelType.String), new("lastStore", CelType.String),
        new("nps", CelType.Double), new("csat", CelType.Double), new("npsAt", CelType.Timestamp), new("csatAt", CelType.Timestamp),
        new("firstOrderAt", CelType.Timestamp), new("daysBetweenOrders", CelType.Double), new("devices", CelType.Int),
    ];

    private static readonly CelType CartItem = CelType.Closed(
        new("productId", CelType.String), new("sku", CelType.String), new("name", CelType.String), new("price", CelType.Double),
        new("quantity", CelType.Int), new("category", CelType.String));

    private static readonly CelType Cart = CelType.Closed(
        new("id", CelType.String), new("state", CelType.String), new("total", CelType.Double), new("totals", CelType.MapOf(CelType.String, CelType.Double)),
        new("currency", CelType.String),
        new("quantity", CelType.Int), new("items", CelType.ListOf(CartItem)), new("channel", CelType.String),
        new("createdAt", CelType.Timestamp), new("updatedAt", CelType.Timestamp), new("abandonedAt", CelType.Timestamp), new("coupon", CelType.String));

    private static readonly CelType Checkout = CelType.Closed(
        new("id", CelType.String), new("step", CelType.Dyn), new("state", CelType.String), new("cartId", CelType.String),
        new("startedAt", CelType.Timestamp), new("updatedAt", CelType.Timestamp));

    private static readonly CelType Session = CelType.Closed(
        new("id", CelType.String), new("channel", CelType.String), new("startedAt", CelType.Timestamp), new("events", CelType.Int),
        new("channels", CelType.ListOf(CelType.String)));

    private static readonly CelType Product = CelType.Closed(
        new("productId", CelType.String), new("name", CelType.String), new("category", CelType.String), new("price", CelType.Double), new("at", CelType.Timestamp));

    private static readonly CelType Timeline = CelType.Closed(
        new("lastEvent", CelType.String), new("lastChannel", CelType.String), new("lastSeenAt", CelType.Timestamp),
        new("lastProduct", Product), new("events", CelType.Int));

    private static readonly CelType RunStep = CelType.Closed(
        new("at", CelType.Timestamp), new("outcome", CelType.String), new("response", CelType.Dyn), new("channel", CelType.String));

    private static readonly CelType Run = CelType.Closed(
        new("id", CelType.String), new("journey", CelType.String), new("version", CelType.Int), new("key", CelType.String),
        new("enteredAt", CelType.Timestamp), new("isHoldout", CelType.Bool), new("steps", CelType.MapOf(CelType.String, RunStep)), new("entry", CelType.Open()));

    private static readonly CelParameter Name = new("name", CelType.String, Constant: true);
    private static readonly CelParameter Window = new("window", CelType.String, Constant: true);

    /// <summary>Gets the functions over history; windows are durations in texts, at most <see cref="LanguageLimits.HistoryKeptMs"/>.</summary>
    /// <remarks>Without a window they see everything that is kept. <c>last</c>, <c>first</c> and <c>daysSince</c> of what never happened are errors.</remarks>
    public static ImmutableArray<CelFunction> Functions { get; } =
    [
        new("count", CelType.Int, Name), new("count", CelType.Int, Name, Window),
        new("performed", CelType.Bool, Name), new("performed", CelType.Bool, Name, Window),
        new("last", CelType.Timestamp, Name), new("first", CelType.Timestamp, Name),
        new("daysSince", CelType.Int, Name),
        new("inSegment", CelType.Bool, new CelParameter("segment", CelType.String, Constant: true)),
        new("followed", CelType.Bool, Name, new CelParameter("by", CelType.String, Constant: true), new CelParameter("within", CelType.String, Constant: true)),
    ];

    /// <summary>What the conditions of journeys and rules see.</summary>
    public static CelEnvironment ForJourneys(Workspace workspace) => new(Variables(workspace), Functions);

    /// <summary>What the conditions of a funnel's stages see: the event and its time, and nobody's state, since a funnel is counted over the log alone.</summary>
    public static CelEnvironment ForFunnels(Workspace workspace) => new(Variables(workspace).Where(variable => variable.Key is "event" or "now"), []);

    /// <summary>What the conditions of segments see: the customer's state, but no event, no run and no other segment.</summary>
    public static CelEnvironment ForSegments(Workspace workspace) => new(
        Variables(workspace).Where(variable => variable.Key is not ("event" or "run")),
        Functions.Where(function => function.Name != "inSegment"));

    /// <summary>The variables and their types, personal traits marked.</summary>
    public static ImmutableSortedDictionary<string, CelType> Variables(Workspace workspace) => new Dictionary<string, CelType>
    {
        ["event"] = Event(workspace),
        ["customer"] = Customer(workspace),
        ["cart"] = Cart,
        ["checkout"] = Checkout,
        ["session"] = Session,
        ["timeline"] = Timeline,
        ["run"] = Run,
        ["now"] = CelType.Timestamp,
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static CelType Customer(Workspace workspace)
    {
        var personal = PersonalFields.Of(workspace).Names.Where(trait => CustomerFields.All(field => field.Name != trait));
        return CelType.Open([.. CustomerFields, .. personal.Select(trait => new CelField(trait, CelType.Dyn, Personal: true))]);
    }

    private static CelType Event(Workspace workspace)
    {
        CelField[] personal = [.. PersonalFields.Of(workspace).Names.Except(PersonalFields.HarmlessProperties).Select(trait => new CelField(trait, CelType.Dyn, Personal: true))];
        CelField[] own =
        [
            new("id", CelType.String), new("name", CelType.String), new("channel", CelType.String), new("source", CelType.String),
            new("occurredAt", CelType.Timestamp), new("receivedAt", CelType.Timestamp),
            new("properties", CelType.Open(personal)),
            new("traits", CelType.Open(), Personal: true),
            new("context", CelType.Open(new("traits", CelType.Open(), Personal: true), new("ip", CelType.String, Personal: true), Device)),
        ];
        return CelType.Open([.. own, .. personal.Where(field => own.All(known => known.Name != field.Name))]);
    }
}
