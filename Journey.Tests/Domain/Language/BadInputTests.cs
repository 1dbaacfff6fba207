using System.Text;
using Journey.Domain.Language;

namespace Journey.Tests.Domain.Language;

/// <summary>Whatever the bytes: faults, bounded, and no exception.</summary>
public sealed class BadInputTests
{
    [Test]
    public void Ten_megabytes_are_refused_unread() =>
        Assert.That(Codes(Encoding.UTF8.GetBytes(new string('a', 10 * 1024 * 1024))), Is.EqualTo(new[] { "J102" }));

    [Test]
    public void The_largest_file_is_read() => Assert.That(Codes(Encoding.UTF8.GetBytes("segment: s\nwhere: true\n#".PadRight(LanguageLimits.FileBytesMax, 'x'))), Is.Empty);

    [Test]
    public void A_file_may_be_as_large_as_the_options_say() =>
        Assert.That(DocumentParser.Parse("test.yaml", "segment: s\nwhere: true", new() { FileBytesMax = 10 }).Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "J102" }));

    [Test]
    public void The_deepest_nesting_is_read_and_one_level_more_is_not()
    {
        // The document and the key's value are two levels.
        static string Nested(int levels) => $"workspace: w\nstages: {new string('[', levels)}{new string(']', levels)}";
        Assert.That((Reports("J103", Nested(LanguageLimits.DepthMax - 1)), Reports("J103", Nested(LanguageLimits.DepthMax))), Is.EqualTo((false, true)));
    }

    [TestCase("a: &a [*a]", Description = "an alias inside its own anchor")]
    [TestCase("a: *nobody")]
    [TestCase("? [complex, key]\n: 1")]
    [TestCase("{")]
    [TestCase("\"unterminated")]
    [TestCase("%YAML 9.9")]
    [TestCase("a: |\n\tb")]
    [TestCase("\0\u0001\u0002")]
    [TestCase("segment: \"\\uD800\"")]
    [TestCase("- just\n- a list")]
    [TestCase("just a text")]
    [TestCase("segment: s\nwhere: true\n...\nsegment: t")]
    public void What_is_no_document_is_a_fault(string text) => Assert.That(Codes(Encoding.UTF8.GetBytes(text)), Is.Not.Empty);

    [Test]
    public void One_unreadable_document_leaves_the_others_checked() =>
        Assert.That(Documents.Lines(Documents.Parse("segment: [\n---\nsegment: s\nwhere: cart.totl > 3\n")), Is.EqualTo(new[]
    {
        "test.yaml:2:1: J101: This is not YAML: While parsing a node, did not find expected node content.",
        "test.yaml:4:13: J204: There is no field 'totl' here. Did you mean `total`?",
    }));

    [Test]
    public void Places_hold_inside_blocks_quotes_and_folds() => Assert.That(
        Documents.Parse(
            "segment: a\nwhere: >-\n  customer.orders > 3 &&\n  cart.totl > 3\n---\n"
            + "segment: b\nwhere: |\n  true &&\n    cart.totl > 3\n---\n"
            + "segment: c\nwhere: 'customer.country == ''IT'' && cart.totl > 3'\n")
            .Faults.Select(fault => fault.At.ToString()), Is.EqualTo(new[] { "test.yaml:4:8", "test.yaml:9:10", "test.yaml:12:44" }));

    [Test]
    public void Windows_line_ends_change_neither_places_nor_hashes()
    {
        const string text = "segment: a\nwhere: true\n---\nsegment: b\nwhere: cart.totl > 1\n";
        var (unix, windows) = (Documents.Parse(text), Documents.Parse(text.ReplaceLineEndings("\r\n")));
        Assert.That((windows.Documents[0].Hash, Documents.Lines(windows)), Is.EqualTo((unix.Documents[0].Hash, Documents.Lines(unix))));
    }

    [Test]
    public void Ten_thousand_steps_are_one_fault() =>
        Assert.That(Codes(Encoding.UTF8.GetBytes(Documents.Journey(string.Join('\n', Enumerable.Repeat("- wait: 4h", 10_000))))), Is.EqualTo(new[] { "J401" }));

    [Test]
    public void Faults_are_bounded_whatever_is_wrong()
    {
        var text = "workspace: w\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"unknown-{i}: 1\n"));
        Assert.That(Codes(Encoding.UTF8.GetBytes(text)), Has.Length.EqualTo(LanguageLimits.FaultsMax + 1));
    }

    private static string[] Codes(byte[] utf8) => [.. DocumentParser.Parse([("test.yaml", utf8)]).Faults.Select(fault => fault.Code)];

    private static bool Reports(string code, string text) => Codes(Encoding.UTF8.GetBytes(text)).Contains(code);
}
