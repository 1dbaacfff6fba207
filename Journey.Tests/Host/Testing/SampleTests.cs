using Journey.Domain.Language;
using Journey.Host.Testing;

namespace Journey.Tests.Host.Testing;

/// <summary>The samples that ship with the product keep what their tests promise.</summary>
public sealed class SampleTests
{
    private const double ShareOfStepsMin = 0.8;

    private static readonly DocumentSet Samples =
        TestRuns.Parse([.. Directory.GetFiles(Path.Combine(Approved.Repository, "Journey.Host", "Samples"), "*.yaml").Order(StringComparer.Ordinal)]);

    private static readonly Lazy<TestReport> Report = new(() => new JourneyTests(Samples, TimeProvider.System).Run());

    [Test]
    public void Every_test_of_every_sample_passes() => Assert.That(TestRuns.Problems(Report.Value), Is.Empty);

    [Test]
    public void Every_sample_has_tests_that_reach_most_of_its_steps()
    {
        var journeys = Samples.Journeys.Select(journey => journey.Definition.Name).Order(StringComparer.Ordinal).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(journeys, Has.Length.EqualTo(10));
            Assert.That(Report.Value.Coverage.Select(coverage => coverage.Journey), Is.EqualTo(journeys));
            Assert.That(Report.Value.Coverage.Where(coverage => coverage.ShareOfSteps < ShareOfStepsMin).Select(coverage => coverage.Journey), Is.Empty);
        });
    }

    [Test]
    public void The_test_in_the_guide_passes()
    {
        var guide = File.ReadAllText(Path.Combine(Approved.Repository, "docs", "how-to", "test-journeys.md"));
        var start = guide.IndexOf("```yaml\n", StringComparison.Ordinal) + "```yaml\n".Length;
        var report = TestRuns.Run(guide[start..guide.IndexOf("\n```", start, StringComparison.Ordinal)]);
        Assert.That((report.Results.Length, TestRuns.Problems(report)), Is.EqualTo((1, Array.Empty<string>())));
    }
}
