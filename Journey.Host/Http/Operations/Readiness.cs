using Microsoft.Extensions.Logging;

namespace Journey.Host.Http.Operations;

/// <param name="Name">"store", or a consumer's name.</param>
/// <param name="Detail">What is wrong, for a person; empty where nothing is.</param>
public sealed record HealthCheck(string Name, bool Ok, string Detail);

/// <param name="Status">ready or not-ready.</param>
public sealed record HealthReport(string Status, IReadOnlyList<HealthCheck> Checks);

/// <summary>Whether the server can do its work now.</summary>
internal sealed class Readiness(JourneyServices services, ILogger<Readiness> logger)
{
    private static readonly TimeSpan StoreAnswersWithin = TimeSpan.FromSeconds(2);

    public async ValueTask<IReadOnlyList<HealthCheck>> CheckAsync(CancellationToken cancellation)
    {
        var checks = new List<HealthCheck> { await StoreAsync(cancellation) };
        foreach (var consumer in services.Consumers())
        {
            var name = consumer.Partition is { } partition ? $"{consumer.Name}/{partition}" : consumer.Name;
            checks.Add(consumer.Fault is { } fault
                ? new HealthCheck(name, false, fault.Position > 0
                    ? $"Stopped at position {fault.Position:N0} ({fault.EventName}): {fault.Reason}"
                    : fault.Reason)
                : new HealthCheck(name, true, ""));
        }

        return checks;
    }

    private async ValueTask<HealthCheck> StoreAsync(CancellationToken cancellation)
    {
        try
        {
            await services.Log.HeadAsync(cancellation).AsTask().WaitAsync(StoreAnswersWithin, cancellation);
            return new HealthCheck("store", true, "");
        }
        catch (TimeoutException)
        {
            return new HealthCheck("store", false, $"No answer within {StoreAnswersWithin.TotalSeconds:N0} seconds.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.LogError(exception, "The store does not answer.");
            return new HealthCheck("store", false, "The store does not answer; see the log.");
        }
    }
}
