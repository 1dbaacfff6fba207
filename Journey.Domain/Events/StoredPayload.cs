using Journey.Domain.Personal;

namespace Journey.Domain.Events;

/// <summary>How a payload stands on disk: one marker byte that names the format, then the content.</summary>
/// <remarks>
/// Marker 1 is UTF-8 JSON; marker 2 is JSON whose personal values are encrypted with the customer's key: see <see cref="SealedPayload"/>.
/// Further ones may join them; old events are never rewritten. A store hands events out as marker 1: with the values, or after an erasure
/// with placeholders.
/// <para>The JSON is one object. Every event keeps what it says under <c>properties</c>; interactions may also carry
/// <c>ids</c> (userId, anonymousId, email, phone, loyaltyCard, deviceId: strings), <c>traits</c>, <c>context</c> and
/// <c>session</c> (the sender's own session id). Nothing else stands at the top level.</para>
/// </remarks>
public static class StoredPayload
{
    public const byte JsonMarker = 1;

    /// <summary>An event that says nothing beyond its name.</summary>
    public static ReadOnlyMemory<byte> Empty { get; } = FromJson("{}"u8);

    public static ReadOnlyMemory<byte> FromJson(ReadOnlySpan<byte> json)
    {
        var stored = new byte[json.Length + 1];
        stored[0] = JsonMarker;
        json.CopyTo(stored.AsSpan(1));
        return stored;
    }

    /// <exception cref="InvalidDataException">The marker is not one that this version reads.</exception>
    public static ReadOnlyMemory<byte> Json(ReadOnlyMemory<byte> stored) =>
        stored.IsEmpty ? "{}"u8.ToArray()
        : stored.Span[0] == JsonMarker ? stored[1..]
        : stored.Span[0] == SealedPayload.Marker ? stored[1..SealedPayload.EndOf(stored.Span)]
        : throw new InvalidDataException($"Payload format {stored.Span[0]} is not known to this version; formats known: 1 (JSON), 2 (JSON with sealed values).");
}
