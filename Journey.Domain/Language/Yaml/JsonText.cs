using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Journey.Domain.Language.Yaml;

/// <summary>Literal values of a document as JSON.</summary>
/// <remarks>Unquoted <c>true</c>, <c>false</c>, <c>null</c> and JSON numbers are what they look like; everything else is a text, <c>yes</c> and <c>010</c> too.</remarks>
internal static partial class JsonText
{
    private static readonly JsonWriterOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(YamlValue value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            Write(writer, value);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    public static string OfText(string text) => $"\"{JsonEncodedText.Encode(text, Options.Encoder)}\"";

    public static bool IsNumber(YamlScalar scalar) => scalar.IsPlain && scalar.Text.Length <= 40 && Number().IsMatch(scalar.Text);

    private static void Write(Utf8JsonWriter writer, YamlValue value)
    {
        switch (value)
        {
            case YamlMapping mapping:
                writer.WriteStartObject();
                foreach (var entry in mapping.Entries)
                {
                    writer.WritePropertyName(entry.Key);
                    Write(writer, entry.Value);
                }

                writer.WriteEndObject();
                break;
            case YamlSequence sequence:
                writer.WriteStartArray();
                foreach (var item in sequence.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case YamlScalar { IsNull: true }:
                writer.WriteNullValue();
                break;
            case YamlScalar { IsPlain: true, Text: "true" or "false" } flag:
                writer.WriteBooleanValue(flag.Text == "true");
                break;
            case YamlScalar scalar when IsNumber(scalar):
                writer.WriteRawValue(scalar.Text);
                break;
            case YamlScalar scalar:
                writer.WriteStringValue(scalar.Text);
                break;
        }
    }

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
