using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Host.Backtests;
using Journey.Host.Stores.Sqlite;
using Journey.Projections.Backtests;
using Journey.Projections.Customers;

namespace Journey.Tests.Host.Backtests;

/// <summary>Everything that a backtest's draft world would derive and decide, and what the log holds of it.</summary>
internal sealed class Simulated : ISimulationObserver
{
    private FamilySimulation _simulation = null!;

    /// <summary>Of the period.</summary>
    public List<NewEvent> Events { get; } = [];

    /// <summary>Of the period and of what came before it.</summary>
    public List<NewEvent> All { get; } = [];

    /// <param name="interest">Null: what the plan says.</param>
    public static async Task<Simulated> AllAsync(SqliteStore store, BacktestRequest request, EventInterest? interest = null)
    {
        var plan = await BacktestPlan.MakeAsync(store, request, CancellationToken.None);
        plan = interest is null ? plan : plan with { Interest = interest };
        var simulated = new Simulated();
        simulated._simulation = new FamilySimulation(new Vocabulary(), plan.Interest);
        using var reader = new FamilyReader(store, plan);
        for (var stream = 1L; stream <= reader.Streams; stream++)
        {
            if (reader.Read(stream))
            {
                simulated._simulation.Run(reader.Family, plan.World, plan.Period, simulated);
            }
        }

        return simulated;
    }

    /// <summary>What the log's own folds and engine wrote behind a position.</summary>
    public static async Task<IReadOnlyList<RecordedEvent>> RecordedAsync(SqliteStore store, long after = 0)
    {
        var page = await store.ReadAsync(default, 100_000);
        return [.. page.Events.Where(recorded => recorded.Position > after && recorded.Source == "journey" && recorded.Kind is EventKind.Derived or EventKind.Decision)];
    }

    public void Emitted(NewEvent emitted, in RecordedEvent basis, CustomerState state, DefinitionSet definitions)
    {
        All.Add(emitted);
        if (_simulation.IsInPeriod)
        {
            Events.Add(emitted);
        }
    }

    public void Ended(IReadOnlyCollection<CustomerState> states)
    {
    }

    public static string Line(NewEvent emitted) => $"{emitted.Id} {emitted.Stream} {emitted.Name} {emitted.OccurredAt} {System.Text.Encoding.UTF8.GetString(StoredPayload.Json(emitted.Payload).Span)}";

    public static string Line(in RecordedEvent recorded) => $"{recorded.Id} {recorded.Stream} {recorded.Name} {recorded.OccurredAt} {System.Text.Encoding.UTF8.GetString(recorded.Json.Span)}";
}
