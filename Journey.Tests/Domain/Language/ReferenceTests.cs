using System.Text.Json;
using System.Text.RegularExpressions;
using Journey.Domain.Language;
using Journey.Domain.Language.Shapes;

namespace Journey.Tests.Domain.Language;

/// <summary>The language reference: its examples are valid, and it leaves nothing out.</summary>
public sealed partial class ReferenceTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Approved.Repository, "docs", "reference", "language.md")).ReplaceLineEndings("\n");

    private static IEnumerable<TestCaseData> Examples() =>
        Yaml().Matches(Page).Select(match => new TestCaseData(match.Groups[1].Value).SetArgDisplayNames(match.Groups[1].Value.Split('\n')[0]));

    [TestCaseSource(nameof(Examples))]
    public void Every_example_is_without_faults(string example) => Assert.That(Documents.Lines(Documents.Parse(example)), Is.Empty);

    [Test]
    public void Every_key_is_named()
    {
        var keys = Names(JsonDocument.Parse(JsonSchemaWriter.Write()).RootElement).Distinct();
        Assert.That(keys.Where(key => !Regex.IsMatch(Page, $@"\b{key}\b")), Is.Empty);
    }

    [Test]
    public void Every_variable_field_and_function_is_named()
    {
        var names = FactSchema.Variables(Workspace.Default)
            .SelectMany(pair => pair.Value.Fields.Values.Where(field => !field.Personal).Select(field => field.Name).Prepend(pair.Key))
            .Concat(FactSchema.Functions.Select(function => function.Name)).Distinct();
        Assert.That(names.Where(name => !Page.Contains($"`{name}", StringComparison.Ordinal)), Is.Empty);
    }

    /// <summary>Every key and every choice, wherever the schema names them.</summary>
    private static IEnumerable<string> Names(JsonElement schema) => schema.ValueKind switch
    {
        JsonValueKind.Object => schema.EnumerateObject().SelectMany(member => member.Name switch
        {
            "properties" => member.Value.EnumerateObject().SelectMany(key => Names(key.Value).Prepend(key.Name)),
            "enum" => member.Value.EnumerateArray().Select(choice => choice.GetString()!),
            _ => Names(member.Value),
        }),
        JsonValueKind.Array => schema.EnumerateArray().SelectMany(Names),
        _ => [],
    };

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Yaml();
}
