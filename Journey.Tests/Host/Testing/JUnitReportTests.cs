using System.Xml.Linq;
using Journey.Host.Testing;

namespace Journey.Tests.Host.Testing;

public sealed class JUnitReportTests
{
    private static XDocument Written()
    {
        var report = TestRuns.Run("""
            rule: greet
            on: Signed In
            do: [{ task: { team: store, title: "Hello \u0007 & <you>" } }]
            ---
            test: "holds & <stands>"
            rule: greet
            given: [{ at: "2026-03-02T09:00Z", event: Signed In }]
            expect: [{ task: { count: 1 } }]
            ---
            test: does not hold
            rule: greet
            given: [{ at: "2026-03-02T09:00Z", event: Signed In }]
            expect: [no-task, no-run]
            """);
        using var stream = new MemoryStream();
        JUnitReport.Write(report, stream);
        stream.Position = 0;
        return XDocument.Load(stream);
    }

    [Test]
    public void Suites_count_their_tests()
    {
        var suite = Written().Root!.Element("testsuite")!;
        Assert.That(new[] { "name", "tests", "failures", "errors", "skipped" }.Select(name => suite.Attribute(name)!.Value), Is.EqualTo(new[] { "tests.yaml", "2", "1", "0", "0" }));
    }

    [Test]
    public void A_case_has_a_name_a_class_a_place_and_at_most_one_failure()
    {
        var cases = Written().Descendants("testcase").ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(cases.Select(test => (test.Attribute("name")!.Value, test.Attribute("classname")!.Value, test.Attribute("line")!.Value, test.Elements("failure").Count())),
                Is.EqualTo(new[] { ("holds & <stands>", "greet", "5", 0), ("does not hold", "greet", "10", 1) }));
            Assert.That(cases[1].Element("failure")!.Attribute("message")!.Value, Is.EqualTo("expected no task, and 1 more"));
        });
    }

    [Test]
    public void What_xml_cannot_write_is_replaced() => Assert.That(Written().Descendants("failure").Single().Value, Does.Contain("title Hello \ufffd & <you>"));
}
