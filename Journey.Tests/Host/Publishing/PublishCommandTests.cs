using Journey.Host.Cli;
using Journey.Tests.Host.Cli;

namespace Journey.Tests.Host.Publishing;

/// <summary>The commands that publish, over a real store.</summary>
public sealed class PublishCommandTests
{
    private const string Hello = "journey: hello\nenter: { on: Signed In }\nsteps:\n  - { id: say, task: { team: store, title: Hello } }\n";

    [Test]
    public async Task Publishing_shows_what_changes_and_does_it()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("hello.yaml", Hello);
        var run = await CommandRun.Of("publish", file, "--store", folder.Store);
        Assert.That((run.ExitCode, run.Lines), Is.EqualTo((ExitCodes.Ok, new[]
        {
            "document       change  version  lines  runs under way",
            "journey hello  new           1  +4 -0",
            "Published 1 document.",
        })));
        var again = await CommandRun.Of("publish", file, "--store", folder.Store, "--json");
        Assert.That((again.Json.GetProperty("published").GetBoolean(), again.Json.GetProperty("documents")[0].GetProperty("change").GetString()), Is.EqualTo((false, "unchanged")));
    }

    [Test]
    public async Task A_dry_run_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        await CommandRun.Of("publish", folder.Write("hello.yaml", Hello), "--store", folder.Store);
        var run = await CommandRun.Of("publish", folder.Write("hello.yaml", Hello.Replace("Hello", "Ciao", StringComparison.Ordinal)), "--store", folder.Store, "--dry-run");
        Assert.That(run.Lines[1], Is.EqualTo("journey hello  changed        2  +1 -1"));
        Assert.That((await CommandRun.Of("versions", "hello", "--store", folder.Store, "--json")).Json.GetProperty("versions").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task Faults_are_shown_and_nothing_is_published()
    {
        using var folder = new TemporaryFolder();
        var run = await CommandRun.Of("publish", folder.Write("broken.yaml", "journey: broken\n"), "--store", folder.Store);
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Failure));
        Assert.That(run.Error, Does.Contain("broken.yaml:1:1: J111:").And.Contain("Nothing was published"));
    }

    [Test]
    public async Task What_lies_in_a_folder_of_mappings_is_published_only_when_named_itself()
    {
        using var folder = new TemporaryFolder();
        folder.Write("hello.yaml", Hello);
        Directory.CreateDirectory(folder.File("mappings"));
        var workspace = folder.Write(Path.Combine("mappings", "shop-workspace.yaml"), "workspace: shop\neventAliases: { bought: Order Completed }\n");
        var all = await CommandRun.Of("publish", folder.File("."), "--store", folder.Store);
        var named = await CommandRun.Of("publish", workspace, "--store", folder.Store);
        Assert.That((all.Lines[1..], named.Lines[1..]), Is.EqualTo((
            new[] { "journey hello  new           1  +4 -0", "Published 1 document." },
            new[] { "workspace shop  new           1  +2 -0", "Published 1 document." })));
    }

    [Test]
    public async Task Versions_differ_and_the_difference_is_shown()
    {
        using var folder = new TemporaryFolder();
        foreach (var title in new[] { "Hello", "Ciao", "Salve" })
        {
            await CommandRun.Of("publish", folder.Write("hello.yaml", Hello.Replace("Hello", title, StringComparison.Ordinal)), "--store", folder.Store);
        }

        var versions = await CommandRun.Of("versions", "hello", "--store", folder.Store, "--json");
        Assert.That(versions.Json.GetProperty("versions").EnumerateArray().Select(version => version.GetProperty("status").GetString()), Is.EqualTo(new[] { null, null, "active" }));
        var diff = await CommandRun.Of("diff", "hello", "--store", folder.Store);
        Assert.That(diff.Lines.Where(line => line[0] is '+' or '-'), Is.EqualTo(new[]
        {
            "--- hello version 2", "+++ hello version 3",
            "-  - { id: say, task: { team: store, title: Ciao } }", "+  - { id: say, task: { team: store, title: Salve } }",
        }));
        var file = folder.Write("hello.yaml", Hello);
        Assert.That((await CommandRun.Of("diff", "hello", "--from", "1", "--to", file, "--store", folder.Store)).Lines, Is.Empty);
        Assert.That((await CommandRun.Of("diff", "hello", "--from", "4", "--store", folder.Store)).Error, Does.Contain("hello has no version 4. Expected 1 to 3."));
    }

    [Test]
    public async Task A_journey_is_paused_resumed_and_retired_by_name()
    {
        using var folder = new TemporaryFolder();
        await CommandRun.Of("publish", folder.Write("hello.yaml", Hello), "--store", folder.Store);
        Assert.That((await CommandRun.Of("pause", "hello", "--store", folder.Store)).Output, Is.EqualTo("Paused journey hello.\n"));
        Assert.That((await CommandRun.Of("pause", "hello", "--store", folder.Store)).Output, Is.EqualTo("journey hello is paused already.\n"));
        Assert.That((await CommandRun.Of("resume", "hello", "--store", folder.Store)).Output, Is.EqualTo("Resumed journey hello.\n"));
        Assert.That((await CommandRun.Of("retire", "hello", "--store", folder.Store)).Output, Is.EqualTo("Retired journey hello.\n"));
        var wrong = await CommandRun.Of("pause", "helo", "--store", folder.Store);
        Assert.That((wrong.ExitCode, wrong.Error), Is.EqualTo((ExitCodes.Failure, "journey: Nothing named 'helo' is published.\n  Did you mean `hello`?\n")));
    }

    [Test]
    public async Task The_schema_is_one_json_document() =>
        Assert.That((await CommandRun.Of("schema")).Json.TryGetProperty("$schema", out _), Is.True);
}
