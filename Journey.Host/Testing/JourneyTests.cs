using System.Collections.Immutable;
using Journey.Domain.Language;
using Journey.Projections;
using Journey.Projections.Customers;

namespace Journey.Host.Testing;

/// <summary>The tests of a set of documents, run in virtual time against the real folds and the real engine.</summary>
/// <param name="documents">Without errors.</param>
/// <param name="clock">For how long the tests take; what happens in them has a time of its own.</param>
public sealed class JourneyTests(DocumentSet documents, TimeProvider clock)
{
    private readonly Vocabulary _vocabulary = new();
    private readonly Dictionary<string, StartingPoint> _starts = new(StringComparer.Ordinal);

    /// <param name="filter">Which tests; null: all of them.</param>
    public TestReport Run(Func<TestDefinition, bool>? filter = null, CancellationToken cancellation = default)
    {
        var began = clock.GetTimestamp();
        var coverage = new StepCoverage();
        var fold = new BatchFold(_vocabulary, coverage);
        var results = ImmutableArray.CreateBuilder<TestResult>();
        foreach (var test in documents.Of<TestDefinition>().Where(filter ?? (_ => true)))
        {
            cancellation.ThrowIfCancellationRequested();
            results.Add(Run(test, fold));
        }

        var named = results.SelectMany(result => result.Test.Journeys).ToHashSet(StringComparer.Ordinal);
        var journeys = documents.Journeys.Where(journey => named.Contains(journey.Definition.Name)).OrderBy(journey => journey.Definition.Name, StringComparer.Ordinal);
        return new(results.ToImmutable(), [.. journeys.Select(coverage.Of)], clock.GetElapsedTime(began));
    }

    private TestResult Run(TestDefinition test, BatchFold fold)
    {
        var began = clock.GetTimestamp();
        var journeys = documents.Journeys.Where(journey => test.Journeys.Contains(journey.Definition.Name)).ToArray();
        var people = new TestPeople(test, journeys);
        var key = StartingPoint.KeyOf(test, people);
        if (!_starts.TryGetValue(key, out var start))
        {
            start = StartingPoint.Of(documents, test, people);
            _starts.Add(key, start);
        }

        var failures = TestPlay.Run(test, people, start, fold, story: null);
        ImmutableArray<string> told = [];
        if (!failures.IsEmpty)
        {
            // Writing down why costs more than the test itself, so only those that failed are played again for it.
            var story = new Story();
            TestPlay.Run(test, new TestPeople(test, journeys), start, new BatchFold(_vocabulary, story), story);
            told = [.. story.Lines];
        }

        return new(test, failures, told, clock.GetElapsedTime(began));
    }
}
