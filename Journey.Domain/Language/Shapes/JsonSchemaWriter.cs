using System.Text;
using System.Text.Json;

namespace Journey.Domain.Language.Shapes;

/// <summary>Writes the JSON Schema (draft 2020-12) of all documents, from the shapes that the checker uses.</summary>
/// <remarks>A schema sees the parsed YAML: it cannot know that a name is unknown or an expression wrong, and refuses nothing that the checker takes.</remarks>
public static class JsonSchemaWriter
{
    public static string Write()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new() { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            new Writing(writer).Document();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private sealed class Writing(Utf8JsonWriter writer)
    {
        /// <summary>Written once each under <c>$defs</c>: what recurs, and what has a name of its own.</summary>
        private readonly SortedDictionary<string, Shape> _definitions = new(StringComparer.Ordinal);
        private readonly HashSet<string> _written = new(StringComparer.Ordinal);

        public void Document()
        {
            writer.WriteStartObject();
            writer.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            writer.WriteString("title", "Journey documents");
            writer.WriteString("description", "A journey, a rule, a segment, a funnel, a test or a workspace: the first key says which.");
            writer.WriteString("type", "object");
            writer.WriteStartArray("oneOf");
            foreach (var (_, shape) in DocumentShapes.Kinds)
            {
                writer.WriteStartObject();
                Body(shape);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartObject("$defs");
            while (_definitions.FirstOrDefault(pair => !_written.Contains(pair.Key)) is { Key: { } name, Value: var shape })
            {
                _written.Add(name);
                writer.WriteStartObject(name);
                Body(shape);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        private void Value(Shape shape, string? description = null)
        {
            writer.WriteStartObject();
            if (description is not null)
            {
                writer.WriteString("description", description);
            }

            if (shape is ScalarShape scalar)
            {
                Reference(scalar.Name, scalar);
            }
            else if (shape is NamedReference named)
            {
                Reference(named.Name, named.Target());
            }
            else
            {
                Body(shape);
            }

            writer.WriteEndObject();
        }

        private void Reference(string name, Shape target)
        {
            _definitions.TryAdd(name, target);
            writer.WriteString("$ref", $"#/$defs/{name}");
        }

        private void Body(Shape shape)
        {
            switch (shape)
            {
                case ScalarShape scalar:
                    Scalar(scalar);
                    break;
                case ChoiceShape choice:
                    writer.WriteStartArray("enum");
                    foreach (var value in choice.Values)
                    {
                        writer.WriteStringValue(value);
                    }

                    writer.WriteEndArray();
                    break;
                case ListShape { OrOne: true } list:
                    writer.WriteStartArray("anyOf");
                    Value(list.Item);
                    Value(list with { OrOne = false });
                    writer.WriteEndArray();
                    break;
                case ListShape list:
                    List(list);
                    break;
                case MappingShape mapping:
                    Mapping([.. mapping.Keys]);
                    break;
                case UnionShape union:
                    writer.WriteStartArray("oneOf");
                    foreach (var alternative in union.Alternatives)
                    {
                        writer.WriteStartObject();
                        Mapping([alternative.Key with { Required = true }, .. alternative.Siblings, .. union.Common]);
                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                    break;
                case NamedShape named:
                    writer.WriteString("type", "object");
                    writer.WritePropertyName("additionalProperties");
                    Value(named.Value);
                    break;
                case EitherShape either:
                    writer.WriteStartArray("anyOf");
                    Value(either.Scalar);
                    Value(either.Composite);
                    writer.WriteEndArray();
                    break;
            }
        }

        private void Scalar(ScalarShape scalar)
        {
            writer.WriteString("description", scalar.What);
            if (scalar.SchemaTypes.Length == 1)
            {
                writer.WriteString("type", scalar.SchemaTypes[0]);
            }
            else
            {
                writer.WriteStartArray("type");
                foreach (var type in scalar.SchemaTypes)
                {
                    writer.WriteStringValue(type);
                }

                writer.WriteEndArray();
            }

            if (scalar.Pattern is not null)
            {
                writer.WriteString("pattern", scalar.Pattern);
            }

            if (scalar.LengthMax is { } length)
            {
                writer.WriteNumber("minLength", 1);
                writer.WriteNumber("maxLength", length);
            }

            if (scalar.Bounds is var (min, max))
            {
                writer.WriteNumber("minimum", min);
                writer.WriteNumber("maximum", max);
            }
        }

        private void List(ListShape list)
        {
            writer.WriteString("type", "array");
            if (list.Min > 0)
            {
                writer.WriteNumber("minItems", list.Min);
            }

            if (list.Max < int.MaxValue)
            {
                writer.WriteNumber("maxItems", list.Max);
            }

            writer.WritePropertyName("items");
            Value(list.Item);
        }

        private void Mapping(KeyShape[] keys)
        {
            writer.WriteString("type", "object");
            writer.WriteBoolean("additionalProperties", false);
            if (Array.Exists(keys, key => key.Required))
            {
                writer.WriteStartArray("required");
                foreach (var key in keys.Where(key => key.Required))
                {
                    writer.WriteStringValue(key.Name);
                }

                writer.WriteEndArray();
            }

            writer.WriteStartObject("properties");
            foreach (var key in keys)
            {
                writer.WritePropertyName(key.Name);
                Value(key.Shape, key.Description);
            }

            writer.WriteEndObject();
        }
    }
}
