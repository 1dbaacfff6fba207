using System.Globalization;
using System.Net;
using System.Text;
using GraphShape;
using Journey.Host.Cli;
using Journey.Projections.Maps;
using QuikGraph;

namespace Journey.Host.Maps;

/// <summary>Draws what was laid out.</summary>
internal sealed class MapDrawing(
    IDictionary<string, Point> positions, IDictionary<Edge<string>, Point[]> routes, Dictionary<string, Size> sizes)
{
    private const double Margin = 24;
    private const double WidestLine = 7;

    private readonly StringBuilder _svg = new();

    private readonly Dictionary<(string, string), Point[]> _bends = routes.Where(static pair => pair.Value is not null)
        .ToDictionary(static pair => (pair.Key.Source, pair.Key.Target), static pair => pair.Value);

    public string Draw(JourneyMap map, Dictionary<string, MapActivity> counts)
    {
        var points = positions.SelectMany(pair => Corners(pair.Key, pair.Value)).Concat(_bends.Values.SelectMany(static bends => bends)).ToArray();
        var (left, top) = (points.Min(static p => p.X) - Margin, points.Min(static p => p.Y) - Margin);
        // A loop stands out to the right.
        var (width, height) = (points.Max(static p => p.X) + Margin + 80 - left, points.Max(static p => p.Y) + Margin - top);
        _svg.Append($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="{N(left)} {N(top)} {N(width)} {N(height)}" """);
        _svg.AppendLine($"""width="{N(width)}" height="{N(height)}" font-family="sans-serif" font-size="12">""");
        _svg.AppendLine($"<title>Journey map: {Show.Count(map.Cases, "case")}, {Show.Count(map.Events, "event")}</title>");
        _svg.AppendLine("""<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">""");
        _svg.AppendLine("""<path d="M0 0L10 5L0 10z" fill="#52606d"/></marker></defs>""");
        _svg.AppendLine($"""<rect x="{N(left)}" y="{N(top)}" width="{N(width)}" height="{N(height)}" fill="#fff"/>""");
        DrawArcs(map);
        foreach (var (name, position) in positions.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            DrawVertex(name, position, counts);
        }

        return _svg.AppendLine("</svg>").ToString();
    }

    private void DrawArcs(JourneyMap map)
    {
        var most = map.Edges.Select(static edge => edge.Count).DefaultIfEmpty(1).Max();
        foreach (var start in map.Starts)
        {
            DrawArc(MapSvg.Start, start.Name, Show.Number(start.Count), 1, isDashed: true);
        }

        foreach (var edge in map.Edges)
        {
            DrawArc(edge.From, edge.To, MapText.Label(edge), 1 + ((WidestLine - 1) * edge.Count / most), isDashed: false);
        }

        foreach (var end in map.Ends)
        {
            DrawArc(end.Name, MapSvg.End, Show.Number(end.Count), 1, isDashed: true);
        }
    }

    private void DrawArc(string from, string to, string label, double width, bool isDashed)
    {
        string path;
        Point middle;
        if (from == to)
        {
            var (at, half) = (positions[from], sizes[from].Width / 2);
            path = $"M{N(at.X + half)} {N(at.Y - 8)}C{N(at.X + half + 40)} {N(at.Y - 24)} {N(at.X + half + 40)} {N(at.Y + 24)} {N(at.X + half)} {N(at.Y + 8)}";
            middle = new Point(at.X + half + 42, at.Y);
        }
        else
        {
            Point[] bends = [positions[from], .. _bends.GetValueOrDefault((from, to)) ?? [], positions[to]];
            bends[0] = Border(from, bends[1]);
            bends[^1] = Border(to, bends[^2]);
            path = $"M{string.Join("L", bends.Select(static p => $"{N(p.X)} {N(p.Y)}"))}";
            var (a, b) = (bends[(bends.Length - 1) / 2], bends[((bends.Length - 1) / 2) + 1]);

            // Not in the very middle: the arc the other way round has its own label there.
            middle = new Point(a.X + ((b.X - a.X) * 0.42), a.Y + ((b.Y - a.Y) * 0.42));
        }

        var dashes = isDashed ? " stroke-dasharray=\"4 4\"" : "";
        _svg.AppendLine($"""<path d="{path}" fill="none" stroke="#9aa5b1" stroke-width="{N(width)}" stroke-linejoin="round"{dashes} marker-end="url(#arrow)"/>""");
        _svg.AppendLine($"""<text x="{N(middle.X)}" y="{N(middle.Y)}" font-size="10" fill="#323f4b" stroke="#fff" stroke-width="3" paint-order="stroke">{label}</text>""");
    }

    private void DrawVertex(string name, Point at, Dictionary<string, MapActivity> counts)
    {
        if (name is MapSvg.Start or MapSvg.End)
        {
            var fill = name == MapSvg.Start ? "#2f855a" : "#9b2c2c";
            _svg.AppendLine($"""<circle cx="{N(at.X)}" cy="{N(at.Y)}" r="10" fill="{fill}"><title>{(name == MapSvg.Start ? "start" : "end")}</title></circle>""");
            return;
        }

        var (size, activity) = (sizes[name], counts[name]);
        _svg.Append($"""<rect x="{N(at.X - (size.Width / 2))}" y="{N(at.Y - (size.Height / 2))}" """);
        _svg.AppendLine($"""width="{N(size.Width)}" height="{N(size.Height)}" rx="6" fill="#ebf4ff" stroke="#2b6cb0"/>""");
        _svg.AppendLine($"""<text x="{N(at.X)}" y="{N(at.Y - 3)}" text-anchor="middle" fill="#1a202c">{Escaped(name)}</text>""");
        _svg.AppendLine($"""<text x="{N(at.X)}" y="{N(at.Y + 13)}" text-anchor="middle" font-size="10" fill="#4a5568">{Show.Number(activity.Count)} in {Show.Count(activity.Cases, "case")}</text>""");
    }

    /// <summary>Where a line from the vertex's middle towards a point leaves its box.</summary>
    private Point Border(string name, Point towards)
    {
        var (at, size) = (positions[name], sizes[name]);
        var (dx, dy) = (towards.X - at.X, towards.Y - at.Y);
        var share = Math.Min(dx == 0 ? 1 : size.Width / 2 / Math.Abs(dx), dy == 0 ? 1 : size.Height / 2 / Math.Abs(dy));
        return new Point(at.X + (dx * Math.Min(1, share)), at.Y + (dy * Math.Min(1, share)));
    }

    private IEnumerable<Point> Corners(string name, Point at)
    {
        var size = sizes[name];
        yield return new Point(at.X - (size.Width / 2), at.Y - (size.Height / 2));
        yield return new Point(at.X + (size.Width / 2), at.Y + (size.Height / 2));
    }

    private static string Escaped(string text)
    {
        // Control characters are no XML, escaped or not.
        var shown = string.Concat(text.EnumerateRunes().Where(static rune => !Rune.IsControl(rune)));
        return WebUtility.HtmlEncode(shown.Length <= 52 ? shown : $"{shown[..(char.IsHighSurrogate(shown[50]) ? 50 : 51)]}…");
    }

    private static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
