using Journey.Domain.Language;
using Journey.Domain.Time;
using Journey.Host.Http.Queries;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;
using Journey.Projections.Runs;

namespace Journey.Host.Reports;

/// <summary>Reads a journey's results from the counters, whatever the number of runs; only the oldest run at a step is looked for among the runs.</summary>
public static class JourneyResultsReading
{
    /// <returns>Null: there never was such a journey, or no such version.</returns>
    public static async Task<JourneyResults?> ReadAsync(
        IStateStore store, DefinitionSet definitions, string journey, int? version, CancellationToken cancellation)
    {
        var published = definitions.Versions.Values.Where(known => known.Name == journey).Select(known => (long)known.Version).ToHashSet();
        var days = await RowsAsync(store, ReadModelTables.JourneyDays, journey, null, cancellation);
        if ((published.Count == 0 && days.Count == 0) || (version is { } asked && !published.Contains(asked) && !days.Exists(row => row.Number("version") == asked)))
        {
            return null;
        }

        var steps = await RowsAsync(store, ReadModelTables.RunSteps, journey, null, cancellation);
        var ends = await RowsAsync(store, ReadModelTables.RunEnds, journey, null, cancellation);
        var of = version is { } only ? row => row.Number("version") == only : (Func<TableRow, bool>)(static _ => true);
        var (ofDays, ofSteps) = (days.Where(of).ToList(), steps.Where(of).ToList());
        long Sum(string column) => ofDays.Sum(row => row.Number(column));
        var treated = new Conversion(Sum("entered") - Sum("entered_holdout"), Sum("goals") - Sum("goals_holdout"));
        var holdout = new Conversion(Sum("entered_holdout"), Sum("goals_holdout"));
        return new JourneyResults(
            journey,
            version,
            Sum("entered"),
            Sum("not_entered"),
            ofSteps.Sum(static row => row.Number("active")),
            Reasons(ends.Where(of), "runs"),
            await StepsAsync(store, definitions, journey, version, ofSteps, cancellation),
            Versions(published, days, steps, ends),
            new GoalResults(GroupResult.Of(treated), GroupResult.Of(holdout), LiftOf(treated, holdout)),
            Splits((await RowsAsync(store, ReadModelTables.SplitArms, journey, version, cancellation)).Where(of)),
            Reasons(await RowsAsync(store, ReadModelTables.SuppressionDays, journey, version, cancellation), "messages"));
    }

    private static async Task<List<TableRow>> RowsAsync(IStateStore store, TableDefinition table, string journey, int? version, CancellationToken cancellation)
    {
        List<Filter> where = [new("journey", FilterKind.Equal, journey)];
        if (version is { } only)
        {
            where.Add(new Filter("version", FilterKind.Equal, only));
        }

        var rows = new List<TableRow>();
        await foreach (var cells in store.AllAsync(table, where, cancellation))
        {
            rows.Add(new TableRow(table, cells));
        }

        return rows;
    }

    private static IReadOnlyList<ReasonCount> Reasons(IEnumerable<TableRow> rows, string column) =>
    [
        .. rows.GroupBy(static row => row.Text("reason")!)
            .Select(reason => new ReasonCount(reason.Key, reason.Sum(row => row.Number(column))))
            .OrderByDescending(static reason => reason.Count).ThenBy(static reason => reason.Reason, StringComparer.Ordinal),
    ];

    private static async Task<IReadOnlyList<StepResult>> StepsAsync(
        IStateStore store, DefinitionSet definitions, string journey, int? version, List<TableRow> rows, CancellationToken cancellation)
    {
        var compiled = version is { } only && definitions.Versions.Values.FirstOrDefault(known => known.Name == journey && known.Version == only) is { } one ? one.Compiled
            : definitions.Journeys.GetValueOrDefault(journey)?.Compiled;
        var order = compiled?.Flow.Select(static flow => flow.Step.Id).ToList() ?? [];
        var found = new List<StepResult>();
        foreach (var step in rows.GroupBy(static row => row.Text("step")!))
        {
            var waiting = step.Sum(static row => row.Number("active"));
            found.Add(new StepResult(
                step.Key, waiting, step.Sum(static row => row.Number("arrivals")),
                waiting > 0 ? await OldestAsync(store, journey, version, step.Key, cancellation) : null));
        }

        // Runs that have entered and are at no step yet are so for a moment only, and are counted as active.
        return [.. found.Where(static step => step.Step.Length > 0)
            .OrderBy(step => order.IndexOf(step.Step) is var place and >= 0 ? place : int.MaxValue).ThenBy(static step => step.Step, StringComparer.Ordinal)];
    }

    private static async Task<string?> OldestAsync(IStateStore store, string journey, int? version, string step, CancellationToken cancellation)
    {
        List<Filter> where = [new("journey", FilterKind.Equal, journey), new("step", FilterKind.Equal, step), new("step_since", FilterKind.Greater, 0)];
        if (version is { } only)
        {
            where.Add(new Filter("version", FilterKind.Equal, only));
        }

        var rows = await store.QueryAsync(new TableQuery(ReadModelTables.Runs, where, ["step_since"], 1), cancellation);
        return rows is [var oldest] ? Instants.ToIso(oldest[ReadModelTables.Runs.ColumnIndex("step_since")].Integer) : null;
    }

    private static IReadOnlyList<VersionResult> Versions(HashSet<long> published, List<TableRow> days, List<TableRow> steps, List<TableRow> ends) =>
    [
        .. published.Union(days.Select(static row => row.Number("version"))).OrderDescending().Select(version => new VersionResult(
            version,
            SumOf(days, version, "entered"),
            SumOf(steps, version, "active"),
            SumOf(ends, version, "runs"),
            SumOf(days, version, "goals"))),
    ];

    private static long SumOf(List<TableRow> rows, long version, string column) =>
        rows.Where(row => row.Number("version") == version).Sum(row => row.Number(column));

    private static LiftResult? LiftOf(in Conversion treated, in Conversion holdout) => Lift.Of(treated, holdout) is { } lift
        ? new LiftResult(lift.Value, lift.Low, lift.High, Lift.Confidence, holdout.Goals > 0 ? lift.Value / holdout.Rate : null)
        : null;

    private static IReadOnlyList<SplitResult> Splits(IEnumerable<TableRow> rows) =>
    [
        .. rows.GroupBy(static row => row.Text("step")!).OrderBy(static split => split.Key, StringComparer.Ordinal).Select(static split => new SplitResult(
            split.Key,
            [.. split.GroupBy(static row => row.Text("arm")!).OrderBy(static arm => arm.Key, StringComparer.Ordinal).Select(static arm =>
                Arm(arm.Key, new Conversion(arm.Sum(static row => row.Number("runs")), arm.Sum(static row => row.Number("goals")))))])),
    ];

    private static ArmResult Arm(string name, in Conversion arm)
    {
        (double Low, double High)? interval = arm.Runs > 0 ? arm.Interval() : null;
        return new ArmResult(name, arm.Runs, arm.Goals, arm.Rate, interval?.Low, interval?.High);
    }
}
