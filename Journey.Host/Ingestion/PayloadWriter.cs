using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Identity;

namespace Journey.Host.Ingestion;

/// <summary>Writes what is stored of an event: see <see cref="StoredPayload"/>. One writer serves a whole request.</summary>
/// <remarks>What the sender wrote is copied as it stands, never decoded and encoded again: its numbers keep their digits, and it costs a copy.</remarks>
internal sealed class PayloadWriter : IDisposable
{
    /// <summary>Parts of a Segment context that say nothing about the customer, or are kept elsewhere in the payload.</summary>
    private static readonly FrozenSet<string> LeftOut = FrozenSet.Create(
        "library", "userAgentData", "network", "screen", "traits", "sessionId", "active", "integrations", "metadata");

    private readonly ArrayBufferWriter<byte> _buffer = new(1_024);
    private readonly Utf8JsonWriter _json;

    public PayloadWriter() => _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions
    {
        // The payload is never put into HTML as it is, and escapes would double the size of text that isn't Latin.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    });

    public Utf8JsonWriter Json => _json;

    public void Begin()
    {
        _buffer.ResetWrittenCount();
        _buffer.GetSpan(1)[0] = StoredPayload.JsonMarker;
        _buffer.Advance(1);
        _json.Reset();
        _json.WriteStartObject();
    }

    public ReadOnlyMemory<byte> End()
    {
        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    public void Ids(ImmutableArray<Identifier> identifiers, ImmutableArray<Identifier> alias) => PayloadIds.Write(_json, identifiers, alias);

    /// <summary>An object as sent; nothing where it has no members.</summary>
    public void Object(string name, JsonElement value)
    {
        if (HasMembers(value))
        {
            _json.WritePropertyName(name);
            Raw(value);
        }
    }

    /// <summary>An object as sent with further members, each only where the object doesn't have it itself.</summary>
    public void ObjectWith(string name, JsonElement value, params ReadOnlySpan<(string Name, JsonElement Value)> further)
    {
        _json.WriteStartObject(name);
        if (value.ValueKind == JsonValueKind.Object)
        {
            Members(value);
        }

        foreach (var (member, content) in further)
        {
            if (!content.IsAbsent() && value.Member(member).ValueKind == JsonValueKind.Undefined)
            {
                _json.WritePropertyName(member);
                Raw(content);
            }
        }

        _json.WriteEndObject();
    }

    /// <summary>A Segment context without the parts that are of no use here.</summary>
    public void Context(JsonElement context)
    {
        if (!HasMembers(context))
        {
            return;
        }

        var begun = false;
        foreach (var member in context.EnumerateObject())
        {
            if (LeftOut.Contains(member.Name))
            {
                continue;
            }

            if (!begun)
            {
                _json.WriteStartObject("context"u8);
                begun = true;
            }

            _json.WritePropertyName(member.Name);
            Raw(member.Value);
        }

        if (begun)
        {
            _json.WriteEndObject();
        }
    }

    public void Session(string? session)
    {
        if (session is not null)
        {
            _json.WriteString("session"u8, session);
        }
    }

    public void Raw(JsonElement value) => _json.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);

    public void Dispose() => _json.Dispose();

    private void Members(JsonElement value)
    {
        foreach (var member in value.EnumerateObject())
        {
            _json.WritePropertyName(member.Name);
            Raw(member.Value);
        }
    }

    private static bool HasMembers(JsonElement value) => value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() > 0;
}
