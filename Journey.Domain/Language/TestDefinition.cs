using System.Collections.Immutable;
using Journey.Domain.Events;

namespace Journey.Domain.Language;

/// <summary>A test of journeys and rules, run in virtual time against the real engine.</summary>
/// <param name="Journeys">The journeys and rules that are active in it; no others are.</param>
/// <param name="Until">Virtual time runs until then, in Unix milliseconds; null: until nothing is due any more.</param>
public sealed record TestDefinition(
    string Name,
    string? Description,
    SourcePlace At,
    ImmutableArray<string> Journeys,
    TestCustomer Customer,
    ImmutableArray<TestStep> Given,
    long? Until,
    ImmutableArray<Expectation> Expect) : Definition(Name, Description, At)
{
    /// <summary>Whose step it is where the document names nobody.</summary>
    public const string DefaultCustomer = "customer";

    public override string Kind => "test";
}

/// <summary>What is known of the customer before the test starts.</summary>
/// <param name="Traits">JSON object text.</param>
/// <param name="Consent">Channel to granted (true) or revoked (false).</param>
/// <param name="Segments">Segments the customer is in, whatever their conditions say.</param>
/// <param name="Holdout">Whether the customer's hash falls into the holdout.</param>
/// <param name="Paths">Split id to the name of the path that the customer's hash falls on; a split not named may fall anywhere.</param>
public sealed record TestCustomer(string Traits, ImmutableSortedDictionary<string, bool> Consent, ImmutableArray<string> Segments,
    bool Holdout, ImmutableSortedDictionary<string, string> Paths)
{
    public static TestCustomer Default { get; } =
        new("{}", ImmutableSortedDictionary<string, bool>.Empty, [], Holdout: false, ImmutableSortedDictionary<string, string>.Empty);
}

/// <summary>Something that happens in a test.</summary>
/// <param name="Time">When, in Unix milliseconds: the document's <c>at</c>, or its <c>after</c> added to the step before.</param>
public abstract record TestStep(long Time, SourcePlace At)
{
    /// <summary>An event arrives.</summary>
    /// <param name="Customer">Whose it is.</param>
    /// <param name="Id">The sender's id; null: one of its own.</param>
    /// <param name="Properties">JSON object text.</param>
    /// <param name="Traits">JSON object text, or null.</param>
    /// <param name="AnonymousId">Set: sent by a visitor with this id; only <c>Identified</c> says who that is.</param>
    /// <param name="OccurredAt">When it happened, in Unix milliseconds.</param>
    public sealed record Arrives(long Time, SourcePlace At, string Customer, string Event, string? Id, ContactChannel Channel, string Properties, string? Traits,
        string? AnonymousId, long OccurredAt, bool Imported) : TestStep(Time, At);

    /// <param name="Text">The newer version's whole text: one journey or rule.</param>
    public sealed record Publish(long Time, SourcePlace At, string Text) : TestStep(Time, At);

    public sealed record Pause(long Time, SourcePlace At, string Journey) : TestStep(Time, At);

    public sealed record Resume(long Time, SourcePlace At, string Journey) : TestStep(Time, At);

    public sealed record Retire(long Time, SourcePlace At, string Journey) : TestStep(Time, At);
}

/// <summary>What has to have come of it. Whatever is null is not compared.</summary>
/// <param name="Customer">Of whom.</param>
public abstract record Expectation(string Customer, SourcePlace At)
{
    public sealed record NothingSent(string Customer, SourcePlace At) : Expectation(Customer, At);

    public sealed record NoRun(string Customer, SourcePlace At) : Expectation(Customer, At);

    public sealed record NoTask(string Customer, SourcePlace At) : Expectation(Customer, At);

    /// <param name="Time">Unix milliseconds.</param>
    /// <param name="Data">JSON object text: these values, and perhaps others.</param>
    /// <param name="Count">Exactly so many; null: at least one.</param>
    public sealed record Sent(string Customer, SourcePlace At, ContactChannel? Channel, string? Template, string? Step, long? Time, string? Data, int? Count)
        : Expectation(Customer, At);

    public sealed record Suppressed(string Customer, SourcePlace At, string? Reason, ContactChannel? Channel, string? Step, long? Time, int? Count) : Expectation(Customer, At);

    public sealed record Task(string Customer, SourcePlace At, string? Team, string? Title, string? Step, long? Time, int? Count) : Expectation(Customer, At);

    public sealed record Call(string Customer, SourcePlace At, string? Url, string? Step, long? Time, int? Count) : Expectation(Customer, At);

    /// <param name="Exit">Ended for this reason.</param>
    /// <param name="Step">Stands at this step.</param>
    /// <param name="State">running, waiting, held or ended.</param>
    public sealed record Run(string Customer, SourcePlace At, string? Journey, string? Exit, string? Step, string? State,
        int? Version, bool? Holdout, bool? Goal, int? Count) : Expectation(Customer, At);

    /// <param name="Properties">JSON object text: these, and perhaps others.</param>
    public sealed record Event(string Customer, SourcePlace At, string Name, string? Properties, long? Time, int? Count) : Expectation(Customer, At);

    /// <param name="Values">JSON object text: these traits, and perhaps others.</param>
    public sealed record Traits(string Customer, SourcePlace At, string Values) : Expectation(Customer, At);

    public sealed record Segment(string Customer, SourcePlace At, string Name) : Expectation(Customer, At);
}
