using Journey.Host.Http.Operations;
using Journey.Host.Http.Queries;

namespace Journey.Host.Http.Live;

/// <summary>How everything stands at one moment: what the status page shows.</summary>
/// <param name="Head">Global position of the log's end.</param>
/// <param name="Lag">Events not processed yet, by the consumer furthest behind.</param>
/// <param name="Healthy">As <c>/health/ready</c> says.</param>
public sealed record Overview(string At, long Head, RatesNow Rates, long Lag, int Queue, bool Healthy, IReadOnlyList<HealthCheck> Health,
    IReadOnlyList<CartsNow> Carts, CartTotals CartTotals, JourneyCounts Journeys, int LiveClients);

/// <summary>Events per second, as a mean over the last five.</summary>
public sealed record RatesNow(double Total, IReadOnlyDictionary<string, double> ByChannel, double Decisions);

/// <summary>Open carts in one state.</summary>
/// <param name="Value">Sums by currency.</param>
/// <param name="AtLeast">There are more carts than were counted.</param>
public sealed record CartsNow(string State, int Count, IReadOnlyDictionary<string, decimal> Value, bool AtLeast);

/// <summary>What became of carts so far.</summary>
public sealed record CartTotals(long Started, long Abandoned, long Converted, long Recovered, long Expired);
