using Journey.Domain.Events;
using Journey.Projections.Customers;
using Journey.Projections.Deliveries;

namespace Journey.Projections.Backtests;

/// <summary>What a simulated decision says.</summary>
/// <param name="Run">The run's id; empty where nobody entered.</param>
/// <param name="Key">Of the run, where the decision says it.</param>
/// <param name="Until">Unix milliseconds; 0: not said.</param>
public readonly record struct SimulatedDecision(
    string Name, long At, string Journey, int Version, string Run, string Step, string Key, string Channel, string Template, string Team, string Reason, bool IsHoldout, long Until);

/// <summary>Reads decisions; for one thread at a time.</summary>
public sealed class DecisionReading(Vocabulary vocabulary)
{
    private readonly DecisionFacts _facts = new();

    public SimulatedDecision Read(NewEvent decision)
    {
        _facts.Read(StoredPayload.Json(decision.Payload).Span, vocabulary);
        return new(
            decision.Name, decision.OccurredAt, _facts.Journey, (int)_facts.Version, _facts.Run, _facts.Step ?? "", _facts.Key ?? "",
            _facts.Channel, _facts.Template, _facts.Team, _facts.Reason ?? "", _facts.IsHoldout, _facts.Until);
    }
}
