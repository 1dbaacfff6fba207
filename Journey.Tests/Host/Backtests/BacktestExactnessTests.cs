using System.Text;
using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Backtests;
using Journey.Host.Publishing;
using Journey.Host.Stores;
using Journey.Projections.Backtests;
using Journey.Tests.Host.Running;

namespace Journey.Tests.Host.Backtests;

public sealed class BacktestExactnessTests
{
    private static readonly string[] Samples =
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Samples"), "*.yaml").Order(StringComparer.Ordinal)];

    private static BacktestRequest EverythingPublished => new([.. Samples.Select(file => (Path.GetFileName(file), (ReadOnlyMemory<byte>)File.ReadAllBytes(file)))]);

    [Test]
    public async Task Backtesting_what_is_live_gives_exactly_what_was_derived_and_decided([Range(1, 6)] int seed)
    {
        await using var shop = await RandomShop.LiveAsync(seed, steps: 120, publishes: false);
        var recorded = await Simulated.RecordedAsync(shop.Shop.Store);
        var simulated = await Simulated.AllAsync(shop.Shop.Store, EverythingPublished, EventInterest.Whole);
        Assert.Multiple(() =>
        {
            Assert.That(recorded, Has.Count.GreaterThan(15), "there is something to agree on");
            Assert.That(simulated.Events.Select(Simulated.Line), Is.EquivalentTo(recorded.Select(one => Simulated.Line(one))));
        });
    }

    [Test]
    public async Task Leaving_out_what_no_document_can_look_at_changes_no_decision([Range(1, 3)] int seed)
    {
        await using var shop = await RandomShop.LiveAsync(seed, steps: 120, publishes: false);
        var recorded = (await Simulated.RecordedAsync(shop.Shop.Store)).Where(one => one.Kind == EventKind.Decision);
        var simulated = await Simulated.AllAsync(shop.Shop.Store, EverythingPublished);
        Assert.That(
            simulated.Events.Where(one => one.Kind == EventKind.Decision && one.Name != EventNames.RunsHandedOver).Select(Simulated.Line),
            Is.EquivalentTo(recorded.Where(one => one.Name != EventNames.RunsHandedOver).Select(one => Simulated.Line(one))));
    }

    [Test]
    public async Task The_live_version_over_its_own_period_with_versions_and_pauses_gives_exactly_what_was_decided([Range(1, 6)] int seed)
    {
        await using var shop = await RandomShop.LiveAsync(seed, steps: 140);
        var store = shop.Shop.Store;
        var live = (await Publications.ReadAsync(store, CancellationToken.None)).Find("abandoned-cart")!.Latest;
        var request = new BacktestRequest([("live.yaml", Encoding.UTF8.GetBytes(live.Text))], From: live.PublishedAt + 1);
        var recorded = await Simulated.RecordedAsync(store);
        var simulated = await Simulated.AllAsync(store, request, EventInterest.Whole);
        Assert.Multiple(() =>
        {
            Assert.That(recorded, Has.Count.GreaterThan(15), "there is something to agree on");
            Assert.That(simulated.All.Select(Simulated.Line), Is.EquivalentTo(recorded.Select(one => Simulated.Line(one))));
            Assert.That(simulated.Events, Is.SubsetOf(simulated.All));
        });
    }

    /// <summary>Of a history in which nothing was decided, most decisions are only noted: it comes to the same as writing each.</summary>
    [Test]
    public async Task What_is_only_noted_counts_as_what_is_written_and_read_again([Range(1, 4)] int seed)
    {
        await using var shop = await RandomShop.LiveAsync(seed, steps: 200, publishes: false);
        await using var raw = new Shopfront();
        var happened = (await shop.Shop.LogAsync()).Where(recorded => recorded.Kind == EventKind.Interaction || (recorded.Kind == EventKind.Definition && seed % 2 == 0)).Select(static recorded => new NewEvent(
            recorded.Stream, recorded.Source, recorded.Id, recorded.Name, recorded.Kind, recorded.Flags, recorded.Channel, recorded.OccurredAt, recorded.ReceivedAt, recorded.Payload.ToArray()));
        await raw.Store.AppendAsync([.. happened.Select(static one => new AppendRequest(one.Stream, ExpectedVersion.Any, [one]))]);
        var noted = 0L;
        foreach (var file in Samples)
        {
            foreach (var view in Enum.GetValues<BacktestView>())
            {
                var request = new BacktestRequest([(Path.GetFileName(file), File.ReadAllBytes(file))], Against: "live", View: view);
                if (await PlanAsync(raw.Store, request) is not { } plan)
                {
                    continue;
                }

                var report = await BacktestRun.RunAsync(raw.Store, plan, null, CancellationToken.None);
                var whole = await BacktestRun.RunAsync(raw.Store, plan with { Interest = EventInterest.Whole }, null, CancellationToken.None);
                Assert.That(JsonSerializer.Serialize(report), Is.EqualTo(JsonSerializer.Serialize(whole)), $"{Path.GetFileName(file)}, {view}");
                noted += plan.Interest.IsEverything ? 0 : report.Journeys.Sum(static journey => journey.Exits.Sum(static exit => exit.Count));
            }
        }

        Assert.That(noted, Is.GreaterThan(20), "there is something to agree on");
    }

    /// <summary>Null: segments' and workspaces' own files hold nothing that could be run over a history by itself.</summary>
    private static async Task<BacktestPlan?> PlanAsync(IJourneyStore store, BacktestRequest request)
    {
        try
        {
            return await BacktestPlan.MakeAsync(store, request, CancellationToken.None);
        }
        catch (BacktestRefusedException)
        {
            return null;
        }
    }

    /// <summary>Each sample alone, so that something can be left out; all together; and what starts by an event that few customers have.</summary>
    [Test]
    public async Task The_report_is_the_same_byte_for_byte_whether_anything_is_left_out_or_not([Range(1, 4)] int seed)
    {
        await using var shop = await RandomShop.LiveAsync(seed, steps: 120, publishes: seed % 2 == 0);
        var requests = Samples.Select(file => new BacktestRequest([(Path.GetFileName(file), (ReadOnlyMemory<byte>)File.ReadAllBytes(file))]))
            .Append(EverythingPublished)
            .Append(new BacktestRequest([("rare.yaml", Encoding.UTF8.GetBytes("rule: greet\non: Store Visited\ndo:\n  - task: { team: store, title: Say hello }\n"))], Against: "live"));
        var compared = 0;
        foreach (var asked in requests)
        {
            foreach (var request in new[] { asked, asked with { View = BacktestView.Occurrence }, asked with { IncludeImported = true } })
            {
                if (await PlanAsync(shop.Shop.Store, request) is not { } plan)
                {
                    continue;
                }

                var pruned = await BacktestRun.RunAsync(shop.Shop.Store, plan, null, CancellationToken.None);
                var whole = await BacktestRun.RunAsync(shop.Shop.Store, plan with { Interest = EventInterest.Whole }, null, CancellationToken.None);
                Assert.That(JsonSerializer.Serialize(pruned), Is.EqualTo(JsonSerializer.Serialize(whole)), $"{request.Files[0].File}, {request.View}");
                compared++;
            }
        }

        Assert.That(compared, Is.GreaterThan(3 * Samples.Length / 2));
    }
}
