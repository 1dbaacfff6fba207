using System.Collections.Immutable;
using System.Text.Json;
using Journey.Domain.Language;

namespace Journey.Domain.Templates;

/// <summary>JSON in which a string with <c>{{ }}</c> is a template: a send's data, a call's body. Everything else is a literal.</summary>
public sealed class TemplatedJson
{
    private readonly JsonElement _json;
    private readonly Dictionary<string, Template> _templates;

    private TemplatedJson(JsonElement json, Dictionary<string, Template> templates) => (_json, _templates) = (json, templates);

    /// <param name="at">Faults all stand here: JSON in a recorded decision has no lines of its own.</param>
    public static TemplatedJsonParse Parse(JsonElement json, SourcePlace at)
    {
        var templates = new Dictionary<string, Template>(StringComparer.Ordinal);
        var faults = new List<Fault>();
        Collect(json, at, templates, faults);
        return new TemplatedJsonParse(faults.Count == 0 ? new TemplatedJson(json.Clone(), templates) : null, [.. faults]);
    }

    /// <summary>The JSON with every template rendered, and what was missing; or the first refusal.</summary>
    /// <remarks>Strings stay strings: <c>"{{cart.total}}"</c> becomes <c>"80.50"</c>. The names of members are never templates.</remarks>
    public RenderResult Render(JsonElement facts)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var missing = ImmutableArray.CreateBuilder<string>();
        var length = 0;
        foreach (var (source, template) in _templates)
        {
            switch (template.Render(facts))
            {
                case RenderResult.Rendered rendered when (length += rendered.Text.Length) <= Template.TextLengthMax:
                    texts[source] = rendered.Text;
                    missing.AddRange(rendered.MissingPaths.Except(missing).Take(Template.MissingPathsMax - missing.Count));
                    break;
                case RenderResult.Rendered:
                    return new RenderResult.Refused($"The texts would be longer than {Template.TextLengthMax:N0} characters together.");
                case var refused:
                    return refused;
            }
        }

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            Write(writer, _json, texts);
        }

        return new RenderResult.Rendered(System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length), missing.ToImmutable());
    }

    private static void Collect(JsonElement json, SourcePlace at, Dictionary<string, Template> templates, List<Fault> faults)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in json.EnumerateObject())
                {
                    Collect(property.Value, at, templates, faults);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in json.EnumerateArray())
                {
                    Collect(item, at, templates, faults);
                }

                break;
            case JsonValueKind.String when json.GetString() is { } text && Template.IsTemplate(text) && !templates.ContainsKey(text):
                var parse = Template.Parse(text, at, TemplateEncoding.None);
                faults.AddRange(parse.Faults);
                if (parse.Template is { } template)
                {
                    templates.Add(text, template);
                }

                break;
        }
    }

    private static void Write(Utf8JsonWriter writer, JsonElement json, Dictionary<string, string> texts)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in json.EnumerateObject())
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.Value, texts);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in json.EnumerateArray())
                {
                    Write(writer, item, texts);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String when texts.TryGetValue(json.GetString()!, out var rendered):
                writer.WriteStringValue(rendered);
                break;
            default:
                json.WriteTo(writer);
                break;
        }
    }
}

/// <param name="Json">Null where there are faults.</param>
public sealed record TemplatedJsonParse(TemplatedJson? Json, ImmutableArray<Fault> Faults);
