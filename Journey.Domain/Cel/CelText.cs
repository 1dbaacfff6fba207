using System.Globalization;
using System.Text;

namespace Journey.Domain.Cel;

/// <summary>Writes values as CEL literals, for traces and messages.</summary>
internal static class CelText
{
    public static string Of(in CelValue value)
    {
        var text = new StringBuilder();
        Write(text, value);
        if (text.Length > CelLimits.TextMax)
        {
            text.Length = char.IsHighSurrogate(text[CelLimits.TextMax - 1]) ? CelLimits.TextMax - 1 : CelLimits.TextMax;
            text.Append('…');
        }

        return text.ToString();
    }

    /// <summary>The shortest digits that read back as the same double; an exponent only where the digits would get long.</summary>
    public static string Of(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "+Infinity" : "-Infinity";
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        if (mark < 0)
        {
            return text;
        }

        var exponent = int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return exponent is >= -7 and <= 20 ? WithoutExponent(text[..mark], exponent) : text.Replace('E', 'e');
    }

    private static string WithoutExponent(string mantissa, int exponent)
    {
        var sign = mantissa[0] == '-' ? "-" : "";
        var digits = mantissa.Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal);
        if (exponent < 0)
        {
            return sign + "0." + new string('0', -exponent - 1) + digits;
        }

        var whole = exponent + 1;
        return digits.Length <= whole
            ? sign + digits.PadRight(whole, '0')
            : sign + digits[..whole] + "." + digits[whole..];
    }

    private static void Write(StringBuilder text, in CelValue value)
    {
        // What is beyond the limit is cut anyway, so there is no need to visit it.
        if (text.Length > CelLimits.TextMax)
        {
            return;
        }

        switch (value.Kind)
        {
            case CelKind.Null:
                text.Append("null");
                break;
            case CelKind.Bool:
                text.Append(value.AsBool() ? "true" : "false");
                break;
            case CelKind.Int:
                text.Append(value.AsInt());
                break;
            case CelKind.Uint:
                text.Append(value.AsUint()).Append('u');
                break;
            case CelKind.Double:
                WriteDouble(text, value.AsDouble());
                break;
            case CelKind.String:
                WriteString(text, value.AsString());
                break;
            case CelKind.Bytes:
                WriteBytes(text, value.AsBytes());
                break;
            case CelKind.Timestamp:
                text.Append("timestamp(\"").Append(CelTimes.Format(value)).Append("\")");
                break;
            case CelKind.Duration:
                text.Append("duration(\"").Append(CelTimes.FormatDuration(value.AsDurationNanoseconds())).Append("\")");
                break;
            case CelKind.List:
                WriteList(text, value.AsList());
                break;
            case CelKind.Map:
                WriteMap(text, value.AsMap());
                break;
            case CelKind.Type:
                text.Append(value.AsTypeName());
                break;
            default:
                text.Append("error: ").Append(value.ErrorMessage);
                break;
        }
    }

    private static void WriteDouble(StringBuilder text, double value)
    {
        var digits = double.IsFinite(value) ? Of(value) : $"double(\"{Of(value)}\")";
        text.Append(digits);
        if (double.IsFinite(value) && digits.AsSpan().IndexOfAny('.', 'e') < 0)
        {
            text.Append(".0");
        }
    }

    private static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value.AsSpan(0, Math.Min(value.Length, CelLimits.TextMax)))
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' or '\u007f' => text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }

    private static void WriteBytes(StringBuilder text, byte[] value)
    {
        text.Append("b\"");
        foreach (var b in value.AsSpan(0, Math.Min(value.Length, CelLimits.TextMax)))
        {
            _ = b is >= 0x20 and < 0x7f and not (byte)'"' and not (byte)'\\'
                ? text.Append((char)b)
                : text.Append("\\x").Append(b.ToString("x2", CultureInfo.InvariantCulture));
        }

        text.Append('"');
    }

    private static void WriteList(StringBuilder text, IReadOnlyList<CelValue> value)
    {
        text.Append('[');
        for (var i = 0; i < value.Count && text.Length <= CelLimits.TextMax; i++)
        {
            Write(i == 0 ? text : text.Append(", "), value[i]);
        }

        text.Append(']');
    }

    private static void WriteMap(StringBuilder text, CelMap value)
    {
        text.Append('{');
        var first = true;
        foreach (var (key, item) in value.Entries)
        {
            if (text.Length > CelLimits.TextMax)
            {
                break;
            }

            Write(first ? text : text.Append(", "), key);
            Write(text.Append(": "), item);
            first = false;
        }

        text.Append('}');
    }
}
