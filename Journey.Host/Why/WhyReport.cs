using System.Text.Json;
using Journey.Domain.Cel;
using Journey.Domain.Time;

namespace Journey.Host.Why;

/// <summary>An answer as <c>--json</c> and HTTP give it.</summary>
/// <param name="At">The moment of arrival that it was asked for; null: now.</param>
/// <param name="Total">How many entries there are in all, of which <paramref name="Entries"/> are the latest, oldest first.</param>
/// <param name="Summary">The answer first, then what else there is to say.</param>
public sealed record WhyReport(string Customer, string Journey, string? At, IReadOnlyList<WhyReportEntry> Entries, long Total, IReadOnlyList<string> Summary, string? WaitingUntil)
{
    public static WhyReport Of(WhyAnswer answer) => new(
        answer.Customer,
        answer.Journey,
        answer.At is { } at ? Instants.ToIso(at) : null,
        [.. answer.Entries.Select(WhyReportEntry.Of)],
        answer.Total,
        answer.Summary,
        answer.WaitingUntil is { } due ? Instants.ToIso(due) : null);
}

/// <param name="Position">Global position of the event looked at.</param>
/// <param name="At">The event's own time, or the due time of a wait that elapsed.</param>
/// <param name="Kind">interaction, derived, time, outcome or identity.</param>
/// <param name="Version">Of the journey in force, or the one that the run follows; 0: none was.</param>
/// <param name="Run">Null: no run was concerned.</param>
/// <param name="Verdict">entered, not-entered, requested, suppressed, held, waiting, exited and so on.</param>
/// <param name="Text">All of it as a sentence.</param>
/// <param name="Gate">What withheld: consent, holdout, guard, cap, quiet, cooldown and so on; null: nothing did.</param>
/// <param name="Decision">Name of the decision that was recorded; null: none was.</param>
/// <param name="DecisionId">Its id in the log.</param>
/// <param name="Properties">What the decision says.</param>
public sealed record WhyReportEntry(long Position, string At, string Event, string Kind, int Version, string? Run, string? Step, string Verdict, string Text,
    IReadOnlyList<WhyReportCondition> Conditions, string? Gate, string? Decision, string? DecisionId, JsonElement? Properties)
{
    internal static WhyReportEntry Of(WhyEntry entry) => new(
        entry.Position,
        Instants.ToIso(entry.At),
        entry.Event,
        entry.Kind.ToString().ToLowerInvariant(),
        entry.Version,
        entry.Run?.ToString(),
        entry.Step?.Id,
        entry.VerdictName,
        entry.Text,
        [.. entry.Conditions.Select(WhyReportCondition.Of)],
        entry.GateName,
        entry.Decision?.Name,
        entry.Decision?.Id.ToString(),
        entry.Decision is { Properties.ValueKind: JsonValueKind.Object } decision ? decision.Properties : null);
}

/// <param name="Role">entry, audience, key, exit, goal, reset, awaited, branch, guard, until or value.</param>
/// <param name="At">Where it stands in the published text.</param>
/// <param name="Value">true, false, another value as the language writes it, or the error that it ended in.</param>
/// <param name="Facts">What it read, inner parts first; what was skipped because the answer was known is not among them.</param>
public sealed record WhyReportCondition(string Role, string Expression, WhyPlace At, string Value, IReadOnlyList<WhyFact> Facts)
{
    internal static WhyReportCondition Of(WhyCondition condition) => new(
        condition.Role.ToString().ToLowerInvariant(),
        condition.Expression,
        new WhyPlace(condition.Place.File, condition.Place.Line, condition.Place.Column),
        Text(condition.Value),
        [.. condition.Facts.Where(fact => fact.Source != condition.Expression).Select(fact => new WhyFact(fact.Source, Text(fact.Value)))]);

    private static string Text(in CelValue value) => value.IsError ? $"error: {value.ErrorMessage}" : value.ToString();
}

/// <summary>Lines and columns count from 1.</summary>
public sealed record WhyPlace(string File, int Line, int Column);

public sealed record WhyFact(string Name, string Value);
