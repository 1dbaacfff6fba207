using System.Text.Json;
using Journey.Domain.Cel;

namespace Journey.Domain.Engine;

/// <summary>Values of the expression language as JSON: times as ISO 8601, durations as seconds ("90s"), bytes as base 64.</summary>
internal static class JsonValues
{
    private const int DepthMax = 32;

    /// <param name="json">JSON text that was parsed before.</param>
    public static CelValue Read(ReadOnlyMemory<byte> json)
    {
        // Without a pool: the value may outlive this call, and then nobody would give the memory back.
        var reader = new Utf8JsonReader(json.Span);
        return CelValue.FromJson(JsonElement.ParseValue(ref reader));
    }

    /// <remarks>What JSON cannot say (not a number, an error, more than 32 levels) is null.</remarks>
    public static void Write(Utf8JsonWriter json, in CelValue value, int depth = 0)
    {
        switch (value.Kind)
        {
            case CelKind.Bool:
                json.WriteBooleanValue(value.AsBool());
                break;
            case CelKind.Int:
                json.WriteNumberValue(value.AsInt());
                break;
            case CelKind.Uint:
                json.WriteNumberValue(value.AsUint());
                break;
            case CelKind.Double when double.IsFinite(value.AsDouble()):
                json.WriteNumberValue(value.AsDouble());
                break;
            case CelKind.String:
                json.WriteStringValue(value.AsString());
                break;
            case CelKind.Bytes:
                json.WriteBase64StringValue(value.AsBytes());
                break;
            case CelKind.Timestamp:
                json.WriteStringValue(CelTimes.Format(value));
                break;
            case CelKind.Duration:
                json.WriteStringValue(CelTimes.FormatDuration(value.AsDurationNanoseconds()));
                break;
            case CelKind.Type:
                json.WriteStringValue(value.AsTypeName());
                break;
            case CelKind.List when depth < DepthMax:
                WriteList(json, value.AsList(), depth + 1);
                break;
            case CelKind.Map when depth < DepthMax:
                WriteMap(json, value.AsMap(), depth + 1);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    private static void WriteList(Utf8JsonWriter json, IReadOnlyList<CelValue> list, int depth)
    {
        json.WriteStartArray();
        foreach (var item in list)
        {
            Write(json, item, depth);
        }

        json.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter json, CelMap map, int depth)
    {
        json.WriteStartObject();
        foreach (var (key, item) in map.Entries)
        {
            json.WritePropertyName(RunKeys.TextOf(key) ?? "");
            Write(json, item, depth);
        }

        json.WriteEndObject();
    }
}
