using System.Collections.Immutable;

namespace Journey.Domain.Language.Shapes;

/// <summary>Every step, with every key it has.</summary>
internal static class StepShapes
{
    /// <summary>Paths of one branch, events of one waitFor, arms of one split.</summary>
    public const int PathsMax = 100;

    public static readonly NamedReference Steps = new("Steps", () => StepList!);

    private static readonly NamedShape Assignments = new(new AnyShape(), Values.Title);

    private static readonly UnionShape BranchPath = new("a path of a branch",
        [
            new(new("if", Values.Condition, "The path is taken when this is true; paths are tried from top to bottom."),
                new KeyShape("then", Steps, "The steps of the path.", Required: true)),
            new(new("else", Steps, "The steps for everybody else; the last path.")),
        ],
        []);

    private static readonly MappingShape SplitPath = new("a path of a split",
        [
            new("weight", Values.Share, "The share of customers that take this path; the weights sum to 100%.", Required: true),
            new("name", Values.StepId, "What reports call the path.", Required: true),
            new("then", Steps, "The steps of the path; left out: none.", Required: false),
        ]);

    private static readonly MappingShape Awaited = new("an awaited event",
        [
            new("on", Values.EventName, "The event's name.", Required: true),
            new("where", Values.Condition, "Only events for which this is true count."),
            new("then", Steps, "The steps when this event comes first; left out: the run goes on after the waitFor."),
        ]);

    private static readonly MappingShape WaitUntil = new("a wait until a moment",
        [
            new("until", Values.Expression, "A local time of day such as \"09:00\", or an expression that gives a time.", Required: true),
            new("on", Values.OneOrMore(Values.Weekday, 7), "With a time of day: the weekdays it may fall on; left out: any."),
            new("zone", Values.CustomerZone, "With a time of day: whose clock; left out: the customer's."),
        ]);

    private static readonly MappingShape Send = new("a send",
        [
            new("channel", Values.Channel, "The channel that is wanted.", Required: true),
            new("template", Values.Title, "The name of the template.", Required: true),
            new("data", new NamedShape(new AnyShape(), Values.Title), "Values for the template; a text with {{ }} in it is a template itself."),
            new("fallback", Values.OneOrMore(Values.Channel, 10), "Channels to try, in order, where the customer cannot be reached on the wanted one or has not consented to it."),
            new("purpose", Values.Name, "The consent purpose of this message; left out: the journey's."),
        ]);

    private static readonly MappingShape AskPerson = new("a task",
        [
            new("team", Values.Name, "Who is asked: store, call-center, …", Required: true),
            new("title", Values.Template, "What to do, in a line; a template.", Required: true),
            new("description", Values.Template, "More about it; a template."),
            new("due", Values.Duration, "How soon it should be done."),
        ]);

    private static readonly MappingShape Call = new("a call",
        [
            new("url", Values.Url, "Where to; a template after the host.", Required: true),
            new("method", Values.OneOf("POST", "GET", "PUT", "PATCH", "DELETE"), "Left out: POST."),
            new("body", new AnyShape(), "Sent as JSON; texts in it may be templates."),
            new("timeout", Values.Duration, "How long an answer may take, at most 2m; left out: 10s."),
            new("onFailure", Steps, "The steps when there is no answer, or one that says no; left out: the run goes on."),
        ]);

    private static readonly MappingShape Emit = new("an emit",
        [
            new("event", Values.EventName, "The name of the event to record.", Required: true),
            new("properties", Assignments, "Its properties: literals, or expressions after a =."),
        ]);

    public static readonly UnionShape Step = new("a step",
        [
            new(new("wait", new EitherShape(Values.Duration, WaitUntil), "Holds the run: for a duration, or until a moment."),
                new KeyShape("resetOn", Values.EventName, "An event by which the duration starts anew."),
                new KeyShape("resetWhere", Values.Condition, "Only resets for which this is true count."),
                new KeyShape("maxResets", Values.Count(1, 10_000), "How often at most; left out: 100.")),
            new(new("waitFor", Values.ListOf(Awaited, PathsMax), "Holds the run until the first of several events."),
                new KeyShape("timeout", Values.Duration, "How long at most; left out: until the run ends."),
                new KeyShape("onTimeout", Steps, "The steps when none came in time; left out: the run goes on.")),
            new(new("branch", Values.ListOf(BranchPath, PathsMax), "Takes the first path whose condition is true.")),
            new(new("split", Values.ListOf(SplitPath, PathsMax, min: 2), "Spreads customers over paths by weight; the same customer takes the same path for ever.")),
            new(new("send", Send, "Asks for a message.")),
            new(new("task", AskPerson, "Asks a person to do something.")),
            new(new("call", Call, "Calls a webhook; later steps read its answer as run.steps.ID.response.")),
            new(new("set", Assignments, "Sets traits: literals, or expressions after a =.")),
            new(new("emit", Emit, "Records an event of your own.")),
            new(new("start", Values.Name, "Starts another journey for this customer.")),
            new(new("exit", Values.Title, "Ends the run; the value is the reason.")),
            new(new("goto", Values.StepReference, "Goes on at the step with this id.")),
        ],
        [new("id", Values.StepId, "What versions, reports and conditions call this step; left out: derived from its place.")]);

    /// <summary>An empty list is a path on which nothing happens.</summary>
    private static readonly ListShape StepList = new(new NamedReference("Step", () => Step), 0, int.MaxValue);

    public static readonly ListShape JourneySteps = new(new NamedReference("Step", () => Step), 1, int.MaxValue);

    public static ImmutableArray<string> Kinds { get; } = [.. Step.Alternatives.Select(alternative => alternative.Key.Name)];
}
