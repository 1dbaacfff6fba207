using System.Buffers;
using System.Security.Cryptography;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Personal;

namespace Journey.Host.Stores.Personal;

/// <summary>A payload that is opened when somebody looks into it: most events are read for their name alone.</summary>
/// <remarks>It lies in the page's buffer and is used again with it, so it is valid as long as the page is. Any thread may look into it.</remarks>
internal sealed class SealedMemory : MemoryManager<byte>
{
    private PayloadCiphers _ciphers = null!;
    private PersonalKey _key = null!;
    private string _store = "";
    private long _position;
    private Memory<byte> _eventId;
    private Memory<byte> _stored;
    private Memory<byte> _opened;
    private volatile bool _isOpen;

    /// <summary>Takes a payload up.</summary>
    /// <param name="parts">Of <paramref name="stored"/>.</param>
    /// <param name="store">What messages call the store.</param>
    public ReadOnlyMemory<byte> Hold(
        PayloadCiphers ciphers, PersonalKey key, in SealedPayload.Parts parts, ReadOnlySpan<byte> eventId, ReadOnlySpan<byte> stored,
        PageBuffer buffer, string store, long position)
    {
        (_ciphers, _key, _store, _position, _isOpen) = (ciphers, key, store, position, false);
        var length = parts.Length + 1;
        var room = buffer.Take(eventId.Length + stored.Length + length);
        _eventId = room[..eventId.Length];
        _stored = room.Slice(eventId.Length, stored.Length);
        _opened = room[^length..];
        eventId.CopyTo(_eventId.Span);
        stored.CopyTo(_stored.Span);
        return CreateMemory(length);
    }

    /// <exception cref="StoreFormatException">The payload was changed on disk.</exception>
    public override Span<byte> GetSpan()
    {
        if (!_isOpen)
        {
            lock (this)
            {
                if (!_isOpen)
                {
                    Open();
                    _isOpen = true;
                }
            }
        }

        return _opened.Span;
    }

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        GetSpan();
        return _opened[elementIndex..].Pin();
    }

    public override void Unpin()
    {
        // The handle that Pin gave unpins the page's own memory.
    }

    protected override void Dispose(bool disposing)
    {
    }

    private void Open()
    {
        const int onStack = 512;
        try
        {
            var parts = SealedPayload.Read(_stored.Span);
            byte[]? rented = null;
            var values = parts.ValuesLength <= onStack
                ? stackalloc byte[onStack]
                : rented = ArrayPool<byte>.Shared.Rent(parts.ValuesLength);
            values = values[..parts.ValuesLength];
            _ciphers.Open(_key, parts.Sealed, _eventId.Span, values);
            _opened.Span[0] = StoredPayload.JsonMarker;
            parts.Join(values, _opened.Span[1..]);
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented, clearArray: true);
            }
        }
        catch (Exception e) when (e is CryptographicException or InvalidDataException or ArgumentException)
        {
            throw PayloadReader.Damaged(_store, _position);
        }
    }
}
