using System.Security.Cryptography;
using Journey.Domain.EventLog;
using Journey.Domain.Personal;
using Journey.Host.Cli;
using Journey.Host.Running;
using Journey.Tests.Benchmarks;
using Journey.Tests.Crash;
using Journey.Tests.Host.Cli;
using Journey.Tests.Host.Running;

namespace Journey.Tests.Host.Backtests;

/// <summary>Whatever a backtest is given and however it ends, the answer is clear and the store's files are, byte for byte, as they were.</summary>
public sealed class BacktestHarmlessTests
{
    private const string Draft = "journey: reminder\nenter: { on: Product Added }\nsteps:\n  - { id: settle, wait: 4h }\n  - { id: first, send: { channel: email, template: reminder } }\n";

    private TemporaryFolder _folder = null!;

    private string Store => _folder.File("shop.db");

    private string Page => _folder.File("report.html");

    [SetUp]
    public void Create() => _folder = new TemporaryFolder();

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task A_faulty_draft_is_refused_with_every_fault_and_its_place()
    {
        await FillAsync(static _ => Task.CompletedTask);
        var run = await Run(Draft.Replace("wait: 4h", "wait: soon", StringComparison.Ordinal).Replace("enter: { on", "enter: { onn", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That((run.ExitCode, run.Output), Is.EqualTo((ExitCodes.Failure, "")));
            Assert.That(run.Error, Does.Contain("draft.yaml:2:").And.Contain("draft.yaml:4:").And.Contain("Nothing was backtested"));
            Assert.That(File.Exists(Page), Is.False);
        });
    }

    [TestCase("--from", "2031-01-01", "no event of the log arrived in it")]
    [TestCase("--to", "2001-01-01", "no event of the log arrived in it")]
    public async Task An_empty_period_is_refused_and_says_so(string option, string moment, string said)
    {
        await FillAsync(static _ => Task.CompletedTask);
        var run = await Run(Draft, option, moment);
        Assert.Multiple(() =>
        {
            Assert.That((run.ExitCode, run.Output), Is.EqualTo((ExitCodes.Failure, "")));
            Assert.That(run.Error, Does.Contain("The period is empty").And.Contain(said));
            Assert.That(File.Exists(Page), Is.False);
        });
    }

    [Test]
    public async Task A_poison_event_stops_its_customer_is_named_and_everybody_else_is_gone_through([Values("arrival", "occurrence")] string view)
    {
        var position = 0L;
        await FillAsync(async shop =>
        {
            await shop.PoisonAsync(await shop.SayAsync("sick", "Page Viewed"));
            position = shop.Store.PositionOf(await shop.Store.HeadAsync());
            await shop.SayAsync("well", "Product Added");
        });
        var run = await Run(Draft, "--json", "--view", view);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        var history = run.Json.GetProperty("history");
        Assert.Multiple(() =>
        {
            Assert.That(history.GetProperty("unreadable").GetInt64(), Is.EqualTo(1));
            Assert.That(history.GetProperty("firstUnreadable").GetProperty("name").GetString(), Is.EqualTo("Product Added"));
            Assert.That(history.GetProperty("firstUnreadable").GetProperty("position").GetInt64(), Is.EqualTo(view == "arrival" ? position : history.GetProperty("firstUnreadable").GetProperty("position").GetInt64()));
            Assert.That(run.Json.GetProperty("journeys")[0].GetProperty("entered").GetInt64(), Is.EqualTo(2), "u1 and well");
        });
    }

    [Test]
    public async Task Who_was_erased_is_counted_and_what_they_did_is_still_decided()
    {
        await FillAsync(async shop =>
        {
            var customer = await shop.SayAsync("gone", "Product Added");
            await shop.Store.AppendAsync([new AppendRequest(customer, ExpectedVersion.Any, [Erasure.Event(customer, [customer], null, shop.Now)])]);
        });
        var run = await Run(Draft, "--json");
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.Multiple(() =>
        {
            Assert.That(run.Json.GetProperty("history").GetProperty("erased").GetInt64(), Is.EqualTo(1));
            Assert.That(run.Json.GetProperty("journeys")[0].GetProperty("entered").GetInt64(), Is.EqualTo(2));
            Assert.That(run.Json.GetProperty("limits").EnumerateArray().Select(limit => limit.GetString()), Has.Some.Contains("erased"));
        });
    }

    /// <summary>As many journeys as there may be, and a run of each at nearly every second event, so that it is far from its end when it first says how far it is.</summary>
    [Test]
    public async Task Ctrl_C_in_the_middle_of_the_real_program_ends_it_and_leaves_nothing_behind()
    {
        const int events = 200_000;
        const int documents = 100;
        const string busy = "journey: busy-\nenter: { on: Page Viewed, reentry: { mode: after-exit } }\nsteps:\n  - { id: ask, task: { team: store, title: Ask } }\n";
        await GeneratedStore.KeepAsync(Store, events, events / 50);
        var drafts = Directory.CreateDirectory(_folder.File("drafts")).FullName;
        for (var number = 1; number <= documents; number++)
        {
            await File.WriteAllTextAsync(Path.Combine(drafts, $"{number}.yaml"), busy.Replace("busy-", $"busy-{number}", StringComparison.Ordinal));
        }

        var before = Files();
        await using var backtest = ServerProcess.Begin("backtest", drafts, "--json", "--html", Page, "--store", $"sqlite:{Store}");
        await backtest.SaysAsync("backtesting: ");
        var exitCode = await backtest.InterruptAsync();
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(ExitCodes.Interrupted));
            Assert.That(backtest.Errors, Does.Contain("Interrupted."));
            Assert.That(Files(), Is.EqualTo(before));
        });
    }

    /// <summary>A store that was processed and closed: one customer put something into a cart.</summary>
    private async Task FillAsync(Func<Shopfront, Task> more)
    {
        await using var shop = new Shopfront(Store);
        await shop.SayAsync("u1", "Product Added");
        await more(shop);
        var processor = shop.Processor();
        await processor.PrepareAsync(CancellationToken.None);
        await shop.SettleAsync(processor);
    }

    private async Task<CommandRun> Run(string draft, params string[] options)
    {
        var file = _folder.Write("draft.yaml", draft);
        var before = Files();
        var run = await CommandRun.Of(new CommandServices(), ["backtest", file, "--html", Page, "--store", $"sqlite:{Store}", .. options]);
        Assert.That(Files().Where(static line => !line.StartsWith("report.html", StringComparison.Ordinal)), Is.EqualTo(before));
        return run;
    }

    /// <summary>Every file there is, with its digest: the store's own, and whatever else somebody left.</summary>
    private List<string> Files() =>
        [.. new DirectoryInfo(Path.GetDirectoryName(Store)!).GetFiles().OrderBy(static file => file.Name, StringComparer.Ordinal).Select(static file => $"{file.Name} {Digest(file)}")];

    private static string Digest(FileInfo file)
    {
        using var content = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }
}
