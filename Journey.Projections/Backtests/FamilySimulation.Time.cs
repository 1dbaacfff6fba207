using Journey.Domain.Events;
using Journey.Projections.Customers;

namespace Journey.Projections.Backtests;

/// <content>Time that passes between events.</content>
public sealed partial class FamilySimulation
{
    private readonly Dictionary<(string Stream, long Due), int> _recordedTimes = [];

    private void ClearTimes() => _recordedTimes.Clear();

    private void NoteTime(in RecordedEvent recorded, int index)
    {
        if (!_period.ByTime)
        {
            _recordedTimes[(recorded.Stream, recorded.OccurredAt)] = index;
        }
    }

    /// <summary>Fires what is due up to a moment, in order of time, where no recorded event does it.</summary>
    private void PassTime(long until)
    {
        var wasInPeriod = IsInPeriod;
        _isBetween = true;
        while (NextDue() is { } next && next.Due <= until)
        {
            IsInPeriod = next.Due >= _period.From;
            Fold(new RecordedEvent(
                LogPlaces.Behind(_anchor, ++_turn), next.State.Customer, 0, PartitionOf(next.State.Customer), "scheduler", "", EventNames.TimeReached,
                EventKind.Time, EventFlags.None, ContactChannel.Internal, next.Due, next.Due, StoredPayload.Empty));
            if (next.State.DueAt <= next.Due)
            {
                throw new InvalidOperationException($"What was due at {next.Due} for {next.State.Customer} did not happen.");
            }

            FoldInjected();
        }

        (_isBetween, IsInPeriod) = (false, wasInPeriod);
    }

    private (CustomerState State, long Due)? NextDue()
    {
        (CustomerState State, long Due)? next = null;
        foreach (var state in _states.Values)
        {
            if (state.DueAt is { } due && (next is null || due < next.Value.Due)
                && !(_recordedTimes.Count > 0 && _recordedTimes.TryGetValue((state.Customer, due), out var index) && index >= _index && index < _family.Events.Count))
            {
                next = (state, due);
            }
        }

        return next;
    }
}
