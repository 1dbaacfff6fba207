using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Personal;
using Journey.Projections.Facts;

namespace Journey.Projections.Customers;

/// <summary>"Customer Erased": what the state holds of the person goes, and so do the customer's runs.</summary>
/// <remarks>
/// What is left is what a fold of the log makes of it once the keys are gone: live equals replay, whether the events before were folded
/// with their values or with placeholders.
/// </remarks>
internal sealed class ErasureFold
{
    private readonly Redaction _redaction = new();

    /// <param name="facts">Bound to the state and the event.</param>
    public void Apply(CustomerState state, in RecordedEvent recorded, DefinitionSet definitions, CustomerFacts facts, DecisionSink decisions, FoldOutput output)
    {
        state.Profile.Erase(PersonalFields.Of(definitions.Workspace).Names, _redaction);
        state.Identifiers.Erase(state.Customer, output.Changes);
        state.IsErased = true;
        JourneyEngine.EndRuns(definitions, state.Engine, recorded, ExitReasons.Erased, facts, decisions);
    }
}
