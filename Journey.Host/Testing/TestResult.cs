using System.Collections.Immutable;
using Journey.Domain.Language;

namespace Journey.Host.Testing;

/// <summary>An expectation that did not hold, or a step that could not be taken.</summary>
/// <param name="Expected">What the test wants, in words.</param>
/// <param name="Got">What there was instead, a line for each thing.</param>
public sealed record TestFailure(SourcePlace At, string Expected, ImmutableArray<string> Got);

/// <param name="Story">What led there, event by event; empty where the test passed.</param>
/// <param name="Elapsed">Wall time.</param>
public sealed record TestResult(TestDefinition Test, ImmutableArray<TestFailure> Failures, ImmutableArray<string> Story, TimeSpan Elapsed)
{
    public bool Passed => Failures.IsEmpty;
}

/// <param name="Results">In the order of the documents.</param>
/// <param name="Coverage">Of every journey and rule that a test names, by name.</param>
/// <param name="Elapsed">Wall time, parsing not included.</param>
public sealed record TestReport(ImmutableArray<TestResult> Results, ImmutableArray<JourneyCoverage> Coverage, TimeSpan Elapsed)
{
    public int Failed => Results.Count(result => !result.Passed);
}

/// <summary>How much of a journey was reached by the tests that ran.</summary>
/// <param name="Steps">Its steps by id, in document order.</param>
/// <param name="Arms">The ways on from its branches, splits, waitFors and calls.</param>
/// <param name="Exits">Its exit criteria, by reason.</param>
public sealed record JourneyCoverage(string Journey, ImmutableArray<Covered> Steps, ImmutableArray<Covered> Arms, ImmutableArray<Covered> Exits)
{
    /// <summary>In [0, 1]; 1 for a journey without steps.</summary>
    public double ShareOfSteps => Steps.IsEmpty ? 1 : (double)Steps.Count(step => step.IsReached) / Steps.Length;
}

/// <param name="Name">A step's id, "step → arm", or an exit reason.</param>
public sealed record Covered(string Name, SourcePlace At, bool IsReached);
