namespace Journey.Domain.Cel;

/// <summary>The functions on strings, all ordinal: by code point, without regard to language.</summary>
internal static class CelStrings
{
    public static CelValue Contains(in CelValue a, in CelValue b) => a.Kind == CelKind.String && b.Kind == CelKind.String
        ? CelValue.From(a.AsString().Contains(b.AsString(), StringComparison.Ordinal))
        : CelTexts.NoOverload("contains", a, b);

    public static CelValue StartsWith(in CelValue a, in CelValue b) => a.Kind == CelKind.String && b.Kind == CelKind.String
        ? CelValue.From(a.AsString().StartsWith(b.AsString(), StringComparison.Ordinal))
        : CelTexts.NoOverload("startsWith", a, b);

    public static CelValue EndsWith(in CelValue a, in CelValue b) => a.Kind == CelKind.String && b.Kind == CelKind.String
        ? CelValue.From(a.AsString().EndsWith(b.AsString(), StringComparison.Ordinal))
        : CelTexts.NoOverload("endsWith", a, b);

    public static CelValue Matches(in CelValue a, in CelValue b)
    {
        if (a.Kind != CelKind.String || b.Kind != CelKind.String)
        {
            return CelTexts.NoOverload("matches", a, b);
        }

        return CelPattern.TryCompile(b.AsString(), out var pattern, out var error)
            ? CelValue.From(pattern.IsMatch(a.AsString()))
            : CelTexts.BadPattern(error);
    }
}
