using Journey.Domain.EventLog;
using Journey.Domain.Language.Publishing;
using Journey.Host.Scans;
using Journey.Host.Stores.InMemory;
using Journey.Projections.Maps;
using Journey.Projections.Scans;
using Journey.Tests.Host.Stores;

namespace Journey.Tests.Host.Scans;

public sealed class LogScanTests
{
    [TestCase(1)]
    [TestCase(3)]
    public async Task Any_number_of_workers_reads_every_event_once(int workers)
    {
        var log = await LogOf(20_000);
        var map = await MapAsync(log, new ScanLimits { Workers = workers });

        Assert.That((map.Cases, map.Events, map.Edges.Sum(static edge => edge.Count)), Is.EqualTo((100L, 20_000L, 19_900L)));
    }

    [Test]
    public async Task A_scan_keeps_as_many_steps_as_it_may_and_refuses_one_more()
    {
        var log = await LogOf(500);

        Assert.That((await MapAsync(log, new ScanLimits { StepsMax = 500 })).Events, Is.EqualTo(500));
        Assert.That(async () => await MapAsync(log, new ScanLimits { StepsMax = 499 }), Throws.InstanceOf<ScanTooLargeException>()
            .With.Message.EqualTo("This slice of the log holds more than 499 interactions, which is the most that one computation keeps. Name a shorter period (from, to) or a channel."));
    }

    [Test]
    public async Task A_scan_stops_when_it_is_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        Assert.That(async () => await MapAsync(await LogOf(500), new ScanLimits(), cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task What_operators_skipped_is_passed_over()
    {
        var log = await LogOf(500);

        Assert.That((await MapAsync(log, new ScanLimits(), skipped: [1, 2, 500])).Events, Is.EqualTo(497));
    }

    [Test]
    public async Task An_answer_is_kept_until_the_log_grows()
    {
        var log = await LogOf(10);
        using var desk = new ScanDesk(log, new ScanLimits());
        var computed = 0;
        Task<string> Ask(string question) => desk.AnswerAsync(question, basis => Task.FromResult($"{++computed} at {basis.Head}"), CancellationToken.None);

        Assert.That(new[] { await Ask("a"), await Ask("a"), await Ask("b"), await Ask("a") }, Is.EqualTo(new[] { "1 at 10", "1 at 10", "2 at 10", "1 at 10" }));
        await log.AppendAsync(Sample.Request("late", "one more"));
        Assert.That(await Ask("a"), Is.EqualTo("3 at 11"));
    }

    private static async Task<JourneyMap> MapAsync(IEventLog log, ScanLimits limits, CancellationToken cancellation = default, HashSet<long>? skipped = null)
    {
        var query = new MapQuery();
        var labels = new MapLabels(query, Journey.Domain.Language.Workspace.Default);
        var scan = new LogScan(log, limits);
        var traces = await scan.ReadAsync(
            query.Traces, labels.CodeOf, readsPayloads: false, DefinitionHistory.Empty, skipped ?? [], log.PositionOf(await log.HeadAsync(cancellation)), null, cancellation);
        var count = new MapCount();
        foreach (var part in await scan.VisitAsync<MapCount>(traces, static () => new MapCount(), cancellation))
        {
            count.Add(part);
        }

        return count.Map(labels);
    }

    private static async Task<InMemoryEventLog> LogOf(int events)
    {
        var log = new InMemoryEventLog();
        for (var i = 0; i < events; i += 100)
        {
            await log.AppendAsync([.. Enumerable.Range(i, Math.Min(100, events - i)).Select(static id => Sample.Request($"c{id % 100}", $"{id}"))]);
        }

        return log;
    }
}
