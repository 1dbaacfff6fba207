using Journey.Domain.Events;
using Journey.Projections.Maps;

namespace Journey.Projections.Scans;

/// <summary>Which traces a scan of the log puts together.</summary>
/// <param name="Case">Whose events make one trace.</param>
/// <param name="ByOccurrence">
/// True: in the order in which things happened, sessions included, so that it does not matter in which order they arrived.
/// False: in the order of arrival, as the live map counts. What happened at one time keeps the order of arrival.
/// </param>
/// <param name="Segment">Only customers who are in this segment at the end of the log, or at <paramref name="AsOf"/>; null: everybody.</param>
/// <param name="AsOf">Only what had arrived by then, Unix milliseconds, inclusive; null: everything.</param>
public sealed record TraceOptions(CaseNotion Case, bool ByOccurrence = false, string? Segment = null, long? AsOf = null);

/// <summary>Says what an interaction counts as. Called from several threads at once.</summary>
/// <returns>A number from 0; -1: it does not count.</returns>
public delegate int StepCode(in RecordedEvent recorded);

/// <summary>Hears of every trace. Not for two threads at once.</summary>
public interface ITraceVisitor
{
    /// <param name="codes">At least one.</param>
    /// <param name="times">When each occurred, Unix milliseconds.</param>
    void Visit(string customer, ReadOnlySpan<int> codes, ReadOnlySpan<long> times);
}
