using System.Globalization;
using System.Text;

namespace Journey.Domain.Cel;

/// <summary>Reads the literals in quotes: strings and bytes, raw, triple-quoted, and with escapes.</summary>
internal static class CelQuoted
{
    /// <summary>Whether a quote, or a prefix of one (r, b, or both), is at this place.</summary>
    public static bool StartsAt(string source, int at) => PrefixLength(source, at) >= 0;

    public static CelValue Read(string source, ref int at)
    {
        var start = at;
        var prefix = PrefixLength(source, at);
        var isBytes = source.AsSpan(at, prefix).ContainsAny('b', 'B');
        var isRaw = source.AsSpan(at, prefix).ContainsAny('r', 'R');
        at += prefix;

        var quote = source[at];
        var triple = at + 2 < source.Length && source[at + 1] == quote && source[at + 2] == quote;
        var width = triple ? 3 : 1;
        at += width;

        var text = new StringBuilder();
        var bytes = isBytes ? new List<byte>() : null;
        while (!Closes(source, at, quote, width))
        {
            if (at >= source.Length || (!triple && source[at] is '\n' or '\r'))
            {
                throw Fault(start, at - start, $"This {(isBytes ? "byte literal" : "string")} is not closed: expected {new string(quote, width)}.");
            }

            if (source[at] == '\\' && !isRaw)
            {
                ReadEscape(source, ref at, text, bytes);
            }
            else if (source[at] == '\\' && at + 1 < source.Length && !(!triple && source[at + 1] is '\n' or '\r'))
            {
                // In a raw literal a backslash is itself, and so is the quote after it.
                text.Append(source[at]).Append(source[at + 1]);
                at += 2;
            }
            else
            {
                text.Append(source[at++]);
            }

            if (bytes is not null && (text.Length == 0 || !char.IsHighSurrogate(text[^1])))
            {
                Flush(text, bytes);
            }
        }

        at += width;
        if (bytes is null)
        {
            return CelValue.From(text.ToString());
        }

        Flush(text, bytes);
        return CelValue.From(bytes.ToArray());
    }

    private static int PrefixLength(string source, int at)
    {
        var length = 0;
        var seen = 0;
        while (at + length < source.Length && length < 3)
        {
            var flag = source[at + length] switch { 'r' or 'R' => 1, 'b' or 'B' => 2, '"' or '\'' => 4, _ => 8 };
            if (flag == 4)
            {
                return length;
            }

            if (flag == 8 || (seen & flag) != 0)
            {
                return -1;
            }

            seen |= flag;
            length++;
        }

        return -1;
    }

    private static bool Closes(string source, int at, char quote, int width)
    {
        for (var i = 0; i < width; i++)
        {
            if (at + i >= source.Length || source[at + i] != quote)
            {
                return false;
            }
        }

        return true;
    }

    private static void ReadEscape(string source, ref int at, StringBuilder text, List<byte>? bytes)
    {
        var start = at;
        var kind = at + 1 < source.Length ? source[at + 1] : '\0';
        at += 2;
        char? simple = kind switch
        {
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            '\\' or '?' or '"' or '\'' or '`' => kind,
            _ => null,
        };
        if (simple is { } character)
        {
            text.Append(character);
            return;
        }

        switch (kind)
        {
            case 'x' or 'X':
                Append(Digits(source, ref at, start, 2, 16), start, text, bytes);
                break;
            case >= '0' and <= '3':
                at--;
                Append(Digits(source, ref at, start, 3, 8), start, text, bytes);
                break;
            case 'u' when bytes is null:
                Append(Digits(source, ref at, start, 4, 16), start, text, null);
                break;
            case 'U' when bytes is null:
                Append(Digits(source, ref at, start, 8, 16), start, text, null);
                break;
            default:
                throw Fault(start, Math.Min(2, source.Length - start), "This escape is not known. In a raw literal, r\"...\", a backslash is itself.");
        }
    }

    private static uint Digits(string source, ref int at, int start, int count, int radix)
    {
        uint value = 0;
        for (var i = 0; i < count; i++, at++)
        {
            var digit = at < source.Length && char.IsAsciiHexDigit(source[at])
                ? int.Parse(source.AsSpan(at, 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
                : radix;
            if (digit >= radix)
            {
                throw Fault(start, at - start, $"This escape needs {count} {(radix == 8 ? "octal" : "hexadecimal")} digits.");
            }

            value = (value * (uint)radix) + (uint)digit;
        }

        return value;
    }

    private static void Append(uint value, int start, StringBuilder text, List<byte>? bytes)
    {
        if (bytes is not null)
        {
            Flush(text, bytes);
            bytes.Add((byte)value);
        }
        else if (Rune.IsValid(value))
        {
            text.Append(new Rune(value).ToString());
        }
        else
        {
            throw Fault(start, 2, "This escape stands for no Unicode character.");
        }
    }

    private static void Flush(StringBuilder text, List<byte> bytes)
    {
        if (text.Length > 0)
        {
            bytes.AddRange(Encoding.UTF8.GetBytes(text.ToString()));
            text.Clear();
        }
    }

    private static CelSyntaxException Fault(int offset, int length, string message) =>
        new(CelTexts.Syntax(offset, Math.Max(1, length), message));
}
