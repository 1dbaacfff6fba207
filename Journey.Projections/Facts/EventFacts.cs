using System.Text.Json;
using Journey.Domain.Cel;
using Journey.Domain.Events;

namespace Journey.Projections.Facts;

/// <summary>The variable <c>event</c>: its payload is parsed when a condition first looks into it.</summary>
internal sealed class EventFacts : IDisposable
{
    private JsonDocument? _payload;

    public RecordedEvent Recorded { get; private set; }

    public void Bind(in RecordedEvent recorded)
    {
        Dispose();
        Recorded = recorded;
    }

    public CelValue? Member(string name) => Root() is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty(name, out var member)
        ? CelValue.FromJson(member)
        : null;

    /// <summary>Any name that is no field of the event's own is one of its properties.</summary>
    public CelValue? Property(string name) =>
        Root() is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("properties", out var properties)
        && properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name, out var property)
            ? CelValue.FromJson(property)
            : null;

    public void Dispose()
    {
        _payload?.Dispose();
        _payload = null;
    }

    private JsonElement Root() => (_payload ??= JsonDocument.Parse(Recorded.Json)).RootElement;
}
