using Journey.Domain.Cel;
using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Domain.Engine;

/// <summary>One event meeting one customer's runs: what every part of the engine needs while it reacts.</summary>
/// <remarks>Kept by the sink and used again for every event, so that an event which decides nothing allocates nothing.</remarks>
internal sealed class Reaction(DecisionSink sink)
{
    private readonly RunFacts _facts = new();
    private readonly Queue<Resumption> _ready = new();
    private readonly Followed[] _followed = new Followed[FollowedMax];
    private int _followedCount;

    /// <summary>Journeys that are kept at hand: every event asks for that of every run, and looking one up by its name takes longer than most of what is asked of it.</summary>
    private const int FollowedMax = 16;

    public DecisionSink Sink { get; } = sink;
    public DefinitionSet Definitions { get; private set; } = DefinitionSet.Empty;
    public EngineState State { get; private set; } = null!;
    public IFacts Facts { get; private set; } = null!;
    public RecordedEvent Basis { get; private set; }

    /// <summary>The event's own time, or a wait's due time. Unix milliseconds.</summary>
    public long Now { get; private set; }

    /// <summary>The cart that the event is about, found out once.</summary>
    public string? EventCartId { get; private set; }

    /// <summary>Runs that the exits pass ended: a goal by the same event still counts for them.</summary>
    public List<Run> Ended { get; } = [];

    public void Open(DefinitionSet definitions, EngineState state, in RecordedEvent basis, long now, IFacts facts)
    {
        Sink.Basis(basis.Position);
        if (!ReferenceEquals(Definitions, definitions))
        {
            Definitions = definitions;
            _followedCount = 0;
        }

        State = state;
        Basis = basis;
        Now = now;
        Facts = facts;
        facts.Now = now;
        EventCartId = facts.EventCartId;
        _facts.Bind(facts, now);
        _ready.Clear();
        Ended.Clear();
    }

    /// <summary>The journey that a run follows, and its newest version.</summary>
    /// <exception cref="InvalidOperationException">The version was never published: a run can follow no other.</exception>
    public ref readonly Followed Follow(Run run)
    {
        for (var i = 0; i < _followedCount; i++)
        {
            ref readonly var known = ref _followed[i];
            if (ReferenceEquals(known.Name, run.Journey) && known.Version == run.Version)
            {
                return ref known;
            }
        }

        var followed = new Followed(
            run.Journey, run.Version, Versions.Of(Definitions, run.Journey, run.Version), Definitions.Journeys.GetValueOrDefault(run.Journey));
        _followedCount = _followedCount == FollowedMax ? 0 : _followedCount;
        _followed[_followedCount] = followed;
        return ref _followed[_followedCount++];
    }

    /// <summary>Lets go of the event's memory, which is valid for the call only.</summary>
    public void Close()
    {
        _facts.Release();
        Basis = default;
        State = null!;
        Facts = null!;
    }

    /// <summary>Turns the facts to a run: <c>run</c> is this one, and <c>cart</c> is the cart it entered by, else the event's.</summary>
    public void Look(Run run)
    {
        _facts.Look(run);
        Facts.FocusCart(run.CartId ?? EventCartId);
    }

    /// <summary>Turns the facts to the event alone, as an entry sees it.</summary>
    public void LookAtEvent()
    {
        _facts.Look(null);
        Facts.FocusCart(EventCartId);
    }

    public bool IsTrue(in TracePoint point, ConditionRole role, Condition? condition)
    {
        if (condition is null)
        {
            return true;
        }

        var value = condition.Program.Evaluate(_facts);
        Sink.Trace?.Evaluated(point, role, condition.At, condition.Program, value, _facts);
        return value.IsTrue;
    }

    public CelValue Evaluate(in TracePoint point, ConditionRole role, ValueExpression expression)
    {
        var value = expression.Program.Evaluate(_facts);
        Sink.Trace?.Evaluated(point, role, expression.At, expression.Program, value, _facts);
        return value;
    }

    /// <summary>A key by what the event itself says: the cart it isn't about is not looked at.</summary>
    public string? EventKey(in TracePoint point, ValueExpression key)
    {
        LookAtEvent();
        _facts.HidesCart = EventCartId is null;
        var value = Evaluate(point, ConditionRole.Key, key);
        _facts.HidesCart = false;
        return RunKeys.TextOf(value);
    }

    /// <summary>Lets a run go on at a step, once everything that comes before steps is done.</summary>
    public void Ready(Guid run, int flow, int depth = 0) => _ready.Enqueue(new Resumption(run, flow, depth));

    public bool TryNextReady(out Resumption next) => _ready.TryDequeue(out next);
}

/// <param name="Newest">Null: nothing is published by this name any more.</param>
internal readonly record struct Followed(string Name, int Version, PublishedJourney Journey, PublishedJourney? Newest)
{
    /// <summary>The journey takes no entries and lets no run take a step, whatever version the run follows.</summary>
    public bool IsPaused => Newest is { Status: JourneyStatus.Paused };
}

/// <param name="Flow">Index in the run's journey, or <see cref="CompiledJourney.End"/>.</param>
/// <param name="Depth">How many <c>start</c> steps led here at this event.</param>
internal readonly record struct Resumption(Guid Run, int Flow, int Depth);
