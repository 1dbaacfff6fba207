using System.Text.Json;
using Journey.Domain.Cel;
using Journey.Domain.Time;

namespace Journey.Host.Running;

/// <summary>Writes what an expression sees as JSON: times as ISO 8601, durations in seconds, errors as null.</summary>
public static class CelJsonWriter
{
    private const int DepthMax = 16;

    public static void Write(Utf8JsonWriter writer, in CelValue value, int depth = 0)
    {
        switch (value.Kind)
        {
            case CelKind.Bool:
                writer.WriteBooleanValue(value.AsBool());
                break;
            case CelKind.Int:
                writer.WriteNumberValue(value.AsInt());
                break;
            case CelKind.Uint:
                writer.WriteNumberValue(value.AsUint());
                break;
            case CelKind.Double when double.IsFinite(value.AsDouble()):
                writer.WriteNumberValue(value.AsDouble());
                break;
            case CelKind.String:
                writer.WriteStringValue(value.AsString());
                break;
            case CelKind.Bytes:
                writer.WriteBase64StringValue(value.AsBytes());
                break;
            case CelKind.Timestamp:
                writer.WriteStringValue(Instants.ToIso(value.AsUnixMilliseconds()));
                break;
            case CelKind.Duration:
                writer.WriteNumberValue(value.AsTimeSpan().TotalSeconds);
                break;
            case CelKind.List when depth < DepthMax:
                writer.WriteStartArray();
                foreach (var item in value.AsList())
                {
                    Write(writer, item, depth + 1);
                }

                writer.WriteEndArray();
                break;
            case CelKind.Map when depth < DepthMax:
                writer.WriteStartObject();
                foreach (var (key, item) in value.AsMap().Entries)
                {
                    if (!item.IsError)
                    {
                        writer.WritePropertyName(key.Kind == CelKind.String ? key.AsString() : key.ToString());
                        Write(writer, item, depth + 1);
                    }
                }

                writer.WriteEndObject();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }
}
