using Journey.Domain.Identity;

namespace Journey.Host.Ingestion;

/// <summary>Identifiers as one text: "email:ann@example.org".</summary>
public static class IdentifierText
{
    /// <returns>Null where the text before the first colon names no kind. The value is not normalized.</returns>
    public static (IdentifierKind Kind, string Value)? Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && IdentifierNames.KindOf(text[..colon]) is { } kind ? (kind, text[(colon + 1)..]) : null;
    }
}
