using System.Text;
using Journey.Domain.Language;
using Journey.Host.Testing;

namespace Journey.Tests.Host.Testing;

/// <summary>Runs test documents from files and from texts.</summary>
internal static class TestRuns
{
    public static DocumentSet Parse(IEnumerable<string> files) =>
        DocumentParser.Parse(files.Select(file => (Path.GetFileName(file), (ReadOnlyMemory<byte>)File.ReadAllBytes(file))));

    public static DocumentSet ParseText(string text) => DocumentParser.Parse([("tests.yaml", Encoding.UTF8.GetBytes(text))]);

    public static TestReport Run(string text)
    {
        var documents = ParseText(text);
        Assert.That(documents.Faults.Where(fault => fault.Severity == FaultSeverity.Error).Select(fault => fault.ToString()), Is.Empty);
        return new JourneyTests(documents, TimeProvider.System).Run();
    }

    /// <summary>Every line that people would read of the tests that failed.</summary>
    public static string[] Problems(TestReport report) =>
        [.. report.Results.Where(result => !result.Passed).SelectMany(result => TestText.Lines(result).Prepend(result.Test.Name))];
}
