using System.Collections.Immutable;
using System.Text.Json;
using Journey.Domain.Cel;
using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Host.Replay;

namespace Journey.Host.Why;

/// <summary>Writes down what one journey did with each event of a replay, and what kept it from doing anything.</summary>
public sealed class WhyTrace(string journey, PublishedJourney? first) : IReplayTrace
{
    /// <summary>Entries kept in all: of more than these the oldest are dropped. A person reads a few dozen.</summary>
    public const int EntriesMax = 10_000;

    private readonly Queue<WhyEntry> _entries = new();
    private readonly List<Look> _looks = [];
    private RecordedEvent _basis;
    private DefinitionSet _definitions = DefinitionSet.Empty;
    private long _now;

    public IReadOnlyCollection<WhyEntry> Entries => _entries;

    /// <summary>How many entries there were, the dropped ones included.</summary>
    public long Count { get; private set; }

    /// <summary>How many events of the customer came by, whatever they were.</summary>
    public long Events { get; private set; }

    public void Begin(in RecordedEvent recorded, DefinitionSet definitions)
    {
        (_basis, _definitions, _now) = (recorded, definitions, recorded.OccurredAt);
        _looks.Clear();
        Events += recorded.Kind == EventKind.Interaction ? 1 : 0;
    }

    public void End(in RecordedEvent recorded, IReadOnlyList<NewEvent> emitted)
    {
        foreach (var look in _looks)
        {
            Close(look);
        }

        if (_looks.Count == 0 && recorded.Kind is EventKind.Interaction or EventKind.Derived)
        {
            AddUnseen(recorded);
        }

        _looks.Clear();
        _basis = default;
    }

    public void PassedOver(in RecordedEvent basis)
    {
        if (basis.Kind is EventKind.Interaction or EventKind.Derived && Heeds(basis.Name) is { } version)
        {
            Add(new TracePoint(journey, version, null, null), Verdict.PassedOver, [], null, null, null);
            _looks.Add(new Look(default) { IsTold = true });
        }
    }

    public void LookedAt(in TracePoint point, in RecordedEvent basis, long now)
    {
        if (point.Journey == journey)
        {
            _now = now;
            LookOf(point).IsLookedAt = true;
        }
    }

    public void Evaluated(in TracePoint point, ConditionRole role, SourcePlace at, CelProgram program, in CelValue value, ICelActivation facts)
    {
        if (point.Journey != journey)
        {
            return;
        }

        var inquiry = CelInquiry.Of(program, facts);
        LookOf(point).Conditions.Add(new WhyCondition(role, program.Source, at, value, inquiry.Findings, [.. inquiry.Seen]));
    }

    public void Refused(in TracePoint point, Gate gate, string detail)
    {
        if (point.Journey != journey)
        {
            return;
        }

        var look = LookOf(point);
        (look.Gate, look.Detail) = (gate, detail);
        if (point.Run is null && gate is not (Gate.Paused or Gate.Limit))
        {
            Tell(look, point, Verdict.NotEntered, null);
        }
        else if (gate == Gate.Key)
        {
            Tell(look, point, Verdict.NotConcerned, null);
        }
    }

    public void Stepped(in TracePoint point, Step step, string outcome, string channel)
    {
        if (point.Journey != journey)
        {
            return;
        }

        // What a decision tells already is not told twice.
        var verdict = step switch
        {
            Step.Branch => Verdict.Branched,
            Step.Wait or Step.WaitFor or Step.Call => Verdict.WentOn,
            Step.Start => Verdict.Done,
            _ => (Verdict?)null,
        };
        if (verdict is { } told)
        {
            Tell(LookOf(point), point, told, null, outcome);
        }
    }

    public void Decided(in TracePoint point, in Decision decision)
    {
        if (point.Journey != journey)
        {
            return;
        }

        _now = decision.OccurredAt;
        using var json = JsonDocument.Parse(StoredPayload.Json(decision.Payload));
        var properties = json.RootElement.TryGetProperty("properties", out var said) ? said.Clone() : default;
        var look = LookOf(point);
        var verdict = decision.Name switch
        {
            EventNames.RunEntered => Verdict.Entered,
            EventNames.RunNotEntered => Verdict.NotEntered,
            EventNames.RunWaiting when properties.TryGetProperty("reason", out _) => Verdict.Held,
            EventNames.RunWaiting => Verdict.Waiting,
            EventNames.RunBranched => Verdict.Branched,
            EventNames.RunMigrated => Verdict.Migrated,
            EventNames.RunExited => Verdict.Exited,
            EventNames.GoalReached => Verdict.Goal,
            EventNames.MessageRequested => Verdict.Requested,
            EventNames.MessageSuppressed => Verdict.Suppressed,
            _ => Verdict.Done,
        };

        // Who enters was looked at before there was a run to name.
        var from = decision.Name == EventNames.RunEntered ? LookOf(point with { Run = null }) : look;
        Tell(from, point, verdict, new WhyDecision(decision.Id, decision.Name, properties));
        look.IsTold = true;
    }

    /// <summary>What was looked at without any word about it: a condition that did not hold, or nothing that concerned it.</summary>
    private void Close(Look look)
    {
        var isAsked = look.Conditions.Exists(condition => condition.Role != ConditionRole.Key);
        if (look.Point.Run is null ? isAsked && !look.IsTold : look.IsLookedAt && !look.IsTold)
        {
            Tell(look, look.Point, look.Point.Run is null ? Verdict.NotEntered : look.Gate == Gate.Paused ? Verdict.Held : Verdict.Nothing, null);
        }
    }

    /// <summary>An event that would start the journey, had it been in force: before it was published, or after it was retired.</summary>
    private void AddUnseen(in RecordedEvent recorded)
    {
        if (first is null || _definitions.Journeys.ContainsKey(journey))
        {
            return;
        }

        var isRetired = recorded.Position > first.PublishedAtPosition;
        var version = isRetired ? Latest() ?? first : first;
        if (version.Compiled.Definition.Enter.Any(trigger => trigger.On == _basis.Name))
        {
            Add(new TracePoint(journey, isRetired ? version.Version : 0, null, null), isRetired ? Verdict.Retired : Verdict.NotPublished, [], null, null, null);
        }
    }

    private PublishedJourney? Latest() => _definitions.Versions.Values.Where(version => version.Name == journey).MaxBy(version => version.Version);

    /// <summary>The version in force, if an event of this name may start it, end its runs or be their goal.</summary>
    private int? Heeds(string name) =>
        _definitions.Journeys.TryGetValue(journey, out var inForce) && inForce.Compiled.Definition is var definition
            && (definition.Enter.Any(trigger => trigger.On == name) || definition.Exits.Any(exit => exit.On == name) || definition.Goal?.On == name)
            ? inForce.Version
            : null;

    private Look LookOf(in TracePoint point)
    {
        var run = point.Run;
        var look = _looks.Find(look => look.Point.Journey is not null && look.Point.Run == run);
        if (look is null)
        {
            look = new Look(point);
            _looks.Add(look);
        }

        return look;
    }

    private void Tell(Look look, in TracePoint point, Verdict verdict, WhyDecision? decision, string? outcome = null)
    {
        look.IsTold = true;
        Add(point, verdict, [.. look.Conditions], look.Gate, look.Detail, decision, outcome);
        look.Conditions.Clear();
        (look.Gate, look.Detail) = (null, null);
    }

    private void Add(
        in TracePoint point, Verdict verdict, ImmutableArray<WhyCondition> conditions, Gate? gate, string? detail, WhyDecision? decision, string? outcome = null)
    {
        Count++;
        _entries.Enqueue(new WhyEntry(
            _basis.Position, _now, _basis.ReceivedAt, _basis.Stream, _basis.Name, _basis.Kind, point.Version, point.Run, StepOf(point), verdict, conditions, gate, detail, decision)
        {
            Outcome = outcome,
        });
        if (_entries.Count > EntriesMax)
        {
            _entries.Dequeue();
        }
    }

    private Step? StepOf(TracePoint point) =>
        point.Step is { Length: > 0 } step && _definitions.Versions.TryGetValue((point.Journey, point.Version), out var version)
        && version.Compiled.IndexById.TryGetValue(step, out var index)
            ? version.Compiled.Flow[index].Step
            : null;

    private sealed class Look(TracePoint point)
    {
        public TracePoint Point { get; } = point;

        public List<WhyCondition> Conditions { get; } = [];

        public Gate? Gate { get; set; }

        public string? Detail { get; set; }

        public bool IsLookedAt { get; set; }

        public bool IsTold { get; set; }
    }
}
