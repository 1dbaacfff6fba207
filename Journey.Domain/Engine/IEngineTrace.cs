using Journey.Domain.Cel;
using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Domain.Engine;

/// <summary>What an evaluated condition is there for.</summary>
public enum ConditionRole { Entry, Audience, Key, Exit, Goal, Reset, Awaited, Branch, Guard, Until, Value }

/// <summary>What decided about an entry, a send or a run, beside conditions.</summary>
public enum Gate { Key, Reentry, Cooldown, Precedence, Paused, Limit, Consent, Holdout, Guard, Cap, Quiet, Stale, Status, Version }

/// <summary>Where a remark of the trace belongs.</summary>
/// <param name="Run">Null while an entry is being considered.</param>
/// <param name="Step">Null outside of a step.</param>
public readonly record struct TracePoint(string Journey, int Version, Guid? Run, string? Step);

/// <summary>Hears every decision and every non-decision as it is made. There is none in live processing: <c>why</c> derives its answer by replaying with one.</summary>
/// <remarks>Calls are synchronous; activations and events are valid during the call only.</remarks>
public interface IEngineTrace
{
    /// <summary>The event is one that is not reacted to: a decision, time, imported, late, or the one reacted to last.</summary>
    void PassedOver(in RecordedEvent basis);

    /// <summary>A journey was looked at for an event that may start it, or a run for an event that its version listens to.</summary>
    void LookedAt(in TracePoint point, in RecordedEvent basis, long now);

    /// <summary>A condition or expression was evaluated; <paramref name="facts"/> resolve as they did for it, for an explanation.</summary>
    void Evaluated(in TracePoint point, ConditionRole role, SourcePlace at, CelProgram program, in CelValue value, ICelActivation facts);

    /// <summary>A gate kept somebody out, a message back, or an event away from a run.</summary>
    /// <param name="detail">A sentence that says why.</param>
    void Refused(in TracePoint point, Gate gate, string detail);

    /// <summary>A run is done with a step.</summary>
    /// <param name="outcome">What came of it, and chose the path on: <see cref="StepOutcomes"/>, an arm's name, an awaited event's, or why a message was withheld.</param>
    /// <param name="channel">A send's channel; empty for other steps.</param>
    void Stepped(in TracePoint point, Step step, string outcome, string channel);

    void Decided(in TracePoint point, in Decision decision);
}
