using System.Text.Json;
using Journey.Domain.Events;
using Journey.Projections.Maps;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Projections;

public sealed class JourneyMapTests
{
    [Test]
    public void One_customer_on_two_channels()
    {
        var story = new Story().Then("2026-03-01T10:00:00Z", "Home").Then("2026-03-01T10:00:10Z", "Product")
            .Then("2026-03-01T10:00:30Z", "Home", channel: "app").Then("2026-03-01T10:01:00Z", "Product", channel: "app");

        var map = Map(story.Rows, CaseNotion.Customer, ActivityNotion.Name);
        Assert.That((map.Cases, map.Events, map.Throughput.MeanSeconds), Is.EqualTo((1L, 4L, 60.0)));
        Assert.That(map.Activities, Is.EqualTo(new[] { new MapActivity("Home", 2, 1, 1, 0, 1, 0), new MapActivity("Product", 2, 1, 0, 1, 1, 0) }));
        Assert.That(map.Edges, Is.EqualTo(new[]
        {
            new MapEdge("Home", "Product", 2, 1, 20, QuantileOf([10_000, 30_000], 0.5), QuantileOf([10_000, 30_000], 0.95)),
            new MapEdge("Product", "Home", 1, 1, 20, Kept(20_000), Kept(20_000)),
        }));
        Assert.That(map.Starts, Is.EqualTo(new[] { new MapTerminal("Home", 1) }));
        Assert.That(map.Ends, Is.EqualTo(new[] { new MapTerminal("Product", 1) }));

        var channels = Map(story.Rows, CaseNotion.Customer, ActivityNotion.Channel);
        Assert.That(channels.Edges.Select(static e => (e.From, e.To, e.Count)), Is.EqualTo(new[] { ("app", "app", 1L), ("web", "app", 1L), ("web", "web", 1L) }));
        Assert.That(Map(story.Rows, CaseNotion.Customer, ActivityNotion.NameChannel).Starts, Is.EqualTo(new[] { new MapTerminal("Home (web)", 1) }));
    }

    [Test]
    public void Only_interactions_are_activities()
    {
        var story = new Story().Then("2026-03-01T10:00Z", "Product Added", new { cart_id = "c", product_id = "p", price = 1 }).Until("2026-03-02T00:00Z");

        Assert.That(Map(story.Rows, CaseNotion.Customer, ActivityNotion.Name).Events, Is.EqualTo(1));
    }

    [TestCase(127, 0.127)]
    [TestCase(128, 0.1285)]
    [TestCase(60_000, 60.1595)]
    [TestCase(86_400_000, 86_507.5195)]
    public void Gaps_are_exact_below_128_milliseconds_and_within_a_128th_from_there(long gap, double kept)
    {
        var story = new Story().Then("2026-03-01T10:00Z", "a").Then(Journey.Domain.Time.Instants.ToIso(Story.Instant("2026-03-01T10:00Z") + gap), "b");

        var map = Map(story.Rows, CaseNotion.Customer, ActivityNotion.Name);
        Assert.That(map.Edges, Is.EqualTo(new[] { new MapEdge("a", "b", 1, 1, gap / 1000.0, kept, kept) }));
        Assert.That(Math.Abs((kept * 1000) - gap), Is.LessThanOrEqualTo(gap / 128.0));
    }

    [Test]
    public void The_map_of_made_up_histories_is_what_sorting_them_by_case_gives(
        [Values(21, 22)] int seed, [Values] CaseNotion cases, [Values] ActivityNotion activities)
    {
        var log = RandomHistory.Of(seed, events: 600, customers: 5, merges: 0)
            .Where(e => e.Kind == EventKind.Interaction && e.Name != EventNames.CampaignCostRecorded && (cases == CaseNotion.Customer || SessionOf(e) is not null)).ToList();

        var map = Map(LogFold.Of(log, 40).Rows, cases, activities);

        // Counted the plain way, case by case, from the events alone.
        var traces = log.GroupBy(e => cases == CaseNotion.Customer ? e.Stream : e.Stream + SessionOf(e)).Select(static g => g.ToList()).ToList();
        string Label(RecordedEvent e) => JourneyMapQuery.LabelOf(activities, e.Name, e.Channel.Name);
        var steps = traces.SelectMany((trace, i) => trace.Zip(trace.Skip(1), (a, b) =>
            (Case: i, From: Label(a), To: Label(b), Gap: Math.Max(0, b.OccurredAt - a.OccurredAt)))).ToList();

        Assert.That((map.Cases, map.Events), Is.EqualTo(((long)traces.Count, (long)log.Count)));
        var lasted = traces.Select(static t => t.Max(static e => e.OccurredAt) - t.Min(static e => e.OccurredAt)).ToList();
        Assert.That(map.Throughput, Is.EqualTo(new MapTimes(lasted.Sum() / 1000.0 / traces.Count, QuantileOf(lasted, 0.5), QuantileOf(lasted, 0.95))));
        Assert.That(map.Activities, Is.EquivalentTo(log.Select(Label).Distinct().Select(name => new MapActivity(
            name, log.Count(e => Label(e) == name), traces.Count(t => t.Exists(e => Label(e) == name)),
            traces.Count(t => Label(t[0]) == name), traces.Count(t => Label(t[^1]) == name), traces.Count(t => t.Count(e => Label(e) == name) > 1),
            steps.Count(s => s.From == name && s.To == name)))));
        Assert.That(map.Starts, Is.EquivalentTo(traces.GroupBy(t => Label(t[0])).Select(static g => new MapTerminal(g.Key, g.Count()))));
        Assert.That(map.Ends, Is.EquivalentTo(traces.GroupBy(t => Label(t[^1])).Select(static g => new MapTerminal(g.Key, g.Count()))));
        Assert.That(map.Edges, Is.EquivalentTo(steps.GroupBy(static s => (s.From, s.To)).Select(static g => new MapEdge(
            g.Key.From, g.Key.To, g.Count(), g.Select(static s => s.Case).Distinct().Count(), g.Sum(static s => s.Gap) / 1000.0 / g.Count(), 
            QuantileOf(g.Select(static s => s.Gap), 0.5), QuantileOf(g.Select(static s => s.Gap), 0.95)))));
    }

    [Test]
    public void A_case_remembers_a_bounded_number_of_activities()
    {
        var story = new Story();
        for (var i = 0; i <= MapCase.ActivitiesMax; i++)
        {
            story.Then("2026-03-01T10:00Z", $"a{i}");
        }

        var map = Map(story.Rows, CaseNotion.Customer, ActivityNotion.NameChannel);
        Assert.That(map.Activities.Sum(static a => a.Count), Is.EqualTo(MapCase.ActivitiesMax + 1));
        Assert.That(map.Activities.Sum(static a => a.Cases), Is.EqualTo(MapCase.ActivitiesMax));
    }

    /// <summary>Of the middles of the steps that the live sums keep.</summary>
    private static double QuantileOf(IEnumerable<long> times, double share)
    {
        var kept = times.Select(static time => DurationScale.Middle(DurationScale.Floor(time))).Order().ToList();
        var place = (kept.Count - 1) * share;
        var index = (int)place;
        return (kept[index] + ((place - index) * (kept[Math.Min(index + 1, kept.Count - 1)] - kept[index]))) / 1000;
    }

    private static double Kept(long milliseconds) => DurationScale.Middle(DurationScale.Floor(milliseconds)) / 1000;

    private static string? SessionOf(RecordedEvent recorded) =>
        JsonDocument.Parse(recorded.Json).RootElement.TryGetProperty("session", out var session) ? session.GetString() : null;

    private static JourneyMap Map(TableRows rows, CaseNotion cases, ActivityNotion activities) => JourneyMapQuery.Read(
        cases, activities, rows.All(ReadModelTables.MapCases), rows.All(ReadModelTables.MapActivities),
        rows.All(ReadModelTables.MapEdges), rows.All(ReadModelTables.MapThroughputs), rows.All(ReadModelTables.MapGaps));
}
