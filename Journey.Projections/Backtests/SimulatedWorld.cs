using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;

namespace Journey.Projections.Backtests;

/// <summary>The definitions of one world: what was published, with drafts laid over it from one moment on.</summary>
public sealed class SimulatedWorld
{
    private readonly DefinitionHistory _recorded;
    private readonly DefinitionHistory _drafted;
    private readonly long _from;
    private readonly long _fromPosition;
    private readonly (long At, long Position)[] _changes;

    /// <param name="published">Every event of the stream of definitions, in order.</param>
    /// <param name="from">When the drafts come into force, Unix milliseconds; <see cref="long.MinValue"/>: from the first event.</param>
    /// <param name="fromPosition">The last position before that moment.</param>
    public SimulatedWorld(IReadOnlyList<RecordedEvent> published, IReadOnlyCollection<Document> drafts, long from, long fromPosition)
    {
        (_from, _fromPosition) = (from, fromPosition);
        _recorded = published.Aggregate(DefinitionHistory.Empty, (history, change) => history.Apply(change));
        _drafted = DefinitionHistory.WithDrafts(published, drafts, fromPosition);
        _changes = [.. published.Select(change => (change.OccurredAt, change.Position)).OrderBy(change => change.OccurredAt).ThenBy(change => change.Position)];
        DivergesAtOnce = !HasSameTimes(_recorded.Latest, _drafted.Latest);
    }

    /// <summary>Idle times are others than they were, so that recorded time is no guide even where nothing else differs yet.</summary>
    public bool DivergesAtOnce { get; }

    /// <summary>At the end of the period.</summary>
    public DefinitionSet Latest => _drafted.Latest;

    /// <summary>Every set that is in force anywhere in the period.</summary>
    public IEnumerable<DefinitionSet> Sets =>
        _changes.Select(change => _drafted.At(change.Position + 1)).Append(_drafted.At(_fromPosition + 1)).Append(_drafted.Latest).Distinct(ReferenceEqualityComparer.Instance).Cast<DefinitionSet>();

    private static bool HasSameTimes(DefinitionSet left, DefinitionSet right)
    {
        var (mine, theirs) = (left.Workspace, right.Workspace);
        return ReferenceEquals(mine, theirs) || (
            (mine.CartAbandonedAfter, mine.BrowseAbandonedAfter, mine.CheckoutAbandonedAfter, mine.CartExpiresAfter, mine.SessionGap)
            == (theirs.CartAbandonedAfter, theirs.BrowseAbandonedAfter, theirs.CheckoutAbandonedAfter, theirs.CartExpiresAfter, theirs.SessionGap)
            && mine.SessionGapByChannel.OrderBy(gap => gap.Key, StringComparer.Ordinal).SequenceEqual(theirs.SessionGapByChannel.OrderBy(gap => gap.Key, StringComparer.Ordinal))
            && left.ListenedEvents.Contains(EventNames.SessionEnded) == right.ListenedEvents.Contains(EventNames.SessionEnded));
    }

    public DefinitionSet At(long position) => _drafted.At(position);

    /// <summary>As of a moment, for orders that are not the log's.</summary>
    public DefinitionSet AtTime(long at)
    {
        var (low, high) = (0, _changes.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _changes[middle].At <= at ? (middle + 1, high) : (low, middle);
        }

        var position = low == 0 ? 0 : _changes[low - 1].Position;
        return at < _from ? _recorded.At(position + 1) : _drafted.At(Math.Max(position, _fromPosition) + 1);
    }
}

/// <summary>Which part of the history a simulation is about, and how it is looked at.</summary>
/// <param name="From">When the drafts come into force and counting begins, Unix milliseconds; <see cref="long.MinValue"/>: at the first event.</param>
/// <param name="FromPosition">The last position before that.</param>
/// <param name="End">Up to when time passes, Unix milliseconds.</param>
/// <param name="ProcessedTo">The position up to which the log's own decisions are recorded.</param>
/// <param name="ByTime">Events stand in another order than the log's, or arrive at another time: moments say what is in force, and recorded time is not used.</param>
public sealed record SimulationPeriod(long From, long FromPosition, long End, long ProcessedTo, bool ByTime)
{
    public bool Holds(in RecordedEvent recorded) => ByTime ? recorded.ReceivedAt >= From : LogPlaces.Recorded(recorded.Position) > FromPosition;
}
