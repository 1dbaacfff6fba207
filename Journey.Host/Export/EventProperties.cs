using System.Text.Json;

namespace Journey.Host.Export;

/// <summary>The properties that an export was asked for, of one event.</summary>
internal sealed class EventProperties(IReadOnlyList<string> names)
{
    /// <summary>Most properties that one export may take along.</summary>
    public const int NamesMax = 100;

    public IReadOnlyList<string> Names => names;

    /// <summary>One value per name, in their order; Undefined where the event has none.</summary>
    public JsonElement[] Of(ReadOnlyMemory<byte> json)
    {
        var values = new JsonElement[names.Count];
        if (names.Count == 0)
        {
            return values;
        }

        using var document = JsonDocument.Parse(json);
        if (document.RootElement.TryGetProperty("properties"u8, out var properties) && properties.ValueKind == JsonValueKind.Object)
        {
            for (var i = 0; i < names.Count; i++)
            {
                if (properties.TryGetProperty(names[i], out var value) && value.ValueKind != JsonValueKind.Null)
                {
                    values[i] = value.Clone();
                }
            }
        }

        return values;
    }
}
