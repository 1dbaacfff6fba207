using Journey.Domain.Language;

namespace Journey.Tests.Domain.Language;

public sealed class FaultTests
{
    [TestCaseSource(typeof(FaultCases), nameof(FaultCases.All))]
    public void Every_fault_has_a_document_that_shows_it(object value)
    {
        var example = (FaultCases.Case)value;
        var set = DocumentParser.Parse([("test.yaml", example.Utf8)]);
        Assert.That(set.Faults.Select(fault => fault.Code).Distinct(), Is.EqualTo(new[] { example.With, example.Code }.OfType<string>()),
            () => string.Join('\n', Documents.Lines(set)));
    }

    [Test]
    public void Bytes_that_are_not_utf8_are_a_fault_with_their_place() =>
        Assert.That(Documents.Lines(DocumentParser.Parse([("test.yaml", FaultCases.InvalidUtf8)])),
            Is.EqualTo(new[] { "test.yaml:2:8: J106: The file is not UTF-8: byte 18 cannot be read." }));

    [Test]
    public void No_code_is_left_without_an_example() =>
        Assert.That(FaultTexts.All.Select(text => text.Code), Is.EquivalentTo(FaultCases.All.Select(example => example.Code).Append("J106")));

    [Test]
    public void Codes_are_unique() => Assert.That(FaultTexts.All.Select(text => text.Code), Is.Unique);

    [Test]
    public void The_reference_page_says_what_the_texts_say() =>
        Approved.MatchesFile(FaultsPage.Write(), Path.Combine(Approved.Repository, "docs", "reference", "faults.md"));

    [Test]
    public void A_document_with_many_mistakes_names_them_all_at_once()
    {
        var text = File.ReadAllText(Path.Combine(Approved.Repository, "Journey.Tests", "Domain", "Language", "many-mistakes.yaml"));
        Approved.Matches(string.Join('\n', Documents.Lines(DocumentParser.Parse("many-mistakes.yaml", text))));
    }
}
