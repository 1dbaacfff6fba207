using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Journey.Host.Ingestion;

/// <summary>The binary mode of CloudEvents over HTTP: attributes are headers, the body is the data. Made here into the JSON format, so that one mapper reads all modes.</summary>
public static class CloudEventHeaders
{
    private const string Prefix = "ce-";

    public static bool AreIn(IHeaderDictionary headers) => headers.ContainsKey("ce-specversion");

    /// <param name="body">Valid UTF-8, or anything where the content type is neither JSON nor text.</param>
    /// <param name="fault">A sentence, where the answer is null.</param>
    public static byte[]? ToJson(IHeaderDictionary headers, string? contentType, ReadOnlySpan<byte> body, out string fault)
    {
        fault = "";
        var buffer = new ArrayBufferWriter<byte>(body.Length + 512);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        foreach (var (name, values) in headers)
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && name.Length > Prefix.Length)
            {
                json.WriteString(name[Prefix.Length..].ToLowerInvariant(), Uri.UnescapeDataString(values.ToString()));
            }
        }

        if (!WriteData(json, contentType, body))
        {
            fault = "The body is not valid JSON, and its Content-Type says it is.";
            return null;
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static bool WriteData(Utf8JsonWriter json, string? contentType, ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return true;
        }

        if (contentType is not null)
        {
            json.WriteString("datacontenttype", contentType);
        }

        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || type.SubType.Equals("json", StringComparison.OrdinalIgnoreCase)
            || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
        {
            if (!IsJson(body))
            {
                return false;
            }

            json.WritePropertyName("data");
            json.WriteRawValue(body, skipInputValidation: true);
        }
        else if (type.Type.Equals("text", StringComparison.OrdinalIgnoreCase))
        {
            json.WriteString("data", Encoding.UTF8.GetString(body));
        }
        else
        {
            json.WriteBase64String("data_base64", body);
        }

        return true;
    }

    private static bool IsJson(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body))
        {
            return false;
        }

        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = IngestLimits.RequestDepthMax });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
