using System.Runtime.InteropServices;
using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Projections.Customers;
using Journey.Projections.Deliveries;
using Journey.Projections.Merges;

namespace Journey.Projections.Backtests;

/// <summary>Goes through what is recorded of one family of customers as if other documents had been published, and tells what would have been decided.</summary>
/// <remarks>
/// <para>What the fold emits and the log holds too, by its id, is taken at its recorded place: so that with the published documents everything
/// is as it was. What it emits and the log does not hold follows right behind its cause. What the log holds of ours and is not emitted did not
/// happen, and neither did what answers it.</para>
/// <para>Time comes where the log says so. Once a world is another than the recorded one, what is due fires at its own time as well, right before
/// the next event that arrived later; until then nobody knows better than the scheduler that was there.</para>
/// <para>Pure but for its own scratch space: one thread at a time.</para>
/// </remarks>
public sealed partial class FamilySimulation
{
    private readonly Vocabulary _vocabulary;
    private readonly EventInterest _interest;
    private readonly CustomerFold _fold;
    private readonly FoldOutput _output = FoldOutput.WithoutRows();
    private readonly DecisionFacts _said = new();
    private readonly Dictionary<string, CustomerState> _states = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _recordedOwn = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NewEvent> _pending = new(StringComparer.Ordinal);
    private readonly HashSet<string> _emitted = new(StringComparer.Ordinal);
    private readonly Queue<NewEvent> _injected = new();
    private readonly Dictionary<string, List<RecordedEvent>> _folded = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _mayStart = new(StringComparer.Ordinal);
    private readonly Func<long, DefinitionSet> _definitionsAt;
    private FamilyHistory _family = new();
    private SimulatedWorld _world = null!;
    private SimulationPeriod _period = null!;
    private ISimulationObserver _observer = null!;
    private RecordedEvent _current;
    private long _anchor;
    private int _turn;
    private int _index;
    private bool _isOther;
    private bool _isBetween;
    private bool _onlyNotes;
    private readonly bool _mayOnlyNote;
    private readonly Func<string, bool> _onlyNotedDecisions;
    private readonly Func<string, bool> _onlyNotedDerived;
    private (string? Stream, int Number) _partition;

    /// <param name="interest">What the worlds can look at: the rest is not folded.</param>
    /// <param name="trace">Hears what the engine does; null: nobody.</param>
    /// <param name="mayOnlyNote">
    /// Nobody who hears asks for ids and payloads of what is not folded: they are left out for whoever has no such events recorded to be met again
    /// by their ids. <see cref="Decision.Note"/> says what counts.
    /// </param>
    public FamilySimulation(Vocabulary vocabulary, EventInterest interest, IEngineTrace? trace = null, bool mayOnlyNote = false)
    {
        (_vocabulary, _interest, _mayOnlyNote) = (vocabulary, interest, mayOnlyNote);
        _onlyNotedDecisions = name => !_interest.Folds(EventKind.Decision, name);
        _onlyNotedDerived = name => !_interest.Folds(EventKind.Derived, name);
        _fold = new CustomerFold(vocabulary, trace, interest.Scope);
        _definitionsAt = DefinitionsAt;
    }

    /// <summary>Whether the period is under way: the drafts are in force, and what is emitted counts.</summary>
    public bool IsInPeriod { get; private set; }

    /// <summary>Whether anything in what is recorded of a family could begin a run: where nothing can, nothing would be decided.</summary>
    public bool MayDecide(FamilyHistory family)
    {
        foreach (var recorded in family.Events)
        {
            ref var may = ref CollectionsMarshal.GetValueRefOrAddDefault(_mayStart, recorded.Name, out var isKnown);
            if (!isKnown)
            {
                may = _interest.MayStart(recorded.Name);
            }

            if (may)
            {
                return true;
            }
        }

        return false;
    }

    /// <exception cref="InvalidDataException">An event cannot be read; <see cref="Current"/> is the one.</exception>
    public void Run(FamilyHistory family, SimulatedWorld world, SimulationPeriod period, ISimulationObserver observer)
    {
        Begin(family, world, period, observer);
        for (_index = 0; _index < family.Events.Count; _index++)
        {
            var recorded = family.Events[_index];
            Enter(recorded);
            if (_isOther)
            {
                PassTime(recorded.ReceivedAt - 1);
            }

            (_anchor, _turn) = (recorded.Position, 0);
            Take(recorded);
            FoldInjected();
        }

        if (_isOther)
        {
            PassTime(period.End);
        }

        observer.Ended(_states.Values);
    }

    /// <summary>The event that is being folded.</summary>
    public RecordedEvent Current => _current;

    private void Begin(FamilyHistory family, SimulatedWorld world, SimulationPeriod period, ISimulationObserver observer)
    {
        (_family, _world, _period, _observer) = (family, world, period, observer);
        (_anchor, _turn, _current) = (0, 0, default);
        _output.Reset();
        _states.Clear();
        _recordedOwn.Clear();
        _pending.Clear();
        _emitted.Clear();
        _injected.Clear();
        _folded.Clear();
        ClearTimes();
        IsInPeriod = false;
        _isOther = period.ByTime || !family.IsRecordedOrder;
        for (var i = 0; i < family.Events.Count; i++)
        {
            var recorded = family.Events[i];
            if (IsOwn(recorded))
            {
                _recordedOwn[recorded.Id] = i;
            }
            else if (recorded.Kind == EventKind.Time)
            {
                NoteTime(recorded, i);
            }
        }

        _onlyNotes = _mayOnlyNote && _recordedOwn.Count == 0 && family.Streams.Count == 1;
        _fold.OnlyNotes = _onlyNotes ? _onlyNotedDecisions : null;
        _output.OnlyNotes = _onlyNotes ? _onlyNotedDerived : null;
    }

    private void Enter(in RecordedEvent recorded)
    {
        if (!IsInPeriod && _period.Holds(recorded))
        {
            IsInPeriod = true;
            _isOther |= _world.DivergesAtOnce;
        }

        _isOther |= !_period.ByTime && recorded.Position > _period.ProcessedTo;
    }

    private void Take(in RecordedEvent recorded)
    {
        switch (recorded.Kind)
        {
            case EventKind.Derived or EventKind.Decision or EventKind.Identity when IsOwn(recorded):
                if (!_pending.Remove(recorded.Id, out var emitted))
                {
                    _isOther |= _interest.Derives(recorded.Name);
                    return;
                }

                if (!_interest.Folds(emitted.Kind, emitted.Name))
                {
                    return;
                }

                Fold(recorded with { Kind = emitted.Kind, Name = emitted.Name, Flags = emitted.Flags, OccurredAt = emitted.OccurredAt, Payload = emitted.Payload });
                return;
            case EventKind.Time when _period.ByTime:
                return;
            case EventKind.Outcome or EventKind.Interaction when AnswersNobody(recorded):
                return;
            default:
                Fold(recorded);
                return;
        }
    }

    /// <summary>What the engine and the folds wrote themselves. A merge is ingestion's word, and stays.</summary>
    private static bool IsOwn(in RecordedEvent recorded) => recorded.Source == FoldOutput.Source
        && (recorded.Kind is EventKind.Derived or EventKind.Decision || (recorded.Kind == EventKind.Identity && recorded.Name == EventNames.EventMoved));

    /// <summary>It is about a request that is recorded, and that this world did not make.</summary>
    private bool AnswersNobody(in RecordedEvent recorded)
    {
        if (_recordedOwn.Count == 0
            || (recorded.Kind == EventKind.Interaction && !DeliveryFold.IsReaction(_vocabulary.Name(recorded.Name).MeaningIn(DefinitionsAt(recorded.Position).Workspace))))
        {
            return false;
        }

        _said.Read(recorded.Json.Span, _vocabulary);
        return _said.Answers is { } request && _recordedOwn.ContainsKey(request) && !_emitted.Contains(request);
    }

    private void Fold(in RecordedEvent recorded)
    {
        _current = recorded;
        if (!_states.TryGetValue(recorded.Stream, out var state))
        {
            state = new CustomerState(recorded.Stream, _vocabulary);
            _states.Add(recorded.Stream, state);
        }

        _fold.Apply(state, recorded, _definitionsAt, _output, HistoryOf(recorded));
        if (_family.Streams.Count > 1)
        {
            Remember(recorded);
        }

        if (_output.Events.Count > 0)
        {
            Emit(recorded, state);
        }
    }

    private void Emit(in RecordedEvent basis, CustomerState state)
    {
        var definitions = DefinitionsAt(basis.Position);
        foreach (var emitted in _output.Events)
        {
            if (!_onlyNotes && !_emitted.Add(emitted.Id))
            {
                continue;
            }

            _observer.Emitted(emitted, basis, state, definitions);
            if (_family.IsRecordedOrder && _recordedOwn.TryGetValue(emitted.Id, out var place) && place > _index && _family.Events[place].Name == emitted.Name)
            {
                _pending.Add(emitted.Id, emitted);
                var recorded = _family.Events[place];

                // What is handed over also holds goals whose time is over, until an event that may be left out here clears them away.
                _isOther |= emitted.Name != EventNames.RunsHandedOver && (recorded.OccurredAt != emitted.OccurredAt || !recorded.Payload.Span.SequenceEqual(emitted.Payload.Span));
                continue;
            }

            _isOther = true;
            if (!emitted.Payload.IsEmpty)
            {
                _injected.Enqueue(emitted);
            }
        }

        _output.DropEvents();
    }

    private void FoldInjected()
    {
        while (_injected.TryDequeue(out var added))
        {
            if (_interest.Folds(added.Kind, added.Name))
            {
                Fold(Placed(added));
            }

            if (SimulatedOutcomes.NameFor(added) is { } outcome && _interest.Notices(outcome))
            {
                Fold(Placed(SimulatedOutcomes.Of(added, outcome)));
            }
        }
    }

    private RecordedEvent Placed(NewEvent added) => new(
        LogPlaces.Behind(_anchor, ++_turn), added.Stream, 0, PartitionOf(added.Stream), added.Source, added.Id, added.Name, added.Kind,
        added.Flags, added.Channel, added.OccurredAt, added.ReceivedAt, added.Payload);

    /// <summary>Most of what is asked for belongs to the customer who was asked for last.</summary>
    private int PartitionOf(string stream)
    {
        if (!ReferenceEquals(stream, _partition.Stream))
        {
            _partition = (stream, Partitions.Of(stream));
        }

        return _partition.Number;
    }

    private DefinitionSet DefinitionsAt(long place)
    {
        var isCurrent = place == _current.Position;
        if (_period.ByTime)
        {
            return _world.AtTime(isCurrent ? _current.ReceivedAt : ArrivalOf(LogPlaces.Recorded(place)));
        }

        // Between two events of the customer something may have been published: time that passed says what is in force.
        return isCurrent && _isBetween ? _world.AtTime(_current.ReceivedAt) : _world.At(LogPlaces.Recorded(place));
    }

    private long ArrivalOf(long position)
    {
        var (low, high) = (0, _family.Events.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _family.Events[middle].Position < position ? (middle + 1, high) : (low, middle);
        }

        return low < _family.Events.Count ? _family.Events[low].ReceivedAt : _period.End;
    }

    private MergeHistory? HistoryOf(in RecordedEvent recorded)
    {
        if (CustomerFold.NeedsHistory(recorded) is not { } history)
        {
            return null;
        }

        while (!history.IsComplete)
        {
            var stream = history.Missing[0];
            history.Supply(stream, _folded.TryGetValue(stream, out var events) ? events : []);
        }

        return history;
    }

    private void Remember(in RecordedEvent recorded)
    {
        if (!_folded.TryGetValue(recorded.Stream, out var events))
        {
            _folded.Add(recorded.Stream, events = []);
        }

        events.Add(recorded);
    }
}
