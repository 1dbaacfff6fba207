using Journey.Domain.Language;
using Journey.Host.Testing;

namespace Journey.Tests.Host.Testing;

/// <summary>What journeys mean, as test documents that go through the whole pipeline: identities, folds, engine and time.</summary>
public sealed class SemanticsTests
{
    private static readonly string Folder = Path.Combine(Approved.Repository, "Journey.Tests", "Host", "Testing", "Semantics");

    public static IEnumerable<TestCaseData> Documents() => Directory.GetFiles(Folder, "*.yaml").Order(StringComparer.Ordinal)
        .SelectMany(file => TestRuns.Parse([file]).Of<TestDefinition>().Select(test => new TestCaseData(file, test.Name).SetArgDisplayNames(Path.GetFileName(file), test.Name)));

    [TestCaseSource(nameof(Documents))]
    public void Holds(string file, string test)
    {
        var report = new JourneyTests(TestRuns.Parse([file]), TimeProvider.System).Run(one => one.Name == test);
        Assert.That(TestRuns.Problems(report), Is.Empty);
    }

    [Test]
    public void Every_document_is_without_faults() =>
        Assert.That(Directory.GetFiles(Folder, "*.yaml").SelectMany(file => TestRuns.Parse([file]).Faults).Select(fault => fault.ToString()), Is.Empty);
}
