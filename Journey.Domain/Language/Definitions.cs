using System.Collections.Immutable;
using Journey.Domain.Events;

namespace Journey.Domain.Language;

/// <summary>One YAML document, one thing.</summary>
public abstract record Definition(string Name, string? Description, SourcePlace At)
{
    /// <summary>The document's first key: journey, rule, segment, funnel, test, workspace.</summary>
    public abstract string Kind { get; }
}

/// <summary>A plan for customers; a <c>rule</c> is one with no waiting, of which every matching event is its own run.</summary>
/// <param name="IsRule">Written as a rule: re-entry is concurrent and the key is the event's position.</param>
/// <param name="Key">One run per (customer, key); null: one per customer.</param>
/// <param name="Audience">Checked at entry.</param>
/// <param name="Guard">Checked before every send, again after every hold.</param>
/// <param name="Holdout">Share of customers in [0, 1) whose sends are withheld, so that lift can be shown.</param>
/// <param name="StaleAfterMs">After a pause, a send older than this ends the run as stale. Default 24 h.</param>
/// <param name="Purpose">The consent purpose of its sends: "marketing" unless said otherwise.</param>
public sealed record JourneyDefinition(
    string Name,
    string? Description,
    SourcePlace At,
    bool IsRule,
    ValueExpression? Key,
    ImmutableArray<EntryTrigger> Enter,
    Reentry Reentry,
    Condition? Audience,
    ImmutableArray<ExitCriterion> Exits,
    GoalDefinition? Goal,
    double Holdout,
    Condition? Guard,
    SendLimits Limits,
    InFlight InFlight,
    long StaleAfterMs,
    string Purpose,
    ImmutableArray<Step> Steps) : Definition(Name, Description, At)
{
    public override string Kind => IsRule ? "rule" : "journey";
}

/// <param name="On">The event's name, as recorded.</param>
public sealed record EntryTrigger(string On, Condition? Where, SourcePlace At);

public enum ReentryMode { Once, AfterExit, Replace, Concurrent }

/// <param name="CooldownMs">Least time between a run's exit and the next entry; 0: none.</param>
public sealed record Reentry(ReentryMode Mode, long CooldownMs);

/// <summary>Ends a run early: by an event (<paramref name="On"/>, with an optional <paramref name="Condition"/>), or by state (On is null).</summary>
/// <param name="Reason">Why, as recorded; "exit" where the document does not say.</param>
public sealed record ExitCriterion(string? On, Condition? Condition, string Reason, SourcePlace At);

public enum GoalCredit { AnyMessage, LastMessage, None }

/// <param name="WithinMs">From entry; 0: as long as the run lives.</param>
public sealed record GoalDefinition(string On, Condition? Where, long WithinMs, GoalCredit Credit, SourcePlace At);

public enum OnBlocked { Wait, Skip, Exit }

/// <param name="Caps">Most messages per period; a cap without a channel counts every channel.</param>
public sealed record SendLimits(ImmutableArray<FrequencyCap> Caps, QuietHours? Quiet, OnBlocked OnBlocked)
{
    public static SendLimits None { get; } = new([], null, OnBlocked.Wait);
}

/// <param name="AcrossJourneys">False: only this journey's messages count. True (the default): every message to the customer does.</param>
public sealed record FrequencyCap(int Max, long PerMs, ContactChannel? Channel, bool AcrossJourneys);

/// <param name="Zone">"customer", or an IANA zone id.</param>
/// <remarks>Half-open: includes <see cref="From"/>, excludes <see cref="To"/>. 21:00 to 09:00 crosses midnight; equal ends mean never quiet.</remarks>
public sealed record QuietHours(TimeOnly From, TimeOnly To, string Zone)
{
    public bool Contains(TimeOnly local) =>
        From <= To ? From <= local && local < To : From <= local || local < To;
}

/// <summary>What a newer version does to runs in flight.</summary>
public enum InFlight { Pin, Migrate }

/// <summary>A named set of customers by rule.</summary>
public sealed record SegmentDefinition(string Name, string? Description, SourcePlace At, Condition Where) : Definition(Name, Description, At)
{
    public override string Kind => "segment";
}

public sealed record FunnelDefinition(string Name, string? Description, SourcePlace At, ImmutableArray<FunnelStage> Stages, long WithinMs, bool Open)
    : Definition(Name, Description, At)
{
    public override string Kind => "funnel";
}

public sealed record FunnelStage(string Name, string On, Condition? Where, SourcePlace At);
