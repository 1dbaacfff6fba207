using System.Runtime.InteropServices;
using Journey.Domain.Events;
using Journey.Projections.ReadModels;

namespace Journey.Projections.Maps;

/// <summary>Reads the live journey map out of the rows of its tables.</summary>
public static class JourneyMapQuery
{
    /// <param name="cases">Rows of <c>map_cases</c>. Of each table, rows of other notions may be among them and are passed over.</param>
    /// <param name="activities">Rows of <c>map_activities</c>.</param>
    /// <param name="edges">Rows of <c>map_edges</c>, those of the finest activity notion among them: they name the arcs of the gaps.</param>
    /// <param name="throughputs">Rows of <c>map_throughputs</c>.</param>
    /// <param name="gaps">Rows of <c>map_gaps</c>.</param>
    public static JourneyMap Read(
        CaseNotion caseNotion, ActivityNotion activityNotion,
        IEnumerable<Cell[]> cases, IEnumerable<Cell[]> activities, IEnumerable<Cell[]> edges, IEnumerable<Cell[]> throughputs, IEnumerable<Cell[]> gaps)
    {
        var (caseName, activityName) = (MapNotions.NameOf(caseNotion), MapNotions.NameOf(activityNotion));
        var total = cases.FirstOrDefault(row => row[0].Text == caseName);
        var (caseCount, eventCount, throughput) = total is null ? (0, 0, 0) : (total[1].Integer, total[2].Integer, total[3].Integer);
        var allEdges = edges as IReadOnlyCollection<Cell[]> ?? [.. edges];
        var gapCounts = GapCounts(caseNotion, activityNotion, allEdges, gaps);
        var edgeRows = allEdges
            .Where(row => row[0].Text == caseName && row[1].Text == activityName && row[6].Integer != 0)
            .Select(row => Edge(activityNotion, row, gapCounts))
            .OrderByDescending(static edge => edge.Count)
            .ThenBy(static edge => edge.From, StringComparer.Ordinal).ThenBy(static edge => edge.To, StringComparer.Ordinal)
            .ToList();
        var selfLoops = edgeRows.Where(static edge => edge.From == edge.To).ToDictionary(static edge => edge.From, static edge => edge.Count);
        var ofNotion = activities
            .Where(row => row[0].Text == caseName && row[1].Text == activityName && row[4].Integer != 0)
            .Select(row => (Name: LabelOf(activityNotion, row[2].Text!, row[3].Text!), Row: row))
            .Select(one => new MapActivity(
                one.Name, one.Row[4].Integer, one.Row[5].Integer, one.Row[6].Integer, one.Row[7].Integer, one.Row[8].Integer, selfLoops.GetValueOrDefault(one.Name)))
            .OrderByDescending(static row => row.Count).ThenBy(static row => row.Name, StringComparer.Ordinal)
            .ToList();
        var times = Counts(throughputs.Where(row => row[0].Text == caseName).Select(static row => (row[1].Integer, row[2].Integer)));
        return new JourneyMap(
            caseCount,
            eventCount,
            new MapTimes(caseCount == 0 ? 0 : throughput / 1000.0 / caseCount, Quantiles.Of(times, 0.5) / 1000, Quantiles.Of(times, 0.95) / 1000),
            ofNotion,
            edgeRows,
            Terminals(ofNotion.Select(static row => new MapTerminal(row.Name, row.Starts))),
            Terminals(ofNotion.Select(static row => new MapTerminal(row.Name, row.Ends))),
            HappyPath: null,
            IsExact: false);
    }

    /// <summary>What an activity is called: its name, its channel, or <c>name (channel)</c>.</summary>
    public static string LabelOf(ActivityNotion notion, string name, string channel) => notion switch
    {
        ActivityNotion.Name => name,
        ActivityNotion.Channel => channel,
        _ => $"{name} ({channel})",
    };

    /// <summary>The number that stands for an arc between two of the finest activities in <c>map_gaps</c>. On disk: never changes.</summary>
    public static long ArcOf(string fromName, string fromChannel, string toName, string toChannel) =>
        (long)StableHash.Of($"{fromName}\u001f{fromChannel}\u001f{toName}\u001f{toChannel}");

    internal static IReadOnlyList<MapTerminal> Terminals(IEnumerable<MapTerminal> terminals) =>
        [.. terminals.Where(static terminal => terminal.Count > 0)
            .OrderByDescending(static terminal => terminal.Count).ThenBy(static terminal => terminal.Name, StringComparer.Ordinal)];

    private static MapEdge Edge(ActivityNotion notion, Cell[] row, Dictionary<(string, string), SortedDictionary<long, long>> gaps)
    {
        var from = LabelOf(notion, row[2].Text!, row[3].Text!);
        var to = LabelOf(notion, row[4].Text!, row[5].Text!);
        var count = row[6].Integer;
        var counts = gaps.GetValueOrDefault((from, to)) ?? [];
        return new MapEdge(
            from, to, count, row[7].Integer, row[8].Integer / 1000.0 / count, Quantiles.Of(counts, 0.5) / 1000, Quantiles.Of(counts, 0.95) / 1000);
    }

    /// <summary>Gaps are kept for the finest activities; those of a coarser arc are all of theirs together.</summary>
    private static Dictionary<(string, string), SortedDictionary<long, long>> GapCounts(
        CaseNotion caseNotion, ActivityNotion notion, IEnumerable<Cell[]> edges, IEnumerable<Cell[]> gaps)
    {
        var finest = MapNotions.NameOf(ActivityNotion.NameChannel);
        Dictionary<long, (string From, string To)> labels = [];
        foreach (var row in edges)
        {
            if (row[1].Text == finest)
            {
                labels[ArcOf(row[2].Text!, row[3].Text!, row[4].Text!, row[5].Text!)] =
                    (LabelOf(notion, row[2].Text!, row[3].Text!), LabelOf(notion, row[4].Text!, row[5].Text!));
            }
        }

        var other = caseNotion == CaseNotion.Customer ? GapCases.Session : GapCases.Customer;
        Dictionary<(string, string), SortedDictionary<long, long>> counts = [];
        foreach (var row in gaps)
        {
            if (row[1].Integer != (long)other && row[3].Integer != 0 && labels.TryGetValue(row[0].Integer, out var arc))
            {
                var ofArc = CollectionsMarshal.GetValueRefOrAddDefault(counts, arc, out _) ??= [];
                ofArc[row[2].Integer] = ofArc.GetValueOrDefault(row[2].Integer) + row[3].Integer;
            }
        }

        return counts;
    }

    private static SortedDictionary<long, long> Counts(IEnumerable<(long Step, long Count)> rows)
    {
        SortedDictionary<long, long> counts = [];
        foreach (var (step, count) in rows)
        {
            counts[step] = counts.GetValueOrDefault(step) + count;
        }

        return counts;
    }
}
