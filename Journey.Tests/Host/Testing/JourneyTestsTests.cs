using System.Text;
using Journey.Domain.Language;
using Journey.Host.Testing;

namespace Journey.Tests.Host.Testing;

public sealed class JourneyTestsTests
{
    private const string Hello = """
        journey: hello
        enter: { on: Signed In, where: event.level > 2 && customer.hasEmail }
        exit:
          - { on: Signed Out, as: left }
        steps:
          - id: way
            branch:
              - if: event.level > 5
                then: [{ id: high, send: { channel: email, template: high, data: { level: "{{event.level}}", greeting: Hi } } }]
              - else: [{ id: low, task: { team: store, title: "Level {{event.level}}" } }]
          - { id: rest, wait: 1h }
        ---
        """;

    private static string Test(string given, string expect) =>
        $$"""
        {{Hello}}
        test: a test
        journey: hello
        customer: { traits: { email: ada@example.com }, consent: { email: granted } }
        given:
          {{given}}
        expect:
          {{expect}}
        """;

    private static string SignedIn(int level) => $"- {{ at: \"2026-03-02T09:00Z\", event: Signed In, properties: {{ level: {level} }} }}";

    private static TestFailure Failure(string given, string expect) => TestRuns.Run(Test(given, expect)).Results.Single().Failures.Single();

    [Test]
    public void A_failure_says_what_was_expected_and_what_there_was()
    {
        var failure = Failure(SignedIn(7), "- sent: { template: low, at: \"2026-03-02T09:00Z\", count: 1 }");
        Assert.Multiple(() =>
        {
            Assert.That(failure.At.Line, Is.EqualTo(19));
            Assert.That(failure.Expected, Is.EqualTo("a message sent, template low, at 2026-03-02T09:00:00Z, exactly 1"));
            Assert.That(failure.Got.ToArray(), Is.EqualTo(new[]
            {
                "0 of these 1:",
                "  2026-03-02T09:00:00Z Message Requested: journey hello, step high, channel email, template high, purpose marketing, data {\"level\":\"7\",\"greeting\":\"Hi\"}",
            }));
        });
    }

    [Test]
    public void A_failure_tells_what_led_there()
    {
        var result = TestRuns.Run(Test(SignedIn(2), "- sent: { count: 1 }")).Results.Single();
        Assert.That(result.Story.ToArray(), Is.EqualTo(new[]
        {
            "2026-02-28T09:00:00Z  Identified (unknown, imported)",
            "2026-02-28T09:00:00Z  Consent Granted (unknown, imported)",
            "2026-03-02T09:00:00Z  Signed In (web)",
            "    hello: entry `event.level > 2 && customer.hasEmail` is false",
            "        event.level = 2",
            "        event.level > 2 = false",
        }));
    }

    [Test]
    public void A_test_that_passes_tells_nothing() =>
        Assert.That(TestRuns.Run(Test(SignedIn(7), "- sent: { count: 1 }")).Results.Single().Story, Is.Empty);

    [TestCase("- nothing-sent", "no message")]
    [TestCase("- no-run", "no run")]
    [TestCase("- sent: { count: 2 }", "a message sent, exactly 2")]
    [TestCase("- sent: { data: { level: \"8\" } }", "a message sent, data {\"level\":\"8\"}")]
    [TestCase("- suppressed: { reason: cap }", "a message suppressed, reason cap")]
    [TestCase("- task: { team: store }", "a task, team store")]
    [TestCase("- call: { step: way }", "a call, step way")]
    [TestCase("- run: { exit: left, version: 1 }", "a run, that ended as left, of version 1")]
    [TestCase("- run: { holdout: true, goal: true }", "a run, in the holdout, that reached its goal")]
    [TestCase("- event: { name: Signed In, properties: { level: 8 } }", "an event \"Signed In\", with {\"level\":8}")]
    [TestCase("- traits: { level: 7 }", "the customer's traits to be {\"level\":7}")]
    public void What_does_not_hold_is_said(string expect, string expected) => Assert.That(Failure(SignedIn(7), expect).Expected, Is.EqualTo(expected));

    [TestCase("- sent: { template: high, channel: email, step: high, data: { level: \"7\" } }")]
    [TestCase("- run: { state: ended, exit: completed, journey: hello, version: 1, holdout: false, goal: false, count: 1 }")]
    [TestCase("- event: { name: Signed In, properties: { level: 7.0 }, at: \"2026-03-02T09:00Z\", count: 1 }")]
    [TestCase("- event: { name: Message Sent, count: 1 }")]
    [TestCase("- traits: { email: ada@example.com }")]
    [TestCase("- no-task")]
    [TestCase("- task: { count: 0 }")]
    public void What_holds_is_no_failure(string expect) => Assert.That(TestRuns.Problems(TestRuns.Run(Test(SignedIn(7), expect))), Is.Empty);

    [Test]
    public void Titles_are_compared_as_people_read_them() =>
        Assert.That(TestRuns.Problems(TestRuns.Run(Test(SignedIn(3), "- task: { title: Level 3, step: low }"))), Is.Empty);

    [Test]
    public void An_outcome_that_answers_nothing_is_a_failure_of_its_step()
    {
        var failure = Failure("- { at: \"2026-03-02T09:00Z\", event: Call Answered }", "- no-run");
        Assert.That((failure.At.Line, failure.Got.Single()), Is.EqualTo((17, "there is none so far")));
    }

    [TestCase("holdout: true")]
    [TestCase("paths: { way: nowhere }")]
    public void Nobody_falls_where_the_journeys_have_no_such_place(string asked)
    {
        var text = Test(SignedIn(7), "- nothing-sent").Replace("consent: { email: granted }", asked, StringComparison.Ordinal);
        Assert.That(TestRuns.Run(text).Results.Single().Failures.Single().Got.Single(), Is.EqualTo("its journeys have no such holdout or path"));
    }

    [Test]
    public void A_test_that_never_rests_is_stopped()
    {
        // Ten journeys that start one another come to more runs than a test may have events.
        var names = Enumerable.Range(0, 10).Select(i => $"journey-{i}").ToArray();
        var journeys = names.Select((name, i) =>
            $"journey: {name}\nenter: {{ on: Signed In, reentry: concurrent }}\nsteps:\n  - {{ id: rest, wait: 1s }}\n  - start: {names[(i + 1) % 10]}\n  - start: {names[(i + 3) % 10]}\n---\n");
        var report = TestRuns.Run($"""
            {string.Concat(journeys)}
            test: for ever
            journey: [{string.Join(", ", names)}]
            given:
              - at: "2026-03-02T09:00Z"
                event: Signed In
            expect: [nothing-sent]
            """);
        Assert.That(report.Results.Single().Failures.Single().Expected, Is.EqualTo($"the test to come to rest within {VirtualWorkspace.EventsMax} events"));
    }

    [Test]
    public void Coverage_names_steps_ways_on_and_exits_that_no_test_reached()
    {
        var coverage = TestRuns.Run(Test(SignedIn(7), "- sent: { count: 1 }")).Coverage.Single();
        Assert.Multiple(() =>
        {
            Assert.That(coverage.Steps.Select(step => (step.Name, step.IsReached)), Is.EqualTo(new[] { ("way", true), ("high", true), ("low", false), ("rest", true) }));
            Assert.That(coverage.Arms.Select(arm => (arm.Name, arm.IsReached)), Is.EqualTo(new[] { ("way → event.level > 5", true), ("way → else", false) }));
            Assert.That(coverage.Exits.Select(exit => (exit.Name, exit.IsReached)), Is.EqualTo(new[] { ("left", false) }));
            Assert.That(coverage.ShareOfSteps, Is.EqualTo(0.75));
        });
    }

    [Test]
    public void A_filter_runs_only_what_it_lets_through()
    {
        var documents = TestRuns.ParseText($"{Test(SignedIn(7), "- no-task")}\n---\ntest: another\njourney: hello\ngiven:\n  {SignedIn(1)}\nexpect: [no-run]\n");
        var report = new JourneyTests(documents, TimeProvider.System).Run(test => test.Name == "another");
        Assert.That(report.Results.Select(result => (result.Test.Name, result.Passed)), Is.EqualTo(new[] { ("another", true) }));
    }

    [Test]
    public void The_same_tests_give_the_same_story_every_time()
    {
        var text = Test(SignedIn(7), "- nothing-sent");
        var (first, second) = (TestRuns.Problems(TestRuns.Run(text)), TestRuns.Problems(TestRuns.Run(text)));
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public void A_thousand_tests_run_in_seconds_because_they_share_what_was_compiled()
    {
        var files = Enumerable.Range(0, 10).Select(file => ($"{file}.yaml", (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes((file == 0 ? Hello + "\n" : "") + string.Concat(Enumerable.Range(0, 100).Select(i =>
            $"test: number {file}-{i}\njourney: hello\ncustomer: {{ traits: {{ email: ada@example.com }}, consent: {{ email: granted }} }}\ngiven:\n  {SignedIn(7)}\nexpect:\n  - sent: {{ count: 1 }}\n---\n")))));
        var report = new JourneyTests(DocumentParser.Parse(files), TimeProvider.System).Run();
        Assert.That((report.Results.Length, report.Failed), Is.EqualTo((1_000, 0)));
        TestContext.Out.WriteLine($"1,000 tests: {report.Elapsed.TotalMilliseconds:N0} ms");
    }
}
