using System.Globalization;
using System.Text;

namespace Journey.Domain.Cel;

/// <summary>The conversions named after the types they lead to.</summary>
internal static class CelConversions
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static CelValue ToInt(in CelValue a) => a.Kind switch
    {
        CelKind.Int => a,
        CelKind.Uint => a.Bits >= 0 ? CelValue.From(a.Bits) : CelTexts.ConversionRange,
        // Both ends are excluded: as doubles they stand for numbers beyond the range as well.
        CelKind.Double => a.AsDouble() is > -9223372036854775808.0 and < 9223372036854775808.0 and var number
            ? CelValue.From((long)number)
            : CelTexts.ConversionRange,
        CelKind.String => long.TryParse(a.AsString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var read)
            ? CelValue.From(read)
            : CelTexts.BadConversion("int", a),
        CelKind.Timestamp => CelValue.From(a.Bits),
        _ => CelTexts.NoOverload("int", a),
    };

    public static CelValue ToUint(in CelValue a) => a.Kind switch
    {
        CelKind.Uint => a,
        CelKind.Int => a.Bits >= 0 ? CelValue.From((ulong)a.Bits) : CelTexts.ConversionRange,
        CelKind.Double => a.AsDouble() is >= 0 and < 18446744073709551616.0 and var number
            ? CelValue.From((ulong)number)
            : CelTexts.ConversionRange,
        CelKind.String => ulong.TryParse(a.AsString(), NumberStyles.None, CultureInfo.InvariantCulture, out var read)
            ? CelValue.From(read)
            : CelTexts.BadConversion("uint", a),
        _ => CelTexts.NoOverload("uint", a),
    };

    public static CelValue ToDouble(in CelValue a) => a.Kind switch
    {
        CelKind.Double => a,
        CelKind.Int or CelKind.Uint => CelValue.From(a.AsDouble()),
        CelKind.String => ParseDouble(a),
        _ => CelTexts.NoOverload("double", a),
    };

    public static CelValue ToText(in CelValue a) => a.Kind switch
    {
        CelKind.String => a,
        CelKind.Bool => CelValue.From(a.Bits != 0 ? "true" : "false"),
        CelKind.Int => CelValue.From(a.Bits.ToString(CultureInfo.InvariantCulture)),
        CelKind.Uint => CelValue.From(a.AsUint().ToString(CultureInfo.InvariantCulture)),
        CelKind.Double => CelValue.From(CelText.Of(a.AsDouble())),
        CelKind.Bytes => ReadUtf8(a.AsBytes()),
        CelKind.Timestamp => CelValue.From(CelTimes.Format(a)),
        CelKind.Duration => CelValue.From(CelTimes.FormatDuration(a.Bits)),
        _ => CelTexts.NoOverload("string", a),
    };

    public static CelValue ToBytes(in CelValue a) => a.Kind switch
    {
        CelKind.Bytes => a,
        CelKind.String => CelValue.From(Encoding.UTF8.GetBytes(a.AsString())),
        _ => CelTexts.NoOverload("bytes", a),
    };

    public static CelValue ToBool(in CelValue a) => a.Kind switch
    {
        CelKind.Bool => a,
        CelKind.String => a.AsString() switch
        {
            "1" or "t" or "T" or "true" or "TRUE" or "True" => CelValue.True,
            "0" or "f" or "F" or "false" or "FALSE" or "False" => CelValue.False,
            _ => CelTexts.BadConversion("bool", a),
        },
        _ => CelTexts.NoOverload("bool", a),
    };

    public static CelValue ToTimestamp(in CelValue a) => a.Kind switch
    {
        CelKind.Timestamp => a,
        CelKind.String => CelTimes.Parse(a.AsString()),
        CelKind.Int => CelValue.Timestamp(a.Bits, 0),
        _ => CelTexts.NoOverload("timestamp", a),
    };

    public static CelValue ToDuration(in CelValue a) => a.Kind switch
    {
        CelKind.Duration => a,
        CelKind.String => CelTimes.ParseDuration(a.AsString()),
        _ => CelTexts.NoOverload("duration", a),
    };

    public static CelValue ToType(in CelValue a) => CelValue.Type(CelTexts.Name(a.Kind));

    public static CelValue ToDyn(in CelValue a) => a;

    private static CelValue ReadUtf8(byte[] bytes)
    {
        try
        {
            return CelValue.From(StrictUtf8.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            return CelTexts.InvalidUtf8;
        }
    }

    private static CelValue ParseDouble(in CelValue a)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (double.TryParse(a.AsString(), Style, CultureInfo.InvariantCulture, out var number) && (double.IsFinite(number) || !Spelled(a.AsString())))
        {
            return double.IsFinite(number) ? CelValue.From(number) : CelTexts.ConversionRange;
        }

        return a.AsString().ToLowerInvariant() switch
        {
            "nan" => CelValue.From(double.NaN),
            "inf" or "+inf" or "infinity" or "+infinity" => CelValue.From(double.PositiveInfinity),
            "-inf" or "-infinity" => CelValue.From(double.NegativeInfinity),
            _ => CelTexts.BadConversion("double", a),
        };
    }

    // .NET reads its own names for infinity and NaN, and reads digits beyond the range as infinity; only the latter is an error.
    private static bool Spelled(string text) => text.AsSpan().ContainsAny('n', 'N');
}
