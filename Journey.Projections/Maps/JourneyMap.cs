namespace Journey.Projections.Maps;

/// <summary>A directly-follows graph: what people do, and what they do next.</summary>
/// <param name="Cases">Cases with at least one interaction.</param>
/// <param name="Events">Interactions.</param>
/// <param name="MeanThroughputSeconds">From first to last interaction of a case, on average; 0 without cases.</param>
/// <param name="Activities">Most frequent first; equals by name.</param>
/// <param name="Edges">Most frequent first; equals by names.</param>
/// <param name="Starts">Activities that cases begin with, most frequent first.</param>
/// <param name="Ends">Activities that cases end with so far, most frequent first.</param>
public sealed record JourneyMap(
    long Cases,
    long Events,
    double MeanThroughputSeconds,
    IReadOnlyList<MapActivity> Activities,
    IReadOnlyList<MapEdge> Edges,
    IReadOnlyList<MapTerminal> Starts,
    IReadOnlyList<MapTerminal> Ends);

/// <param name="Count">Occurrences.</param>
/// <param name="Cases">Cases that contain it.</param>
public sealed record MapActivity(string Name, long Count, long Cases);

/// <param name="MeanSeconds">Mean of the times between the two.</param>
/// <param name="MedianSeconds">Their median: times below a minute to the millisecond, others cut to the second. Of an even number, the mean of the middle two.</param>
public sealed record MapEdge(string From, string To, long Count, long Cases, double MeanSeconds, double MedianSeconds);

public sealed record MapTerminal(string Name, long Count);
