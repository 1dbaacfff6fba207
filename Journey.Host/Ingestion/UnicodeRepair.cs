using System.Globalization;

namespace Journey.Host.Ingestion;

/// <summary>Makes escaped text in JSON readable for everybody who comes later.</summary>
/// <remarks>
/// A browser that cuts a text in the middle of an emoji sends half of a surrogate pair as an escape (JSON.stringify does so by design).
/// That is valid JSON, and unreadable as text: a stored half would stop whoever folds the event. Nor can a sender do anything about it,
/// so the half becomes U+FFFD, in place and of the same length.
/// </remarks>
public static class UnicodeRepair
{
    /// <summary>Replaces every escaped half of a surrogate pair. Does nothing to text that is not JSON.</summary>
    public static void Apply(Span<byte> json)
    {
        var at = 0;
        while (json[at..].IndexOf((byte)'\\') is var next and >= 0)
        {
            at += next;
            if (!TryReadEscape(json[at..], out var unit))
            {
                // Another escape: its second byte may be a backslash, which must not be taken for the start of one.
                at = Math.Min(at + 2, json.Length);
            }
            else if (char.IsHighSurrogate(unit) && TryReadEscape(json[(at + 6)..], out var second) && char.IsLowSurrogate(second))
            {
                at += 12;
            }
            else
            {
                if (char.IsSurrogate(unit))
                {
                    "fffd"u8.CopyTo(json[(at + 2)..]);
                }

                at += 6;
            }
        }
    }

    private static bool TryReadEscape(ReadOnlySpan<byte> text, out char unit)
    {
        unit = default;
        if (text.Length < 6 || text[0] != (byte)'\\' || text[1] != (byte)'u')
        {
            return false;
        }

        if (!ushort.TryParse(text[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        unit = (char)value;
        return true;
    }
}
