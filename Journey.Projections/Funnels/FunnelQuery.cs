using Journey.Projections.Maps;
using Journey.Projections.Scans;

namespace Journey.Projections.Funnels;

/// <summary>How a funnel is counted, and over which part of history.</summary>
/// <param name="Open">True: every stage counts by itself. False: only who came through the stages before.</param>
/// <param name="Channel">Only interactions on this channel.</param>
/// <param name="Segment">Only customers in this segment at the end of the log.</param>
/// <param name="From">Closed: only who entered from then on. Open: only what happened from then on. Unix milliseconds.</param>
/// <param name="To">The same, before then.</param>
public sealed record FunnelQuery(bool Open, string? Channel = null, string? Segment = null, long? From = null, long? To = null)
{
    /// <summary>By occurrence: it must not matter in which order things arrived.</summary>
    public TraceOptions Traces => new(CaseNotion.Customer, ByOccurrence: true, Segment);
}

/// <param name="Within">From the first stage to the last, as the document says it.</param>
/// <param name="Counting">closed or open.</param>
/// <param name="Days">Closed: conversion over time, by the day (UTC) of entering; the latest <see cref="DaysMax"/> on which anybody entered. Open: null.</param>
public sealed record FunnelReport(
    string Name, string Within, string Counting, IReadOnlyList<FunnelStageCount> Stages, IReadOnlyList<FunnelDayCount>? Days)
{
    public const int DaysMax = 366;
}

/// <param name="Day">UTC.</param>
/// <param name="Entered">Customers who reached the first stage on that day.</param>
/// <param name="Completed">Those of them who came through to the last stage from there, whenever that was.</param>
public sealed record FunnelDayCount(DateOnly Day, long Entered, long Completed);

/// <param name="Name">What the document calls the stage.</param>
/// <param name="Event">The event that it is reached by.</param>
/// <param name="Count">Customers who reached it.</param>
/// <param name="Conversion">Share of those at the stage before who went on to this one; 1 for the first; 0 where there was nobody.</param>
/// <param name="DropOff">Share of those at the stage before who did not.</param>
/// <param name="Overall">Closed: share of those at the first stage who reached this one. Open: null, since they need not have been there.</param>
/// <param name="MedianSeconds">From the stage before to this one; null for the first, and where nobody went on.</param>
public sealed record FunnelStageCount(
    string Name, string Event, long Count, double Conversion, double DropOff, double? Overall, double? MedianSeconds);
