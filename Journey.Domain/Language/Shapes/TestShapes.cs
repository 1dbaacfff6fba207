namespace Journey.Domain.Language.Shapes;

/// <summary>The keys of test documents: what happens, and what is expected of it.</summary>
internal static class TestShapes
{
    private static readonly ScalarShape HowMany = Values.Count(0, 1_000);

    private static readonly KeyShape Count = new("count", HowMany, "How many; left out: at least one.");

    private static readonly KeyShape At = new("at", Values.Timestamp, "When.");

    private static readonly NamedShape Anything = new(new AnyShape(), Values.Title);

    private static readonly MappingShape Customer = new("the customer",
        [
            new("traits", Anything, "Traits known before the test starts."),
            new("consent", new NamedShape(Values.OneOf("granted", "revoked"), Values.Channel), "Consent by channel."),
            new("segments", Values.ListOf(Values.Name, 100, min: 0), "Segments the customer is in, whatever their conditions say."),
            new("holdout", Values.Flag, "Whether the customer falls into the holdout; left out: false."),
            new("paths", new NamedShape(Values.StepId, Values.StepReference), "The path the customer falls on, by the id of the split."),
        ]);

    private static readonly UnionShape Given = new("a step of a test",
        [
            new(new("event", Values.EventName, "An event arrives."),
                new KeyShape("id", Values.Title, "The sender's id of it; the same id twice is the same event twice."),
                new KeyShape("channel", Values.Channel, "Left out: web."),
                new KeyShape("properties", Anything, "What it says."),
                new KeyShape("traits", Anything, "Traits of the customer that it brings."),
                new KeyShape("anonymous", Values.Title, "Sent by a visitor not yet known: true, or an anonymous id. On `Identified` it joins the visitor to the customer."),
                new KeyShape("occurredAt", Values.Timestamp, "When it happened, where that is before it arrived."),
                new KeyShape("imported", Values.Flag, "History: recorded, and never triggers.")),
            new(new("publish", Values.Documents, "A newer version is published.")),
            new(new("pause", Values.Name, "The journey is paused.")),
            new(new("resume", Values.Name, "The journey goes on.")),
            new(new("retire", Values.Name, "The journey is taken back.")),
        ],
        [
            At,
            new("after", Values.Duration, "When, counted from the step before."),
            new("customer", Values.Title, "Whose event it is, where a test has several customers."),
        ]);

    private static readonly UnionShape Expectation = new("an expectation",
        [
            new(new("sent", new MappingShape("a message sent",
                [
                    new("channel", Values.Channel, "On which channel."), new("template", Values.Title, "With which template."),
                    new("step", Values.StepReference, "By which step."), At, new("data", Anything, "With these values, and perhaps others."), Count,
                ]), "A message was asked for.")),
            new(new("suppressed", new MappingShape("a message suppressed",
                [
                    new("reason", Values.OneOf("consent", "unreachable", "bounced", "complained", "holdout", "guard", "cap", "quiet", "stale"), "Why."),
                    new("channel", Values.Channel, "On which channel."),
                    new("step", Values.StepReference, "At which step."), At, Count,
                ]), "A message was withheld.")),
            new(new("task", new MappingShape("a task",
                [
                    new("team", Values.Name, "Asked of whom."), new("title", Values.Text, "With this title."),
                    new("step", Values.StepReference, "By which step."), At, Count,
                ]), "A person was asked.")),
            new(new("call", new MappingShape("a call", [new("url", Values.Text, "To where."), new("step", Values.StepReference, "By which step."), At, Count]),
                "A webhook was called.")),
            new(new("run", new MappingShape("a run",
                [
                    new("journey", Values.Name, "Of which journey, where the test has several."), new("exit", Values.Title, "Ended for this reason."),
                    new("step", Values.StepReference, "Stands at this step."), new("state", Values.OneOf("running", "waiting", "held", "ended"), "How it is."),
                    new("version", Values.Count(1, LanguageLimits.CountMax), "Of which version."), new("holdout", Values.Flag, "Whether it is in the holdout."),
                    new("goal", Values.Flag, "Whether it reached its goal."), Count,
                ]), "There is such a run.")),
            new(new("event", new MappingShape("an event",
                [
                    new("name", Values.EventName, "Its name.", Required: true), new("properties", Anything, "With these properties, and perhaps others."), At, Count,
                ]), "The log has such an event.")),
            new(new("traits", Anything, "The customer has these traits at the end.")),
            new(new("segment", Values.Name, "The customer is in this segment at the end.")),
        ],
        [new("customer", Values.Title, "Of whom, where a test has several customers.")]);

    public static readonly ChoiceShape ShortExpectation = Values.OneOf("nothing-sent", "no-run", "no-task");

    public static readonly MappingShape Test = new("a test",
        [
            new("test", Values.Title, "What is shown, as a sentence.", Required: true),
            new("description", Values.Text, "More about it."),
            new("journey", Values.OneOrMore(Values.Name, 50), "The journey, or several, that the test runs; no others are active."),
            new("rule", Values.OneOrMore(Values.Name, 50), "The rule, or several, that the test runs."),
            new("customer", Customer, "What is known of the customer before it starts."),
            new("given", Values.ListOf(Given, 1_000), "What happens, in order.", Required: true),
            new("until", Values.Timestamp, "Virtual time runs until then; left out: until nothing is due any more, 90d at most."),
            new("expect", Values.ListOf(new EitherShape(ShortExpectation, Expectation), 100), "What is to come of it.", Required: true),
        ]);
}
