using System.Text.Json;

namespace Journey.Host.Ingestion;

/// <summary>Reading JSON whose shape was never promised: what isn't there, or isn't of the kind asked for, is nothing.</summary>
internal static class JsonMembers
{
    /// <returns>An element of kind Undefined where there is none.</returns>
    public static JsonElement Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    /// <returns>Text that isn't blank, trimmed; a number's digits; otherwise null.</returns>
    public static string? Text(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String when element.GetString()!.Trim() is { Length: > 0 } text => text,
        JsonValueKind.Number => element.GetRawText(),
        _ => null,
    };

    public static bool IsAbsent(this JsonElement element) => element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    /// <summary>PHP writes an empty map as an empty list.</summary>
    public static bool IsObjectOrAbsent(this JsonElement element) =>
        element.IsAbsent() || element.ValueKind == JsonValueKind.Object || (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() == 0);
}
