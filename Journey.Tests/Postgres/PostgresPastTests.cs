using System.Text;
using System.Text.Json;
using Journey.Domain.Language.Publishing;
using Journey.Host.Backtests;
using Journey.Host.Replay;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Host.Stores.Sqlite;
using Journey.Host.Why;
using Journey.Projections.ReadModels;
using Journey.Tests.Host.Backtests;

namespace Journey.Tests.Postgres;

/// <summary>What is said about the past of one history: the same bytes from a file and from PostgreSQL, on one thread and on two, and after a restart.</summary>
public sealed class PostgresPastTests
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

    [SetUp]
    public void Create() => _database = new PostgresDatabase();

    [TearDown]
    public void Drop() => _database.Dispose();

    [Test]
    public async Task Backtests_in_every_view_replays_and_every_why_are_the_same_from_both_stores_on_one_thread_and_two_and_after_a_restart([Range(1, 2)] int seed)
    {
        await using var shop = await RandomShop.LiveAsync(seed, steps: 120);
        var path = shop.Shop.Store.Path;
        var opened = shop.Shop.Now - (2 * 86_400_000);
        await using (var there = _database.Open())
        {
            Assert.That((await new StoreCopy(shop.Shop.Store, there, TimeProvider.System).RunAsync(null, CancellationToken.None)).Holds, Is.True);
        }

        var first = await SaidAsync(shop.Shop.Store, opened, workers: 1);
        Assert.Multiple(() =>
        {
            Assert.That(first.Count(said => said.Key.StartsWith("backtest", StringComparison.Ordinal)), Is.EqualTo(7));
            Assert.That(first.Count(said => said.Key.StartsWith("why", StringComparison.Ordinal)), Is.GreaterThan(20));
            Assert.That(first["backtest arrival"], Does.Contain("\"Name\":\"reminder\"").And.Contain("\"Entered\":").And.Not.EqualTo(first["backtest occurrence"]));
        });

        Assert.That(await SaidAsync(shop.Shop.Store, opened, workers: 2), Is.EqualTo(first), "the file, on two threads");
        await using (var reopened = SqliteStore.Open(path, new SqliteStoreOptions { ReadOnly = true }))
        {
            Assert.That(await SaidAsync(reopened, opened, workers: 1), Is.EqualTo(first), "the file, opened again");
        }

        foreach (var workers in new[] { 1, 2 })
        {
            await using var there = _database.Open();
            Assert.That(await SaidAsync(there, opened, workers), Is.EqualTo(first), $"PostgreSQL, opened again, {workers} threads");
        }
    }

    private static async Task<SortedDictionary<string, string>> SaidAsync(IJourneyStore store, long from, int workers)
    {
        var said = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, request) in Requests(from))
        {
            said[$"backtest {name}"] = JsonSerializer.Serialize(await BacktestRun.RunAsync(store, request with { Workers = workers }, null, CancellationToken.None));
        }

        var source = await ReplaySource.LoadAsync(store, store, DefinitionHistory.Empty, CancellationToken.None);
        var replay = new HistoryReplay(source);
        foreach (var (name, moment) in new[] { ("to the end", (long?)null), ("to a moment", from) })
        {
            var end = await replay.EndAsync(null, moment, CancellationToken.None);
            said[$"replay {name}"] = JsonSerializer.Serialize(await replay.RunAsync(end, null, CancellationToken.None, workers));
        }

        await WhyAsync(store, source, from, said);
        return said;
    }

    private static IEnumerable<(string Name, BacktestRequest Request)> Requests(long from)
    {
        var draft = new BacktestRequest([("draft.yaml", Encoding.UTF8.GetBytes(Draft))])
        {
            Against = "against.yaml",
            AgainstFiles = [("against.yaml", Encoding.UTF8.GetBytes(Draft.Replace("4h", "6h", StringComparison.Ordinal)))],
        };
        yield return ("arrival", draft);
        yield return ("occurrence", draft with { View = BacktestView.Occurrence });
        yield return ("with what was imported", draft with { IncludeImported = true });
        yield return ("of a period", draft with { From = from, To = from + 86_400_000 });
        yield return ("of a sample", draft with { Sample = BacktestSample.Parse("60%") });

        var sample = new BacktestRequest([("abandoned-cart.yaml", RandomShop.Sample("abandoned-cart"))]);
        yield return ("of a sample journey against live", sample with { Against = "live" });
        yield return ("of a sample journey against its first version", sample with { Against = "1", View = BacktestView.Occurrence });
    }

    private static async Task WhyAsync(IJourneyStore store, ReplaySource source, long moment, SortedDictionary<string, string> said)
    {
        var query = new WhyQuery(source);
        foreach (var customer in (await store.QueryAsync(new TableQuery(ReadModelTables.Customers, [], ["customer"], 100))).Select(row => row[0].Text!))
        {
            foreach (var journey in query.Journeys)
            {
                foreach (var at in new long?[] { null, moment })
                {
                    var answer = await query.AnswerAsync(customer, journey, at, 10_000, CancellationToken.None);
                    said[$"why {customer} {journey} {at}"] = answer is null ? "nobody" : JsonSerializer.Serialize(WhyReport.Of(answer));
                }
            }
        }
    }
}
