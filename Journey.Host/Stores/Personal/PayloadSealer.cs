using System.Text;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Language.Publishing;
using Journey.Domain.Personal;

namespace Journey.Host.Stores.Personal;

/// <summary>On the writer's side: seals the personal values of what is appended with its customer's key.</summary>
/// <remarks>
/// Interactions and identity events; decisions and derived events hold no personal data. Which traits are personal is what the workspace says
/// when the event is appended.
/// </remarks>
internal sealed class PayloadSealer(IPersonalRows writer, PersonalKeys keys)
{
    private readonly Redaction _redaction = new();
    private readonly Nonces _nonces = new();
    private byte[] _stored = new byte[2_048];
    private byte[]? _secret;
    private long _erasures;
    private PersonalFields? _fields;

    public PersonalKeys Keys => keys;

    /// <summary>A document was published, or a transaction was undone: what is personal is looked up again.</summary>
    public void Forget() => (_fields, _secret) = (null, null);

    /// <returns>What is to be stored, valid until the next call.</returns>
    public ReadOnlySpan<byte> Seal(long stream, NewEvent @event)
    {
        var stored = @event.Payload.Span;
        if (@event.Kind is not (EventKind.Interaction or EventKind.Identity) || stored.Length < 2 || stored[0] != StoredPayload.JsonMarker
            || SystemStreams.IsSystem(@event.Stream))
        {
            return stored;
        }

        if (keys.Erasures is var erasures && erasures != _erasures)
        {
            _redaction.Forget();
            _erasures = erasures;
        }

        _fields ??= Fields();
        _secret ??= keys.PlaceholderSecret(writer);
        try
        {
            if (!_redaction.Part(stored[1..], _fields, _secret, @event.Name == EventNames.EventMoved))
            {
                return stored;
            }
        }
        catch (JsonException)
        {
            // Every way in from outside writes JSON itself. What is none cannot be folded either, and is seen there.
            return stored;
        }

        // An erased customer's stream gets no other key, and keeps placeholders alone.
        return keys.FindOrMake(writer, stream) is { } key ? Sealed(key, @event.Id) : Erased();
    }

    private ReadOnlySpan<byte> Sealed(PersonalKey key, string eventId)
    {
        var length = _redaction.Values.Length + PayloadSeal.Overhead;
        var most = SealedPayload.HeadLengthMax(_redaction) + length;
        if (_stored.Length < most)
        {
            _stored = new byte[most * 2];
        }

        const int onStack = 512;
        Span<byte> id = eventId.Length <= onStack / 3 ? stackalloc byte[onStack] : new byte[Encoding.UTF8.GetMaxByteCount(eventId.Length)];
        id = id[..Encoding.UTF8.GetBytes(eventId, id)];
        var head = SealedPayload.WriteHead(_redaction, _stored);
        var into = _stored.AsSpan(head, length);
        _nonces.Next(into);
        keys.Ciphers.Seal(key, _redaction.Values, id, into);
        return _stored.AsSpan(0, head + length);
    }

    private byte[] Erased() => [StoredPayload.JsonMarker, .. _redaction.Redacted];

    private PersonalFields Fields()
    {
        var history = DefinitionHistory.Empty;
        foreach (var recorded in writer.Definitions(keys))
        {
            history = history.Apply(recorded);
        }

        return PersonalFields.Of(history.Latest.Workspace);
    }
}
