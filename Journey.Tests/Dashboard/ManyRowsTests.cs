using Journey.Host.Stores.Sqlite;
using Journey.Tests.Host.Http;
using Microsoft.Playwright;

namespace Journey.Tests.Dashboard;

/// <summary>Lists over 100,000 rows: a page of them is asked for and drawn, never the whole.</summary>
public sealed class ManyRowsTests
{
    private const int Rows = 100_000;

    /// <summary>What one page of a list holds.</summary>
    private const int RowsShownMax = 50;

    private ServerUnderTest _server = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await ServerUnderTest.StartAsync(before: FillAsync);

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase("/customers", "/v1/customers?")]
    [TestCase("/carts?view=list", "/v1/carts?")]
    [TestCase("/deliveries", "/v1/deliveries?")]
    public async Task A_list_asks_for_a_page_at_a_time(string path, string asks)
    {
        await using var visit = await Visit.BeginAsync(Visit.Laptop, address: _server.Address.GetLeftPart(UriPartial.Authority));
        await visit.OpenAsync(path);
        var rows = visit.Page.Locator("main tbody tr");
        var first = await rows.AllTextContentsAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Next page" }).ClickAsync();
        await visit.Page.GetByText("Page 2").First.WaitForAsync();
        await visit.Page.WaitForFunctionAsync("first => document.querySelector('main tbody tr')?.textContent !== first", first[0]);
        var second = await rows.AllTextContentsAsync();
        var limits = visit.Asked.Where(asked => asked.StartsWith(asks, StringComparison.Ordinal)).Select(asked => System.Web.HttpUtility.ParseQueryString(asked.Split('?')[1])["limit"]);
        Assert.Multiple(() =>
        {
            Assert.That(first, Has.Count.EqualTo(RowsShownMax));
            Assert.That(second, Has.Count.EqualTo(RowsShownMax).And.Not.EqualTo(first));
            Assert.That(limits, Is.Not.Empty.And.All.EqualTo($"{RowsShownMax}"));
            Assert.That(visit.Wrongs, Is.Empty);
        });
    }

    [Test]
    public async Task The_board_asks_for_a_few_of_each_state()
    {
        await using var visit = await Visit.BeginAsync(Visit.Laptop, address: _server.Address.GetLeftPart(UriPartial.Authority));
        await visit.OpenAsync("/carts");
        await visit.Page.Locator(".cart-card").First.WaitForAsync();
        Assert.Multiple(async () =>
        {
            Assert.That(await visit.Page.Locator(".cart-card").CountAsync(), Is.LessThanOrEqualTo(5 * 8));
            Assert.That(visit.Asked.Where(asked => asked.StartsWith("/v1/carts?", StringComparison.Ordinal)), Has.All.Contains("limit=8"));
            Assert.That(visit.Wrongs, Is.Empty);
        });
    }

    /// <summary>Straight into the read models' tables: how rows came there makes no difference to a list of them.</summary>
    private static async Task FillAsync(SqliteStore store) => await store.WriteAsync(static writer =>
    {
        var numbers = $"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows})";
        writer.Database.Execute(
            "INSERT INTO customers (customer, first_seen_at, last_seen_at, events, orders, channels, is_known, name, active_runs) "
            + $"{numbers} SELECT printf('c%016d', i), 1770000000000, 1770000000000 + i, 1, 0, 'web', 1, 'Customer ' || i, 0 FROM n");
        writer.Database.Execute(
            "INSERT INTO carts (customer, cart, state, channel, total, currency, quantity, items, products, created_at, active_at) "
            + $"{numbers} SELECT printf('c%016d', i), 'cart-' || i, 'abandoned', 'web', '10.00', 'EUR', '1', 1, 'Kettle ' || i, 1770000000000, 1770000000000 + i FROM n");
        writer.Database.Execute(
            "INSERT INTO messages (customer, message, journey, version, run, step, channel, template, state, requested_at) "
            + $"{numbers} SELECT printf('c%016d', i), printf('m%016d', i), 'greeting', 1, 'r' || i, 'send', 'email', 'hello-' || i, 'sent', 1770000000000 + i FROM n");
        return Rows;
    });
}
