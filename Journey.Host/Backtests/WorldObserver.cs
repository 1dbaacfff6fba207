using System.Runtime.InteropServices;
using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Time;
using Journey.Projections.Backtests;
using Journey.Projections.Customers;
using Journey.Projections.Facts;

namespace Journey.Host.Backtests;

/// <summary>Hears one world's decisions family by family, and adds them up.</summary>
internal sealed class WorldObserver : ISimulationObserver
{
    /// <summary>Segments that figures are given by.</summary>
    public const int SegmentsMax = 50;

    private readonly Func<FamilySimulation> _begin;
    private readonly EntryTrace _trace = new();
    private readonly DecisionReading _reading;
    private readonly CustomerFacts _facts = new();
    private readonly bool _keepsTreatments;
    private readonly Dictionary<Guid, RunNote> _runs = [];
    private readonly HashSet<string> _entered = new(StringComparer.Ordinal);
    private readonly HashSet<string> _messaged = new(StringComparer.Ordinal);
    private FamilySimulation _simulation;
    private DefinitionSet _definitions = DefinitionSet.Empty;
    private string[] _segments = [];
    private long _messages;

    /// <param name="keepsTreatments">Another world is compared with this one.</param>
    public WorldObserver(Vocabulary vocabulary, EventInterest interest, bool keepsTreatments)
    {
        _begin = () => new FamilySimulation(vocabulary, interest, _trace, mayOnlyNote: true);
        _simulation = _begin();
        _reading = new DecisionReading(vocabulary);
        _keepsTreatments = keepsTreatments;
        _trace.IsInPeriod = () => _simulation.IsInPeriod;
    }

    public WorldTally Tally { get; } = new();

    /// <summary>What was done to the family gone through last, in order.</summary>
    public List<Treatment> Treatments { get; } = [];

    /// <summary>The event at which the last family stopped.</summary>
    public RecordedEvent Current { get; private set; }

    public void Run(FamilyHistory family, SimulatedWorld world, SimulationPeriod period)
    {
        _runs.Clear();
        _entered.Clear();
        _messaged.Clear();
        _messages = 0;
        Treatments.Clear();
        _trace.Restart();
        try
        {
            if (_simulation.MayDecide(family))
            {
                _simulation.Run(family, world, period, this);
            }
        }
        catch
        {
            // What failed in the middle is in no state to go on with.
            Current = _simulation.Current;
            _simulation = _begin();
            throw;
        }
        finally
        {
            CountCustomers();
        }
    }

    /// <summary>Takes up what the trace heard; once, at the end.</summary>
    public WorldTally Complete()
    {
        foreach (var ((journey, reason), count) in _trace.Reasons)
        {
            JourneyTally.Count(Tally.Of(journey).NotEntered, reason, count);
        }

        _trace.Reasons.Clear();
        return Tally;
    }

    public void Emitted(NewEvent emitted, in RecordedEvent basis, CustomerState state, DefinitionSet definitions)
    {
        _trace.Flush();
        if (emitted.Kind != EventKind.Decision || emitted.Name == EventNames.RunsHandedOver)
        {
            return;
        }

        if (!_trace.TryFind(emitted, out var point, out var note))
        {
            throw new InvalidOperationException($"{emitted.Name} was decided by nobody.");
        }

        var said = note is { } noted ? SimulatedDecision.Nothing with { Key = noted.Key, Reason = noted.Reason, IsHoldout = noted.IsHoldout } : _reading.Read(emitted);
        var id = point.Run ?? Guid.Empty;
        if (emitted.Name == EventNames.RunEntered)
        {
            _runs[id] = new RunNote(said.Key, emitted.OccurredAt, MembershipOf(state, basis, definitions));
        }

        if (_simulation.IsInPeriod)
        {
            var tally = Tally.Of(point.Journey);
            Count(tally, point, emitted.Name, said);
            Count(tally, emitted, _runs.TryGetValue(id, out var run) ? run.Segments : []);
        }

        if (_keepsTreatments && _simulation.IsInPeriod)
        {
            Note(point, said, emitted);
        }
    }

    public void Ended(IReadOnlyCollection<CustomerState> states)
    {
        _trace.Flush();
        foreach (var state in states)
        {
            foreach (var run in state.Engine.Runs)
            {
                JourneyTally.Count(Tally.Of(run.Journey).Open, run.Step);
            }
        }
    }

    private void Count(JourneyTally tally, in TracePoint point, string name, in SimulatedDecision said)
    {
        var step = point.Step ?? "";
        switch (name)
        {
            case EventNames.RunEntered:
                tally.Entered++;
                tally.EnteredHoldout += said.IsHoldout ? 1 : 0;
                _entered.Add(point.Journey);
                break;
            case EventNames.RunNotEntered:
                JourneyTally.Count(tally.NotEntered, said.Reason);
                break;
            case EventNames.RunExited:
                JourneyTally.Count(tally.Exits, said.Reason);
                break;
            case EventNames.GoalReached:
                tally.Goals += said.IsHoldout ? 0 : 1;
                tally.GoalsHoldout += said.IsHoldout ? 1 : 0;
                break;
            case EventNames.MessageRequested:
                JourneyTally.Count(tally.Sends, (step, said.Channel));
                _messaged.Add(point.Journey);
                _messages++;
                break;
            case EventNames.MessageSuppressed:
                JourneyTally.Count(tally.Suppressed, (step, said.Reason));
                break;
            case EventNames.RunWaiting when said.Reason.Length > 0:
                JourneyTally.Count(tally.Held, said.Reason);
                break;
            case EventNames.TaskRequested:
                JourneyTally.Count(tally.Tasks, (step, said.Team));
                break;
            case EventNames.CallRequested:
                tally.Calls++;
                break;
        }
    }

    private static void Count(JourneyTally tally, NewEvent decision, string[] segments)
    {
        var figures = decision.Name switch
        {
            EventNames.RunEntered => new Figures { Entered = 1 },
            EventNames.MessageRequested => new Figures { Messages = 1 },
            EventNames.MessageSuppressed => new Figures { Suppressed = 1 },
            EventNames.GoalReached => new Figures { Goals = 1 },
            EventNames.RunExited => new Figures { Exits = 1 },
            _ => default,
        };
        CollectionsMarshal.GetValueRefOrAddDefault(tally.Days, Math.DivRem(decision.OccurredAt, Instants.Day).Quotient, out _).Add(figures);
        foreach (var segment in segments)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(tally.Segments, segment, out _).Add(figures);
        }
    }

    /// <summary>The segments whose conditions hold now, in alphabetical order.</summary>
    private string[] MembershipOf(CustomerState state, in RecordedEvent basis, DefinitionSet definitions)
    {
        if (!ReferenceEquals(definitions, _definitions))
        {
            _definitions = definitions;
            _segments = [.. definitions.Segments.Keys.Order(StringComparer.Ordinal).Take(SegmentsMax)];
        }

        if (_segments.Length == 0)
        {
            return [];
        }

        _facts.Bind(state, basis, definitions);
        return Array.FindAll(_segments, segment => _facts.InSegment(segment).IsTrue);
    }

    private void Note(in TracePoint point, in SimulatedDecision said, NewEvent emitted)
    {
        var kind = emitted.Name switch
        {
            EventNames.RunEntered => TreatmentKind.Entered,
            EventNames.MessageRequested => TreatmentKind.Message,
            EventNames.TaskRequested => TreatmentKind.Task,
            EventNames.RunExited => TreatmentKind.Exit,
            _ => (TreatmentKind?)null,
        };
        if (kind is { } known)
        {
            var run = _runs.TryGetValue(point.Run ?? Guid.Empty, out var note) ? note : new RunNote(said.Key, 0, []);
            Treatments.Add(new Treatment(
                known, emitted.Stream, point.Journey, point.Run?.ToString("D") ?? "", run.Key, run.EnteredAt, point.Step ?? "", said.Channel,
                known == TreatmentKind.Task ? said.Team : said.Template, said.Reason, emitted.OccurredAt));
        }
    }

    private void CountCustomers()
    {
        foreach (var journey in _entered)
        {
            Tally.Of(journey).Customers++;
        }

        foreach (var journey in _messaged)
        {
            Tally.Of(journey).Messaged++;
        }

        Tally.MessagesPerCustomer[Math.Min(_messages, Tally.MessagesPerCustomer.Length - 1)]++;
    }

    private readonly record struct RunNote(string Key, long EnteredAt, string[] Segments);
}
