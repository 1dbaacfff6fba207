using System.Text.Json;
using Journey.Domain.Identity;
using Journey.Host.Stores.Sqlite;
using Journey.Tests.Domain.Identity;

namespace Journey.Tests.Host.Cli;

public sealed class UnmergeCommandTests
{
    private TemporaryFolder _folder = null!;
    private string _store = null!;

    [SetUp]
    public async Task Merge()
    {
        _folder = new TemporaryFolder();
        var file = _folder.File("shop.db");
        _store = $"sqlite:{file}";
        await using var store = SqliteStore.Open(file);
        await store.IngestAsync([Ids.Interaction("1", "u1"), Ids.Interaction("2", "e1"), Ids.Interaction("3", "u1 e1")]);
    }

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task A_dry_run_says_what_goes_with_whom_and_changes_nothing()
    {
        var run = await CommandRun.Of("unmerge", "userId:u1", "--of", "email:e1@shop.it", "--dry-run", "--store", _store);

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Output, Does.StartWith($"{Ids.FoundedBy("e1")} will be a customer again, with 1 interaction and these identifiers:\n  email:e1@shop.it\nEverything else stays with {Ids.FoundedBy("u1")}."));
        Assert.That(await HolderAsync(), Is.EqualTo(Ids.FoundedBy("u1")));
    }

    [Test]
    public async Task Yes_does_it_and_JSON_says_where_it_is_recorded()
    {
        var run = await CommandRun.Of("unmerge", "userId:u1", "--of", "email:e1@shop.it", "--yes", "--json", "--store", _store);

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        var report = JsonDocument.Parse(run.Output).RootElement;
        Assert.That((report.GetProperty("restored").GetString(), report.GetProperty("position").GetInt64()), Is.EqualTo((Ids.FoundedBy("e1"), 7L)));
        Assert.That(await HolderAsync(), Is.EqualTo(Ids.FoundedBy("e1")));
    }

    [TestCase("userId:u1", "userId:nobody", "Nobody holds")]
    [TestCase("userId:nobody", "email:e1@shop.it", "There is no customer")]
    [TestCase("userId:u1", "userId:u1", "nothing to undo")]
    public async Task What_cannot_be_undone_says_why(string customer, string of, string why)
    {
        var run = await CommandRun.Of("unmerge", customer, "--of", of, "--store", _store);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain(why));
    }

    private async Task<string?> HolderAsync()
    {
        await using var store = SqliteStore.Open(_folder.File("shop.db"));
        return await store.FindAsync(new Identifier(IdentifierKind.Email, "e1@shop.it"));
    }
}
