using System.Runtime.InteropServices;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;

namespace Journey.Projections.Maps;

/// <summary>Turns a batch's sums into rows of the map's tables, for all three activity notions.</summary>
internal static class MapRows
{
    public static void Write(MapSums map, ReadModelChanges changes, Vocabulary vocabulary)
    {
        foreach (var notion in MapSums.Notions)
        {
            var sums = map.Of(notion);
            if (sums.Events != 0)
            {
                changes.Add(ReadModelTables.MapCases, [MapNotions.NameOf(notion)], sums.Cases, sums.Events, sums.ThroughputMs);
                WriteActivities(MapNotions.NameOf(notion), sums, changes, vocabulary);
                WriteEdges(MapNotions.NameOf(notion), sums, changes, vocabulary);
                foreach (var (step, count) in sums.Throughputs)
                {
                    changes.Add(ReadModelTables.MapThroughputs, [MapNotions.NameOf(notion), step], count);
                }
            }
        }

        WriteGaps(map.Gaps, changes, vocabulary);
    }

    private static void WriteActivities(string notion, CaseSums sums, ReadModelChanges changes, Vocabulary vocabulary)
    {
        Dictionary<int, ActivitySum> names = [];
        Dictionary<int, ActivitySum> channels = [];
        foreach (var (id, sum) in sums.Activities)
        {
            var activity = vocabulary.ActivityById(id);
            AddActivity(changes, notion, ActivityNotion.NameChannel, activity.Name.Text, activity.Channel, sum);
            Add(ref CollectionsMarshal.GetValueRefOrAddDefault(names, activity.Name.Id, out _), sum);
            Add(ref CollectionsMarshal.GetValueRefOrAddDefault(channels, activity.ChannelName.Id, out _), sum);
        }

        foreach (var (id, sum) in names)
        {
            AddActivity(changes, notion, ActivityNotion.Name, vocabulary.NameById(id).Text, "", sum with
            {
                Cases = sums.NameCases.GetValueOrDefault((uint)id),
                Rework = sums.NameRework.GetValueOrDefault(id),
            });
        }

        foreach (var (id, sum) in channels)
        {
            AddActivity(changes, notion, ActivityNotion.Channel, "", vocabulary.NameById(id).Text, sum with
            {
                Cases = sums.ChannelCases.GetValueOrDefault((uint)id),
                Rework = sums.ChannelRework.GetValueOrDefault(id),
            });
        }
    }

    private static void WriteEdges(string notion, CaseSums sums, ReadModelChanges changes, Vocabulary vocabulary)
    {
        Dictionary<ulong, EdgeSum> names = [];
        Dictionary<ulong, EdgeSum> channels = [];
        foreach (var (arc, sum) in sums.Edges)
        {
            var from = vocabulary.ActivityById((int)(arc >> 32));
            var to = vocabulary.ActivityById((int)(uint)arc);
            AddEdge(changes, notion, ActivityNotion.NameChannel, from.Name.Text, from.Channel, to.Name.Text, to.Channel, sum);
            var (nameArc, channelArc) = MapSums.Coarser(arc, vocabulary);
            Add(ref CollectionsMarshal.GetValueRefOrAddDefault(names, nameArc, out _), sum);
            Add(ref CollectionsMarshal.GetValueRefOrAddDefault(channels, channelArc, out _), sum);
        }

        foreach (var (arc, sum) in names)
        {
            var (from, to) = Ends(arc, vocabulary);
            AddEdge(changes, notion, ActivityNotion.Name, from, "", to, "", sum with { Cases = sums.NameArcCases.GetValueOrDefault(arc) });
        }

        foreach (var (arc, sum) in channels)
        {
            var (from, to) = Ends(arc, vocabulary);
            AddEdge(changes, notion, ActivityNotion.Channel, "", from, "", to, sum with { Cases = sums.ChannelArcCases.GetValueOrDefault(arc) });
        }
    }

    private static void WriteGaps(GapCounts gaps, ReadModelChanges changes, Vocabulary vocabulary)
    {
        Dictionary<ulong, long> ids = [];
        foreach (var (cases, arc, step, count) in gaps.All())
        {
            ref var id = ref CollectionsMarshal.GetValueRefOrAddDefault(ids, arc, out var known);
            if (!known)
            {
                var from = vocabulary.ActivityById((int)(arc >> 32));
                var to = vocabulary.ActivityById((int)(uint)arc);
                id = JourneyMapQuery.ArcOf(from.Name.Text, from.Channel, to.Name.Text, to.Channel);
            }

            changes.Add(ReadModelTables.MapGaps, [id, (int)cases, DurationScale.FloorOf(step)], count);
        }
    }

    private static (string From, string To) Ends(ulong arc, Vocabulary vocabulary) =>
        (vocabulary.NameById((int)(arc >> 32)).Text, vocabulary.NameById((int)(uint)arc).Text);

    private static void AddActivity(ReadModelChanges changes, string notion, ActivityNotion activity, string name, string channel, ActivitySum sum) =>
        changes.Add(ReadModelTables.MapActivities, [notion, MapNotions.NameOf(activity), name, channel], sum.Count, sum.Cases, sum.Starts, sum.Ends, sum.Rework);

    private static void AddEdge(
        ReadModelChanges changes, string notion, ActivityNotion activity, string fromName, string fromChannel, string toName, string toChannel, EdgeSum sum) =>
        changes.Add(
            ReadModelTables.MapEdges,
            [notion, MapNotions.NameOf(activity), fromName, fromChannel, toName, toChannel],
            sum.Count, sum.Cases, sum.GapMs);

    private static void Add(ref ActivitySum total, ActivitySum added)
    {
        total.Count += added.Count;
        total.Starts += added.Starts;
        total.Ends += added.Ends;
    }

    private static void Add(ref EdgeSum total, EdgeSum added)
    {
        total.Count += added.Count;
        total.GapMs += added.GapMs;
    }
}
