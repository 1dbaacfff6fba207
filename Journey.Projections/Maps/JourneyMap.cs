namespace Journey.Projections.Maps;

/// <summary>A directly-follows graph: what people do, and what they do next.</summary>
/// <param name="Cases">Cases with at least one interaction.</param>
/// <param name="Events">Interactions.</param>
/// <param name="Throughput">From first to last interaction of a case.</param>
/// <param name="Activities">Most frequent first; equals by name.</param>
/// <param name="Edges">Most frequent first; equals by names.</param>
/// <param name="Starts">Activities that cases begin with, most frequent first.</param>
/// <param name="Ends">Activities that cases end with so far, most frequent first.</param>
/// <param name="HappyPath">The variant with the most cases in which the conversion event happened; empty: none did. Null: not computed.</param>
/// <param name="IsExact">True: computed from the log. False: read from sums kept live, whose medians and percentiles are up to 0.8% off.</param>
public sealed record JourneyMap(
    long Cases,
    long Events,
    MapTimes Throughput,
    IReadOnlyList<MapActivity> Activities,
    IReadOnlyList<MapEdge> Edges,
    IReadOnlyList<MapTerminal> Starts,
    IReadOnlyList<MapTerminal> Ends,
    IReadOnlyList<string>? HappyPath,
    bool IsExact)
{
    public static JourneyMap Empty { get; } = new(0, 0, new MapTimes(0, 0, 0), [], [], [], [], [], true);

    /// <summary>Only the most frequent activities, and what is between them.</summary>
    public JourneyMap MostFrequent(int top)
    {
        var kept = Activities.Take(top).Select(static activity => activity.Name).ToHashSet(StringComparer.Ordinal);
        return this with
        {
            Activities = [.. Activities.Take(top)],
            Edges = [.. Edges.Where(edge => kept.Contains(edge.From) && kept.Contains(edge.To))],
            Starts = [.. Starts.Where(start => kept.Contains(start.Name))],
            Ends = [.. Ends.Where(end => kept.Contains(end.Name))],
        };
    }
}

/// <summary>0 where there is nothing to measure. Between two values, medians and percentiles lie in proportion (R's type 7).</summary>
public sealed record MapTimes(double MeanSeconds, double MedianSeconds, double P95Seconds);

/// <param name="Count">Occurrences.</param>
/// <param name="Cases">Cases that contain it.</param>
/// <param name="Starts">Cases that begin with it.</param>
/// <param name="Ends">Cases that end, so far, with it.</param>
/// <param name="Rework">Cases that contain it more than once.</param>
/// <param name="SelfLoops">How often it directly follows itself.</param>
public sealed record MapActivity(string Name, long Count, long Cases, long Starts, long Ends, long Rework, long SelfLoops);

/// <param name="Count">Occurrences.</param>
/// <param name="Cases">Cases that contain it.</param>
/// <param name="MeanSeconds">Mean of the times between the two; one that arrived late counts 0.</param>
public sealed record MapEdge(string From, string To, long Count, long Cases, double MeanSeconds, double MedianSeconds, double P95Seconds);

public sealed record MapTerminal(string Name, long Count);

/// <summary>A distinct sequence of activities.</summary>
/// <param name="Activities">The first <see cref="ActivitiesShown"/> of them.</param>
/// <param name="Length">How many there are in all.</param>
/// <param name="Count">Cases that went exactly so.</param>
/// <param name="Share">Of all cases, in (0, 1].</param>
/// <param name="Successes">Of these cases, those in which the conversion event happened.</param>
public sealed record MapVariant(IReadOnlyList<string> Activities, int Length, long Count, double Share, long Successes)
{
    public const int ActivitiesShown = 200;
}

/// <param name="Count">Different variants.</param>
/// <param name="Items">Most frequent first; at most <see cref="ItemsMax"/>.</param>
public sealed record MapVariants(long Cases, long Count, IReadOnlyList<MapVariant> Items)
{
    public const int ItemsMax = 1_000;
}
