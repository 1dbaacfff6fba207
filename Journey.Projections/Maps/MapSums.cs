using System.Runtime.InteropServices;
using Journey.Projections.Customers;

namespace Journey.Projections.Maps;

/// <summary>What a batch adds to the journey map, in process-local numbers: turned into rows once, when the batch closes.</summary>
/// <remarks>Every interaction passes here twice (its customer's case, its session's), so it touches only the finest activity notion;
/// coarser occurrences are summed from it at the end, and coarser cases only where a finer one is new.</remarks>
internal sealed class MapSums
{
    public static readonly CaseNotion[] Notions = [CaseNotion.Customer, CaseNotion.Session];

    private readonly CaseSums[] _cases = [new(), new()];

    /// <summary>In both case notions at once, which is the usual case; in the customer's only; in the session's only.</summary>
    public GapCounts Gaps { get; } = new();

    public CaseSums Of(CaseNotion notion) => _cases[(int)notion];

    /// <summary>Nearly all of the sums there are: arcs, and gaps.</summary>
    public int Count => Gaps.Count + _cases.Sum(static sums => sums.Edges.Count);

    public void Clear()
    {
        foreach (var sums in _cases)
        {
            sums.Clear();
        }

        Gaps.Clear();
    }

    /// <summary>One more interaction of a customer, and of one of the customer's sessions.</summary>
    public void See(MapCase customer, MapCase session, Activity activity, long at, Vocabulary vocabulary)
    {
        var inCustomer = See(CaseNotion.Customer, customer, activity, at, vocabulary);
        var inSession = See(CaseNotion.Session, session, activity, at, vocabulary);
        if (inCustomer == inSession)
        {
            CountGap(GapCases.Both, inCustomer);
            return;
        }

        CountGap(GapCases.Customer, inCustomer);
        CountGap(GapCases.Session, inSession);
    }

    private void CountGap(GapCases cases, (ulong Arc, int Step)? gap)
    {
        if (gap is { } one)
        {
            Gaps.Add(cases, one.Arc, one.Step);
        }
    }

    /// <summary>One more interaction of a case, which remembers what it has had.</summary>
    /// <returns>The arc that it closes, and the time since the interaction before; null for a case's first.</returns>
    private (ulong Arc, int Step)? See(CaseNotion notion, MapCase one, Activity activity, long at, Vocabulary vocabulary)
    {
        var sums = _cases[(int)notion];
        ref var activitySum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums.Activities, activity.Id, out _);
        activitySum.Count++;
        activitySum.Ends++;
        var place = one.Remember(activity.Id, out var isNew);
        if (isNew)
        {
            activitySum.Cases++;
            SeeCoarser(sums, one, activity, vocabulary);
        }

        if (place >= 0 && one.Repeated[place] != Repeats.All && SeeRepeats(sums, one, place, isNew, activity, vocabulary))
        {
            activitySum.Rework++;
        }

        sums.Events++;
        (ulong, int)? closed = null;
        if (one.Events++ == 0)
        {
            activitySum.Starts++;
            sums.Cases++;
            one.FirstAt = one.LastAt = at;
            sums.CountThroughput(0, 1);
        }
        else
        {
            closed = Follow(sums, one, activity, at, vocabulary);
        }

        one.Previous = activity.Id;
        one.PreviousAt = at;
        return closed;
    }

    private static (ulong Arc, int Step) Follow(CaseSums sums, MapCase one, Activity activity, long at, Vocabulary vocabulary)
    {
        // The case goes on: where it stood before is no longer its end.
        CollectionsMarshal.GetValueRefOrAddDefault(sums.Activities, one.Previous, out _).Ends--;

        var arc = ((ulong)(uint)one.Previous << 32) | (uint)activity.Id;
        var gap = Math.Max(0, at - one.PreviousAt);
        ref var edge = ref CollectionsMarshal.GetValueRefOrAddDefault(sums.Edges, arc, out _);
        edge.Count++;
        edge.GapMs += gap;
        if (one.Remember(arc))
        {
            edge.Cases++;
            SeeCoarser(sums, one, arc, vocabulary);
        }

        var before = one.LastAt - one.FirstAt;
        one.FirstAt = Math.Min(one.FirstAt, at);
        one.LastAt = Math.Max(one.LastAt, at);
        var throughput = one.LastAt - one.FirstAt;
        sums.ThroughputMs += throughput - before;
        if (throughput != before && DurationScale.StepOf(throughput) is var step && DurationScale.StepOf(before) is var stepBefore && step != stepBefore)
        {
            sums.CountThroughput(stepBefore, -1);
            sums.CountThroughput(step, 1);
        }

        return (arc, DurationScale.StepOf(gap));
    }

    /// <summary>Counts a case once for each activity, name and channel that it has had more than once.</summary>
    /// <returns>The activity itself is now known to be repeated.</returns>
    private static bool SeeRepeats(CaseSums sums, MapCase one, int place, bool isNew, Activity activity, Vocabulary vocabulary)
    {
        var own = one.Repeated[place];
        bool name = !isNew, channel = !isNew, nameCounted = false, channelCounted = false;
        for (var i = 0; i < one.ActivityCount; i++)
        {
            if (i == place)
            {
                continue;
            }

            var other = vocabulary.ActivityById(one.Activities[i]);
            if (other.Name == activity.Name)
            {
                name = true;
                nameCounted |= (one.Repeated[i] & Repeats.Name) != 0;
            }

            if (other.ChannelName == activity.ChannelName)
            {
                channel = true;
                channelCounted |= (one.Repeated[i] & Repeats.Channel) != 0;
            }
        }

        if (name && (own & Repeats.Name) == 0)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(sums.NameRework, activity.Name.Id, out _) += nameCounted ? 0 : 1;
            own |= Repeats.Name;
        }

        if (channel && (own & Repeats.Channel) == 0)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(sums.ChannelRework, activity.ChannelName.Id, out _) += channelCounted ? 0 : 1;
            own |= Repeats.Channel;
        }

        var itself = !isNew && (own & Repeats.Activity) == 0;
        one.Repeated[place] = itself ? own | Repeats.Activity : own;
        return itself;
    }

    private static void SeeCoarser(CaseSums sums, MapCase one, Activity activity, Vocabulary vocabulary)
    {
        bool name = false, channel = false;
        foreach (var id in one.Activities[..^1])
        {
            var known = vocabulary.ActivityById(id);
            name |= known.Name == activity.Name;
            channel |= known.ChannelName == activity.ChannelName;
        }

        if (!name)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(sums.NameCases, (uint)activity.Name.Id, out _)++;
        }

        if (!channel)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(sums.ChannelCases, (uint)activity.ChannelName.Id, out _)++;
        }
    }

    private static void SeeCoarser(CaseSums sums, MapCase one, ulong arc, Vocabulary vocabulary)
    {
        var (names, channels) = Coarser(arc, vocabulary);
        bool name = false, channel = false;
        foreach (var known in one.Arcs[..^1])
        {
            var (knownNames, knownChannels) = Coarser(known, vocabulary);
            name |= knownNames == names;
            channel |= knownChannels == channels;
        }

        if (!name)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(sums.NameArcCases, names, out _)++;
        }

        if (!channel)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(sums.ChannelArcCases, channels, out _)++;
        }
    }

    public static (ulong Names, ulong Channels) Coarser(ulong arc, Vocabulary vocabulary)
    {
        var from = vocabulary.ActivityById((int)(arc >> 32));
        var to = vocabulary.ActivityById((int)(uint)arc);
        return (((ulong)(uint)from.Name.Id << 32) | (uint)to.Name.Id, ((ulong)(uint)from.ChannelName.Id << 32) | (uint)to.ChannelName.Id);
    }
}

/// <summary>In which case notions a gap stands. On disk: add, never renumber.</summary>
public enum GapCases
{
    Both = 0,
    Customer = 1,
    Session = 2,
}

internal struct ActivitySum
{
    public long Count;
    public long Cases;
    public long Starts;
    public long Ends;

    /// <summary>Cases that have had it more than once.</summary>
    public long Rework;
}

internal struct EdgeSum
{
    public long Count;
    public long Cases;
    public long GapMs;
}

/// <summary>The sums of one case notion.</summary>
internal sealed class CaseSums
{
    // By step, of which there are few: nearly every interaction moves two cases from one to another.
    private long[] _throughputs = [];

    public long Cases { get; set; }

    public long Events { get; set; }

    public long ThroughputMs { get; set; }

    public Dictionary<int, ActivitySum> Activities { get; } = [];

    public Dictionary<ulong, EdgeSum> Edges { get; } = [];

    /// <summary>Cases by the step of <see cref="DurationScale"/> that their throughput time is in, as where it begins; only those that are not 0.</summary>
    public IEnumerable<(long Floor, long Count)> Throughputs
    {
        get
        {
            for (var step = 0; step < _throughputs.Length; step++)
            {
                if (_throughputs[step] != 0)
                {
                    yield return (DurationScale.FloorOf(step), _throughputs[step]);
                }
            }
        }
    }

    public Dictionary<int, long> NameRework { get; } = [];

    public Dictionary<int, long> ChannelRework { get; } = [];

    public Dictionary<ulong, long> NameCases { get; } = [];

    public Dictionary<ulong, long> ChannelCases { get; } = [];

    public Dictionary<ulong, long> NameArcCases { get; } = [];

    public Dictionary<ulong, long> ChannelArcCases { get; } = [];

    public void CountThroughput(int step, long count)
    {
        _throughputs = _throughputs.Length == 0 ? new long[DurationScale.Steps] : _throughputs;
        _throughputs[step] += count;
    }

    public void Clear()
    {
        Cases = Events = ThroughputMs = 0;
        Activities.Clear();
        Edges.Clear();
        Array.Clear(_throughputs);
        NameRework.Clear();
        ChannelRework.Clear();
        NameCases.Clear();
        ChannelCases.Clear();
        NameArcCases.Clear();
        ChannelArcCases.Clear();
    }
}
