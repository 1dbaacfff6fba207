using System.Globalization;
using System.Text;
using Journey.Host.Cli;
using Journey.Projections.Maps;

namespace Journey.Host.Maps;

/// <summary>The journey map for programs that draw graphs: Graphviz (DOT) and Mermaid.</summary>
public static class MapText
{
    private const double WidestLine = 6;

    /// <summary>A DOT digraph: activities with their occurrences and cases, arcs with their occurrences and median times.</summary>
    public static string Dot(JourneyMap map)
    {
        var text = new StringBuilder();
        text.AppendLine("digraph journey {");
        text.AppendLine("  rankdir=TB;");
        text.AppendLine("  node [shape=box, style=rounded, fontname=\"sans-serif\"];");
        text.AppendLine("  edge [fontname=\"sans-serif\", fontsize=10];");
        text.AppendLine("  start [shape=circle, label=\"\", width=0.2, style=filled, fillcolor=black];");
        text.AppendLine("  end [shape=doublecircle, label=\"\", width=0.15, style=filled, fillcolor=black];");
        var ids = Ids(map);
        foreach (var activity in map.Activities)
        {
            text.AppendLine($"  {ids[activity.Name]} [label={Quoted($"{activity.Name}\n{Show.Number(activity.Count)} in {Show.Count(activity.Cases, "case")}")}];");
        }

        foreach (var start in map.Starts)
        {
            text.AppendLine($"  start -> {ids[start.Name]} [label=\"{Show.Number(start.Count)}\", style=dashed];");
        }

        var most = map.Edges.Select(static edge => edge.Count).DefaultIfEmpty(1).Max();
        foreach (var edge in map.Edges)
        {
            var width = (1 + ((WidestLine - 1) * edge.Count / most)).ToString("0.0", CultureInfo.InvariantCulture);
            text.AppendLine($"  {ids[edge.From]} -> {ids[edge.To]} [label=\"{Label(edge)}\", penwidth={width}];");
        }

        foreach (var end in map.Ends)
        {
            text.AppendLine($"  {ids[end.Name]} -> end [label=\"{Show.Number(end.Count)}\", style=dashed];");
        }

        return text.AppendLine("}").ToString();
    }

    /// <summary>A Mermaid diagram, as Markdown pages draw it.</summary>
    public static string Mermaid(JourneyMap map)
    {
        var text = new StringBuilder();
        text.AppendLine("flowchart TD");
        text.AppendLine("  start((start))");
        text.AppendLine("  finish((end))");
        var ids = Ids(map);
        foreach (var activity in map.Activities)
        {
            text.AppendLine($"  {ids[activity.Name]}[\"{Escaped(activity.Name)}<br/>{Show.Number(activity.Count)} in {Show.Count(activity.Cases, "case")}\"]");
        }

        foreach (var start in map.Starts)
        {
            text.AppendLine($"  start -.->|\"{Show.Number(start.Count)}\"| {ids[start.Name]}");
        }

        foreach (var edge in map.Edges)
        {
            text.AppendLine($"  {ids[edge.From]} -->|\"{Label(edge)}\"| {ids[edge.To]}");
        }

        foreach (var end in map.Ends)
        {
            text.AppendLine($"  {ids[end.Name]} -.->|\"{Show.Number(end.Count)}\"| finish");
        }

        return text.ToString();
    }

    internal static string Label(MapEdge edge) => $"{Show.Number(edge.Count)} · {Show.Seconds(edge.MedianSeconds)}";

    private static Dictionary<string, string> Ids(JourneyMap map) =>
        map.Activities.Select(static (activity, i) => (activity.Name, Id: $"a{i + 1}")).ToDictionary(static pair => pair.Name, static pair => pair.Id, StringComparer.Ordinal);

    private static string Quoted(string text) =>
        $"\"{string.Concat(text.Where(static c => c == '\n' || !char.IsControl(c))).Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")}\"";

    /// <summary>Mermaid takes character references in quoted texts; whatever could end the text or be markup becomes one.</summary>
    private static string Escaped(string text)
    {
        var escaped = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '-' or '_' or '.' or ',' or '(' or ')' or ':' or '/')
            {
                escaped.Append(rune);
            }
            else if (!Rune.IsControl(rune))
            {
                escaped.Append(CultureInfo.InvariantCulture, $"#{rune.Value};");
            }
        }

        return escaped.ToString();
    }
}
