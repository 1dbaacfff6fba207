using Journey.Host.Cli;
using Journey.Host.Stores.Sqlite;
using Journey.Tests.Host.Cli;
using Journey.Tests.Host.Http;

namespace Journey.Tests.Host.Publishing;

/// <summary>The commands that publish, through a server that holds the store.</summary>
public sealed class RemotePublishingTests
{
    private const string Hello = "journey: hello\nenter: { on: Signed In }\nsteps:\n  - { id: say, task: { team: store, title: Hello } }\n";

    [Test]
    public async Task A_server_publishes_what_a_command_sends_it()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerUnderTest.StartAsync();
        var file = folder.Write("hello.yaml", Hello);
        var dry = await CommandRun.Of("publish", file, "--server", $"{server.Address}", "--dry-run");
        Assert.That(await server.RecordedAsync(), Is.Empty);
        var run = await CommandRun.Of("publish", file, "--server", $"{server.Address}");
        Assert.That((run.ExitCode, run.Lines), Is.EqualTo((ExitCodes.Ok, (string[])[.. dry.Lines, "Published 1 document."])));
        Assert.That((await CommandRun.Of("pause", "hello", "--server", $"{server.Address}")).Output, Is.EqualTo("Paused journey hello.\n"));
        Assert.That((await CommandRun.Of("resume", "hello", "--server", $"{server.Address}", "--json")).Json.GetProperty("status").GetString(), Is.EqualTo("active"));
        Assert.That((await CommandRun.Of("retire", "helo", "--server", $"{server.Address}")).Error,
            Is.EqualTo("journey: Nothing named \"helo\" is published. Did you mean \"hello\"?\n"));
    }

    [Test]
    public async Task Faults_that_a_server_finds_are_shown_with_their_places()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerUnderTest.StartAsync();
        var file = folder.Write("broken.yaml", "journey: broken\n");
        var run = await CommandRun.Of("publish", file, "--server", $"{server.Address}");
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((ExitCodes.Failure, (await CommandRun.Of("publish", file, "--store", folder.Store)).Error)));
    }

    [Test]
    public async Task Without_a_server_there_the_command_says_so()
    {
        using var folder = new TemporaryFolder();
        var run = await CommandRun.Of("publish", folder.Write("hello.yaml", Hello), "--server", "http://127.0.0.1:1");
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Failure));
        Assert.That(run.Error, Does.StartWith("journey: http://127.0.0.1:1 does not answer: "));
    }

    [TestCase("publish")]
    [TestCase("pause")]
    public async Task A_store_that_a_server_holds_is_named_with_the_way_around(string command)
    {
        using var folder = new TemporaryFolder();
        await using var held = SqliteStore.Open(folder.File("journey.db"));
        var run = await CommandRun.Of(command, command == "publish" ? folder.Write("hello.yaml", Hello) : "hello", "--store", folder.Store);
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Failure));
        Assert.That(run.Error, Does.Contain("another process has this store open for writing").And.Contain("--server http://127.0.0.1:8080"));
    }

    [TestCase("localhost:8080")]
    [TestCase("ftp://shop.example")]
    public async Task An_address_that_is_none_is_refused(string address)
    {
        var run = await CommandRun.Of("pause", "hello", "--server", address);
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Usage));
        Assert.That(run.Error, Does.Contain($"--server: '{address}' was given. Expected an address such as http://127.0.0.1:8080."));
    }

    [Test]
    public async Task Import_mappings_among_documents_are_left_out()
    {
        using var folder = new TemporaryFolder();
        folder.Write("hello.yaml", Hello);
        folder.Write("orders.yaml", "# what the till writes\nmapping: orders\n");
        var run = await CommandRun.Of("publish", Path.GetDirectoryName(folder.File("x"))!, "--store", folder.Store, "--json");
        Assert.That(run.Json.GetProperty("documents").EnumerateArray().Select(document => document.GetProperty("name").GetString()), Is.EqualTo(new[] { "hello" }));
    }
}
