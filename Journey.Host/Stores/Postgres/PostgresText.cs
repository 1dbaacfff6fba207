using System.Text;

namespace Journey.Host.Stores.Postgres;

/// <summary>Texts as PostgreSQL takes them: it knows no character zero, which ids and values may hold.</summary>
/// <remarks>
/// U+0000 becomes U+0001 U+0001, and U+0001 becomes U+0001 U+0002: texts keep their order, prefixes stay prefixes, and no two texts become one.
/// Nearly no text has either, and is stored as it is.
/// </remarks>
internal static class PostgresText
{
    private const char Escape = '\u0001';

    public static string To(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff') >= 0)
        {
            // Half a surrogate pair is no Unicode: as elsewhere, it becomes the replacement character.
            text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        }

        return text.AsSpan().IndexOfAny('\0', Escape) < 0 ? text : text.Replace("\u0001", "\u0001\u0002", StringComparison.Ordinal).Replace("\0", "\u0001\u0001", StringComparison.Ordinal);
    }

    public static string From(string stored)
    {
        if (!stored.Contains(Escape, StringComparison.Ordinal))
        {
            return stored;
        }

        var text = new StringBuilder(stored.Length);
        for (var i = 0; i < stored.Length; i++)
        {
            text.Append(stored[i] != Escape ? stored[i] : stored[++i] == Escape ? '\0' : Escape);
        }

        return text.ToString();
    }
}
