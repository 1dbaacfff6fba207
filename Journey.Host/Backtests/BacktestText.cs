using System.Globalization;
using Journey.Host.Cli;

namespace Journey.Host.Backtests;

/// <summary>A report as a terminal shows it: what was gone through, each draft's figures, the differences, and what the figures cannot tell.</summary>
internal sealed class BacktestText(BacktestReport report, Terminal terminal)
{
    private const int SparksMax = 60;
    private const string Sparks = "▁▂▃▄▅▆▇█";

    public void Write()
    {
        Head();
        foreach (var journey in report.Journeys.Where(journey => journey.IsDraft))
        {
            Journey(journey);
        }

        Others();
        Differences();
        Limits();
    }

    private void Head()
    {
        Line($"Backtest of {string.Join(", ", report.Documents.Select(document => $"{document.Kind} {document.Name}"))}");
        Line($"{Period(report)}, {ViewOf(report)}: {Show.Count(report.Customers, "customer")}, {Show.Count(report.History.Events, "event")}"
            + (report.Sample == "100%" ? "" : $", sample {report.Sample}"));
        Line();
    }

    internal static string Period(BacktestReport report) => $"{(report.Period.From is { } from ? Minute(from) : "from the first event")} to {Minute(report.Period.To)}";

    internal static string ViewOf(BacktestReport report) =>
        (report.View == "arrival" ? "as decided then" : "as we know now") + (report.IncludeImported ? ", imported history included" : "");

    private void Journey(JourneyReport journey)
    {
        var table = new TextTable().Column(journey.Name).Column("draft", Align.Right);
        if (report.Differences is { } differences)
        {
            table.Column(differences.Against, Align.Right).Column("change", Align.Right);
        }

        foreach (var (name, draft, against) in Figures(journey))
        {
            Row(table, name, draft, against);
        }

        table.WriteTo(terminal);
        Rates(journey);
        Line();
        Breakdown("sends", "channel", journey.Sends);
        Breakdown("suppressed", "reason", journey.Suppressed);
        Breakdown("tasks", "team", journey.TasksByTeam);
        Counts("not entered", journey.NotEntered);
        Counts("held back for a while", journey.Held);
        Counts("exits", journey.Exits);
        Counts("still open at step", journey.Open);
        OverTime(journey);
        BySegment(journey);
    }

    internal static IEnumerable<(string Name, long Draft, long? Against)> Figures(JourneyReport journey)
    {
        var other = journey.Against;
        yield return ("runs entered", journey.Entered, other?.Entered);
        yield return ("customers", journey.Customers, other?.Customers);
        yield return ("customers messaged", journey.CustomersMessaged, other?.CustomersMessaged);
        yield return ("messages", journey.Messages, other?.Messages);
        yield return ("messages suppressed", journey.Suppressed.Sum(row => row.Count), other?.Suppressed);
        if (journey.Tasks > 0 || other?.Tasks > 0)
        {
            yield return ("tasks", journey.Tasks, other?.Tasks);
        }

        yield return ("goals reached", journey.Goals.Goals, other?.Goals.Goals);
        if (journey.Holdout.Runs > 0 || other?.Holdout.Runs > 0)
        {
            yield return ("goals reached by holdouts", journey.Holdout.Goals, other?.Holdout.Goals);
        }
    }

    private static void Row(TextTable table, string name, long draft, long? against)
    {
        if (against is { } known)
        {
            table.Row(name, Show.Number(draft), Show.Number(known), Change(draft - known));
        }
        else
        {
            table.Row(name, Show.Number(draft));
        }
    }

    internal static string Change(long by) => by == 0 ? "" : by.ToString("+#,0;-#,0", CultureInfo.InvariantCulture);

    private void Rates(JourneyReport journey)
    {
        if (journey.Goals.Rate is { } rate)
        {
            Line($"Goals: {Percent(rate)} of {Show.Count(journey.Goals.Runs, "run")}"
                + (journey.Holdout.Rate is { } holdout ? $"; holdout {Percent(holdout)} of {Show.Number(journey.Holdout.Runs)}." : "; no holdout."));
        }
    }

    private void Breakdown(string title, string name, IReadOnlyList<StepCountReport> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var table = new TextTable().Column(title + " at step").Column(name).Column("count", Align.Right);
        foreach (var row in rows)
        {
            table.Row(row.Step, row.Name, Show.Number(row.Count));
        }

        table.WriteTo(terminal);
        Line();
    }

    private void Counts(string title, IReadOnlyList<CountReport> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var table = new TextTable().Column(title).Column("count", Align.Right);
        foreach (var row in rows)
        {
            table.Row(row.Name, Show.Number(row.Count));
        }

        table.WriteTo(terminal);
        Line();
    }

    private void OverTime(JourneyReport journey)
    {
        if (journey.Days.Count < 2)
        {
            return;
        }

        Line($"Over time, {journey.Days[0].Day} to {journey.Days[^1].Day}:");
        Spark("entered", journey.Days, figures => figures.Entered);
        Spark("messages", journey.Days, figures => figures.Messages);
        Spark("goals", journey.Days, figures => figures.Goals);
        Line();
    }

    private void Spark(string name, IReadOnlyList<FiguresReport> days, Func<FiguresReport, long> of)
    {
        var buckets = Buckets(days, of);
        var max = buckets.Max();
        if (max > 0)
        {
            var bars = string.Concat(buckets.Select(value => Sparks[value == 0 ? 0 : (int)Math.Clamp(value * (Sparks.Length - 1) / max, 1, Sparks.Length - 1)]));
            Line($"  {name,-9}{bars}  {Show.Number(buckets.Sum())}");
        }
    }

    /// <summary>Calendar days in order, empty ones too, gathered where there are more than fit in a line.</summary>
    private static long[] Buckets(IReadOnlyList<FiguresReport> days, Func<FiguresReport, long> of)
    {
        var first = DateOnly.Parse(days[0].Day, CultureInfo.InvariantCulture).DayNumber;
        var span = DateOnly.Parse(days[^1].Day, CultureInfo.InvariantCulture).DayNumber - first + 1;
        var buckets = new long[Math.Min(SparksMax, span)];
        foreach (var day in days)
        {
            buckets[(DateOnly.Parse(day.Day, CultureInfo.InvariantCulture).DayNumber - first) * buckets.Length / span] += of(day);
        }

        return buckets;
    }

    private void BySegment(JourneyReport journey)
    {
        if (journey.Segments.Count == 0)
        {
            return;
        }

        var table = new TextTable().Column("segment at entry").Column("entered", Align.Right).Column("messages", Align.Right).Column("suppressed", Align.Right).Column("goals", Align.Right);
        foreach (var row in journey.Segments)
        {
            table.Row(row.Day, Show.Number(row.Entered), Show.Number(row.Messages), Show.Number(row.Suppressed), Show.Number(row.Goals));
        }

        table.WriteTo(terminal);
        Line();
    }

    private void Others()
    {
        var others = report.Journeys.Where(journey => !journey.IsDraft && (journey.Messages > 0 || journey.Entered > 0 || journey.Against is { Messages: > 0 })).ToList();
        if (others.Count == 0)
        {
            return;
        }

        var table = new TextTable().Column("other journeys, as published").Column("entered", Align.Right).Column("messages", Align.Right).Column("change", Align.Right);
        foreach (var journey in others)
        {
            table.Row(journey.Name, Show.Number(journey.Entered), Show.Number(journey.Messages), journey.Against is { } against ? Change(journey.Messages - against.Messages) : "");
        }

        table.WriteTo(terminal);
        var crowded = report.MessagesPerCustomer.Skip(2).Sum(row => row.Count);
        Line($"{Show.Count(crowded, "customer")} would be sent more than one message in the period, by all journeys together.");
        Line();
    }

    private void Differences()
    {
        if (report.Differences is not { } differences)
        {
            return;
        }

        if (differences.Customers == 0)
        {
            Line($"Against {differences.Against}: no customer would be treated differently.");
        }
        else
        {
            Line($"Against {differences.Against}: {Show.Count(differences.Customers, "customer")} would be treated differently ({differences.Share.ToString("0.##", CultureInfo.InvariantCulture)}%).");
            var table = new TextTable().Column("a customer").Column("customers", Align.Right).Column("times", Align.Right);
            foreach (var kind in differences.Kinds)
            {
                table.Row(kind.Says, Show.Number(kind.Customers), Show.Number(kind.Count));
            }

            table.WriteTo(terminal);
        }

        foreach (var kind in differences.Kinds)
        {
            Line();
            Line($"{char.ToUpperInvariant(kind.Says[0])}{kind.Says[1..]}, for example:");
            foreach (var example in kind.Examples)
            {
                Example(example, differences.Against);
            }
        }

        foreach (var text in differences.Texts.Where(text => text.Diff.Count > 0))
        {
            Line();
            foreach (var line in text.Diff)
            {
                Line(line);
            }
        }

        Line();
    }

    private void Example(DifferenceExample example, string against)
    {
        Line($"  {example.Customer} in {example.Journey}");
        Side("draft", example.Draft, example.Because, example.BecauseAt);
        Side(against, example.Against, example.AgainstBecause, example.AgainstBecauseAt);
    }

    private void Side(string label, string? does, string? because, string? at) =>
        Line($"    {label}: {does ?? "nothing"}{(because is null ? "" : $"; {because}{(at is null ? "" : $" [{at}]")}")}");

    private void Limits()
    {
        Line("What these figures cannot tell:");
        foreach (var limit in report.Limits)
        {
            Line($"  - {limit}");
        }
    }

    internal static string Percent(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture);

    private static string Minute(string iso) => iso.Length >= 16 ? $"{iso[..10]} {iso[11..16]} UTC" : iso;

    private void Line(string text = "") => terminal.Out.WriteLine(Terminal.Clean(text));
}
