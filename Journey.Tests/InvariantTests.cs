using System.Reflection;
using System.Text.RegularExpressions;
using Journey.Domain.Events;
using Journey.Host.Dispatch;
using Journey.Host.Replay;
using Journey.Host.Running;
using Journey.Host.Running.Rebuilding;
using Journey.Host.Testing;
using Journey.Host.Why;
using Journey.Projections;

namespace Journey.Tests;

/// <summary>The invariants that are a matter of structure: what a part cannot reach, it cannot do.</summary>
public sealed partial class InvariantTests
{
    private static readonly Assembly[] _pure = [typeof(RecordedEvent).Assembly, typeof(CustomerFold).Assembly];

    /// <summary>Clocks, chance, and everything outside the process.</summary>
    private static readonly string[] _impure =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today", "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow",
        "System.TimeProvider.", "System.Diagnostics.Stopwatch.", "System.Environment.get_TickCount",
        "System.Environment.GetEnvironmentVariable", "System.Environment.get_MachineName", "System.Guid.NewGuid", "System.Guid.CreateVersion7", "System.Random.",
        "System.HashCode.", "System.Security.Cryptography.RandomNumberGenerator.", "System.IO.File.", "System.IO.Directory.", "System.IO.FileStream.", "System.Net.",
        "System.Console.", "System.Threading.Thread.", "System.Threading.Timer.", "System.Threading.Tasks.Task.Run", "System.Threading.Tasks.Task.Delay",
        "NodaTime.SystemClock.",
    ];

    [Test]
    public void The_pure_projects_read_no_clock_and_reach_nothing_outside()
    {
        Assert.That(_pure.SelectMany(CompiledCode.ForeignMembers).Where(member => _impure.Any(banned => member.StartsWith(banned, StringComparison.Ordinal))), Is.Empty);
        Assert.That(
            _pure.SelectMany(assembly => assembly.GetReferencedAssemblies()).Select(reference => reference.Name),
            Has.None.EqualTo("Journey.Host").And.None.StartsWith("System.Net").And.None.StartsWith("Microsoft.AspNetCore"));
        Assert.That(CompiledCode.ForeignMembers(typeof(Scheduler).Assembly), Does.Contain("System.TimeProvider.get_System"), "the host's members are seen, so the pure ones' would be");
    }

    [TestCase(typeof(Processor))]
    [TestCase(typeof(Refold))]
    [TestCase(typeof(Rebuilder))]
    [TestCase(typeof(Verification))]
    [TestCase(typeof(WhyQuery))]
    [TestCase(typeof(PastReadModels))]
    [TestCase(typeof(HistoryReplay))]
    [TestCase(typeof(DecisionReplay))]
    public void What_folds_has_nothing_that_delivers_within_reach(Type root)
    {
        var reachable = CompiledCode.ReachableFrom(root);
        Assert.That(reachable.Where(type => IsOfDeliveries(type) || Delivers(type)).Select(type => type.FullName), Is.Empty);
        Assert.That(reachable, Does.Contain(typeof(BatchFold)), "the way from here to the fold is seen");
    }

    [Test]
    public void Tests_of_journeys_render_what_would_be_delivered_and_cannot_deliver_it()
    {
        var reachable = CompiledCode.ReachableFrom(typeof(JourneyTests));
        Assert.That(reachable.Where(Delivers).Select(type => type.FullName), Is.Empty);
        Assert.That(reachable, Does.Contain(typeof(BatchFold)).And.Contain(typeof(DeliveryComposer)));
    }

    [Test]
    public void Whoever_has_a_dispatcher_is_found_out() => Assert.That(
        CompiledCode.ReachableFrom(typeof(JourneyRuntime)).Where(Delivers),
        Does.Contain(typeof(Dispatcher)).And.Contain(typeof(Courier)).And.Contain(typeof(HttpClient)));

    [Test]
    public void Every_proof_that_the_invariants_name_is_there()
    {
        var page = File.ReadAllText(Path.Combine(Approved.Repository, "docs", "explanation", "invariants.md"));
        var proofs = Proof().Matches(page).Select(match => (File: match.Groups["file"].Value, Test: match.Groups["test"].Value)).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(Heading().Count(page), Is.EqualTo(9), "one heading for each invariant");
            Assert.That(proofs, Has.Length.GreaterThan(30));
            Assert.That(proofs.Where(proof => !IsThere(proof.File, proof.Test)), Is.Empty);
            Assert.That(Bullet().Matches(page).Select(match => match.Value).Where(line => !Proof().IsMatch(line)), Is.Empty, "every point names its test");
        });
    }

    private static bool IsThere(string file, string test)
    {
        var path = Path.Combine(Approved.Repository, "Journey.Tests", file);
        return File.Exists(path) && Regex.IsMatch(File.ReadAllText(path), $@"\b(Task|void) {Regex.Escape(test)}\(");
    }

    private static bool IsOfDeliveries(Type type) => (type.Namespace ?? "").StartsWith("Journey.Host.Dispatch", StringComparison.Ordinal);

    private static bool Delivers(Type type) =>
        type == typeof(Dispatcher) || type == typeof(Courier) || type.Namespace is "System.Net.Http" or "System.Net.Sockets" or "System.Net.Mail";

    [GeneratedRegex(@"`(?<file>[\w/]+\.cs)` `(?<test>\w+)`")]
    private static partial Regex Proof();

    [GeneratedRegex(@"^- .*$", RegexOptions.Multiline)]
    private static partial Regex Bullet();

    [GeneratedRegex(@"^## \d\. ", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
