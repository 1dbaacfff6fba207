using System.Globalization;
using System.Text;
using Journey.Host.Cli;

namespace Journey.Host.Backtests;

/// <summary>The charts of a report: SVG and bars that need no script.</summary>
internal static class BacktestCharts
{
    private const int Width = 720;
    private const int Height = 114;
    private const int BarsMax = 366;

    /// <summary>A bar a day, with empty days; a longer period is shown to its last <see cref="BarsMax"/> days.</summary>
    public static void Days(StringBuilder html, string title, IReadOnlyList<FiguresReport> days, Func<FiguresReport, long> of, string colour)
    {
        var max = days.Count == 0 ? 0 : days.Max(of);
        if (max == 0)
        {
            return;
        }

        var last = Number(days[^1]);
        var first = Math.Max(Number(days[0]), last - BarsMax + 1);
        var step = (double)Width / (last - first + 1);
        // Texts are outside the drawing: it takes the width that there is, and they keep their size.
        html.Append(CultureInfo.InvariantCulture, $"<h3>{BacktestHtml.Text(title)}</h3><div class=\"ends\"><span>{Show.Number(max)}</span></div>");
        html.Append(CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 {Width} {Height}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{BacktestHtml.Text(title)}\">");
        foreach (var day in days.Where(day => Number(day) >= first && of(day) > 0))
        {
            var height = Math.Max(1, (double)Height * of(day) / max);
            html.Append(CultureInfo.InvariantCulture,
                $"<rect class=\"{colour}\" x=\"{(Number(day) - first) * step:0.##}\" y=\"{Height - height:0.##}\" width=\"{Math.Max(0.5, step * 0.85):0.##}\" ")
                .Append(CultureInfo.InvariantCulture, $"height=\"{height:0.##}\"><title>{day.Day}: {Show.Number(of(day))}</title></rect>");
        }

        html.Append(CultureInfo.InvariantCulture,
            $"</svg><div class=\"ends\"><span>{Date(first)}</span><span>{Date(last)}</span></div>");
    }

    /// <summary>Counts with a bar each, the longest for the greatest.</summary>
    public static void Meters(StringBuilder html, string title, IReadOnlyList<(string Name, long Count)> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var max = Math.Max(1, rows.Max(row => row.Count));
        html.Append(CultureInfo.InvariantCulture, $"<div><h3>{BacktestHtml.Text(title)}</h3><table>");
        foreach (var (name, count) in rows)
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<tr><td>{BacktestHtml.Text(name)}</td><td class=\"n\">{Show.Number(count)}</td><td><div class=\"meter\"><i style=\"width:{100.0 * count / max:0.#}%\"></i></div></td></tr>");
        }

        html.Append("</table></div>");
    }

    private static int Number(FiguresReport day) => DateOnly.Parse(day.Day, CultureInfo.InvariantCulture).DayNumber;

    private static string Date(int number) => DateOnly.FromDayNumber(number).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
