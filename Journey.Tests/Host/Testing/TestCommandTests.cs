using System.Xml.Linq;
using Journey.Host.Cli;
using Journey.Tests.Host.Cli;

namespace Journey.Tests.Host.Testing;

public sealed class TestCommandTests
{
    private const string Documents = """
        rule: greet
        on: Signed In
        do: [{ task: { team: store, title: Hello } }]
        ---
        test: somebody is greeted
        rule: greet
        given: [{ at: "2026-03-02T09:00Z", event: Signed In }]
        expect: [{ task: { count: 1 } }]
        ---
        test: nobody is greeted
        rule: greet
        given: [{ at: "2026-03-02T09:00Z", event: Signed In }]
        expect: [no-task]
        """;

    [Test]
    public async Task A_failed_test_fails_the_command_and_says_where()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("greet.yaml", Documents);
        var run = await CommandRun.Of("test", file);
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Failure));
        Assert.That(run.Lines.Take(3), Is.EqualTo(new[]
        {
            $"ok     {file}:5: somebody is greeted", $"FAILED {file}:10: nobody is greeted", $"    {file}:13: expected no task",
        }));
        Assert.That(run.Lines[^1], Does.StartWith("2 tests, 1 failed, "));
    }

    [Test]
    public async Task A_filter_chooses_by_name_journey_or_file()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("greet.yaml", Documents);
        Assert.That((await CommandRun.Of("test", file, "--filter", "SOMEBODY")).ExitCode, Is.EqualTo(ExitCodes.Ok));
        Assert.That((await CommandRun.Of("test", file, "--filter", "farewell")).Error, Does.Contain("No test's name, journey or file contains 'farewell'."));
    }

    [Test]
    public async Task Results_as_json_and_as_junit_say_the_same()
    {
        using var folder = new TemporaryFolder();
        var run = await CommandRun.Of("test", folder.Write("greet.yaml", Documents), "--json", "--junit", folder.File("results.xml"));
        var suite = XDocument.Load(folder.File("results.xml")).Root!;
        Assert.Multiple(() =>
        {
            Assert.That((run.Json.GetProperty("tests").GetInt32(), run.Json.GetProperty("failed").GetInt32()), Is.EqualTo((2, 1)));
            Assert.That((suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value), Is.EqualTo(("2", "1")));
            Assert.That(run.Json.GetProperty("coverage")[0].GetProperty("steps").GetProperty("reached").GetInt32(), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Coverage_is_a_table_and_the_places_that_no_test_reached()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("wait.yaml", """
            journey: wait
            enter: { on: Signed In }
            exit: [{ on: Signed Out, as: left }]
            steps: [{ id: rest, wait: 1h }]
            ---
            test: rests
            journey: wait
            given: [{ at: "2026-03-02T09:00Z", event: Signed In }]
            expect: [{ run: { exit: completed } }]
            """);
        var run = await CommandRun.Of("test", file, "--coverage");
        Assert.That(run.Lines[1..4], Is.EqualTo(new[]
        {
            "journey   steps  ways on   exits", "wait     1 of 1        -  0 of 1", $"{file}:3: wait: no test reaches the exit left",
        }));
    }

    [Test]
    public async Task Documents_with_errors_and_documents_without_tests_run_nothing()
    {
        using var folder = new TemporaryFolder();
        var broken = await CommandRun.Of("test", folder.Write("broken.yaml", "journey: broken\n"));
        Assert.That((broken.ExitCode, broken.Output), Is.EqualTo((ExitCodes.Failure, "")));
        Assert.That(broken.Error, Does.Contain("broken.yaml:1:1: J111:").And.Contain("No test was run"));
        var none = await CommandRun.Of("test", folder.Write("none.yaml", "segment: vip\nwhere: customer.orders > 5\n"));
        Assert.That((none.ExitCode, none.Error), Is.EqualTo((ExitCodes.Failure, "journey: The documents hold no test.\n")));
    }
}
