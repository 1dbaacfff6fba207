using System.Globalization;
using System.Text;
using System.Xml;

namespace Journey.Host.Testing;

/// <summary>Test results as JUnit XML: what build servers read. One suite per file, times in seconds.</summary>
public static class JUnitReport
{
    public static void Write(TestReport report, Stream into)
    {
        using var xml = XmlWriter.Create(into, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false) });
        xml.WriteStartElement("testsuites");
        xml.WriteAttributeString("name", "journey");
        Counts(xml, report.Results);
        foreach (var suite in report.Results.GroupBy(result => result.Test.At.File, StringComparer.Ordinal))
        {
            xml.WriteStartElement("testsuite");
            Attribute(xml, "name", suite.Key);
            Counts(xml, [.. suite]);
            foreach (var result in suite)
            {
                Case(xml, result);
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Case(XmlWriter xml, TestResult result)
    {
        xml.WriteStartElement("testcase");
        Attribute(xml, "name", result.Test.Name);
        Attribute(xml, "classname", result.Test.Journeys.IsEmpty ? "journey" : string.Join(", ", result.Test.Journeys));
        Attribute(xml, "file", result.Test.At.File);
        Attribute(xml, "line", result.Test.At.Line.ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "time", Seconds(result.Elapsed));
        if (!result.Passed)
        {
            // One element for each test: readers count these, and some take only the first.
            xml.WriteStartElement("failure");
            Attribute(xml, "message", $"expected {result.Failures[0].Expected}{(result.Failures.Length == 1 ? "" : $", and {result.Failures.Length - 1} more")}");
            Attribute(xml, "type", "expectation");
            xml.WriteString(Clean(string.Join('\n', TestText.Lines(result))));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Counts(XmlWriter xml, IReadOnlyCollection<TestResult> results)
    {
        Attribute(xml, "tests", results.Count.ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "failures", results.Count(result => !result.Passed).ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "errors", "0");
        Attribute(xml, "skipped", "0");
        Attribute(xml, "time", Seconds(new TimeSpan(results.Sum(result => result.Elapsed.Ticks))));
    }

    private static string Seconds(TimeSpan elapsed) => elapsed.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);

    private static void Attribute(XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, Clean(value));

    // XML has no way to write most control characters, nor half of a pair.
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(rune.Value is < ' ' and not '\n' and not '\t' || rune.Value is 0xfffe or 0xffff ? "\ufffd" : rune.ToString());
        }

        return clean.ToString();
    }
}
