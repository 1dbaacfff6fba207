using System.Text.Json;

namespace Journey.Host.Ingestion;

/// <summary>The limits that one event's JSON must keep, whatever it says: checked before anything is made of it.</summary>
public static class EventShape
{
    /// <param name="json">One valid JSON object, as sent.</param>
    public static Refusal? Check(ReadOnlySpan<byte> json, int bytesMax)
    {
        if (json.Length > bytesMax)
        {
            return Refusal.TooLarge(json.Length, bytesMax);
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = IngestLimits.RequestDepthMax });
        var values = 0;
        while (reader.Read())
        {
            // A reader stands at depth 0 on the outermost brace: what is opened there is the first level.
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= IngestLimits.EventDepthMax)
            {
                return Refusal.TooDeep;
            }

            // Names are not counted beside their values, nor ends beside their beginnings.
            if (reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.EndObject or JsonTokenType.EndArray)
                && ++values > IngestLimits.EventValuesMax + 1)
            {
                return Refusal.TooManyValues;
            }
        }

        return null;
    }
}
