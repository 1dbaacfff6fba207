using Journey.Domain.Events;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Projections;

public sealed class BatchFoldTests
{
    [Test]
    public void Any_batch_size_gives_the_same_states_rows_and_events([Range(1, 8)] int seed)
    {
        var log = RandomHistory.Of(seed, events: 400, customers: 5, merges: 3);

        var whole = LogFold.Of(log, 500);
        foreach (var batch in (int[])[1, 7])
        {
            var other = LogFold.Of(log, batch);
            Assert.That(other.Rows.Text(), Is.EqualTo(whole.Rows.Text()), $"rows of batches of {batch}");
            Assert.That(other.States, Is.EqualTo(whole.States), $"states of batches of {batch}");
            Assert.That(other.Events.Select(Describe), Is.EqualTo(whole.Events.Select(Describe)), $"events of batches of {batch}");
        }
    }

    [Test]
    public void Folding_by_partition_gives_what_folding_in_one_gives([Range(1, 4)] int seed)
    {
        var log = RandomHistory.Of(seed, events: 500, customers: 8, merges: 4);
        var rows = new TableRows();
        var events = new List<string>();

        // The other way round on purpose: no partition may count on another being further.
        foreach (var partition in log.GroupBy(static e => e.Partition).OrderByDescending(static p => p.Key))
        {
            var own = LogFold.Of([.. partition], 50, historyFrom: log);
            events.AddRange(own.Events.Select(Describe));
            rows.Take(own.Rows);
        }

        var whole = LogFold.Of(log, 500);
        Assert.That(rows.Text(), Is.EqualTo(whole.Rows.Text()));
        Assert.That(events.Order(), Is.EqualTo(whole.Events.Select(Describe).Order()));
    }

    [Test]
    public void Folding_customer_by_customer_as_a_rebuild_does_gives_what_folding_in_one_gives([Range(1, 4)] int seed)
    {
        var log = RandomHistory.Of(seed, events: 500, customers: 8, merges: 4);
        var definitions = Segments();
        var rows = new TableRows();
        var states = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var stream in log.GroupBy(static e => e.Stream).OrderBy(static stream => stream.Key, StringComparer.Ordinal))
        {
            var own = LogFold.Of([.. stream], int.MaxValue, definitions, historyFrom: log);
            rows.Take(own.Rows);
            foreach (var (customer, state) in own.States)
            {
                states[customer] = state;
            }
        }

        var whole = LogFold.Of(log, 500, definitions);
        Assert.That(rows.Text(), Is.EqualTo(whole.Rows.Text()));
        Assert.That(states, Is.EqualTo(whole.States));
    }

    [Test]
    public void With_segments_any_batch_size_gives_the_same_and_events_told_twice_change_nothing([Range(1, 4)] int seed)
    {
        var log = RandomHistory.Of(seed, events: 300, customers: 5, merges: 2);
        var definitions = Segments();
        var whole = LogFold.Of(log, 500, definitions);
        Assert.That(whole.Rows.All(ReadModelTables.SegmentDays), Is.Not.Empty);
        foreach (var batch in (int[])[1, 7])
        {
            Same(LogFold.Of(log, batch, definitions), whole, $"batches of {batch}");
        }

        Same(LogFold.Of([.. log.SelectMany(static e => new[] { e, e })], 14, definitions, historyFrom: log), whole, "told twice");

        static void Same(LogFold other, LogFold whole, string what)
        {
            Assert.That(other.Rows.Text(), Is.EqualTo(whole.Rows.Text()), what);
            Assert.That(other.States, Is.EqualTo(whole.States), what);
            Assert.That(other.Events.Select(Describe), Is.EqualTo(whole.Events.Select(Describe)), what);
        }
    }

    private static Func<long, Journey.Domain.Language.DefinitionSet> Segments()
    {
        var published = new Story(
            """
            segment: buyers
            where: customer.orders >= 1
            ---
            segment: lookers
            where: performed("Product Viewed", "1d")
            """).DefinitionsAt(long.MaxValue);
        return _ => published;
    }

    [Test]
    public void After_merges_every_table_is_as_if_it_had_been_one_stream_from_the_start([Range(1, 8)] int seed)
    {
        var log = RandomHistory.Of(seed, events: 400, customers: 7, merges: 4);
        var survivorOf = new Dictionary<string, string>();
        foreach (var merge in log.Where(static e => e.Name == EventNames.IdentitiesMerged))
        {
            var absorbed = System.Text.Json.JsonDocument.Parse(merge.Json).RootElement.GetProperty("properties").GetProperty("absorbed").GetString()!;
            survivorOf[absorbed] = merge.Stream;
        }

        string Survivor(string customer) => survivorOf.TryGetValue(customer, out var survivor) ? Survivor(survivor) : customer;
        var one = log.Where(static e => e.Kind != EventKind.Identity).Select(e => e with { Stream = Survivor(e.Stream) }).ToList();

        Assert.That(survivorOf, Is.Not.Empty);
        Assert.That(WithoutTombstones(LogFold.Of(log, 50).Rows, survivorOf.Keys), Is.EqualTo(LogFold.Of(one, 50).Rows.Text()));
    }

    [Test]
    public void An_event_folded_in_before_changes_nothing()
    {
        var log = RandomHistory.Of(1, events: 50, customers: 1, merges: 0);

        Assert.That(LogFold.Of([.. log, log[^1]], 50).Rows.Text(), Is.EqualTo(LogFold.Of(log, 50).Rows.Text()));
    }

    private static string WithoutTombstones(TableRows rows, IEnumerable<string> absorbed) => string.Join('\n', rows.Text().Split('\n')
        .Where(line => !absorbed.Any(customer => line.StartsWith($"{ReadModelTables.Customers.Name}: {customer} ", StringComparison.Ordinal))));

    private static string Describe(NewEvent e) => $"{e.Stream} {e.Id} {e.Name} {e.Kind} {e.Flags} {e.OccurredAt} {Convert.ToHexString(e.Payload.Span)}";
}
