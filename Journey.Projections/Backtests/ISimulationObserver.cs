using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Projections.Customers;

namespace Journey.Projections.Backtests;

/// <summary>Hears what would have been derived and decided.</summary>
public interface ISimulationObserver
{
    /// <param name="basis">What it follows from; valid during the call.</param>
    /// <param name="state">The customer's, behind the basis event.</param>
    void Emitted(NewEvent emitted, in RecordedEvent basis, CustomerState state, DefinitionSet definitions);

    /// <summary>A family's period is over.</summary>
    void Ended(IReadOnlyCollection<CustomerState> states);
}
