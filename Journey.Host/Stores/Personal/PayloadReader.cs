using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Personal;

namespace Journey.Host.Stores.Personal;

/// <summary>Hands stored payloads out as JSON: with the personal values where there is a key, with placeholders where it was destroyed.</summary>
internal sealed class PayloadReader(PersonalKeys keys)
{
    /// <summary>What is sealed is opened when its bytes are asked for, and no sooner; that may say that it was changed on disk.</summary>
    /// <param name="eventId">UTF-8.</param>
    /// <param name="buffer">Holds the result.</param>
    /// <exception cref="StoreFormatException">The payload was changed on disk.</exception>
    public ReadOnlyMemory<byte> Read(IPersonalRows rows, long stream, ReadOnlySpan<byte> eventId, ReadOnlySpan<byte> stored, PageBuffer buffer, long position)
    {
        if (!SealedPayload.IsOne(stored))
        {
            return buffer.Copy(stored);
        }

        try
        {
            var parts = SealedPayload.Read(stored);
            return keys.Find(rows, stream) is { } key
                ? buffer.Part<SealedMemory>().Hold(keys.Ciphers, key, parts, eventId, stored, buffer, rows.Place, position)
                : Plain(parts.Redacted, buffer);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            throw Damaged(rows.Place, position);
        }
    }

    internal static StoreFormatException Damaged(string store, long position) =>
        new($"{store} is damaged: the personal data of the event at position {position} cannot be opened. Restore it from a backup.");

    private static Memory<byte> Plain(ReadOnlySpan<byte> json, PageBuffer buffer)
    {
        var payload = buffer.Take(json.Length + 1);
        payload.Span[0] = StoredPayload.JsonMarker;
        json.CopyTo(payload.Span[1..]);
        return payload;
    }
}
