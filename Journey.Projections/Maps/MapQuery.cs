using Journey.Projections.Scans;

namespace Journey.Projections.Maps;

/// <summary>What becomes of event names that the workspace puts into stages.</summary>
public enum MapStages
{
    /// <summary>Names are shown as they are.</summary>
    Off,

    /// <summary>A name in a stage counts as the stage, any other as itself.</summary>
    Group,

    /// <summary>As above, without the names that are in no stage.</summary>
    Only,
}

/// <summary>Which journey map is wanted.</summary>
public sealed record MapQuery(CaseNotion Case = CaseNotion.Customer, ActivityNotion Activity = ActivityNotion.Name)
{
    /// <summary>Only interactions on this channel; null: all.</summary>
    public string? Channel { get; init; }

    /// <summary>Only customers in this segment: at the end of the log, or at <see cref="AsOf"/>.</summary>
    public string? Segment { get; init; }

    /// <summary>Only what happened from then on, Unix milliseconds.</summary>
    public long? From { get; init; }

    /// <summary>Only what happened before then.</summary>
    public long? To { get; init; }

    /// <summary>Only what had arrived by then, inclusive.</summary>
    public long? AsOf { get; init; }

    /// <summary>In the order in which things happened, not in that of their arrival.</summary>
    public bool ByOccurrence { get; init; }

    public MapStages Stages { get; init; }

    /// <summary>Computed from the log even where the live sums would do.</summary>
    public bool Exact { get; init; }

    /// <summary>The sums that are kept live cannot tell: the log has to be scanned.</summary>
    public bool NeedsScan => Exact || ByOccurrence || Stages != MapStages.Off || Channel is not null || Segment is not null
        || From is not null || To is not null || AsOf is not null;

    public TraceOptions Traces => new(Case, ByOccurrence, Segment, AsOf);
}
