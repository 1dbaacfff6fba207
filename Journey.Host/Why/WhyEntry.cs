using System.Collections.Immutable;
using System.Text.Json;
using Journey.Domain.Cel;
using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Host.Why;

/// <summary>What came of one look at an event. Written with hyphens and in lower case: add, never rename.</summary>
public enum Verdict
{
    /// <summary>The journey was not published when the event came.</summary>
    NotPublished,

    /// <summary>The journey was retired when the event came.</summary>
    Retired,

    /// <summary>The event is imported or late, and neither starts nor moves anything.</summary>
    PassedOver,

    /// <summary>A condition or a gate kept the customer out.</summary>
    NotEntered,
    Entered,

    /// <summary>The event is about another cart, key or run.</summary>
    NotConcerned,

    /// <summary>A run looked at the event, and nothing came of it.</summary>
    Nothing,
    Waiting,

    /// <summary>A cap, quiet hours or a pause holds the run before its step.</summary>
    Held,

    /// <summary>A wait is over, by time or by an event.</summary>
    WentOn,
    Branched,

    /// <summary>A message was asked for.</summary>
    Requested,

    /// <summary>A message was withheld.</summary>
    Suppressed,

    /// <summary>Something else was done: a task, a call, traits, an emitted event, another journey.</summary>
    Done,
    Goal,
    Migrated,
    Exited,
}

/// <summary>One decision, or non-decision, of a journey for a customer.</summary>
/// <param name="Position">Global position of the event looked at.</param>
/// <param name="At">The event's own time, or the due time of a wait that elapsed. Unix milliseconds.</param>
/// <param name="Version">Of the journey that was in force, or that the run follows; 0: none.</param>
/// <param name="Gate">What withheld, beside conditions; null: none.</param>
/// <param name="Detail">What the gate said.</param>
public sealed record WhyEntry(
    long Position,
    long At,
    long ReceivedAt,
    string Stream,
    string Event,
    EventKind Kind,
    int Version,
    Guid? Run,
    Step? Step,
    Verdict Verdict,
    ImmutableArray<WhyCondition> Conditions,
    Gate? Gate,
    string? Detail,
    WhyDecision? Decision)
{
    /// <summary>How the step ended, where that chose the path on.</summary>
    public string? Outcome { get; init; }

    /// <summary>What it says, as a sentence.</summary>
    public string Text { get; init; } = "";

    public string VerdictName => Hyphenated(Verdict.ToString());

    public string? GateName => Gate is { } gate ? Hyphenated(gate.ToString()) : null;

    internal static string Hyphenated(string name) =>
        string.Concat(name.Select((letter, i) => char.IsUpper(letter) ? $"{(i == 0 ? "" : "-")}{char.ToLowerInvariant(letter)}" : letter.ToString()));
}

/// <summary>One condition as it was evaluated, with what it saw.</summary>
public sealed record WhyCondition(ConditionRole Role, string Expression, SourcePlace Place, CelValue Value, ImmutableArray<CelFinding> Findings, ImmutableArray<CelSeen> Facts);

/// <param name="Properties">As the decision's payload has them.</param>
public sealed record WhyDecision(Guid Id, string Name, JsonElement Properties)
{
    public string? Text(string name) =>
        Properties.ValueKind == JsonValueKind.Object && Properties.TryGetProperty(name, out var value) ? value.ToString() : null;
}
