using Journey.Domain.Events;
using Journey.Host.Cli;
using Journey.Host.Running;
using Journey.Host.Stores.Sqlite;
using Journey.Tests.Host.Cli;
using Journey.Tests.Projections;

namespace Journey.Tests.Host.Reports;

/// <summary>The same on the command line.</summary>
public sealed class ResultCommandTests
{
    private TemporaryFolder _folder = null!;

    [OneTimeSetUp]
    public async Task SetUp()
    {
        _folder = new TemporaryFolder();
        await using var store = SqliteStore.Open(_folder.File("journey.db"));
        await ToldStore.TellAsync(store, new Story("""
            journey: greeting
            enter: { on: Signed Up }
            goal: { on: Order Completed, within: 3d }
            steps:
              - { id: hello, send: { channel: chat, template: hello } }
              - { id: news, send: { channel: email, template: news } }
              - id: pick
                split:
                  - { name: a, weight: 50%, then: [ { id: rest-a, wait: 1d } ] }
                  - { name: b, weight: 50%, then: [ { id: rest-b, wait: 1d } ] }
            """)
            .Then("2026-03-01T10:00Z", "Signed Up", channel: "store")
            .Then("2026-03-01T11:00Z", "Product Added", new { cart_id = "c1", product_id = "p1", price = 30 }).Until("2026-03-01T15:00Z")
            .Then("2026-03-02T09:00Z", "Order Completed", new { order_id = "o1", total = 30 }, "store"));
    }

    [OneTimeTearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task Results_attribution_deliveries_and_carts_as_tables()
    {
        var text = new System.Text.StringBuilder();
        foreach (var line in (string[])["results greeting", "attribution", "attribution --model position-based --by campaign", "deliveries", "deliveries --by step", "carts --stats"])
        {
            var run = await Run(line.Split(' '));
            Assert.That((run.ExitCode, run.Error), Is.EqualTo((ExitCodes.Ok, "")), line);
            text.Append($"$ journey {line}\n{run.Output}\n");
        }

        Approved.Matches(text.ToString());
    }

    [TestCase("results", "greeting", "--json")]
    [TestCase("attribution", "--json")]
    [TestCase("deliveries", "--json")]
    [TestCase("carts", "--stats", "--json")]
    public async Task And_as_JSON(params string[] args)
    {
        var run = await Run(args);
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Ok), run.Error);
        Assert.That(run.Json.ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Object));
    }

    [TestCase(ExitCodes.Failure, "There is no journey or rule 'greting' in this store.", "results", "greting")]
    [TestCase(ExitCodes.Failure, "There is no version 7 of a journey or rule 'greeting' in this store.", "results", "greeting", "--version", "7")]
    [TestCase(ExitCodes.Usage, "--version: '0' was given. Expected a whole number from 1.", "results", "greeting", "--version", "0")]
    [TestCase(ExitCodes.Usage, "--lookback: '30' was given.", "attribution", "--lookback", "30")]
    [TestCase(ExitCodes.Usage, "--model: 'marcov' was given.", "attribution", "--model", "marcov")]
    [TestCase(ExitCodes.Usage, "--first 70 and --last 40 are more than 100 together.", "attribution", "--first", "70")]
    [TestCase(ExitCodes.Usage, "--by: 'chanel' was given.", "deliveries", "--by", "chanel")]
    [TestCase(ExitCodes.Usage, "--from, --to and --channel go with --stats.", "carts", "--channel", "web")]
    [TestCase(ExitCodes.Usage, "expected one of them", "carts", "--stats", "--as-of", "2026-03-01")]
    public async Task What_is_wrong_is_said(int exitCode, string error, params string[] args)
    {
        var run = await Run(args);
        Assert.That(run.ExitCode, Is.EqualTo(exitCode));
        Assert.That(run.Error, Does.Contain(error));
    }

    private Task<CommandRun> Run(string[] args) => CommandRun.Of(new CommandServices(), [.. args, "--store", $"sqlite:{_folder.File("journey.db")}"]);
}
