using Journey.Host.Cli;
using Journey.Host.Stores;

namespace Journey.Tests.Host.Cli;

public sealed class CommandLineTests
{
    [Test]
    public async Task Without_arguments_the_help_is_shown_and_the_exit_code_says_that_something_was_expected()
    {
        var run = await CommandRun.Of();
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Usage));
            Assert.That(run.Output, Does.Contain("Usage:").And.Contain("timeline"));
        });
    }

    [TestCase(new[] { "map", "--actvity", "name" },
        "unknown option '--actvity'. Expected --store, --case, --activity, --channel, --segment, --from, --to, --as-of, --view, --stages, --exact, "
        + "--variants, --top, --format, --output, --json. Did you mean `--activity`?")]
    [TestCase(new[] { "map", "--top", "0" },
        "--top: '0' was given. Expected a whole number from 1 to 10000.")]
    [TestCase(new[] { "map", "--case", "sesion" },
        "--case: 'sesion' was given. Expected customer, session. Did you mean `session`?")]
    [TestCase(new[] { "carts", "--state", "abandonned" },
        "--state: 'abandonned' was given. "
        + "Expected active, emptied, abandoned, checking-out, converted, recovered, expired. Did you mean `abandoned`?")]
    [TestCase(new[] { "carts", "--limit", "ten" },
        "--limit: 'ten' was given. Expected a whole number from 1 to 10000.")]
    [TestCase(new[] { "timeline", "U1", "--as-of", "yesterday" },
        "--as-of: 'yesterday' was given. Expected a time such as 2026-03-01T12:30Z or 2026-03-01.")]
    [TestCase(new[] { "demo", "--for", "1h" },
        "--for: '1h' was given. Expected seconds, 1 to 86400.")]
    [TestCase(new[] { "serve", "--url", "localhost" },
        "--url: 'localhost' was given. Expected an address such as http://127.0.0.1:8080; port 0 takes a free one.")]
    [TestCase(new[] { "verify", "now" },
        "unknown argument 'now'. Expected no further argument.")]
    public async Task A_wrong_argument_says_what_was_expected(string[] args, string error)
    {
        var run = await CommandRun.Of(args);
        Assert.That(
            (run.ExitCode, run.Output, run.Error),
            Is.EqualTo((ExitCodes.Usage, "", $"journey: {error}\nRun `journey {args[0]} --help` for arguments and examples.\n")));
    }

    [Test]
    public async Task An_unknown_command_is_answered_with_the_known_ones_and_the_one_that_was_meant()
    {
        var run = await CommandRun.Of("mpa", "--json");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Usage));
            Assert.That(run.Error, Does.StartWith("journey: unknown command 'mpa'. Expected demo, serve, import, timeline, "));
            Assert.That(run.Error, Does.EndWith(". Did you mean `map`?\nRun `journey --help` for arguments and examples.\n"));
        });
    }

    [Test]
    public async Task A_server_that_a_failing_disk_ends_says_so_and_exits_with_a_failure()
    {
        var services = new StoreServices { ServeFailure = new StoreDiskException("The disk failed under journey.db. Check the disk, then start again.") };
        var run = await CommandRun.Of(services, ["serve"]);
        Assert.That(
            (run.ExitCode, run.Output, run.Error),
            Is.EqualTo((ExitCodes.Failure, "", "journey: The disk failed under journey.db. Check the disk, then start again.\n")));
    }

    [TestCase("journey.db", "is not a store")]
    [TestCase("mysql:x", "not supported by this version")]
    [TestCase("sqlite:", "needs a path")]
    public async Task A_store_that_is_none_is_refused_before_anything_is_done(string store, string why)
    {
        var run = await CommandRun.Of("verify", "--store", store);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Usage));
            Assert.That(run.Error, Does.StartWith("journey: --store: ").And.Contain(why).And.Contain("sqlite:journey.db"));
        });
    }

    [TestCase("timeline")]
    [TestCase("import")]
    [TestCase("validate")]
    [TestCase("keys add")]
    public async Task A_missing_argument_is_a_wrong_argument(string command)
    {
        var run = await CommandRun.Of(command.Split(' '));
        Assert.That(
            (run.ExitCode, run.Error.Split('\n')[^2]),
            Is.EqualTo((ExitCodes.Usage, $"Run `journey {command} --help` for arguments and examples.")));
    }

    [Test]
    public async Task A_failure_is_a_sentence_and_no_stack_trace()
    {
        using var folder = new TemporaryFolder();
        var run = await CommandRun.Of("verify", "--store", folder.Store);
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((ExitCodes.Failure, $"journey: {folder.File("journey.db")} is not there.\n")));
    }

    [Test]
    public async Task Ctrl_C_ends_a_server_cleanly()
    {
        var services = new StoreServices();
        using var stop = new CancellationTokenSource();
        var running = CommandRun.Of(services, ["serve", "--url", "http://127.0.0.1:0, http://127.0.0.2:0"], stop.Token);
        await stop.CancelAsync();
        var run = await running;
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Ok));
            Assert.That(services.Served!.Urls, Is.EqualTo(new[] { "http://127.0.0.1:0", "http://127.0.0.2:0" }));
        });
    }

    [Test]
    public async Task A_demo_is_asked_for_with_its_options()
    {
        var services = new StoreServices();
        const string line = "demo --store sqlite:shop.db --customers 50 --speed 10 --seed 7 --for 30 --url http://127.0.0.1:0";
        await CommandRun.Of(services, line.Split(' '));
        var shown = services.Shown!;
        Assert.That(
            (Path.GetFileName(shown.Store.ToString()), shown.Url, shown.Customers, shown.Speed, shown.Seed, shown.For),
            Is.EqualTo(("shop.db", "http://127.0.0.1:0", 50, 10.0, 7, TimeSpan.FromSeconds(30))));
    }
}
