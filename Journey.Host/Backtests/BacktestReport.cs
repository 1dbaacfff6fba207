using System.Collections.Immutable;
using System.Globalization;
using Journey.Domain.Time;
using Journey.Host.Publishing;

namespace Journey.Host.Backtests;

/// <summary>What a backtest found. Printed as it is by <c>backtest --json</c> and answered by the API: the names are a contract.</summary>
/// <param name="Customers">Gone through; merged customers are one.</param>
/// <param name="Limits">What the figures cannot tell, and what the history lacks: sentences for a person.</param>
/// <param name="Differences">Null: nothing was compared.</param>
public sealed record BacktestReport(
    IReadOnlyList<BacktestDocument> Documents,
    BacktestPeriod Period,
    string View,
    bool IncludeImported,
    string Sample,
    long Customers,
    BacktestHistory History,
    IReadOnlyList<JourneyReport> Journeys,
    IReadOnlyList<CountReport> MessagesPerCustomer,
    BacktestDifferences? Differences,
    IReadOnlyList<string> Limits)
{
    internal static BacktestReport Of(BacktestPlan plan, BacktestPart part, IReadOnlyDictionary<DifferenceKind, ImmutableArray<DifferenceExample>> examples)
    {
        var request = plan.Request;
        return new(
            [.. plan.Drafts.Select(draft => new BacktestDocument(draft.Kind, draft.Name, draft.File, draft.Hash))],
            new(request.From is { } from ? Instants.ToIso(from) : null, Instants.ToIso(plan.Period.End), plan.Head),
            request.View == BacktestView.Arrival ? "arrival" : "occurrence",
            request.IncludeImported,
            (request.Sample ?? BacktestSample.All).ToString(),
            part.History.Customers,
            BacktestHistory.Of(part.History),
            [.. Names(plan, part).Select(name => JourneyReport.Of(
                name, plan.Focus.Contains(name), part.Draft.Journeys.GetValueOrDefault(name), part.Against?.Journeys.GetValueOrDefault(name), plan.Against is not null))],
            [.. part.Draft.MessagesPerCustomer.Select((count, messages) => new CountReport(
                messages == part.Draft.MessagesPerCustomer.Length - 1 ? $"{messages} or more" : messages.ToString(CultureInfo.InvariantCulture), count))],
            plan.Against is null ? null : BacktestDifferences.Of(plan, part.Differences, part.History.Customers, examples),
            BacktestLimits.Of(plan, part.History));
    }

    /// <summary>The drafts first; of the others, those that do anything.</summary>
    private static IEnumerable<string> Names(BacktestPlan plan, BacktestPart part) => plan.Focus
        .Concat(part.Draft.Journeys.Keys.Concat(part.Against?.Journeys.Keys ?? Enumerable.Empty<string>())
            .Where(name => !plan.Focus.Contains(name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
}

public sealed record BacktestDocument(string Kind, string Name, string File, string Hash);

/// <param name="From">Null: from the first event.</param>
/// <param name="To">The last moment to which time passed.</param>
/// <param name="Head">The last position that was read.</param>
public sealed record BacktestPeriod(string? From, string To, long Head);

/// <param name="Late">Interactions that arrived more than a minute after they happened.</param>
/// <param name="TooLate">Of those, the ones later than the workspace allows: they trigger nothing.</param>
/// <param name="Erased">Customers whose content is gone.</param>
/// <param name="Merged">Customers who became one with another.</param>
/// <param name="Unreadable">Customers gone through only up to an event that cannot be folded.</param>
public sealed record BacktestHistory(
    long Events, long Interactions, long Imported, long Late, long TooLate, long Erased, long Merged, long Unreadable, UnreadableEvent? FirstUnreadable)
{
    internal static BacktestHistory Of(HistoryTally tally) => new(
        tally.Events, tally.Interactions, tally.Imported, tally.Late, tally.TooLate, tally.Erased, tally.Merged, tally.Unreadable, tally.FirstUnreadable);
}

public sealed record CountReport(string Name, long Count);

public sealed record StepCountReport(string Step, string Name, long Count);

/// <param name="Day">ISO 8601, UTC; of a segment: its name.</param>
public sealed record FiguresReport(string Day, long Entered, long Messages, long Suppressed, long Goals, long Exits);

/// <param name="Rate">Goals per run entered; null: nobody entered.</param>
public sealed record GoalReport(long Runs, long Goals, double? Rate)
{
    internal static GoalReport Of(long runs, long goals) => new(runs, goals, runs == 0 ? null : Math.Round((double)goals / runs, 4));
}

/// <summary>One journey or rule in the period.</summary>
/// <param name="IsDraft">One of the documents that were backtested; the others are shown because they share the customers.</param>
/// <param name="NotEntered">Looked at for an event of theirs, and not entered, by reason.</param>
/// <param name="Held">Sends held back for a while, by reason: cap, quiet, paused.</param>
/// <param name="Open">Runs that the end of the period found in a step.</param>
public sealed record JourneyReport(
    string Name,
    bool IsDraft,
    long Entered,
    long Customers,
    long CustomersMessaged,
    long Messages,
    long Tasks,
    long Calls,
    IReadOnlyList<CountReport> NotEntered,
    IReadOnlyList<StepCountReport> Sends,
    IReadOnlyList<StepCountReport> Suppressed,
    IReadOnlyList<CountReport> Held,
    IReadOnlyList<StepCountReport> TasksByTeam,
    IReadOnlyList<CountReport> Exits,
    IReadOnlyList<CountReport> Open,
    GoalReport Goals,
    GoalReport Holdout,
    IReadOnlyList<FiguresReport> Days,
    IReadOnlyList<FiguresReport> Segments,
    JourneyFigures? Against)
{
    internal static JourneyReport Of(string name, bool isDraft, JourneyTally? draft, JourneyTally? against, bool compares)
    {
        draft ??= new JourneyTally();
        return new(
            name, isDraft, draft.Entered, draft.Customers, draft.Messaged, draft.Sends.Values.Sum(), draft.Tasks.Values.Sum(), draft.Calls,
            Counts(draft.NotEntered), Steps(draft.Sends), Steps(draft.Suppressed), Counts(draft.Held), Steps(draft.Tasks), Counts(draft.Exits), Counts(draft.Open),
            GoalReport.Of(draft.Entered - draft.EnteredHoldout, draft.Goals), GoalReport.Of(draft.EnteredHoldout, draft.GoalsHoldout),
            [.. draft.Days.OrderBy(day => day.Key).Select(day => Figures(Instants.ToIso(day.Key * Instants.Day)[..10], day.Value))],
            [.. draft.Segments.OrderBy(segment => segment.Key, StringComparer.Ordinal).Select(segment => Figures(segment.Key, segment.Value))],
            compares ? JourneyFigures.Of(against ?? new JourneyTally()) : null);
    }

    private static IReadOnlyList<CountReport> Counts(Dictionary<string, long> counts) =>
        [.. counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new CountReport(pair.Key, pair.Value))];

    private static IReadOnlyList<StepCountReport> Steps(Dictionary<(string Step, string Name), long> counts) =>
        [.. counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key.Step, StringComparer.Ordinal).ThenBy(pair => pair.Key.Name, StringComparer.Ordinal)
            .Select(pair => new StepCountReport(pair.Key.Step, pair.Key.Name, pair.Value))];

    private static FiguresReport Figures(string name, in Figures figures) =>
        new(name, figures.Entered, figures.Messages, figures.Suppressed, figures.Goals, figures.Exits);
}

/// <summary>The same journey in the version that it is compared with.</summary>
public sealed record JourneyFigures(long Entered, long Customers, long CustomersMessaged, long Messages, long Suppressed, long Tasks, GoalReport Goals, GoalReport Holdout)
{
    internal static JourneyFigures Of(JourneyTally tally) => new(
        tally.Entered, tally.Customers, tally.Messaged, tally.Sends.Values.Sum(), tally.Suppressed.Values.Sum(), tally.Tasks.Values.Sum(),
        GoalReport.Of(tally.Entered - tally.EnteredHoldout, tally.Goals), GoalReport.Of(tally.EnteredHoldout, tally.GoalsHoldout));
}

/// <param name="Against">What was compared with: live, a version, a file.</param>
/// <param name="Customers">Treated differently in some way.</param>
/// <param name="Share">Of the customers gone through, in percent.</param>
public sealed record BacktestDifferences(string Against, long Customers, double Share, IReadOnlyList<DifferenceReport> Kinds, IReadOnlyList<TextReport> Texts)
{
    internal static BacktestDifferences Of(
        BacktestPlan plan, DifferenceTally tally, long customers, IReadOnlyDictionary<DifferenceKind, ImmutableArray<DifferenceExample>> examples) => new(
        plan.AgainstLabel!,
        tally.Customers,
        customers == 0 ? 0 : Math.Round(100.0 * tally.Customers / customers, 2),
        [.. tally.Kinds.OrderByDescending(kind => kind.Value.Customers).ThenBy(kind => kind.Key)
            .Select(kind => new DifferenceReport(kind.Key, DifferenceTexts.Of(kind.Key), kind.Value.Customers, kind.Value.Count, examples.GetValueOrDefault(kind.Key, [])))],
        [.. plan.Texts.Select(text => new TextReport(
            text.Name, text.AgainstLabel, text.DraftLabel, TextDiff.Unified(text.Against ?? "", text.Draft, text.AgainstLabel, text.DraftLabel)))]);
}

/// <param name="Customers">With at least one difference of this kind.</param>
/// <param name="Count">Differences of this kind.</param>
public sealed record DifferenceReport(DifferenceKind Kind, string Says, long Customers, long Count, IReadOnlyList<DifferenceExample> Examples);

/// <summary>One customer who is treated differently, and where the two versions part.</summary>
/// <param name="Draft">What the draft does; null: nothing.</param>
/// <param name="Because">What the draft looked at last before they part, with the values it saw.</param>
/// <param name="BecauseAt">Its place in the draft: file:line:column.</param>
/// <param name="AgainstBecause">The same of the other version.</param>
public sealed record DifferenceExample(
    string Customer, string Journey, string Step, string At, string? Draft, string? Against, string? Because, string? BecauseAt, string? AgainstBecause, string? AgainstBecauseAt);

/// <param name="Diff">A unified diff, line by line; empty where the texts are the same.</param>
public sealed record TextReport(string Name, string From, string To, IReadOnlyList<string> Diff);

internal static class DifferenceTexts
{
    public static string Of(DifferenceKind kind) => kind switch
    {
        DifferenceKind.Enters => "enters",
        DifferenceKind.DoesNotEnter => "no longer enters",
        DifferenceKind.GainsMessage => "gains a message",
        DifferenceKind.LosesMessage => "loses a message",
        DifferenceKind.OtherTime => "at another time",
        DifferenceKind.OtherChannel => "by another channel",
        DifferenceKind.OtherTemplate => "with another template",
        DifferenceKind.GainsTask => "gains a task",
        DifferenceKind.LosesTask => "loses a task",
        _ => "another exit",
    };
}
