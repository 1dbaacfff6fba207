using Journey.Domain.Cel;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Projections.Customers;
using Journey.Projections.Facts;

namespace Journey.Projections.Backtests;

/// <summary>Which events the documents of some worlds can tell apart: the others need not be read to the end, nor folded.</summary>
/// <remarks>
/// Computed from what compiled conditions name and what documents listen to. In doubt everything is wanted: where time alone turns a condition
/// that is asked at every event, where a pause or a newer version is noticed at the next one, or where a fact counts activity as such.
/// </remarks>
public sealed class EventInterest
{
    private static readonly string[] FromCarts = [EventNames.CartAbandoned, EventNames.CartRecovered, EventNames.CartExpired, EventNames.CheckoutAbandoned];

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _starts = new(StringComparer.Ordinal);
    private readonly HashSet<Workspace> _workspaces = [];
    private bool _cartsStart;
    private bool _everything;
    private bool _foldsAll;
    private bool _carts;
    private bool _browse;
    private bool _stores;
    private bool _sessions;
    private bool _segments;
    private bool _history;

    private EventInterest()
    {
    }

    /// <summary>Everything is folded, whether anything can look at it or not.</summary>
    public static EventInterest Whole { get; } = new() { _everything = true, _foldsAll = true, _carts = true, _browse = true, _sessions = true, _segments = true };

    /// <summary>Every event is wanted.</summary>
    public bool IsEverything => _everything;

    public FoldScope Scope => new(Rows: false, _sessions, Identifiers: _everything, _segments);

    /// <param name="sets">Everything that is in force anywhere in the worlds.</param>
    /// <param name="eventNames">How many different names the log holds: beyond what a history keeps, names push each other out.</param>
    /// <param name="hasDecisions">The log holds what was derived and decided: it is met again by its ids, which count everything that followed from one event.</param>
    public static EventInterest Of(IEnumerable<DefinitionSet> sets, long eventNames, bool hasDecisions)
    {
        var interest = new EventInterest();
        foreach (var set in sets)
        {
            interest.Take(set);
        }

        interest._browse |= hasDecisions && interest._carts;
        interest._foldsAll = interest._history && eventNames > EventHistory.NamesMax;
        interest._everything |= interest._foldsAll;
        if (interest._everything)
        {
            interest._carts = interest._browse = true;
        }

        return interest;
    }

    /// <summary>Whether an interaction of this name, without traits or identifiers, can matter.</summary>
    public bool Wants(string name)
    {
        if (_everything || _names.Contains(name))
        {
            return true;
        }

        foreach (var workspace in _workspaces)
        {
            if (Wants(EventMeanings.Of(name, workspace)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether an event of this name may begin a run, or be the cause of one that does: who has none such has no run, whatever else they do.</summary>
    internal bool MayStart(string name)
    {
        if (_everything || _starts.Contains(name))
        {
            return true;
        }

        if (_cartsStart)
        {
            foreach (var workspace in _workspaces)
            {
                if (EventMeanings.Of(name, workspace) is >= EventMeaning.ProductViewed and <= EventMeaning.OrderCancelled)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Whether an event of ours by this name is derived at all; what is not is no sign that something is different.</summary>
    internal bool Derives(string name) => name switch
    {
        EventNames.SegmentEntered or EventNames.SegmentLeft => _segments,
        EventNames.SessionEnded => _sessions,
        EventNames.BrowseAbandoned => _browse,
        EventNames.CartAbandoned or EventNames.CartRecovered or EventNames.CartExpired or EventNames.CheckoutAbandoned => _carts,
        _ => true,
    };

    /// <summary>Whether folding an event of ours can matter: most decisions are for people and deliveries, and no condition sees them.</summary>
    internal bool Folds(EventKind kind, string name) => _foldsAll || _names.Contains(name) || kind switch
    {
        EventKind.Decision => name is EventNames.MessageRequested or EventNames.MessageSuppressed or EventNames.TraitsSet or EventNames.RunsHandedOver,
        EventKind.Derived => _everything,
        _ => true,
    };

    /// <summary>Whether anything could notice a simulated delivery.</summary>
    internal bool Notices(string outcome) => _everything || _names.Contains(outcome);

    private bool Wants(EventMeaning meaning) => meaning switch
    {
        EventMeaning.None => false,
        EventMeaning.ProductViewed => _browse,
        > EventMeaning.ProductViewed and <= EventMeaning.OrderCancelled => _carts,
        EventMeaning.StoreVisited => _stores,
        _ => true,
    };

    private void Take(DefinitionSet set)
    {
        _workspaces.Add(set.Workspace);
        Listen(set.ListenedEvents);
        _starts.UnionWith(set.EntriesByEvent.Keys);
        _cartsStart |= _starts.Overlaps(FromCarts) || _starts.Contains(EventNames.BrowseAbandoned);
        foreach (var journey in set.Versions.Values)
        {
            Take(journey, set);
            foreach (var program in JourneyPrograms.Of(journey.Compiled))
            {
                Take(program);
            }
        }

        foreach (var segment in set.Segments.Values)
        {
            Take(segment.Where.Program);
        }
    }

    private void Listen(IEnumerable<string> names)
    {
        _names.UnionWith(names);
        _segments |= _names.Contains(EventNames.SegmentEntered) || _names.Contains(EventNames.SegmentLeft);
        _sessions |= _names.Contains(EventNames.SessionEnded);
        _browse |= _names.Contains(EventNames.BrowseAbandoned);
        _carts |= _browse || _names.Overlaps(FromCarts);
        _everything |= _segments || _sessions;
    }

    private void Take(PublishedJourney journey, DefinitionSet set)
    {
        var definition = journey.Compiled.Definition;
        _everything |= journey.Status == JourneyStatus.Paused
            || (definition.InFlight == InFlight.Migrate && set.Versions.Keys.Count(version => version.Name == journey.Name) > 1)
            || definition.Exits.Any(exit => exit.On is null && exit.Condition is { } condition && TurnsByItself(condition.Program));
    }

    /// <summary>It may become true at an event that nothing of it names.</summary>
    private static bool TurnsByItself(CelProgram program) => program.References.Any(static reference => reference switch
    {
        CelReference.Variable { Root: "now" or "event" } => true,
        CelReference.Call { Function: "daysSince" or "inSegment" } => true,
        CelReference.Call { Function: "count" or "performed", Arguments.Length: > 1 } => true,
        _ => false,
    });

    private void Take(CelProgram program)
    {
        foreach (var reference in program.References)
        {
            switch (reference)
            {
                case CelReference.Variable variable:
                    Take(variable);
                    break;
                case CelReference.Call { Function: not "inSegment" } call:
                    _history = true;
                    Listen(call.Arguments.Take(call.Function == "followed" ? 2 : 1)
                        .Select(argument => argument.Constant).Where(constant => constant is { Kind: CelKind.String }).Select(constant => constant!.Value.AsString()));
                    break;
            }
        }
    }

    private void Take(CelReference.Variable variable)
    {
        var field = variable.Path.IsEmpty ? null : variable.Path[0];
        switch (variable.Root)
        {
            case "cart" or "checkout":
                _carts = true;
                break;
            case "session":
                _sessions = _everything = true;
                break;
            case "timeline" when field == "lastProduct":
                _carts = _browse = true;
                break;
            case "timeline":
                _everything = true;
                break;
            case "customer":
                TakeCustomer(field);
                break;
        }
    }

    private void TakeCustomer(string? field)
    {
        switch (field)
        {
            case "id" or "country" or "city" or "language" or "zone" or "timezone" or "hasEmail" or "hasPhone" or "hasPush" or "isKnown" or "consent":
                break;
            case "lifetimeValue" or "orders" or "averageOrder" or "lastOrderAt" or "revenue":
                _carts = true;
                break;
            case "lastStore":
                _stores = true;
                break;
            case "segments" or null:
                _segments = _everything = true;
                break;
            default:
                // Any other field of the customer's own is about activity; what is none is a trait.
                _everything |= FactFields.Customer.ContainsKey(field);
                break;
        }
    }
}
