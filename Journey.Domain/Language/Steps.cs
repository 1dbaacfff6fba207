using System.Collections.Immutable;
using Journey.Domain.Events;

namespace Journey.Domain.Language;

/// <summary>A step as written. Every one has an id, given or derived from its place; ids are what versions are matched by.</summary>
public abstract record Step(string Id, SourcePlace At)
{
    /// <summary>Holds the run. Exactly one of <paramref name="DurationMs"/>, <paramref name="LocalTime"/> and <paramref name="Until"/> is set.</summary>
    /// <param name="Weekdays">With <paramref name="LocalTime"/>: the days it may fall on; empty: any.</param>
    /// <param name="ResetOn">An event by which the duration starts anew, <paramref name="MaxResets"/> times at most.</param>
    public sealed record Wait(string Id, SourcePlace At, long? DurationMs, TimeOnly? LocalTime, ImmutableArray<DayOfWeek> Weekdays, string Zone,
        ValueExpression? Until, string? ResetOn, Condition? ResetWhere, int MaxResets) : Step(Id, At);

    /// <summary>Holds the run until the first of several events, or the timeout.</summary>
    public sealed record WaitFor(string Id, SourcePlace At, ImmutableArray<Awaited> Events, long? TimeoutMs, ImmutableArray<Step> OnTimeout) : Step(Id, At);

    public sealed record Branch(string Id, SourcePlace At, ImmutableArray<BranchArm> Arms, ImmutableArray<Step> Else) : Step(Id, At);

    /// <summary>Weighted paths, sticky by hash of (journey, customer, split id).</summary>
    public sealed record Split(string Id, SourcePlace At, ImmutableArray<SplitArm> Arms) : Step(Id, At);

    /// <summary>Asks for a message. <paramref name="Channels"/>: the wanted one first, then the fallbacks in order.</summary>
    /// <param name="Data">JSON object text: values for the template; a string with <c>{{ }}</c> is a template itself.</param>
    public sealed record Send(string Id, SourcePlace At, ImmutableArray<ContactChannel> Channels, string Template, string Data, string? Purpose) : Step(Id, At);

    /// <summary>Asks a person to do something.</summary>
    /// <param name="Title">A template.</param>
    public sealed record AskPerson(string Id, SourcePlace At, string Team, string Title, string? Description, long? DueMs) : Step(Id, At);

    /// <summary>A webhook whose answer later steps read as <c>run.steps.ID.response</c>.</summary>
    /// <param name="Body">JSON text; strings in it may be templates.</param>
    public sealed record Call(string Id, SourcePlace At, string Url, string Method, string? Body, long TimeoutMs, ImmutableArray<Step> OnFailure) : Step(Id, At);

    /// <param name="Traits">Trait name to value: a literal (JSON text), or an expression.</param>
    public sealed record Set(string Id, SourcePlace At, ImmutableArray<Assignment> Traits) : Step(Id, At);

    public sealed record Emit(string Id, SourcePlace At, string Event, ImmutableArray<Assignment> Properties) : Step(Id, At);

    /// <summary>Starts another journey for this customer.</summary>
    public sealed record Start(string Id, SourcePlace At, string Journey) : Step(Id, At);

    public sealed record Exit(string Id, SourcePlace At, string Reason) : Step(Id, At);

    public sealed record Goto(string Id, SourcePlace At, string Target) : Step(Id, At);
}

public sealed record Awaited(string On, Condition? Where, ImmutableArray<Step> Then, SourcePlace At);

public sealed record BranchArm(Condition If, ImmutableArray<Step> Then);

/// <param name="Weight">In [0, 1]; the weights of a split sum to 1.</param>
public sealed record SplitArm(string Name, double Weight, ImmutableArray<Step> Then);

/// <summary>Exactly one of <paramref name="Literal"/> (JSON text) and <paramref name="Expression"/> is set.</summary>
public sealed record Assignment(string Name, string? Literal, ValueExpression? Expression);
