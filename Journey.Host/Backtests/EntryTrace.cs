using Journey.Domain.Cel;
using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Host.Backtests;

/// <summary>Counts why customers did not enter, as the engine looks at them: what no decision records. And remembers where in a journey decisions were taken.</summary>
internal sealed class EntryTrace : IEngineTrace
{
    private readonly Queue<(Decision Decision, TracePoint Point)> _decided = new();
    private string? _journey;
    private string? _reason;

    private bool _counts;

    /// <summary>Whether the period is under way.</summary>
    public Func<bool> IsInPeriod { get; set; } = static () => true;

    /// <summary>By journey and reason; the reasons that are decisions are not among them.</summary>
    public Dictionary<(string Journey, string Reason), long> Reasons { get; } = [];

    public void PassedOver(in RecordedEvent basis) => Flush();

    public void LookedAt(in TracePoint point, in RecordedEvent basis, long now)
    {
        Flush();
        _journey = point.Run is null ? point.Journey : null;
        _counts = IsInPeriod();
    }

    public void Evaluated(in TracePoint point, ConditionRole role, SourcePlace at, CelProgram program, in CelValue value, ICelActivation facts)
    {
        if (_journey is not null && point.Run is null && role is ConditionRole.Entry or ConditionRole.Audience)
        {
            _reason = value.IsTrue ? null : role == ConditionRole.Entry ? "where" : "audience";
        }
    }

    public void Refused(in TracePoint point, Gate gate, string detail)
    {
        if (_journey is not null && point.Run is null)
        {
            _reason = gate switch
            {
                Gate.Key => "key",
                Gate.Reentry => "re-entry",
                Gate.Cooldown => "cooldown",
                Gate.Precedence => "precedence",
                Gate.Status => "not published",
                _ => null,
            };
        }
    }

    public void Stepped(in TracePoint point, Step step, string outcome, string channel)
    {
    }

    public void Decided(in TracePoint point, in Decision decision) => _decided.Enqueue((decision, point));

    /// <summary>Where a decision was taken. They are asked for in the order in which they were taken; those in between were taken before and count no more.</summary>
    /// <param name="note">Set where it is all there is of it.</param>
    public bool TryFind(NewEvent decision, out TracePoint point, out DecisionNote? note)
    {
        while (_decided.TryDequeue(out var next))
        {
            if (next.Decision.Payload.Equals(decision.Payload) && next.Decision.Name == decision.Name)
            {
                (point, note) = (next.Point, next.Decision.Note);
                return true;
            }
        }

        (point, note) = (default, null);
        return false;
    }

    /// <summary>Before another family.</summary>
    public void Restart() => _decided.Clear();

    /// <summary>Counts the entry that was looked at last.</summary>
    public void Flush()
    {
        if (_counts && _journey is not null && _reason is not null)
        {
            JourneyTally.Count(Reasons, (_journey, _reason));
        }

        (_journey, _reason) = (null, null);
    }
}
