using System.Text.Json;

namespace Journey.Host.Testing;

/// <summary>Compares what a test says with what was recorded: objects may say more than expected, everything else is equal.</summary>
internal static class JsonSubset
{
    public static bool Holds(JsonElement expected, JsonElement actual) => expected.ValueKind switch
    {
        JsonValueKind.Object => actual.ValueKind == JsonValueKind.Object
            && expected.EnumerateObject().All(member => actual.TryGetProperty(member.Name, out var value) && Holds(member.Value, value)),
        JsonValueKind.Array => actual.ValueKind == JsonValueKind.Array && expected.GetArrayLength() == actual.GetArrayLength()
            && expected.EnumerateArray().Zip(actual.EnumerateArray()).All(pair => Holds(pair.First, pair.Second)),
        JsonValueKind.Number => actual.ValueKind == JsonValueKind.Number && IsSame(expected, actual),
        JsonValueKind.String => actual.ValueKind == JsonValueKind.String && expected.ValueEquals(actual.GetString()),
        _ => expected.ValueKind == actual.ValueKind,
    };

    // 80 and 80.0 are one number, and 0.1 is itself.
    private static bool IsSame(JsonElement expected, JsonElement actual) =>
        expected.TryGetDecimal(out var one) && actual.TryGetDecimal(out var other) ? one == other : expected.GetDouble().Equals(actual.GetDouble());
}
