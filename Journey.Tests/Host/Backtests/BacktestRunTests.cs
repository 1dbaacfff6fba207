using System.Text;
using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Personal;
using Journey.Host.Backtests;
using Journey.Host.Running;
using Journey.Tests.Host.Running;

namespace Journey.Tests.Host.Backtests;

public sealed class BacktestRunTests
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

    [Test]
    public async Task The_same_backtest_is_the_same_report_with_any_number_of_workers_and_after_a_restart()
    {
        await using var shop = await RandomShop.LiveAsync(seed: 3, steps: 120);
        var request = Of(Draft) with { Against = "against.yaml", AgainstFiles = Files(Draft.Replace("4h", "6h", StringComparison.Ordinal)) };
        var first = await JsonAsync(shop.Shop, request with { Workers = 1 });
        await using var reopened = Journey.Host.Stores.Sqlite.SqliteStore.Open(shop.Shop.Store.Path, new() { ReadOnly = true });
        Assert.Multiple(async () =>
        {
            Assert.That(await JsonAsync(shop.Shop, request with { Workers = 2 }), Is.EqualTo(first));
            Assert.That(await JsonAsync(shop.Shop, request with { Workers = 1 }), Is.EqualTo(first));
            Assert.That(JsonSerializer.Serialize(await BacktestRun.RunAsync(reopened, request with { Workers = 2 }, null, CancellationToken.None)), Is.EqualTo(first));
            Assert.That(first, Does.Contain("\"Name\":\"reminder\""));
        });
    }

    [Test]
    public async Task Nothing_is_written()
    {
        await using var shop = await RandomShop.LiveAsync(seed: 4, steps: 80);
        var store = shop.Shop.Store;
        var before = (await store.HeadAsync(), await new Verification(store).RunAsync(null, CancellationToken.None));
        await BacktestRun.RunAsync(store, Of(Draft), null, CancellationToken.None);
        var after = (await store.HeadAsync(), await new Verification(store).RunAsync(null, CancellationToken.None));
        Assert.Multiple(() =>
        {
            Assert.That(after.Item1, Is.EqualTo(before.Item1));
            Assert.That(after.Item2.ReadModels, Is.EqualTo(before.Item2.ReadModels));
        });
    }

    [Test]
    public async Task A_draft_is_told_by_who_enters_what_is_sent_and_who_reaches_the_goal()
    {
        await using var shop = await WithCartsAsync();
        var report = await BacktestRun.RunAsync(shop.Store, Of(Draft), null, CancellationToken.None);
        var journey = report.Journeys.Single(one => one.Name == "reminder");
        Assert.Multiple(() =>
        {
            Assert.That((journey.Entered, journey.Messages, journey.Goals.Goals), Is.EqualTo((3L, 1L, 1L)));
            Assert.That(journey.NotEntered, Is.EqualTo(new[] { new CountReport("where", 1) }));
            Assert.That(journey.Suppressed, Is.EqualTo(new[] { new StepCountReport("first", "unreachable", 1) }));
            Assert.That(journey.Exits, Is.EqualTo(new[] { new CountReport("completed", 2), new CountReport("converted", 1) }));
            Assert.That(report.Limits[0], Does.Contain("no uplift"));
        });
    }

    [Test]
    public async Task A_difference_names_the_condition_that_made_it_and_what_it_saw()
    {
        await using var shop = await WithCartsAsync();
        var other = Draft.Replace(">= 50", ">= 90", StringComparison.Ordinal);
        var report = await BacktestRun.RunAsync(
            shop.Store, Of(other) with { Against = "before.yaml", AgainstFiles = Files(Draft) }, null, CancellationToken.None);
        var lost = report.Differences!.Kinds.Single(kind => kind.Kind == DifferenceKind.LosesMessage);
        Assert.Multiple(() =>
        {
            Assert.That(report.Differences.Customers, Is.EqualTo(3));
            Assert.That((lost.Customers, lost.Examples[0].Draft), Is.EqualTo((1L, (string?)null)));
            Assert.That(lost.Examples[0].Because, Does.Contain("`event.price >= 90`").And.Contains("false").And.Contains("event.price was 80"));
            Assert.That(lost.Examples[0].BecauseAt, Does.StartWith("draft.yaml:2:"));
            Assert.That(report.Differences.Texts.Single().Diff, Has.Some.Contains("price >= 90"));
        });
    }

    [Test]
    public async Task A_draft_with_faults_is_refused_with_all_of_them()
    {
        await using var shop = await WithCartsAsync();
        var refused = Assert.ThrowsAsync<BacktestRefusedException>(() => BacktestRun.RunAsync(
            shop.Store, Of(Draft.Replace("wait: 4h", "wait: soon", StringComparison.Ordinal)), null, CancellationToken.None));
        Assert.That(refused!.Faults, Is.Not.Empty);
    }

    [Test]
    public async Task A_period_without_events_is_refused()
    {
        await using var shop = await WithCartsAsync();
        Assert.Multiple(() =>
        {
            Assert.That(() => BacktestRun.RunAsync(shop.Store, Of(Draft) with { From = shop.Now + 86_400_000 }, null, CancellationToken.None),
                Throws.TypeOf<BacktestRefusedException>().With.Message.Contains("period is empty"));
            Assert.That(() => BacktestRun.RunAsync(shop.Store, Of(Draft) with { From = 5, To = 5 }, null, CancellationToken.None),
                Throws.TypeOf<BacktestRefusedException>().With.Message.Contains("period is empty"));
        });
    }

    [Test]
    public async Task A_poison_event_stops_its_customer_and_is_named()
    {
        await using var shop = await WithCartsAsync();
        var sick = await shop.SayAsync("u9", "Product Viewed");
        await shop.PoisonAsync(sick);
        var report = await BacktestRun.RunAsync(shop.Store, Of(Draft), null, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That((report.History.Unreadable, report.History.FirstUnreadable?.Name), Is.EqualTo((1L, "Product Added")));
            Assert.That(report.Limits, Has.Some.Contains("format 99"));
            Assert.That(report.Journeys.Single().Entered, Is.EqualTo(3), "the others are gone through");
        });
    }

    [Test]
    public async Task Erased_and_imported_and_late_are_counted()
    {
        await using var shop = await WithCartsAsync();
        var erased = await shop.SayAsync("u1", "Page Viewed");
        NewEvent One(string id, string name, EventFlags flags, long late) => new(
            erased, "test", id, name, EventKind.Interaction, flags, ContactChannel.Web, shop.Now - late, shop.Now, StoredPayload.Empty);
        await shop.Store.AppendAsync([new AppendRequest(erased, ExpectedVersion.Any,
            [Erasure.Event(erased, [erased], null, shop.Now), One("x2", "Page Viewed", EventFlags.Imported, 0), One("x3", "Page Viewed", EventFlags.None, 2 * 86_400_000)])]);
        var report = await BacktestRun.RunAsync(shop.Store, Of(Draft), null, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That((report.History.Erased, report.History.Imported, report.History.Late, report.History.TooLate), Is.EqualTo((1L, 1L, 1L, 1L)));
            Assert.That(report.Limits, Has.Some.Contains("erased").And.Some.Contains("imported").And.Some.Contains("late"));
        });
    }

    [Test]
    public async Task Imported_history_triggers_only_where_it_is_asked_to()
    {
        await using var shop = new Shopfront();
        var customer = await shop.SayAsync("u1", "Page Viewed");
        var added = new NewEvent(
            customer, "import", "i1", "Product Added", EventKind.Interaction, EventFlags.Imported, ContactChannel.Web, shop.Now - 86_400_000, shop.Now,
            StoredPayload.FromJson("""{"properties":{"price":80}}"""u8));
        await shop.Store.AppendAsync([new AppendRequest(customer, ExpectedVersion.Any, [added])]);
        var without = await BacktestRun.RunAsync(shop.Store, Of(Draft), null, CancellationToken.None);
        var with = await BacktestRun.RunAsync(shop.Store, Of(Draft) with { IncludeImported = true }, null, CancellationToken.None);
        Assert.That((without.Journeys.Single().Entered, with.Journeys.Single().Entered), Is.EqualTo((0L, 1L)));
    }

    [Test]
    public async Task Cancelled_in_the_middle_it_ends_at_once()
    {
        await using var shop = await WithCartsAsync();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        Assert.That(() => BacktestRun.RunAsync(shop.Store, Of(Draft), null, stop.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task The_page_fetches_nothing_and_obeys_nothing_from_the_history()
    {
        await using var shop = await WithCartsAsync();
        var report = await BacktestRun.RunAsync(
            shop.Store, Of(Draft.Replace("cart-reminder", "other", StringComparison.Ordinal)) with { Against = "<b>", AgainstFiles = Files(Draft) }, null, CancellationToken.None);
        var page = BacktestHtml.Of(report);
        Assert.Multiple(() =>
        {
            Assert.That(page, Does.Not.Match("(src|href)=|url\\(|@import|<script"));
            Assert.That(page, Does.Contain("&lt;b&gt;").And.Not.Contain("<b>:"));
            // Drawings stretch to the screen's width; texts are outside them, so that a phone shows them as large as any.
            Assert.That(page, Does.Contain("preserveAspectRatio=\"none\"").And.Not.Contains("<text"));
            Assert.That(page, Does.Contain("<svg").And.Contains("prefers-color-scheme:dark").And.Contains("width=device-width"));
        });
    }

    /// <summary>u1 can be written to, u2 cannot, u3 orders in time, u4's product is cheap; then a day passes.</summary>
    private static async Task<Shopfront> WithCartsAsync()
    {
        var shop = new Shopfront();
        await shop.SayAsync("u1", EventNames.Identified, traits: """{"email":"u1@shop.example"}""");
        await shop.SayAsync("u1", EventNames.ConsentGranted, """{"channel":"email","purpose":"marketing"}""");
        foreach (var (user, price) in ((string, int)[])[("u1", 80), ("u2", 80), ("u3", 80), ("u4", 20)])
        {
            await shop.SayAsync(user, "Product Added", $$"""{"cart_id":"c{{user}}","product_id":"p1","price":{{price}},"quantity":1,"currency":"EUR"}""");
        }

        shop.Clock.Advance(TimeSpan.FromHours(1));
        await shop.SayAsync("u3", "Order Completed", """{"cart_id":"cu3","order_id":"o1","total":80,"currency":"EUR"}""");
        shop.Clock.Advance(TimeSpan.FromDays(1));
        await shop.SayAsync("u5", "Page Viewed");
        return shop;
    }

    private static BacktestRequest Of(string text) => new([("draft.yaml", Encoding.UTF8.GetBytes(text))]);

    private static IReadOnlyList<(string, ReadOnlyMemory<byte>)> Files(string text) => [("before.yaml", Encoding.UTF8.GetBytes(text))];

    private static async Task<string> JsonAsync(Shopfront shop, BacktestRequest request) =>
        JsonSerializer.Serialize(await BacktestRun.RunAsync(shop.Store, request, null, CancellationToken.None));
}
