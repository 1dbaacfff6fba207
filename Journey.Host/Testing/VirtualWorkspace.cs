using Journey.Domain.Events;
using Journey.Domain.Language.Publishing;
using Journey.Projections;
using Journey.Projections.Customers;

namespace Journey.Host.Testing;

/// <summary>Log, folds, engine and scheduler in memory, in virtual time: what the server does, without a server, a disk or a clock.</summary>
/// <remarks>What a fold derives and decides is appended behind the log's end and folded in turn, as the live processor does.</remarks>
internal sealed class VirtualWorkspace
{
    /// <summary>Events that one workspace folds. A test that needs more does not come to rest.</summary>
    public const int EventsMax = 20_000;

    private readonly BatchFold _fold;
    private readonly SimulatedDeliveries _deliveries;
    private readonly Story? _story;
    private readonly VirtualLog _log = new();
    private readonly FoldOutput _output = new();
    private readonly Dictionary<string, CustomerState> _states = new(StringComparer.Ordinal);
    private int _folded;

    /// <param name="now">Where virtual time starts, Unix milliseconds.</param>
    public VirtualWorkspace(BatchFold fold, StartingPoint start, SimulatedDeliveries deliveries, long now, Story? story)
    {
        _fold = fold;
        _deliveries = deliveries;
        _story = story;
        Now = now;
        Definitions = start.History;
        foreach (var definition in start.Events)
        {
            _log.TryAppend(definition, out _);
        }

        _folded = _log.Events.Count;
    }

    /// <summary>Unix milliseconds.</summary>
    public long Now { get; private set; }

    public DefinitionHistory Definitions { get; private set; }

    public RenderedRequests Rendered { get; } = new();

    public IReadOnlyList<RecordedEvent> Log => _log.Events;

    /// <summary>The customers met so far, those who were absorbed by others included.</summary>
    public IReadOnlyDictionary<string, CustomerState> States => _states;

    public bool Has(string source, string id) => _log.Has(source, id);

    /// <remarks>What the log has already changes nothing.</remarks>
    public void Append(NewEvent added)
    {
        if (_log.TryAppend(added, out var recorded))
        {
            Definitions = Definitions.Apply(recorded);
            if (_states.TryGetValue(recorded.Stream, out var state))
            {
                Rendered.Render(recorded, state, _log.Events, Definitions.Latest);
            }
        }
    }

    /// <summary>Lets time pass: whatever is due until then, inclusive, happens at its own time.</summary>
    /// <returns>False: <see cref="EventsMax"/> events were not enough.</returns>
    public bool AdvanceTo(long until)
    {
        while (Settle())
        {
            if (NextDue() is not { DueAt: { } due } state || due > until)
            {
                Now = Math.Max(Now, until);
                return true;
            }

            Now = Math.Max(Now, due);
            Append(TimeReached(state, due));
        }

        return false;
    }

    /// <summary>Folds until nothing new comes of it.</summary>
    /// <returns>False: <see cref="EventsMax"/> events were not enough.</returns>
    public bool Settle()
    {
        for (; _folded < _log.Events.Count; _folded++)
        {
            if (_folded >= EventsMax)
            {
                return false;
            }

            Fold(_log.Events[_folded]);
        }

        return true;
    }

    private void Fold(in RecordedEvent recorded)
    {
        _story?.Begin(recorded);
        RecordedEvent[] page = [recorded];
        var histories = BatchFold.HistoriesNeeded(page);
        foreach (var history in histories)
        {
            while (!history.IsComplete)
            {
                var stream = history.Missing[0];
                history.Supply(stream, _log.Stream(stream));
            }
        }

        _output.Reset();
        _fold.Fold(page, _states, Definitions.At, histories, _output);
        foreach (var decided in _output.Events)
        {
            Append(decided);
        }

        foreach (var decided in _output.Events)
        {
            if (_deliveries.OutcomeOf(decided, Now) is { } outcome)
            {
                Append(outcome);
            }
        }
    }

    private CustomerState? NextDue()
    {
        CustomerState? next = null;
        foreach (var state in _states.Values)
        {
            if (state.DueAt is { } due && (next is null || due < next.DueAt || (due == next.DueAt && string.CompareOrdinal(state.Customer, next.Customer) < 0)))
            {
                next = state;
            }
        }

        return next;
    }

    private NewEvent TimeReached(CustomerState state, long due) => new(
        state.Customer,
        "scheduler",
        $"{state.Customer}|{due}|{state.LastPosition}",
        EventNames.TimeReached,
        EventKind.Time,
        EventFlags.None,
        ContactChannel.Internal,
        due,
        Now,
        StoredPayload.Empty);
}
