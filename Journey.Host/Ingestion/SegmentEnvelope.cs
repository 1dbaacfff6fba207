using System.Text.Json;

namespace Journey.Host.Ingestion;

/// <summary>What holds for every message of a Segment request.</summary>
/// <param name="ReceivedAt">Unix milliseconds.</param>
/// <param name="SentAt">The batch's; a message's own goes before it. Unix milliseconds; null: not said.</param>
/// <param name="Context">The batch's, for messages without one; Undefined: none.</param>
public readonly record struct SegmentEnvelope(long ReceivedAt, long? SentAt, JsonElement Context);
