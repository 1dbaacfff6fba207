using System.Net;
using System.Text;
using System.Text.Unicode;

namespace Journey.Host.Ingestion;

/// <summary>Old senders post a form whose field <c>data</c> holds the JSON, plain or as base64.</summary>
public static class FormBody
{
    /// <summary>The JSON inside the form; the body itself where it is JSON in truth (curl calls everything a form); null where there is none.</summary>
    public static byte[]? Json(ReadOnlySpan<byte> body)
    {
        var trimmed = body.TrimStart(" \t\r\n"u8);
        if (trimmed.StartsWith("{"u8) || trimmed.StartsWith("["u8))
        {
            return trimmed.ToArray();
        }

        foreach (var range in body.Split((byte)'&'))
        {
            var field = body[range];
            if (field.StartsWith("data="u8))
            {
                return Decode(WebUtility.UrlDecodeToBytes(field["data=".Length..].ToArray(), 0, field.Length - "data=".Length));
            }
        }

        return null;
    }

    private static byte[]? Decode(byte[] value)
    {
        if (value.AsSpan().TrimStart(" \t\r\n"u8).StartsWith("{"u8))
        {
            return Utf8.IsValid(value) ? value : null;
        }

        // A form turns "+" into a space unless it was escaped; senders forget that base64 has one. Padding is left out as often.
        var text = Encoding.ASCII.GetString(value).Trim().Replace(' ', '+').Replace('-', '+').Replace('_', '/').TrimEnd('=');
        var decoded = new byte[text.Length];
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        return Convert.TryFromBase64String(padded, decoded, out var length) && Utf8.IsValid(decoded.AsSpan(0, length))
            ? decoded[..length]
            : null;
    }
}
