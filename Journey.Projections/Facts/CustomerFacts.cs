using System.Diagnostics.CodeAnalysis;
using Journey.Domain.Cel;
using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Language.Formats;
using Journey.Projections.Carts;
using Journey.Projections.Customers;

namespace Journey.Projections.Facts;

/// <summary>What conditions see: one customer's state, and the event at hand. Nothing is computed that is not asked for.</summary>
/// <remarks>One for each fold, turned from event to event; for one thread at a time.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "The parsed event is let go of at the next one, and holds pooled memory only.")]
public sealed class CustomerFacts : IFacts
{
    /// <summary>How deep segments may refer to segments.</summary>
    public const int SegmentDepthMax = 8;

    private readonly EventFacts _event = new();
    private readonly FactMap<CustomerFacts> _customer = new(FactFields.Customer, FactFields.Trait);
    private readonly FactMap<CustomerFacts> _timeline = new(FactFields.Timeline);
    private readonly FactMap<Cart> _cart = new(FactFields.Cart);
    private readonly FactMap<Cart> _checkout = new(FactFields.Checkout);
    private readonly FactMap<Session> _session = new(FactFields.Session);
    private readonly FactMap<EventFacts> _eventMap = new(FactFields.Event, static (e, name) => e.Property(name));
    private readonly Dictionary<string, long?> _windows = new(StringComparer.Ordinal);
    private string? _focus;
    private int _segmentDepth;

    public CustomerState State { get; private set; } = null!;

    public DefinitionSet Definitions { get; private set; } = DefinitionSet.Empty;

    public string CustomerId => State.Customer;

    public long Now { get; set; }

    public string? EventCartId => State.EventCart?.Id
        ?? (_event.Recorded.Kind == EventKind.Derived ? JsonScan.Property(_event.Recorded.Json.Span, "cart_id"u8) : null);

    public string? Zone => State.Profile.Text("timezone") is { } zone && LocalClock.Find(zone) is not null ? zone : null;

    /// <summary>Turns to a customer and the event that was just folded in. <see cref="Now"/> becomes the event's own time.</summary>
    public void Bind(CustomerState state, in RecordedEvent recorded, DefinitionSet definitions)
    {
        State = state;
        Definitions = definitions;
        Now = recorded.OccurredAt;
        _focus = null;
        _event.Bind(recorded);
    }

    public void FocusCart(string? cartId) => _focus = cartId;

    public ConsentState Consent(ContactChannel channel, string purpose) => State.Profile.ConsentTo(channel.Name, purpose);

    public bool IsReachable(ContactChannel channel) => channel.Name switch
    {
        "email" => State.Profile.HasEmail,
        "sms" => State.Profile.HasPhone,
        "push" => State.Profile.HasPush,
        _ => true,
    };

    public AddressFault FaultOf(ContactChannel channel) => State.Profile.Addresses.FaultOf(channel.Name);

    public bool TryResolve(string name, out CelValue value)
    {
        CelMap? map = name switch
        {
            "event" => _eventMap.Of(_event),
            "customer" => _customer.Of(this),
            "timeline" => _timeline.Of(this),
            "cart" => Focused() is { } cart ? _cart.Of(cart) : null,
            "checkout" => Focused() is { } cart ? _checkout.Of(cart) : null,
            "session" => State.Sessions.Current is { } session ? _session.Of(session) : null,
            _ => null,
        };
        value = map is not null ? CelValue.Map(map) : name == "now" ? CelValue.Timestamp(Now) : default;
        return map is not null || name == "now";
    }

    public CelValue Call(string function, ReadOnlySpan<CelValue> args)
    {
        var name = args[0].AsString();
        var history = State.History;
        switch (function)
        {
            case "count" when args.Length == 1:
                return CelValue.From(history.Total(name));
            case "count":
                return Window(args[1].AsString()) is { } counted ? CelValue.From(history.CountWithin(name, Now, counted)) : NoWindow(args[1]);
            case "performed" when args.Length == 1:
                return CelValue.From(history.Total(name) > 0);
            case "performed":
                return Window(args[1].AsString()) is { } within ? CelValue.From(history.CountWithin(name, Now, within) > 0) : NoWindow(args[1]);
            case "last":
                return history.Last(name) is { } last ? CelValue.Timestamp(last) : Never(name);
            case "first":
                return history.First(name) is { } first ? CelValue.Timestamp(first) : Never(name);
            case "daysSince":
                return history.Last(name) is { } latest ? CelValue.From((Now - latest) / Domain.Time.Instants.Day) : Never(name);
            case "followed":
                return Window(args[2].AsString()) is { } gap ? CelValue.From(history.Followed(name, args[1].AsString(), gap)) : NoWindow(args[2]);
            case "inSegment":
                return InSegment(name);
            default:
                return CelValue.Error($"There is no function {function}.");
        }
    }

    /// <summary>Whether the segment's condition holds now. A segment that isn't there is an error.</summary>
    public CelValue InSegment(string name)
    {
        if (!Definitions.Segments.TryGetValue(name, out var segment))
        {
            return CelValue.Error($"There is no segment {name}.");
        }

        if (_segmentDepth >= SegmentDepthMax)
        {
            return CelValue.Error($"Segments refer to each other more than {SegmentDepthMax} deep.");
        }

        return CelValue.From(Holds(segment.Where));
    }

    /// <summary>Whether a segment's own condition holds now.</summary>
    internal bool Holds(Condition segment)
    {
        _segmentDepth++;
        var holds = segment.IsTrue(this);
        _segmentDepth--;
        return holds;
    }

    private Cart? Focused() => _focus is { } id ? State.Carts.Find(id) : State.Carts.Latest();

    private long? Window(string text)
    {
        if (!_windows.TryGetValue(text, out var window))
        {
            window = Durations.TryParse(text, out var milliseconds) ? milliseconds : null;
            _windows.Add(text, window);
        }

        return window;
    }

    private static CelValue NoWindow(in CelValue window) => CelValue.Error($"{window} is not {Durations.Expected}.");

    private static CelValue Never(string name) => CelValue.Error($"\"{name}\" never happened.");
}
