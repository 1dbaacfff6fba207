using Journey.Projections.Runs;

namespace Journey.Host.Reports;

/// <summary>What one journey, or one version of it, comes to.</summary>
/// <param name="Version">Null: all versions together.</param>
/// <param name="Active">Runs that have not ended.</param>
/// <param name="Ended">By exit reason, the most frequent first.</param>
/// <param name="Steps">Steps that a run is at now, in the order of the document; those it no longer has come last.</param>
/// <param name="Versions">Newest first.</param>
/// <param name="Splits">Arms of each split; held-out runs are left out.</param>
public sealed record JourneyResults(
    string Journey,
    int? Version,
    long Entered,
    long NotEntered,
    long Active,
    IReadOnlyList<ReasonCount> Ended,
    IReadOnlyList<StepResult> Steps,
    IReadOnlyList<VersionResult> Versions,
    GoalResults Goals,
    IReadOnlyList<SplitResult> Splits,
    IReadOnlyList<ReasonCount> Suppressed);

public sealed record ReasonCount(string Reason, long Count);

/// <param name="Waiting">Runs that are at it now.</param>
/// <param name="Arrivals">Times a run came to it.</param>
/// <param name="OldestSince">Since when the one longest at it is there; null: nobody is.</param>
public sealed record StepResult(string Step, long Waiting, long Arrivals, string? OldestSince);

public sealed record VersionResult(long Version, long Entered, long Active, long Ended, long Goals);

/// <param name="Holdout">Runs whose sends were withheld.</param>
/// <param name="Lift">Null: one of the groups is empty.</param>
public sealed record GoalResults(GroupResult Treated, GroupResult Holdout, LiftResult? Lift);

/// <param name="Rate">Goals by runs; null: no runs.</param>
public sealed record GroupResult(long Runs, long Goals, double? Rate)
{
    internal static GroupResult Of(in Conversion group) => new(group.Runs, group.Goals, group.Rate);
}

/// <param name="Value">The treated's rate less the holdout's: 0.05 is five in a hundred more.</param>
/// <param name="Low">The interval that the true difference is in, by Newcombe's method.</param>
/// <param name="Confidence">0.95.</param>
/// <param name="Relative">The difference by the holdout's rate; null: that is 0.</param>
public sealed record LiftResult(double Value, double Low, double High, double Confidence, double? Relative);

public sealed record SplitResult(string Step, IReadOnlyList<ArmResult> Arms);

/// <param name="Low">Wilson's interval of the rate, with 95% confidence; null: no runs.</param>
public sealed record ArmResult(string Arm, long Runs, long Goals, double? Rate, double? Low, double? High);
