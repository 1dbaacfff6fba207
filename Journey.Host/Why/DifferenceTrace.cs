using System.Text.Json;
using Journey.Host.Replay;

namespace Journey.Host.Why;

/// <summary>What the engine does now around a decision that was recorded otherwise: conditions and the values they see.</summary>
public static class DifferenceTrace
{
    /// <param name="max">Most entries: those of the event that it follows from, or else the latest before it.</param>
    /// <returns>Empty where the difference is none of a journey's: a derived event's, say.</returns>
    public static async Task<IReadOnlyList<WhyEntry>> OfAsync(ReplaySource source, DecisionDifference difference, int max, CancellationToken cancellation)
    {
        if ((JourneyOf(difference.Recorded) ?? JourneyOf(difference.Decided)) is not { } journey)
        {
            return [];
        }

        var first = source.Definitions.Latest.Versions.Values.Where(version => version.Name == journey).MinBy(version => version.Version);
        var trace = new WhyTrace(journey, first);
        await new CustomerReplay(source).RunAsync(difference.Customer, ReplayLimit.None with { Position = difference.Basis }, trace, cancellation);
        var sentences = new Sentences(journey, source.Definitions.Latest, first);
        var entries = trace.Entries.Where(entry => entry.Position == difference.Basis).ToList();
        return [.. (entries.Count > 0 ? entries : [.. trace.Entries]).TakeLast(max).Select(entry => entry with { Text = sentences.Of(entry) })];
    }

    private static string? JourneyOf(Said? said)
    {
        if (said is null)
        {
            return null;
        }

        using var json = JsonDocument.Parse(said.Json);
        return json.RootElement.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            && properties.TryGetProperty("journey", out var journey) && journey.ValueKind == JsonValueKind.String
            ? journey.GetString()
            : null;
    }
}
