using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Personal;
using Journey.Projections.Carts;
using Journey.Projections.Customers;
using Journey.Projections.Facts;
using Journey.Projections.Merges;
using Journey.Projections.Segments;

namespace Journey.Projections;

/// <summary>Folds one event into its customer's state: projects it, then lets the engine react.</summary>
/// <remarks>
/// Time passes by events only: "Time Reached" fires what is due by its own time, in order of due time, idle timers before segments before waits.
/// An imported event first fires the idle timers that imported activity left due by then, since no clock ran for it.
/// </remarks>
public sealed class CustomerFold
{
    /// <summary>More than so many things due at one event cannot be: each fires once, and states are bounded.</summary>
    private const int FiringsMax = 100_000;

    private readonly FoldScope _scope;
    private readonly Projector _projector;
    private readonly SegmentFold _segments = new();
    private readonly CustomerFacts _facts = new();
    private readonly DecisionSink _decisions;
    private readonly MergeFold _merges;
    private readonly ErasureFold _erasures = new();

    /// <param name="trace">Hears what the engine does; null in live processing.</param>
    /// <param name="scope">What is folded; null: everything.</param>
    public CustomerFold(Vocabulary vocabulary, IEngineTrace? trace = null, FoldScope? scope = null)
    {
        Vocabulary = vocabulary;
        _scope = scope ?? FoldScope.Whole;
        _projector = new Projector(vocabulary, _scope);
        _decisions = new DecisionSink(trace);
        _merges = new MergeFold(_projector, vocabulary);
    }

    public Vocabulary Vocabulary { get; }

    /// <summary>By name, which decisions are only noted: see <see cref="DecisionSink.OnlyNotes"/>.</summary>
    internal Func<string, bool>? OnlyNotes
    {
        set => _decisions.OnlyNotes = value;
    }

    public static bool IsMerge(in RecordedEvent recorded) =>
        recorded.Kind == EventKind.Identity
        && recorded.Name is EventNames.IdentitiesMerged or EventNames.IdentityAbsorbed or EventNames.IdentitiesUnmerged or EventNames.IdentityRestored;

    /// <summary>The history that must be at hand to fold this event; null for all but merges.</summary>
    /// <exception cref="InvalidDataException">A merge that does not say whom it absorbs.</exception>
    public static MergeHistory? NeedsHistory(in RecordedEvent recorded) =>
        IsMerge(recorded) ? new MergeHistory(recorded) : null;

    /// <param name="state">Of the event's stream. An event that was folded in before changes nothing.</param>
    /// <param name="definitionsAt">What is in force for an event at a position.</param>
    /// <param name="history">For merges: complete.</param>
    /// <exception cref="InvalidDataException">The event cannot be read: the caller decides what becomes of its partition.</exception>
    public void Apply(CustomerState state, in RecordedEvent recorded, Func<long, DefinitionSet> definitionsAt, FoldOutput output, MergeHistory? history)
    {
        if (LogPlaces.Order(recorded.Position) <= LogPlaces.Order(state.LastPosition))
        {
            return;
        }

        var definitions = definitionsAt(recorded.Position);
        output.Begin(recorded);
        output.Touch(state);
        _decisions.Writes = output.Emits || _decisions.Trace is not null;
        state.DefaultCurrency = definitions.Workspace.DefaultCurrency;
        if (state.MergedInto is not null && recorded is not { Kind: EventKind.Identity, Name: EventNames.IdentityRestored })
        {
            MergeFold.Move(state.MergedInto, recorded, output);
        }
        else if (state.IsErased)
        {
            if (recorded.Kind is EventKind.Decision or EventKind.Outcome)
            {
                _projector.Apply(state, recorded, definitions, output);
            }
        }
        else
        {
            Fold(state, recorded, definitions, definitionsAt, output, history);
        }

        state.LastPosition = recorded.Position;
        state.DueAt = state.MergedInto is null && !state.IsErased ? NextDue(state, definitions) : null;
    }

    /// <summary>Turns what the batch changed into rows.</summary>
    internal void Close(FoldOutput output) => output.Close(Vocabulary);

    private void Fold(
        CustomerState state, in RecordedEvent recorded, DefinitionSet definitions, Func<long, DefinitionSet> definitionsAt, FoldOutput output, MergeHistory? history)
    {
        state.EventCart = null;
        if (Erasure.IsOne(recorded))
        {
            _facts.Bind(state, recorded, definitions);
            _erasures.Apply(state, recorded, definitions, _facts, _decisions, output);
            Record(state, output);
            return;
        }

        if (IsMerge(recorded))
        {
            _merges.Apply(state, recorded, history ?? throw new ArgumentNullException(nameof(history)), definitionsAt, output);
            if (state.MergedInto is not null)
            {
                return;
            }
        }
        else if (recorded.Kind == EventKind.Time)
        {
            ReachTime(state, recorded, definitions, output);
            EnterSegments(state, recorded, definitions, output);
            return;
        }
        else if (recorded.Name == EventNames.EventMoved && !MergeFold.Takes(state, recorded))
        {
            // Told by somebody who was parted from the customer meanwhile: they have folded it themselves.
            return;
        }
        else if (recorded.Name == EventNames.RunsHandedOver && MergeFold.PassesOn(state, recorded, output))
        {
            return;
        }
        else
        {
            _projector.Apply(state, recorded, definitions, output);
        }

        if (recorded.Kind != EventKind.Decision)
        {
            EnterSegments(state, recorded, definitions, output);
        }

        _facts.Bind(state, recorded, definitions);
        if (recorded.Name == EventNames.RunsHandedOver)
        {
            var absorbed = MergeFold.HandedOver(recorded);
            JourneyEngine.AdoptRuns(definitions, state.Engine, absorbed, recorded, _facts, _decisions);
            Record(state, output);
        }
        else if (recorded.Name != EventNames.EventMoved)
        {
            JourneyEngine.React(definitions, state.Engine, recorded, _facts, _decisions);
            Record(state, output);
        }
    }

    private void EnterSegments(CustomerState state, in RecordedEvent recorded, DefinitionSet definitions, FoldOutput output)
    {
        // What a segment tells is not looked at by segments again: two that turn by time would answer each other for ever.
        if (!_scope.Segments || recorded.Name is EventNames.SegmentEntered or EventNames.SegmentLeft)
        {
            return;
        }

        LookAtSegments(state, recorded, definitions, recorded.OccurredAt, output);
    }

    private void LookAtSegments(CustomerState state, in RecordedEvent recorded, DefinitionSet definitions, long now, FoldOutput output)
    {
        if (definitions.Segments.Count > 0 || state.Segments.Count > 0 || state.SegmentsDueAt is not null)
        {
            _facts.Bind(state, recorded, definitions);
            _facts.Now = state.SegmentsLookedAt(now);
            _segments.Apply(state, definitions, recorded, _facts, output);
        }
    }

    private void ReachTime(CustomerState state, in RecordedEvent recorded, DefinitionSet definitions, FoldOutput output)
    {
        for (var firings = 0; firings < FiringsMax; firings++)
        {
            var idle = IdleTimers.NextDue(state, definitions) ?? long.MaxValue;
            var segment = state.SegmentsDueAt ?? long.MaxValue;
            var wait = JourneyEngine.NextDue(state.Engine) ?? long.MaxValue;
            if (Math.Min(idle, Math.Min(segment, wait)) > recorded.OccurredAt)
            {
                return;
            }

            if (segment < idle && segment <= wait)
            {
                LookAtSegments(state, recorded, definitions, segment, output);
            }
            else if (idle <= wait)
            {
                IdleTimers.FireNext(state, definitions, recorded.OccurredAt, importedOnly: false, output);
            }
            else
            {
                _facts.Bind(state, recorded, definitions);
                _facts.Now = wait;
                JourneyEngine.ElapseNext(definitions, state.Engine, recorded, wait, _facts, _decisions);
                Record(state, output);
            }
        }

        throw new InvalidOperationException($"More than {FiringsMax} things came due at {recorded.Position}.");
    }

    private void Record(CustomerState state, FoldOutput output)
    {
        for (var i = 0; i < _decisions.Decisions.Count; i++)
        {
            var decision = _decisions.Decisions[i];
            if (decision.Note is null)
            {
                output.Append(state.Customer, decision.Id, decision.Name, decision.Kind, EventFlags.None, decision.OccurredAt, decision.Payload);
            }
            else
            {
                output.Note(state.Customer, decision.Name, decision.Kind, EventFlags.None, decision.OccurredAt);
            }
        }

        _decisions.Clear();
    }

    private static long? NextDue(CustomerState state, DefinitionSet definitions)
    {
        // A comparison with null is false, so that what never comes is never the earliest.
        var earliest = state.SegmentsDueAt;
        if (IdleTimers.NextDue(state, definitions) is { } idle && !(earliest <= idle))
        {
            earliest = idle;
        }

        return JourneyEngine.NextDue(state.Engine) is { } wait && !(earliest <= wait) ? wait : earliest;
    }
}
