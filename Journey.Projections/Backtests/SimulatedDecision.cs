using Journey.Domain.Events;
using Journey.Projections.Customers;
using Journey.Projections.Deliveries;

namespace Journey.Projections.Backtests;

/// <summary>What a simulated decision says beside where it was taken.</summary>
/// <param name="Key">Of the run, where the decision says it.</param>
public readonly record struct SimulatedDecision(string Key, string Channel, string Template, string Team, string Reason, bool IsHoldout)
{
    /// <summary>Of a decision that says nothing more.</summary>
    public static SimulatedDecision Nothing { get; } = new("", "", "", "", "", false);
}

/// <summary>Reads decisions; for one thread at a time.</summary>
public sealed class DecisionReading(Vocabulary vocabulary)
{
    private readonly DecisionFacts _facts = new();

    public SimulatedDecision Read(NewEvent decision)
    {
        var json = StoredPayload.Json(decision.Payload).Span;

        // Nearly every second decision is that a run waits, and most of them say until when and nothing else.
        if (decision.Name == EventNames.RunWaiting && json.IndexOf("\"reason\":"u8) < 0)
        {
            return SimulatedDecision.Nothing;
        }

        _facts.Read(json, vocabulary);
        return new(_facts.Key ?? "", _facts.Channel, _facts.Template, _facts.Team, _facts.Reason ?? "", _facts.IsHoldout);
    }
}
