using Journey.Host.Import;

namespace Journey.Tests.Host.Import;

public sealed class MappingReaderTests
{
    [Test]
    public void Every_fault_of_a_mapping_is_listed_at_once_with_its_place()
    {
        const string mapping = """
            maping: shop
            format: xls
            delimiter: ab
            customer: { column: user, kind: usrId }
            name: [event]
            names: { add_to_cart: [x] }
            channel: { constnt: web }
            time: { column: at, formats: [unix, nonsense, "%"], zone: Europe/Roma }
            properties:
              - price
              - { column: cost, as: price }
              - { columm: x }
              - { column: y, type: nmber }
            traits: { city: x }
            identifiers: { email: mail, mobile: phone }
            only: event
            """;
        var (read, faults) = MappingReader.Read("map.yaml", mapping);
        Assert.That(read, Is.Null);
        Approved.Matches(string.Join('\n', faults.OrderBy(fault => fault.At.Line).ThenBy(fault => fault.At.Column)));
    }

    [TestCase("", "map.yaml:1:1: M004")]
    [TestCase("just text", "map.yaml:1:1: M004")]
    [TestCase("a: 1\n---\nb: 2", "map.yaml:1:1: M004")]
    [TestCase("customer: [", "M001")]
    [TestCase("customer: a\ncustomer: b", "M001")]
    [TestCase("name: { template: \"{event\" }", "M009")]
    [TestCase("name: { template: \"{}\" }", "M009")]
    public void Text_that_is_no_mapping_is_a_fault(string text, string expected)
    {
        var (mapping, faults) = MappingReader.Read("map.yaml", text);
        Assert.Multiple(() =>
        {
            Assert.That(mapping, Is.Null);
            Assert.That(faults.Select(fault => fault.ToString()), Has.Some.Contains(expected));
        });
    }

    [Test]
    public void A_mapping_nested_without_end_is_refused_in_bounded_time() => Assert.That(
        MappingReader.Read("map.yaml", new string('[', MappingNodes.LengthMax)).Faults.Single().ToString(),
        Is.EqualTo("map.yaml:1:1: M001: This is not YAML: it is nested deeper than 20 levels."));

    [Test]
    public void A_mapping_longer_than_the_limit_is_refused()
    {
        var text = $"customer: c\nname: n\nchannel: c\ntime: t\n#{new string(' ', MappingNodes.LengthMax)}";
        Assert.Multiple(() =>
        {
            Assert.That(MappingReader.Read("map.yaml", text[..MappingNodes.LengthMax]).Faults, Is.Empty);
            Assert.That(MappingReader.Read("map.yaml", text[..(MappingNodes.LengthMax + 1)]).Faults.Single().Code, Is.EqualTo("M001"));
        });
    }

    [Test]
    public void Every_code_is_in_the_reference_and_the_reference_has_no_other()
    {
        var source = File.ReadAllText(Path.Combine(Approved.Repository, "Journey.Host", "Import", "MappingFaults.cs"));
        var page = File.ReadAllText(Path.Combine(Approved.Repository, "docs", "reference", "import-mapping.md"));
        Assert.That(Codes(page), Is.EqualTo(Codes(source)));
    }

    [Test]
    public void Every_example_in_the_documentation_is_a_mapping_without_faults()
    {
        foreach (var file in new[] { "docs/reference/import-mapping.md", "docs/how-to/import-history.md" })
        {
            var page = File.ReadAllText(Path.Combine(Approved.Repository, file));
            var examples = page.Split("```yaml\n").Skip(1).Select(part => part.Split("```")[0]).ToArray();
            Assert.That(examples, Is.Not.Empty, file);
            foreach (var example in examples)
            {
                Assert.That(MappingReader.Read(file, example).Faults.Select(fault => fault.ToString()), Is.Empty, example);
            }
        }
    }

    [Test]
    public void The_mappings_that_come_with_the_product_have_no_faults()
    {
        foreach (var name in new[] { "complete-journey", "shop-sessions" })
        {
            var file = Path.Combine(Approved.Repository, "Journey.Host", "Samples", "mappings", $"{name}.yaml");
            var (mapping, faults) = MappingReader.Read(file, File.ReadAllText(file));
            Assert.That(faults, Is.Empty);
            Assert.That((mapping!.Name, mapping.Source), Is.EqualTo((name, $"import:{name}")));
        }
    }

    private static IEnumerable<string> Codes(string text) =>
        System.Text.RegularExpressions.Regex.Matches(text, @"\bM[0-9]{3}\b").Select(match => match.Value).Distinct().Order();
}
