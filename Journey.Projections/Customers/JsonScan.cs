using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Journey.Projections.Customers;

/// <summary>One pass over a payload, without a document: what nobody asks for is skipped, not parsed.</summary>
internal static class JsonScan
{
    /// <summary>Amounts beyond it are not amounts; it keeps every sum of ours within a decimal's range.</summary>
    public const decimal AmountMax = 1_000_000_000_000m;

    /// <summary>Ids, names and the like are kept to so many characters: a state must stay small whatever is sent.</summary>
    public const int TextMax = 256;

    /// <summary>Moves to the value of a top-level member that is an object. False: there is none.</summary>
    public static bool EnterObject(ref Utf8JsonReader json, ReadOnlySpan<byte> member)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = json.ValueTextEquals(member);
            json.Read();
            if (wanted)
            {
                return json.TokenType == JsonTokenType.StartObject;
            }

            json.Skip();
        }

        return false;
    }

    /// <summary>One property as text; null: there is none, or it is no text and no number.</summary>
    public static string? Property(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> member)
    {
        var json = new Utf8JsonReader(payload);
        if (!EnterObject(ref json, "properties"u8))
        {
            return null;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = json.ValueTextEquals(member);
            json.Read();
            if (wanted)
            {
                return Text(ref json);
            }

            json.Skip();
        }

        return null;
    }

    /// <summary>A property that is text, whatever its length; null: there is none.</summary>
    public static string? LongProperty(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> member)
    {
        var json = new Utf8JsonReader(payload);
        if (!EnterObject(ref json, "properties"u8))
        {
            return null;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = json.ValueTextEquals(member);
            json.Read();
            if (wanted)
            {
                return json.TokenType == JsonTokenType.String ? json.GetString() : null;
            }

            json.Skip();
        }

        return null;
    }

    /// <summary>A member of an object that is text or a number; null: there is none.</summary>
    public static string? Member(ReadOnlySpan<byte> value, string member)
    {
        var json = new Utf8JsonReader(value);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = json.ValueTextEquals(member);
            json.Read();
            if (wanted)
            {
                return Text(ref json);
            }

            json.Skip();
        }

        return null;
    }

    /// <summary>The sender's own session id; null: none. Payloads without the word are not parsed at all.</summary>
    public static string? Session(ReadOnlySpan<byte> payload)
    {
        if (payload.IndexOf("\"session\""u8) < 0)
        {
            return null;
        }

        var id = LastMember(payload, "\"session\":\""u8) is { Length: > 0 and <= SharedTexts.BytesMax } last
            ? SharedTexts.Of(last)
            : Member(payload, "session");
        return id is { Length: > 0 } ? id : null;
    }

    /// <summary>The text of a member that ends the payload, which is where ours has its session: found without parsing what stands before it.</summary>
    /// <param name="opening">The member's name and the quotation mark that opens its text.</param>
    /// <returns>Nothing where the payload doesn't end so. The opening can't stand inside of a text, where its marks would be escaped.</returns>
    private static ReadOnlySpan<byte> LastMember(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> opening)
    {
        var start = payload.LastIndexOf(opening) + opening.Length;
        if (start < opening.Length || !payload.EndsWith("\"}"u8) || start > payload.Length - 2)
        {
            return default;
        }

        var text = payload[start..^2];
        return text.IndexOfAny((byte)'"', (byte)'\\') < 0 ? text : default;
    }

    /// <summary>The value as text, cut at <see cref="TextMax"/>: a string, or a number as written; null for anything else, which is skipped.</summary>
    public static string? Text(ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.String when !json.ValueIsEscaped && json.ValueSpan.Length <= SharedTexts.BytesMax:
                return SharedTexts.Of(json.ValueSpan);
            case JsonTokenType.String:
                var text = json.GetString()!;
                return text.Length <= TextMax ? text : text[..TextMax];
            case JsonTokenType.Number:
                return Encoding.UTF8.GetString(json.ValueSpan);
            default:
                json.Skip();
                return null;
        }
    }

    /// <summary>An amount or a quantity, given as a number or as a string of one; null for anything else.</summary>
    public static decimal? Amount(ref Utf8JsonReader json)
    {
        decimal? amount = null;
        if (json.TokenType == JsonTokenType.Number)
        {
            amount = json.TryGetDecimal(out var number) ? number : null;
        }
        else if (json.TokenType == JsonTokenType.String)
        {
            amount = AmountOf(json.GetString());
        }
        else
        {
            json.Skip();
        }

        return amount is >= -AmountMax and <= AmountMax ? amount : null;
    }

    /// <summary>The number that a text says; null: none.</summary>
    public static decimal? AmountOf(string? text) =>
        decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Unix milliseconds from a number, or from ISO 8601 text; 0 for anything else.</summary>
    public static long Instant(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Number)
        {
            return json.TryGetInt64(out var number) ? number : 0;
        }

        if (json.TokenType == JsonTokenType.String)
        {
            return Domain.Time.Instants.TryParse(json.GetString(), out var instant) ? instant : 0;
        }

        json.Skip();
        return 0;
    }

    /// <summary>A flag: true, or the text of it.</summary>
    public static bool Flag(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            return json.ValueSpan.Length is 4 or 1 && Utf8Parser.TryParse(json.ValueSpan, out bool flag, out _) && flag;
        }

        var isTrue = json.TokenType == JsonTokenType.True;
        json.Skip();
        return isTrue;
    }
}
