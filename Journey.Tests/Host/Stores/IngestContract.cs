using System.Text;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Host.Stores;
using Journey.Tests.Domain.Identity;

namespace Journey.Tests.Host.Stores;

/// <summary>What every store that interactions come into promises.</summary>
public abstract class IngestContract
{
    private IJourneyStore _store = null!;

    /// <summary>An empty store, beside any other one made in the same test.</summary>
    /// <param name="withLittleMemory">True: next to nothing is remembered, and everything looked up.</param>
    protected abstract IJourneyStore Create(bool withLittleMemory);

    /// <summary>The first store of the test, after it was closed.</summary>
    protected abstract IJourneyStore Reopen();

    [SetUp]
    public void Open() => _store = Create(withLittleMemory: false);

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task An_interaction_is_recorded_on_its_customers_stream_as_it_came()
    {
        var interaction = Ids.Interaction("m1", "u1 a1", flags: EventFlags.Imported);

        var answer = await IngestAsync(interaction);

        Assert.That(answer, Is.EqualTo(new IngestAnswer.Recorded(Ids.FoundedBy("u1"), 1)));
        var recorded = (await _store.AllAsync()).Single();
        Assert.That(recorded with { Payload = default }, Is.EqualTo(new RecordedEvent(
            1, Ids.FoundedBy("u1"), 1, Partitions.Of(Ids.FoundedBy("u1")), "web-shop", "m1", "Page Viewed", EventKind.Interaction,
            EventFlags.Imported | EventFlags.LinksIdentity, ContactChannel.Web, 1_000, 2_000, default)));
        Assert.That(recorded.Payload.ToArray(), Is.EqualTo(interaction.Payload.ToArray()));
    }

    [Test]
    public async Task Only_what_teaches_something_is_flagged()
    {
        await _store.IngestAsync([Ids.Interaction("1", "a1"), Ids.Interaction("2", "a1"), Ids.Interaction("3", "a1 d1"), Ids.Interaction("4", "d1")]);

        Assert.That(
            (await _store.AllAsync()).Select(e => (e.Flags & EventFlags.LinksIdentity) != 0),
            Is.EqualTo(new[] { true, false, true, false }));
    }

    [Test]
    public async Task A_merge_is_recorded_before_the_interaction_that_caused_it_on_both_streams()
    {
        await _store.IngestAsync([Ids.Interaction("1", "u1"), Ids.Interaction("2", "e1"), Ids.Interaction("3", "a1")]);

        var answer = await IngestAsync(Ids.Interaction("4", "u1 e1 a1"));

        Assert.That(answer, Is.EqualTo(new IngestAnswer.Recorded(Ids.FoundedBy("u1"), 8)));
        var (known, email, anonymous) = (Ids.FoundedBy("u1"), Ids.FoundedBy("e1"), Ids.FoundedBy("a1"));
        Assert.That((await _store.AllAsync()).Skip(3).Select(e => (e.Stream, e.Name, e.Kind, e.Source, Encoding.UTF8.GetString(e.Json.Span))).Take(4), Is.EqualTo(new[]
        {
            (email, EventNames.IdentityAbsorbed, EventKind.Identity, "journey", $$$"""{"properties":{"survivor":"{{{known}}}","reason":"email"}}"""),
            (known, EventNames.IdentitiesMerged, EventKind.Identity, "journey", $$$"""{"properties":{"absorbed":"{{{email}}}"}}"""),
            (anonymous, EventNames.IdentityAbsorbed, EventKind.Identity, "journey", $$$"""{"properties":{"survivor":"{{{known}}}","reason":"anonymousId"}}"""),
            (known, EventNames.IdentitiesMerged, EventKind.Identity, "journey", $$$"""{"properties":{"absorbed":"{{{anonymous}}}"}}"""),
        }));
        Assert.That(await _store.FindAsync(Ids.One("a1")), Is.EqualTo(known));
    }

    [Test]
    public async Task No_identifier_stands_in_what_a_merge_records()
    {
        await _store.IngestAsync([Ids.Interaction("1", "u1"), Ids.Interaction("2", "e1"), Ids.Interaction("3", "u1 e1")]);

        foreach (var merge in (await _store.AllAsync()).Where(e => e.Kind == EventKind.Identity))
        {
            Assert.That(Encoding.UTF8.GetString(merge.Payload.Span) + merge.Id + merge.Stream, Does.Not.Contain("e1@shop.it").And.Not.Contain("\"u1\""));
        }
    }

    [Test]
    public async Task A_repeated_interaction_is_a_duplicate_and_teaches_nothing_even_with_other_identifiers()
    {
        await IngestAsync(Ids.Interaction("1", "a1"));
        var before = await _store.IdentityDigestAsync();

        Assert.That(await IngestAsync(Ids.Interaction("1", "a1 u1")), Is.EqualTo(new IngestAnswer.Duplicate(1)));
        Assert.That(await _store.IdentityDigestAsync(), Is.EqualTo(before));
        Assert.That(await _store.FindAsync(Ids.One("u1")), Is.Null);
    }

    [Test]
    public async Task A_batch_is_answered_in_order_each_event_for_itself()
    {
        var answers = await _store.IngestAsync(
            [Ids.Interaction("1", "a1"), Ids.Interaction("1", "a1"), Ids.Interaction("2", "u1 a1"), Ids.Interaction("3", "a2")]);

        Assert.That(answers, Is.EqualTo(new IngestAnswer[]
        {
            new IngestAnswer.Recorded(Ids.FoundedBy("a1"), 1),
            new IngestAnswer.Duplicate(1),
            new IngestAnswer.Recorded(Ids.FoundedBy("a1"), 2),
            new IngestAnswer.Recorded(Ids.FoundedBy("a2"), 3),
        }));
    }

    [Test]
    public async Task Concurrent_senders_of_one_person_agree_on_the_customer()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => IngestAsync(Ids.Interaction($"{i}", "u1")))));

        Assert.That(answers.Select(answer => ((IngestAnswer.Recorded)answer).Customer), Is.All.EqualTo(Ids.FoundedBy("u1")));
        Assert.That((await _store.ReadStreamAsync(Ids.FoundedBy("u1"), 0, 100)).Events.Select(e => e.Version), Is.EqualTo(Enumerable.Range(1, 40).Select(i => (long)i)));
    }

    [Test]
    public async Task Who_is_who_is_known_after_the_store_is_opened_again()
    {
        await _store.IngestAsync([Ids.Interaction("1", "a1"), Ids.Interaction("2", "e1"), Ids.Interaction("3", "e1 a1"), Ids.Interaction("4", "u1 e1")]);
        var digest = await _store.IdentityDigestAsync();
        await _store.DisposeAsync();
        _store = Reopen();

        Assert.That(await _store.IdentityDigestAsync(), Is.EqualTo(digest));
        Assert.That(await _store.FindAsync(Ids.One("a1")), Is.EqualTo(Ids.FoundedBy("e1")));
        Assert.That(await IngestAsync(Ids.Interaction("5", "a1")), Is.EqualTo(new IngestAnswer.Recorded(Ids.FoundedBy("e1"), 7)));
    }

    [Test]
    public async Task The_log_rebuilds_the_identity_tables_and_an_export_gives_the_same_customers_again()
    {
        var interactions = Crowd(2_000);
        foreach (var batch in interactions.Chunk(97))
        {
            await _store.IngestAsync(batch);
        }

        var fold = new IdentityFold();
        foreach (var recorded in await _store.AllAsync())
        {
            fold.Apply(recorded);
        }

        await using var other = Create(withLittleMemory: true);
        foreach (var batch in interactions.Chunk(13))
        {
            await other.IngestAsync(batch);
        }

        Assert.That(await _store.IdentityDigestAsync(), Is.EqualTo(fold.Map.Digest()));
        Assert.That(await other.IdentityDigestAsync(), Is.EqualTo(fold.Map.Digest()));
        Assert.That((await other.AllAsync()).Select(e => (e.Position, e.Stream, e.Id)), Is.EqualTo((await _store.AllAsync()).Select(e => (e.Position, e.Stream, e.Id))));
    }

    [Test]
    public void An_interaction_of_nobody_is_refused() =>
        Assert.That(async () => await IngestAsync(Ids.Interaction("1", "")), Throws.ArgumentException);

    private static Interaction[] Crowd(int count)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var person = random.Next(150);
            var identifiers = new List<string> { $"a{person * 2 + random.Next(2)}" };
            if (random.Next(4) == 0)
            {
                identifiers.Add($"u{person}");
            }

            if (random.Next(5) == 0)
            {
                identifiers.Add($"e{person}");
            }

            if (random.Next(6) == 0)
            {
                identifiers.Add($"d{person / 3}");
            }

            if (random.Next(9) == 0)
            {
                identifiers.Add($"c{person}");
            }

            return Ids.Interaction($"m{i}", string.Join(' ', identifiers), random.Next(40) == 0 ? $"a{random.Next(300)}" : "");
        })];
    }

    private async Task<IngestAnswer> IngestAsync(Interaction interaction) => (await _store.IngestAsync([interaction]))[0];
}
