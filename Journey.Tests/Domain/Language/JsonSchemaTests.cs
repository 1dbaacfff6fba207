using System.Text.Json;
using System.Text.RegularExpressions;
using Journey.Domain.Language;
using Journey.Domain.Language.Shapes;
using YamlDotNet.RepresentationModel;

namespace Journey.Tests.Domain.Language;

public sealed class JsonSchemaTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(JsonSchemaWriter.Write()).RootElement;

    [Test]
    public void The_committed_schema_is_what_the_model_says() =>
        Approved.MatchesFile(JsonSchemaWriter.Write(), Path.Combine(Approved.Repository, "docs", "reference", "journey.schema.json"));

    [Test]
    public void Every_sample_fits_the_schema() =>
        Assert.That(Samples().Select(sample => (sample.Name, Fits: Fits(sample.Root, Schema))),
        Is.EqualTo(Samples().Select(sample => (sample.Name, Fits: true))));

    [TestCase("segment: s\nwhere: true\nextra: 1")]
    [TestCase("segment: s")]
    [TestCase("journey: j\nenter: { on: Signed Up }\nsteps: [{ sned: { channel: email, template: t } }]")]
    [TestCase("journey: j\nenter: { on: Signed Up }\nsteps: [{ wait: soon }]")]
    [TestCase("funnel: f\nstages: [Signed Up]")]
    public void What_the_checker_refuses_by_shape_the_schema_refuses_too(string text) => Assert.That(Fits(Root(text), Schema), Is.False);

    [Test]
    public void Every_reference_leads_to_a_definition() =>
        Assert.That(References(Schema).Distinct().Where(name => !Schema.GetProperty("$defs").TryGetProperty(name, out _)), Is.Empty);

    private static (string Name, YamlNode Root)[] Samples() =>
        [.. DocumentParser.Parse(Documents.Samples()).Documents.Select(document => (document.Name, Root(document.Text)))];

    private static YamlNode Root(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents[0].RootNode;
    }

    private static IEnumerable<string> References(JsonElement schema) => schema.ValueKind switch
    {
        JsonValueKind.Object => schema.EnumerateObject().SelectMany(property => property is { Name: "$ref", Value.ValueKind: JsonValueKind.String }
            ? [property.Value.GetString()!["#/$defs/".Length..]] : References(property.Value)),
        JsonValueKind.Array => schema.EnumerateArray().SelectMany(References),
        _ => [],
    };

    /// <summary>As much of JSON Schema as ours uses.</summary>
    private static bool Fits(YamlNode value, JsonElement schema) => schema.EnumerateObject().All(rule => rule.Name switch
    {
        "$ref" => Fits(value, Schema.GetProperty("$defs").GetProperty(rule.Value.GetString()!["#/$defs/".Length..])),
        "oneOf" => rule.Value.EnumerateArray().Count(option => Fits(value, option)) == 1,
        "anyOf" => rule.Value.EnumerateArray().Any(option => Fits(value, option)),
        "type" => rule.Value.ValueKind == JsonValueKind.Array ? rule.Value.EnumerateArray().Any(type => IsOf(value, type.GetString()!)) : IsOf(value, rule.Value.GetString()!),
        "enum" => value is YamlScalarNode scalar && rule.Value.EnumerateArray().Any(option => option.GetString() == scalar.Value),
        "pattern" => value is not YamlScalarNode scalar || Regex.IsMatch(scalar.Value!, rule.Value.GetString()!),
        "minLength" => value is not YamlScalarNode scalar || scalar.Value!.Length >= rule.Value.GetInt32(),
        "maxLength" => value is not YamlScalarNode scalar || scalar.Value!.Length <= rule.Value.GetInt32(),
        "minimum" => !long.TryParse((value as YamlScalarNode)?.Value, out var number) || number >= rule.Value.GetInt64(),
        "maximum" => !long.TryParse((value as YamlScalarNode)?.Value, out var number) || number <= rule.Value.GetInt64(),
        "minItems" => value is not YamlSequenceNode list || list.Children.Count >= rule.Value.GetInt32(),
        "maxItems" => value is not YamlSequenceNode list || list.Children.Count <= rule.Value.GetInt32(),
        "items" => value is not YamlSequenceNode list || list.All(item => Fits(item, rule.Value)),
        "required" => value is not YamlMappingNode mapping || rule.Value.EnumerateArray().All(key => mapping.Children.ContainsKey(new YamlScalarNode(key.GetString()))),
        "properties" => value is not YamlMappingNode mapping || mapping.Children.All(entry => !rule.Value.TryGetProperty(KeyOf(entry), out var of) || Fits(entry.Value, of)),
        "additionalProperties" => value is not YamlMappingNode mapping ||
            mapping.Children.All(entry => IsDeclared(schema, KeyOf(entry)) || (rule.Value.ValueKind == JsonValueKind.Object && Fits(entry.Value, rule.Value))),
        "$schema" or "title" or "description" or "$defs" => true,
        _ => throw new InvalidOperationException($"The schema uses {rule.Name}, which this test does not know."),
    });

    private static bool IsDeclared(JsonElement schema, string key) => schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(key, out _);

    private static string KeyOf(KeyValuePair<YamlNode, YamlNode> entry) => ((YamlScalarNode)entry.Key).Value!;

    private static bool IsOf(YamlNode value, string type) => type switch
    {
        "object" => value is YamlMappingNode,
        "array" => value is YamlSequenceNode,
        "integer" => value is YamlScalarNode { Value: { } text } && long.TryParse(text, out _),
        "number" => value is YamlScalarNode { Value: { } text } && double.TryParse(text, out _),
        "boolean" => value is YamlScalarNode { Value: "true" or "false" },
        _ => value is YamlScalarNode,
    };
}
