using System.Buffers;
using System.Text.Json;
using Journey.Domain.Identity;

namespace Journey.Domain.Personal;

/// <summary>Parts a payload in two: JSON in which every personal value is a placeholder, and those values.</summary>
/// <remarks>
/// The JSON without them reads the same to every fold and every condition: a text that is there stays a text that is there. A placeholder is
/// never longer than what it stands for, except that a value too long to be kept as a trait stays too long. Inside an object (an address, say)
/// country and city stay, for conditions may read them. Addresses and devices that are the same have the same placeholder, because an address
/// that bounced is told from another one, and devices are counted; it is made with a secret, so that without it nothing can be learned from it.
/// <para>One object may be used again and again, by one thread at a time; its results are valid until the next use.</para>
/// </remarks>
public sealed class Redaction
{
    /// <summary>What stands in the place of a text.</summary>
    public const string Placeholder = "*";

    /// <summary>Bytes of JSON beyond which a profile keeps no trait: longer values have longer placeholders.</summary>
    public const int KeptBytesMax = 1_024;

    private static readonly byte[] _text = "\"*\""u8.ToArray();
    private static readonly byte[] _longText = [(byte)'"', .. Enumerable.Repeat((byte)'*', KeptBytesMax), (byte)'"'];

    private readonly ArrayBufferWriter<byte> _redacted = new(512);
    private readonly ArrayBufferWriter<byte> _values = new(256);
    private readonly List<Place> _places = [];
    private AddressPlaceholders? _addresses;
    private int _copied;

    /// <summary>The JSON with placeholders.</summary>
    public ReadOnlySpan<byte> Redacted => _redacted.WrittenSpan;

    /// <summary>The personal values, as they stood, one after the other.</summary>
    public ReadOnlySpan<byte> Values => _values.WrittenSpan;

    /// <summary>Where placeholders stand in <see cref="Redacted"/>, in order.</summary>
    public IReadOnlyList<Place> Places => _places;

    /// <param name="Start">Of the placeholder, in the redacted JSON.</param>
    /// <param name="Length">Of the placeholder.</param>
    /// <param name="ValueLength">Of what it stands for.</param>
    public readonly record struct Place(int Start, int Length, int ValueLength);

    /// <summary>After an erasure: what was learned of addresses is forgotten.</summary>
    public void Forget() => _addresses?.Forget();

    /// <summary>Parts a whole payload.</summary>
    /// <param name="key">Secret, for the placeholders of addresses and devices; null: they are all alike.</param>
    /// <param name="isMoved">It is an "Event Moved", which holds another event's payload among its properties.</param>
    /// <returns>False: nothing in it is personal, and the results mean nothing.</returns>
    /// <exception cref="JsonException">The payload is no JSON.</exception>
    public bool Part(ReadOnlySpan<byte> json, PersonalFields fields, byte[]? key = null, bool isMoved = false)
    {
        Begin();
        TakeUp(key);
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        PartPayload(json, ref reader, fields, isMoved);
        return End(json);
    }

    /// <summary>Parts one personal value, such as a trait that a profile keeps.</summary>
    public bool PartValue(ReadOnlySpan<byte> json)
    {
        Begin();
        var reader = new Utf8JsonReader(json);
        reader.Read();
        Take(json, ref reader, AddressKind.None);
        return End(json);
    }

    /// <summary>A secret is made ready once, and used for many payloads.</summary>
    private void TakeUp(byte[]? secret)
    {
        if (!ReferenceEquals(_addresses?.Secret, secret))
        {
            _addresses = secret is null ? null : new AddressPlaceholders(secret);
        }
    }

    private void Begin()
    {
        _redacted.ResetWrittenCount();
        _values.ResetWrittenCount();
        _places.Clear();
        _copied = 0;
    }

    private bool End(ReadOnlySpan<byte> json)
    {
        _redacted.Write(json[_copied..]);
        return _places.Count > 0;
    }

    /// <summary>Inside of a payload's object, to its end.</summary>
    private void PartPayload(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, PersonalFields fields, bool isMoved)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("ids"u8))
            {
                reader.Read();
                TakeAll(json, ref reader, isWhole: true);
            }
            else if (reader.ValueTextEquals("traits"u8))
            {
                reader.Read();
                TakeMembers(json, ref reader, fields.Traits);
            }
            else if (reader.ValueTextEquals("properties"u8))
            {
                reader.Read();
                if (isMoved)
                {
                    PartMoved(json, ref reader, fields);
                }
                else
                {
                    TakeMembers(json, ref reader, fields.Properties);
                }
            }
            else if (reader.ValueTextEquals("context"u8))
            {
                reader.Read();
                PartContext(json, ref reader, fields);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private void PartMoved(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, PersonalFields fields)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isPayload = reader.ValueTextEquals("payload"u8);
            reader.Read();
            if (isPayload && reader.TokenType == JsonTokenType.StartObject)
            {
                PartPayload(json, ref reader, fields, isMoved: false);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void PartContext(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, PersonalFields fields)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isTraits = reader.ValueTextEquals("traits"u8);
            var isIp = reader.ValueTextEquals("ip"u8);
            var isDevice = reader.ValueTextEquals("device"u8);
            reader.Read();
            if (isTraits)
            {
                TakeMembers(json, ref reader, fields.Traits);
            }
            else if (isIp)
            {
                Take(json, ref reader, AddressKind.None);
            }
            else if (isDevice)
            {
                TakeMembers(json, ref reader, PersonalFields.Device);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void TakeMembers(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, MemberNames names)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isPersonal = names.Holds(ref reader);
            var kind = isPersonal ? KindOf(ref reader) : AddressKind.None;
            reader.Read();
            if (isPersonal)
            {
                Take(json, ref reader, kind);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    /// <summary>Takes one personal value out, whatever it is.</summary>
    private void Take(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, AddressKind kind)
    {
        var start = (int)reader.TokenStartIndex;
        var ahead = reader;
        ahead.Skip();
        if ((int)ahead.BytesConsumed - start > KeptBytesMax)
        {
            reader = ahead;
            Replace(json, start, (int)reader.BytesConsumed, _longText);
        }
        else
        {
            TakeAll(json, ref reader, isWhole: false, reader.TokenType == JsonTokenType.String ? kind : AddressKind.None);
        }
    }

    /// <summary>Takes every text, number and truth value out of a value; its objects and lists stay.</summary>
    /// <param name="isWhole">Nothing at all stays, country and city neither.</param>
    private void TakeAll(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, bool isWhole, AddressKind kind = AddressKind.None)
    {
        var depth = reader.CurrentDepth;
        do
        {
            var start = (int)reader.TokenStartIndex;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName when !isWhole && (reader.ValueTextEquals("country"u8) || reader.ValueTextEquals("city"u8)):
                    reader.Read();
                    reader.Skip();
                    break;
                case JsonTokenType.PropertyName when isWhole:
                    kind = KindOf(ref reader);
                    break;
                case JsonTokenType.String when reader.ValueSpan.Length > 0 && !IsPlaceholder(reader.ValueSpan):
                    Replace(json, start, (int)reader.BytesConsumed, kind == AddressKind.None || _addresses is null ? _text : _addresses.Of(ref reader, kind == AddressKind.Device));
                    break;
                case JsonTokenType.Number:
                    Replace(json, start, (int)reader.BytesConsumed, "0"u8);
                    break;
                case JsonTokenType.True or JsonTokenType.False:
                    Replace(json, start, (int)reader.BytesConsumed, "null"u8);
                    break;
            }
        }
        while ((reader.CurrentDepth > depth || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) && reader.Read());
    }

    /// <summary>What may be written to, or is counted, and so is told from others of the same customer.</summary>
    private enum AddressKind { None, Written, Device }

    private static AddressKind KindOf(ref Utf8JsonReader name) =>
        name.ValueTextEquals("email"u8) || name.ValueTextEquals("phone"u8) || name.ValueTextEquals("recipient"u8) ? AddressKind.Written
        : name.ValueTextEquals("deviceId"u8) || name.ValueTextEquals("anonymousId"u8) ? AddressKind.Device
        : AddressKind.None;

    /// <summary>What was redacted before stays as it is.</summary>
    internal static bool IsPlaceholder(ReadOnlySpan<byte> text) =>
        text[0] == '*' && (text.Length == 1 || (text.Length == AddressPlaceholders.Bytes && text[1..].IndexOfAnyExcept(CustomerId.AlphabetBytes) < 0));

    private void Replace(ReadOnlySpan<byte> json, int start, int end, ReadOnlySpan<byte> placeholder)
    {
        _redacted.Write(json[_copied..start]);
        _places.Add(new Place(_redacted.WrittenCount, placeholder.Length, end - start));
        _redacted.Write(placeholder);
        _values.Write(json[start..end]);
        _copied = end;
    }
}
