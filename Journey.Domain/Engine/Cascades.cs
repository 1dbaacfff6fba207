using System.Text.Json;
using Journey.Domain.Events;

namespace Journey.Domain.Engine;

/// <summary>Events that journeys emit, and that make journeys emit: how far from the first cause one is.</summary>
/// <remarks>Time ends a cascade: what happens after a wait is a new beginning, and entries per day bound it.</remarks>
internal static class Cascades
{
    /// <summary>0 for what no <c>emit</c> step caused.</summary>
    public static int DepthOf(in RecordedEvent basis)
    {
        if (basis.Kind != EventKind.Derived)
        {
            return 0;
        }

        using var json = JsonDocument.Parse(basis.Json);
        return json.RootElement.TryGetProperty("context"u8, out var context)
            && context.ValueKind == JsonValueKind.Object
            && context.TryGetProperty("cascade"u8, out var cascade)
            && cascade.ValueKind == JsonValueKind.Number
            && cascade.TryGetInt32(out var depth) ? depth : 0;
    }
}
