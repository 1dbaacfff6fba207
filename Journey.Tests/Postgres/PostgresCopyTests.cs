using System.Text;
using System.Text.Json;
using Journey.Domain.Language.Publishing;
using Journey.Host.Backtests;
using Journey.Host.Cli;
using Journey.Host.Replay;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Host.Stores.Sqlite;
using Journey.Tests.Host.Backtests;
using Journey.Tests.Host.Running;
using Journey.Tests.Host.Stores;

namespace Journey.Tests.Postgres;

/// <summary>The same history in a file and in PostgreSQL: every digest, replay and backtest is the same.</summary>
public sealed class PostgresCopyTests
{
    private const string Draft =
        """
        journey: reminder
        enter: { on: Product Added, where: event.price >= 50, reentry: { mode: after-exit } }
        exit:
          - { on: Order Completed, as: converted }
        goal: { on: Order Completed, within: 3d }
        steps:
          - { id: settle, wait: 4h }
          - { id: first, send: { channel: email, template: cart-reminder } }
        """;

    private PostgresDatabase _database = null!;
    private StoreFolder _folder = null!;

    [SetUp]
    public void Create() => (_database, _folder) = (new PostgresDatabase(), new StoreFolder());

    [TearDown]
    public void Drop()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Test]
    public async Task A_history_in_PostgreSQL_has_the_same_digests_replay_and_backtest_and_comes_back_the_same()
    {
        await using var shop = await RandomShop.LiveAsync(seed: 3, steps: 120);
        await using var there = _database.Open();
        var copied = await CopyAsync(shop.Shop.Store, there);
        await using var back = SqliteStore.Open(_folder.File);
        var returned = await CopyAsync(there, back);

        Assert.Multiple(async () =>
        {
            Assert.That(copied.Parts.Where(part => !part.Agrees).Select(part => part.Name), Is.Empty);
            Assert.That(copied.Parts, Has.Count.GreaterThan(20));
            Assert.That(returned.Parts.Where(part => !part.Agrees).Select(part => part.Name), Is.Empty);
            Assert.That((await new Verification(there).RunAsync(null, CancellationToken.None)).ReadModels.Where(model => !model.Agrees).Select(model => model.Name), Is.Empty);
            Assert.That(await ReplayAsync(there), Is.EqualTo(await ReplayAsync(shop.Shop.Store)));
            Assert.That(await BacktestAsync(there), Is.EqualTo(await BacktestAsync(shop.Shop.Store)));
        });
    }

    [Test]
    public async Task A_copy_that_was_interrupted_goes_on_where_it_stopped()
    {
        await using var shop = await RandomShop.LiveAsync(seed: 5, steps: 60);
        await using var there = _database.Open();
        using var stop = new CancellationTokenSource();
        var halfway = new Interruption(stop);
        Assert.That(
            async () => await new StoreCopy(shop.Shop.Store, there, TimeProvider.System, pageEvents: 20).RunAsync(halfway, stop.Token),
            Throws.InstanceOf<OperationCanceledException>());
        var begun = there.PositionOf(await there.HeadAsync());

        var report = await CopyAsync(shop.Shop.Store, there);

        Assert.That(begun, Is.EqualTo(20));
        Assert.That(report.Copied, Is.EqualTo(report.Head - begun));
        Assert.That(report.Holds);
    }

    [Test]
    public async Task A_store_with_another_history_takes_no_copy()
    {
        await using var shop = await RandomShop.LiveAsync(seed: 5, steps: 20);
        await using var there = _database.Open();
        await there.AppendAsync(Sample.Request("a", "1"));

        Assert.That(async () => await CopyAsync(shop.Shop.Store, there), Throws.InstanceOf<CommandException>().With.Message.Contains("holds other history"));
        Assert.That(there.PositionOf(await there.HeadAsync()), Is.EqualTo(1));
    }

    private static Task<CopyReport> CopyAsync(IJourneyStore from, IJourneyStore to) => new StoreCopy(from, to, TimeProvider.System).RunAsync(null, CancellationToken.None);

    private static async Task<string> ReplayAsync(IJourneyStore store)
    {
        var source = await ReplaySource.LoadAsync(store, store, DefinitionHistory.Empty, CancellationToken.None);
        return JsonSerializer.Serialize(await new HistoryReplay(source).RunAsync(store.PositionOf(await store.HeadAsync()), null, CancellationToken.None));
    }

    private static async Task<string> BacktestAsync(IJourneyStore store) => JsonSerializer.Serialize(await BacktestRun.RunAsync(
        store,
        new BacktestRequest([("draft.yaml", Encoding.UTF8.GetBytes(Draft))])
        {
            Against = "against.yaml",
            AgainstFiles = [("against.yaml", Encoding.UTF8.GetBytes(Draft.Replace("4h", "6h", StringComparison.Ordinal)))],
            Workers = 2,
        },
        null,
        CancellationToken.None));

    private sealed class Interruption(CancellationTokenSource stop) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => stop.Cancel();
    }
}
