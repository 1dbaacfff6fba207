using System.Buffers;
using System.Security.Cryptography;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Personal;

namespace Journey.Host.Stores.Personal;

/// <summary>Hands stored payloads out as JSON: with the personal values where there is a key, with placeholders where it was destroyed.</summary>
internal sealed class PayloadReader(PersonalKeys keys)
{
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
                ? Joined(parts, key, eventId, buffer)
                : Plain(parts.Redacted, buffer);
        }
        catch (Exception e) when (e is CryptographicException or InvalidDataException or ArgumentException)
        {
            throw new StoreFormatException($"{rows.Place} is damaged: the personal data of the event at position {position} cannot be opened. Restore it from a backup.");
        }
    }

    private static Memory<byte> Joined(in SealedPayload.Parts parts, byte[] key, ReadOnlySpan<byte> eventId, PageBuffer buffer)
    {
        const int onStack = 512;
        byte[]? rented = null;
        var values = parts.ValuesLength <= onStack
            ? stackalloc byte[onStack]
            : rented = ArrayPool<byte>.Shared.Rent(parts.ValuesLength);
        values = values[..parts.ValuesLength];
        PayloadSeal.Open(key, parts.Sealed, eventId, values);
        var payload = buffer.Take(parts.Length + 1);
        payload.Span[0] = StoredPayload.JsonMarker;
        parts.Join(values, payload.Span[1..]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }

        return payload;
    }

    private static Memory<byte> Plain(ReadOnlySpan<byte> json, PageBuffer buffer)
    {
        var payload = buffer.Take(json.Length + 1);
        payload.Span[0] = StoredPayload.JsonMarker;
        json.CopyTo(payload.Span[1..]);
        return payload;
    }
}
