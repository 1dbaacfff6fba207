using System.Text.Json;
using Journey.Host.Cli;
using Journey.Host.Running;
using Journey.Host.Stores.Sqlite;
using Journey.Tests.Domain.Identity;

namespace Journey.Tests.Host.Cli;

/// <summary>Two customers viewed a page: the draft greets them, and what it is compared with does not.</summary>
public sealed class BacktestCommandTests
{
    private const string Greeting = "journey: greeting\nenter: { on: Page Viewed }\nsteps:\n  - { id: greet, task: { team: store, title: Greet } }\n";

    private static readonly CommandServices Services = new();

    private TemporaryFolder _folder = null!;
    private string _draft = null!;
    private string _other = null!;

    [SetUp]
    public async Task Open()
    {
        _folder = new TemporaryFolder();
        await using var store = SqliteStore.Open(_folder.File("shop.db"));
        await store.IngestAsync([Ids.Interaction("1", "u1"), Ids.Interaction("2", "u2")]);
        _draft = _folder.File("draft.yaml");
        _other = _folder.File("other.yaml");
        await File.WriteAllTextAsync(_draft, Greeting);
        await File.WriteAllTextAsync(_other, Greeting.Replace("Page Viewed", "Order Completed", StringComparison.Ordinal));
    }

    [TearDown]
    public void Remove() => _folder.Dispose();

    [TestCase("2", ExitCodes.Ok)]
    [TestCase("1", 3)]
    public async Task As_many_as_are_allowed_may_change_and_one_more_answers_3(string max, int expected)
    {
        var run = await Run(_draft, "--against", _other, "--max-changed", max);

        Assert.That(run.ExitCode, Is.EqualTo(expected), run.Error);
        Assert.That(run.Output, Does.Contain("2 customers would be treated differently"));
    }

    [Test]
    public async Task The_report_is_JSON_or_a_page_that_fetches_nothing()
    {
        var page = _folder.File("report.html");
        var run = await Run(_draft, "--json", "--html", page);

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        var journey = JsonDocument.Parse(run.Output).RootElement.GetProperty("journeys")[0];
        Assert.That((journey.GetProperty("name").GetString(), journey.GetProperty("entered").GetInt64()), Is.EqualTo(("greeting", 2L)));
        Assert.That(await File.ReadAllTextAsync(page), Does.StartWith("<!doctype html>").And.Not.Contain("src="));
    }

    [TestCase("--from", "soon", "Expected a time")]
    [TestCase("--against", "7", "there is no version 7")]
    public async Task A_wrong_argument_says_what_was_expected(string option, string value, string said)
    {
        var run = await Run(_draft, option, value);

        Assert.That(run.ExitCode, Is.Not.Zero);
        Assert.That(run.Error, Does.Contain(said));
    }

    private Task<CommandRun> Run(params string[] args) => CommandRun.Of(Services, ["backtest", .. args, "--store", $"sqlite:{_folder.File("shop.db")}"]);
}
