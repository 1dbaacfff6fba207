using System.Text.Json;

namespace Journey.Host.Ingestion;

/// <summary>A Segment request, read: its messages, and what holds for all of them.</summary>
/// <param name="WriteKey">As given in the body; null: not there.</param>
/// <param name="IsBatch">The messages came in <c>batch</c>.</param>
public sealed record SegmentRequest(string? WriteKey, bool IsBatch, IReadOnlyList<JsonElement> Messages, JsonElement Context, long? SentAt)
{
    /// <param name="call">Null: a batch is expected.</param>
    /// <returns>Null, with a sentence in <paramref name="fault"/>, where the body is not such a request.</returns>
    public static SegmentRequest? Read(JsonElement body, SegmentCall? call, out string fault)
    {
        fault = "";
        if (body.ValueKind != JsonValueKind.Object)
        {
            fault = "The body must be a JSON object.";
            return null;
        }

        var key = body.Member("writeKey").Text();
        if (call is not null)
        {
            return new SegmentRequest(key, IsBatch: false, [body], default, null);
        }

        if (body.Member("batch") is not { ValueKind: JsonValueKind.Array } batch)
        {
            fault = "The body must have \"batch\", an array of messages.";
            return null;
        }

        return new SegmentRequest(key, IsBatch: true, [.. batch.EnumerateArray()], body.Member("context"), EventTimes.Parse(body.Member("sentAt")));
    }
}
