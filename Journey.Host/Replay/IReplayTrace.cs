using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Host.Replay;

/// <summary>Listens to a replay: which event comes next, what the engine does with it, what the fold makes of it.</summary>
public interface IReplayTrace : IEngineTrace
{
    /// <param name="definitions">What was in force for this event.</param>
    void Begin(in RecordedEvent recorded, DefinitionSet definitions);

    /// <param name="emitted">What the fold derives and decides at this event; valid during the call.</param>
    void End(in RecordedEvent recorded, IReadOnlyList<NewEvent> emitted);
}
