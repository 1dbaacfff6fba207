using System.Globalization;
using System.Net;
using System.Text;
using Journey.Host.Cli;

namespace Journey.Host.Backtests;

/// <summary>A report as one HTML file: nothing is fetched from anywhere, charts are drawn in it, and it reads in the light, in the dark and on a phone.</summary>
internal static class BacktestHtml
{
    private const string Style =
        """
        :root{--ink:#1d232b;--soft:#5d6875;--line:#dfe4ea;--card:#fff;--page:#f5f7f9;--one:#2563c9;--two:#c2571a;--good:#1e7a46;--bad:#b3261e}
        @media(prefers-color-scheme:dark){:root{--ink:#e8ebef;--soft:#9aa6b3;--line:#333b45;--card:#1b2027;--page:#12161b;--one:#7aa7f7;--two:#f0a06a;--good:#6ecb94;--bad:#f28b82}}
        *{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
        main{max-width:62rem;margin:0 auto;padding:1.5rem 1rem 4rem}h1{font-size:1.6rem;margin:.2rem 0}h2{font-size:1.25rem;margin:2.2rem 0 .6rem}h3{font-size:1rem;margin:1.4rem 0 .4rem}
        p,li{max-width:46rem}.soft{color:var(--soft)}section,.card{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem;margin:.8rem 0}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.6rem}
        .tile{border:1px solid var(--line);border-radius:.5rem;padding:.6rem .8rem;min-width:0}.tile,h1,h2,h3,p,li,summary,.example,td:first-child{overflow-wrap:anywhere}
        .tile b{display:block;font-size:1.5rem;font-variant-numeric:tabular-nums}.tile i{font-style:normal;font-weight:600;color:var(--ink)}
        .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th,td{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top}td:first-child{min-width:6rem}
        th{color:var(--soft);font-weight:600}td.n,th.n{text-align:right}.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(17rem,1fr));gap:0 1.6rem}
        .bar{fill:var(--one)}.bar2{fill:var(--two)}
        .ends{display:flex;justify-content:space-between;color:var(--soft);font-size:.8rem}svg{width:100%;height:7rem;display:block;border-bottom:1px solid var(--line)}
        .meter{height:.5rem;margin-top:.5rem;background:var(--line);border-radius:.25rem;min-width:5rem}.meter i{display:block;height:100%;background:var(--one);border-radius:.25rem}
        pre{overflow-x:auto;background:var(--page);border:1px solid var(--line);border-radius:.4rem;padding:.7rem;font:13px/1.45 ui-monospace,monospace}
        .add{color:var(--good)}.del{color:var(--bad)}code{font-family:ui-monospace,monospace;font-size:.92em;overflow-wrap:anywhere}details{margin:.4rem 0}summary{cursor:pointer}
        .example{border-left:3px solid var(--line);padding:.1rem .8rem;margin:.6rem 0}
        """;

    public static string Of(BacktestReport report)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
            .Append("<meta name=\"color-scheme\" content=\"light dark\">")
            .Append(CultureInfo.InvariantCulture, $"<title>Backtest of {Text(Names(report))}</title><style>{Style}</style></head><body><main>\n");
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">Backtest</p><h1>{Text(Names(report))}</h1>");
        html.Append(CultureInfo.InvariantCulture,
            $"<p class=\"soft\">{Text(BacktestText.Period(report))}, {Text(BacktestText.ViewOf(report))}: ")
            .Append(CultureInfo.InvariantCulture, $"{Show.Count(report.Customers, "customer")}, {Show.Count(report.History.Events, "event")}")
            .Append(report.Sample == "100%" ? "</p>\n" : $", sample {Text(report.Sample)}</p>\n");
        if (report.Differences is { } summary)
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<p><b>{Show.Count(summary.Customers, "customer")}</b> would be treated differently than by {Text(summary.Against)} ({summary.Share:0.##}%).</p>\n");
        }

        foreach (var journey in report.Journeys.Where(journey => journey.IsDraft))
        {
            Journey(html, journey, report.Differences?.Against);
        }

        Others(html, report);
        Differences(html, report);
        html.Append("<h2>What these figures cannot tell</h2><section><ul>");
        foreach (var limit in report.Limits)
        {
            html.Append(CultureInfo.InvariantCulture, $"<li>{Text(limit)}</li>");
        }

        return html.Append("</ul></section>\n</main></body></html>\n").ToString();
    }

    private static string Names(BacktestReport report) => string.Join(", ", report.Documents.Select(document => document.Name));

    private static void Journey(StringBuilder html, JourneyReport journey, string? against)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h2>{Text(journey.Name)}</h2><section><div class=\"tiles\">");
        foreach (var (name, draft, other) in BacktestText.Figures(journey))
        {
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"tile\"><span class=\"soft\">{name}</span><b>{Show.Number(draft)}</b>");
            if (other is { } known && against is not null)
            {
                var change = BacktestText.Change(draft - known);
                html.Append(CultureInfo.InvariantCulture,
                    $"<span class=\"soft\">{Text(Path.GetFileName(against))}: {Show.Number(known)}{(change.Length == 0 ? "" : $" <i>{change}</i>")}</span>");
            }

            html.Append("</div>");
        }

        html.Append("</div>\n");
        if (journey.Goals.Rate is { } rate)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p>Goals: <b>{BacktestText.Percent(rate)}</b> of {Show.Count(journey.Goals.Runs, "run")}; ")
                .Append(journey.Holdout.Rate is { } holdout ? $"holdout <b>{BacktestText.Percent(holdout)}</b> of {Show.Number(journey.Holdout.Runs)}.</p>\n" : "no holdout.</p>\n");
        }

        BacktestCharts.Days(html, "Runs entered by day", journey.Days, figures => figures.Entered, "bar");
        BacktestCharts.Days(html, "Messages by day", journey.Days, figures => figures.Messages, "bar2");
        html.Append("<div class=\"grid\">");
        BacktestCharts.Meters(html, "Sends", [.. journey.Sends.Select(row => ($"{row.Step} by {row.Name}", row.Count))]);
        BacktestCharts.Meters(html, "Suppressed", [.. journey.Suppressed.Select(row => ($"{row.Step}: {row.Name}", row.Count))]);
        BacktestCharts.Meters(html, "Tasks", [.. journey.TasksByTeam.Select(row => ($"{row.Step} for {row.Name}", row.Count))]);
        BacktestCharts.Meters(html, "Not entered", Rows(journey.NotEntered));
        BacktestCharts.Meters(html, "Held back for a while", Rows(journey.Held));
        BacktestCharts.Meters(html, "Exits", Rows(journey.Exits));
        BacktestCharts.Meters(html, "Still open at step", Rows(journey.Open));
        html.Append("</div>");
        Segments(html, journey.Segments);
        html.Append("</section>\n");
    }

    private static (string, long)[] Rows(IReadOnlyList<CountReport> rows) => [.. rows.Select(row => (row.Name, row.Count))];

    private static void Segments(StringBuilder html, IReadOnlyList<FiguresReport> segments)
    {
        if (segments.Count == 0)
        {
            return;
        }

        html.Append("<h3>By segment at entry</h3>").Append(Table("segment", "entered", "messages", "suppressed", "goals"));
        foreach (var row in segments)
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<tr><td>{Text(row.Day)}</td>{Cell(row.Entered)}{Cell(row.Messages)}{Cell(row.Suppressed)}{Cell(row.Goals)}</tr>");
        }

        html.Append("</table></div>");
    }

    private static string Table(string first, params ReadOnlySpan<string> numbers) =>
        $"<div class=\"scroll\"><table><tr><th>{first}</th>{string.Concat(numbers.ToArray().Select(name => $"<th class=\"n\">{name}</th>"))}</tr>";

    private static string Cell(long number) => $"<td class=\"n\">{Show.Number(number)}</td>";

    private static void Others(StringBuilder html, BacktestReport report)
    {
        var others = report.Journeys.Where(journey => !journey.IsDraft && (journey.Messages > 0 || journey.Entered > 0)).ToList();
        html.Append("<h2>All journeys together</h2><section>");
        BacktestCharts.Meters(html, "Customers by messages in the period", [.. report.MessagesPerCustomer.Select(row => (row.Name, row.Count))]);
        if (others.Count > 0)
        {
            html.Append("<h3>Other journeys, as published</h3>").Append(Table("journey", "entered", "messages", "change"));
            foreach (var journey in others)
            {
                var change = journey.Against is { } against ? BacktestText.Change(journey.Messages - against.Messages) : "";
                html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(journey.Name)}</td>{Cell(journey.Entered)}{Cell(journey.Messages)}<td class=\"n\">{change}</td></tr>");
            }

            html.Append("</table></div>");
        }

        html.Append("</section>\n");
    }

    private static void Differences(StringBuilder html, BacktestReport report)
    {
        if (report.Differences is not { } differences)
        {
            return;
        }

        html.Append(CultureInfo.InvariantCulture, $"<h2>Against {Text(differences.Against)}</h2><section>");
        BacktestCharts.Meters(html, "Customers treated differently", [.. differences.Kinds.Select(kind => (kind.Says, kind.Customers))]);
        foreach (var kind in differences.Kinds)
        {
            html.Append(CultureInfo.InvariantCulture, $"<details{(kind == differences.Kinds[0] ? " open" : "")}><summary>{Text(kind.Says)}: {Show.Count(kind.Customers, "customer")}</summary>");
            foreach (var example in kind.Examples)
            {
                html.Append(CultureInfo.InvariantCulture, $"<div class=\"example\"><code>{Text(example.Customer)}</code> in {Text(example.Journey)}<br>");
                Side(html, "draft", example.Draft, example.Because, example.BecauseAt);
                Side(html, differences.Against, example.Against, example.AgainstBecause, example.AgainstBecauseAt);
                html.Append("</div>");
            }

            html.Append("</details>");
        }

        foreach (var text in differences.Texts.Where(text => text.Diff.Count > 0))
        {
            html.Append(CultureInfo.InvariantCulture, $"<h3>{Text(text.Name)}: the text</h3><pre>");
            foreach (var line in text.Diff)
            {
                var colour = line.StartsWith('+') ? "add" : line.StartsWith('-') ? "del" : "soft";
                html.Append(CultureInfo.InvariantCulture, $"<span class=\"{colour}\">{Text(line)}</span>\n");
            }

            html.Append("</pre>");
        }

        html.Append("</section>\n");
    }

    private static void Side(StringBuilder html, string label, string? does, string? because, string? at) => html.Append(CultureInfo.InvariantCulture,
        $"<span class=\"soft\">{Text(label)}:</span> {Text(does ?? "nothing")}{(because is null ? "" : $"; {Text(because)}")}{(at is null ? "" : $" <code>{Text(at)}</code>")}<br>");

    internal static string Text(string text) => WebUtility.HtmlEncode(text);
}
