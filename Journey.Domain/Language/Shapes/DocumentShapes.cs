using System.Collections.Immutable;
using Journey.Domain.Identity;

namespace Journey.Domain.Language.Shapes;

/// <summary>Every kind of document, with every key it has.</summary>
internal static class DocumentShapes
{
    private static readonly KeyShape Description = new("description", Values.Text, "What it is for, in a sentence.");

    private static readonly KeyShape Where = new("where", Values.Condition, "Only events for which this is true count.");

    private static readonly EitherShape Reentry = new(
        Values.OneOf("once", "after-exit", "replace", "concurrent"),
        new MappingShape("the re-entry",
            [
                new("mode", Values.OneOf("once", "after-exit", "replace", "concurrent"),
                    "once (default): never again; after-exit: again after the run ended; replace: a new run ends the old one; concurrent: beside it.", Required: true),
                new("cooldown", Values.Duration, "Least time between the end of a run and the next entry."),
            ]));

    private static readonly ListShape Enter = Values.OneOrMore(new MappingShape("an entry",
        [
            new("on", Values.OneOrMore(Values.EventName, 50), "The event that starts a run, or several.", Required: true),
            new("where", Values.Condition, "Only events for which this is true start one."),
            new("reentry", Reentry, "Whether a customer may enter again."),
        ]), 50);

    private static readonly ListShape Exits = Values.OneOrMore(new UnionShape("an exit",
        [
            new(new("on", Values.OneOrMore(Values.EventName, 50), "The event that ends the run, or several."), Where),
            new(new("when", Values.Condition, "Ends the run as soon as this is true, whenever the customer's state changes.")),
        ],
        [new("as", Values.Title, "The reason that is recorded; left out: exit.")]), 50);

    private static readonly MappingShape Goal = new("the goal",
        [
            new("on", Values.EventName, "The event that the journey wants.", Required: true),
            Where,
            new("within", Values.Duration, "Counted from entry; left out: as long as the run lives."),
            new("credit", Values.OneOf("last-message", "any-message", "none"), "Which message a goal is credited to; left out: last-message."),
        ]);

    private static readonly MappingShape Cap = new("a cap",
        [
            new("max", Values.Count(1, 1_000), "Most messages in the period.", Required: true),
            new("per", Values.Duration, "The period, counted back from the send.", Required: true),
            new("channel", Values.Channel, "Only messages on this channel count; left out: all."),
            new("journey", Values.OneOf("all", "this"), "Whose messages count; left out: all."),
        ]);

    private static readonly MappingShape Quiet = new("the quiet hours",
        [
            new("from", Values.TimeOfDay, "The first quiet minute.", Required: true),
            new("to", Values.TimeOfDay, "The first minute that is not quiet any more.", Required: true),
            new("zone", Values.CustomerZone, "Whose clock; left out: the customer's."),
        ]);

    private static readonly MappingShape Limits = new("the limits",
        [
            new("cap", Values.OneOrMore(Cap, 10), "Most messages per period."),
            new("quiet", Quiet, "No sending then."),
            new("onBlocked", Values.OneOf("wait", "skip", "exit"), "What a send does when a limit holds it back; left out: wait."),
        ]);

    private static readonly ImmutableArray<KeyShape> Sending =
        [
            new("audience", Values.Condition, "Who is eligible; checked at entry."),
            new("guard", Values.Condition, "Checked before every send, and again after every hold."),
            new("limits", Limits, "Caps and quiet hours."),
            new("holdout", Values.Share, "The share of customers whose sends are withheld, so that lift can be shown."),
            new("staleAfter", Values.Duration, "After a pause, a send older than this ends the run as stale; left out: 24h."),
            new("purpose", Values.Name, "The consent purpose of its sends; left out: marketing."),
        ];

    public static readonly MappingShape Journey = new("a journey",
        [
            new("journey", Values.Name, "The journey's name.", Required: true),
            Description,
            new("key", Values.Expression, "One run per customer and value of this expression; left out: one per customer."),
            new("enter", Enter, "What starts a run.", Required: true),
            new("reentry", Reentry, "Whether a customer may enter again, where `enter` is a list."),
            new("exit", Exits, "What ends a run early, the moment it happens."),
            new("goal", Goal, "The conversion that the journey wants."),
            .. Sending,
            new("inFlight", Values.OneOf("pin", "migrate"), "What publishing a newer version does to runs in flight; left out: pin."),
            new("steps", StepShapes.JourneySteps, "What happens, from top to bottom.", Required: true),
        ]);

    public static readonly MappingShape Rule = new("a rule",
        [
            new("rule", Values.Name, "The rule's name.", Required: true),
            Description,
            new("on", Values.OneOrMore(Values.EventName, 50), "The event that the rule answers, or several.", Required: true),
            new("where", Values.Condition, "Only events for which this is true."),
            .. Sending,
            new("do", StepShapes.JourneySteps, "What happens, at once.", Required: true),
        ]);

    public static readonly MappingShape Segment = new("a segment",
        [
            new("segment", Values.Name, "The segment's name.", Required: true),
            Description,
            new("where", Values.Condition, "Who is in it.", Required: true),
        ]);

    private static readonly EitherShape Stage = new(Values.EventName, new MappingShape("a stage",
        [
            new("name", Values.Title, "What reports call it; left out: the event's name."),
            new("on", Values.EventName, "The event.", Required: true),
            Where,
        ]));

    public static readonly MappingShape Funnel = new("a funnel",
        [
            new("funnel", Values.Name, "The funnel's name.", Required: true),
            Description,
            new("stages", Values.ListOf(Stage, 20, min: 2), "The stages, in order.", Required: true),
            new("within", Values.Duration, "From the first stage to the last; left out: 30d."),
            new("open", Values.Flag, "Whether a customer may enter at any stage; left out: false."),
        ]);

    private static readonly MappingShape Carts = new("the cart thresholds",
        [
            new("abandonedAfter", Values.Duration, "A cart without activity for this long is abandoned; left out: 1h."),
            new("browseAbandonedAfter", Values.Duration, "The same for products viewed without a cart; left out: 1h."),
            new("checkoutAbandonedAfter", Values.Duration, "The same for a checkout without progress; left out: 1h."),
            new("expiresAfter", Values.Duration, "A cart idle for this long is over; left out: 10d."),
            new("recoveryWindow", Values.Duration, "How long after a message an order counts as recovered by it; left out: 3d."),
        ]);

    private static readonly MappingShape Sessions = new("the session thresholds",
        [
            new("gap", Values.Duration, "Inactivity that ends a session; left out: 30m."),
            new("gapByChannel", new NamedShape(Values.Duration, Values.Channel), "Where a channel's gap differs."),
        ]);

    private static readonly ChoiceShape IdentifierKinds = Values.OneOf("userId", "loyaltyCard", "email", "phone", "deviceId", "anonymousId");

    private static readonly ListShape BlockedValues = Values.ListOf(Values.Title, IdentityRules.BlockedMax);

    private static readonly MappingShape Identity = new("the identity rules",
        [
            new("priority", Values.ListOf(IdentifierKinds, 6), "Kinds of identifiers, the strongest first, beginning with userId; those left out come after, in the usual order."),
            new("limits", new MappingShape("the limits of identifiers",
                [
                    new("deviceId", Values.Count(1, IdentityRules.LimitMax), "Customers who may have held one device id before it is shared and tells nobody any more; left out: 5."),
                    new("anonymousId", Values.Count(1, IdentityRules.LimitMax), "The same for an anonymous id; left out: 5."),
                ]), "How many people one device may have had."),
            new("blocked", new NamedShape(BlockedValues, IdentifierKinds), "Values that are nobody's, by kind; a * at either end stands for any characters."),
            new("sharedChannels", Values.ListOf(Values.Channel, 50, min: 0), "Channels whose devices everybody uses: their device ids and anonymous ids tell nobody; left out: kiosk."),
        ]);

    public static readonly MappingShape Workspace = new("a workspace",
        [
            new("workspace", Values.Name, "The workspace's name.", Required: true),
            Description,
            new("carts", Carts, "When carts are abandoned and over."),
            new("sessions", Sessions, "When sessions end."),
            new("allowedLateness", Values.Duration, "Older events are recorded and never trigger; left out: 24h."),
            new("zone", Values.Zone, "The time zone of customers whose own is not known; left out: UTC."),
            new("currency", Values.Currency, "For amounts that come without one; left out: EUR."),
            new("optInChannels", Values.ListOf(Values.Channel, 50, min: 0), "Channels on which a send needs consent that was given; left out: email, sms, push."),
            new("eventNames", Values.ListOf(Values.EventName, 10_000), "Event names of your own."),
            new("eventAliases", new NamedShape(Values.EventName, Values.EventName), "Your names for the standard ecommerce events: yours to the standard one."),
            new("personalTraits", Values.ListOf(Values.Title, 1_000), "Traits that are personal data, besides the usual ones: conditions may not read them."),
            new("identity", Identity, "Which identifiers say who somebody is."),
            new("traitSources", Values.ListOf(Values.Title, 100), "Sources of traits, the best first: a better one's word stands whatever its time; left out: the newest word wins."),
            new("stages", new NamedShape(Values.ListOf(Values.EventName, 1_000), Values.Title), "Groups of event names, for journey maps."),
            new("conversion", Values.EventName, "The event that a journey map calls a success; left out: Order Completed."),
        ]);

    /// <summary>The kind of a document, by its first key.</summary>
    public static ImmutableArray<(string Kind, MappingShape Shape)> Kinds { get; } =
        [("journey", Journey), ("rule", Rule), ("segment", Segment), ("funnel", Funnel), ("test", TestShapes.Test), ("workspace", Workspace)];
}
