using System.Text;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Host.Stores;

/// <summary>What every state store promises, whatever stands behind it.</summary>
public abstract class StateStoreContract
{
    private static readonly TableDefinition Carts = new(
        "carts", "carts", TableKind.State, "Carts.", 2,
        [
            new("customer", ColumnType.Text, ""), new("cart", ColumnType.Text, ""), new("items", ColumnType.Integer, ""),
            new("share", ColumnType.Real, ""), new("total", ColumnType.Text, ""),
        ],
        ["items", "total, items"]);

    private static readonly TableDefinition Arcs = new(
        "arcs", "map", TableKind.Counter, "Arcs.", 2,
        [new("from_activity", ColumnType.Text, ""), new("bucket", ColumnType.Integer, ""), new("count", ColumnType.Integer, ""), new("cases", ColumnType.Integer, "")],
        []);

    private IJourneyStore _store = null!;

    /// <summary>An empty store.</summary>
    protected abstract IJourneyStore Create();

    /// <summary>The same store, after it was closed.</summary>
    protected abstract IJourneyStore Reopen();

    [SetUp]
    public async Task Open()
    {
        _store = Create();
        await _store.PrepareAsync([Carts, Arcs]);
    }

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task A_batch_moves_the_checkpoint_only_from_where_it_is_expected()
    {
        Assert.That(await _store.CommitAsync(Batch("1", from: null, customers: ["c1"])), Is.True);
        Assert.That(await _store.CommitAsync(Batch("2", from: null, customers: ["c2"])), Is.False);
        Assert.That(await _store.CommitAsync(Batch("2", from: "9", customers: ["c2"])), Is.False);

        Assert.That(await _store.CheckpointAsync("processor"), Is.EqualTo(new Checkpoint("1")));
        Assert.That((await _store.LoadAsync(["c1", "c2"])).Keys, Is.EqualTo(new[] { "c1" }));
        Assert.That(await _store.CommitAsync(Batch("2", from: "1", customers: ["c2"])), Is.True);
        Assert.That(await _store.CheckpointAsync("processor"), Is.EqualTo(new Checkpoint("2")));
        Assert.That(await _store.CheckpointAsync("another"), Is.EqualTo(Checkpoint.Start));
    }

    [Test]
    public async Task Of_concurrent_owners_one_commits()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => _store.CommitAsync(Batch($"{i + 1}", from: null, customers: [$"c{i}"])).AsTask())));

        Assert.That(results.Count(committed => committed), Is.EqualTo(1));
    }

    [Test]
    public async Task A_failure_in_the_middle_leaves_nothing()
    {
        var changes = new ReadModelChanges();
        changes.Put(Carts, "c1", "k1", 1, 0.5, "10");
        changes.Put(Carts, "c1", "k2", "not a number", 0.5, "10");
        var batch = Batch("1", from: null, customers: ["c1"]) with { Changes = changes, Events = [Sample.Event("c1", "derived")] };

        Assert.That(async () => await _store.CommitAsync(batch), Throws.ArgumentException.With.Message.Contains("Column items is Integer; got Text"));

        Assert.That(await _store.CheckpointAsync("processor"), Is.EqualTo(Checkpoint.Start));
        Assert.That(await _store.LoadAsync(["c1"]), Is.Empty);
        Assert.That(await _store.HeadAsync(), Is.EqualTo(Checkpoint.Start));
        Assert.That(await RowsAsync(Carts), Is.Empty);
        Assert.That(await _store.AppendAsync(Sample.Request("c1", ExpectedVersion.NoStream, "derived")), Is.EqualTo(new AppendResult.Appended(1, 1)));
    }

    [Test]
    public async Task Decisions_are_appended_and_one_that_is_there_already_is_left_as_it_is()
    {
        await _store.AppendAsync(Sample.Request("c1", "first"));
        var batch = Batch("1", from: null) with { Events = [Sample.Event("c1", "first", "Other Name"), Sample.Event("c1", "second")] };

        Assert.That(await _store.CommitAsync(batch), Is.True);

        Assert.That((await _store.AllAsync()).Select(e => (e.Version, e.Id, e.Name)), Is.EqualTo(new[]
        {
            (1L, "first", "Product Viewed"), (2L, "second", "Product Viewed"),
        }));
    }

    [Test]
    public async Task States_come_back_as_they_were_last_put()
    {
        var state = Enumerable.Range(0, 10_000).Select(i => (byte)i).ToArray();
        await _store.CommitAsync(Batch("1", from: null, customers: ["c1", "c2"]));
        await _store.CommitAsync(Batch("2", from: "1") with { States = [new StoredState("c2", 5, 2, null, state), new StoredState("c3", 5, 2, null, Array.Empty<byte>())] });

        var loaded = await _store.LoadAsync(["c1", "c2", "c3", "nobody"]);

        Assert.That(loaded.Keys, Is.EquivalentTo(new[] { "c1", "c2", "c3" }));
        Assert.That(Encoding.UTF8.GetString(loaded["c1"].Span), Is.EqualTo("state of c1"));
        Assert.That(loaded["c2"].ToArray(), Is.EqualTo(state));
        Assert.That(loaded["c3"].Length, Is.Zero);
    }

    [Test]
    public async Task Who_is_due_comes_earliest_first_and_up_to_the_instant()
    {
        Assert.That(await _store.NextDueAsync(), Is.Null);
        await _store.CommitAsync(Batch("1", from: null) with
        {
            States = [Due("c1", 30), Due("c2", 10), Due("c3", null), Due("c4", 20), Due("c5", 10), Due("c6", 31)],
        });

        Assert.That((await _store.DueAsync(30, 10)).Select(due => (due.Customer, due.DueAt)), Is.EqualTo(new[] { ("c2", 10L), ("c5", 10), ("c4", 20), ("c1", 30) }));
        Assert.That((await _store.DueAsync(30, 1)).Select(due => due.Customer), Is.EqualTo(new[] { "c2" }));
        Assert.That(await _store.DueAsync(9, 10), Is.Empty);
        Assert.That(await _store.NextDueAsync(), Is.EqualTo(10));

        await _store.CommitAsync(Batch("2", from: "1") with { States = [Due("c2", null), Due("c5", 40)] });
        Assert.That(await _store.NextDueAsync(), Is.EqualTo(20));
    }

    [Test]
    public async Task Rows_are_put_whole_and_deleted()
    {
        await CommitAsync("1", null, changes =>
        {
            changes.Put(Carts, "c1", "k1", 1, 0.5, 10.50m);
            changes.Put(Carts, "c1", "k2", 2, 1L, Cell.Null);
            changes.Put(Carts, "c2", "k1", 3, Cell.Null, "gone");
        });
        await CommitAsync("2", "1", changes =>
        {
            changes.Put(Carts, "c1", "k1", 7, -0.25, Cell.Null);
            changes.Delete(Carts, "c2", "k1");
            changes.Delete(Carts, "c9", "k9");
        });

        Assert.That(await RowsAsync(Carts), Is.EqualTo(new[]
        {
            new Cell[] { "c1", "k1", 7, -0.25, Cell.Null }, ["c1", "k2", 2, 1.0, Cell.Null],
        }));
    }

    [Test]
    public async Task Counters_are_added_to_and_a_row_of_zeros_is_no_row()
    {
        await CommitAsync("1", null, changes =>
        {
            changes.Add(Arcs, ["a", 1], 2, 1);
            changes.Add(Arcs, ["b", 1], -1, 0);
            changes.Add(Arcs, ["c", 1], 5, 5);
            changes.Add(Arcs, ["d", 1], 0, 0);
        });
        await CommitAsync("2", "1", changes =>
        {
            changes.Add(Arcs, ["a", 1], 3, 0);
            changes.Add(Arcs, ["b", 1], 1, 0);
            changes.Add(Arcs, ["c", 1], -5, -4);
        });

        Assert.That(await RowsAsync(Arcs), Is.EqualTo(new[] { new Cell[] { "a", 1, 5, 1 }, ["c", 1, 0, 1] }));

        await CommitAsync("3", "2", changes => changes.Add(Arcs, ["c", 1], 0, -1));
        Assert.That(await RowsAsync(Arcs), Is.EqualTo(new[] { new Cell[] { "a", 1, 5, 1 } }));
    }

    [Test]
    public async Task A_reset_drops_rows_and_states_first_and_keeps_the_log()
    {
        await _store.AppendAsync(Sample.Request("c1", "1"));
        await CommitAsync("1", null, changes =>
        {
            changes.Put(Carts, "c1", "k1", 1, 0.5, "10");
            changes.Add(Arcs, ["a", 1], 2, 1);
        });
        await _store.CommitAsync(Batch("2", from: "1", customers: ["c1", "c2"]));
        var changes = new ReadModelChanges();
        changes.Put(Carts, "c9", "k9", 1, 0.5, "10");

        Assert.That(await _store.CommitAsync(Batch("3", from: "2", customers: ["c9"]) with { Changes = changes, Reset = true }), Is.True);

        Assert.That((await RowsAsync(Carts)).Select(row => row[0].Text), Is.EqualTo(new[] { "c9" }));
        Assert.That(await RowsAsync(Arcs), Is.Empty);
        Assert.That((await _store.LoadAsync(["c1", "c2", "c9"])).Keys, Is.EqualTo(new[] { "c9" }));
        Assert.That((await _store.AllAsync()), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_refused_reset_drops_nothing()
    {
        await _store.CommitAsync(Batch("1", from: null, customers: ["c1"]));

        Assert.That(await _store.CommitAsync(Batch("2", from: null) with { Reset = true }), Is.False);
        Assert.That((await _store.LoadAsync(["c1"])).Keys, Is.EqualTo(new[] { "c1" }));
    }

    [Test]
    public async Task A_table_of_another_shape_is_stale_until_a_reset_makes_it_anew()
    {
        await CommitAsync("1", null, changes => changes.Put(Carts, "c1", "k1", 1, 0.5, "10"));
        var wider = Carts with { Columns = Carts.Columns.Add(new("currency", ColumnType.Text, "")) };
        Assert.That(await _store.StaleTablesAsync(), Is.Empty);

        await _store.PrepareAsync([wider]);
        Assert.That(await _store.StaleTablesAsync(), Is.EqualTo(new[] { "carts" }));
        var changes = new ReadModelChanges();
        changes.Put(wider, "c1", "k1", 1, 0.5, "10", "EUR");
        var batch = Batch("2", from: "1") with { Changes = changes };
        Assert.That(async () => await _store.CommitAsync(batch), Throws.InstanceOf<StoreException>().With.Message.Contains("rebuild it first"));

        Assert.That(await _store.CommitAsync(batch with { Reset = true }), Is.True);
        Assert.That(await _store.StaleTablesAsync(), Is.Empty);
        Assert.That(await RowsAsync(wider), Is.EqualTo(new[] { new Cell[] { "c1", "k1", 1, 0.5, "10", "EUR" } }));
    }

    [Test]
    public async Task Prepared_tables_hold_after_the_store_is_opened_again()
    {
        await CommitAsync("1", null, changes => changes.Add(Arcs, ["a", 1], 2, 1));
        await _store.DisposeAsync();
        _store = Reopen();
        await _store.PrepareAsync([Carts, Arcs]);

        Assert.That(await RowsAsync(Arcs), Is.EqualTo(new[] { new Cell[] { "a", 1, 2, 1 } }));
        await CommitAsync("2", "1", changes => changes.Add(Arcs, ["a", 1], 1, 1));
        Assert.That(await RowsAsync(Arcs), Is.EqualTo(new[] { new Cell[] { "a", 1, 3, 2 } }));
    }

    [Test]
    public void A_read_model_may_not_take_a_table_that_is_not_its_own() => Assert.That(
        async () => await _store.PrepareAsync([Carts with { Name = "events" }]), Throws.InstanceOf<StoreException>());

    [TestCase("Carts")]
    [TestCase("carts\"; DROP TABLE events; --")]
    [TestCase("")]
    public void A_tables_name_is_plain(string name) => Assert.That(
        async () => await _store.PrepareAsync([Carts with { Name = name }]), Throws.ArgumentException);

    [Test]
    public async Task Queries_filter_order_and_page()
    {
        await CommitAsync("1", null, changes =>
        {
            for (var i = 0; i < 10; i++)
            {
                changes.Put(Carts, $"c{i % 3}", $"k{i}", i / 2, i / 4.0, i == 5 ? Cell.Null : $"t{i}");
            }
        });

        Assert.That(await KeysAsync([], ["-items", "cart"], 3), Is.EqualTo(new[] { "k8", "k9", "k6" }));
        Assert.That(await KeysAsync([], ["-items", "cart"], 3, offset: 3), Is.EqualTo(new[] { "k7", "k4", "k5" }));
        Assert.That(await KeysAsync([new("customer", FilterKind.Equal, "c1")], ["cart"]), Is.EqualTo(new[] { "k1", "k4", "k7" }));
        Assert.That(await KeysAsync([new("customer", FilterKind.NotEqual, "c1"), new("items", FilterKind.Less, 2)], ["cart"]), Is.EqualTo(new[] { "k0", "k2", "k3" }));
        Assert.That(await KeysAsync([new("items", FilterKind.GreaterOrEqual, 4)], ["cart"]), Is.EqualTo(new[] { "k8", "k9" }));
        Assert.That(await KeysAsync([new("items", FilterKind.Greater, 3), new("share", FilterKind.LessOrEqual, 2.0)], ["cart"]), Is.EqualTo(new[] { "k8" }));
        Assert.That(await KeysAsync([new("total", FilterKind.Equal, Cell.Null)], []), Is.EqualTo(new[] { "k5" }));
        Assert.That(await KeysAsync([new("total", FilterKind.NotEqual, Cell.Null), new("cart", FilterKind.StartsWith, "k9")], []), Is.EqualTo(new[] { "k9" }));
        Assert.That(await KeysAsync([new("cart", FilterKind.StartsWith, "%")], []), Is.Empty);
        Assert.That(await KeysAsync([], []), Is.EqualTo(new[] { "k0", "k3", "k6", "k9", "k1", "k4", "k7", "k2", "k5", "k8" }), "by key");
    }

    [Test]
    public void A_query_names_columns_that_are_there_and_a_bounded_number_of_rows()
    {
        Assert.That(async () => await KeysAsync([new("nope", FilterKind.Equal, 1)], []), Throws.ArgumentException.With.Message.Contains("no column nope"));
        Assert.That(async () => await KeysAsync([], ["-nope"]), Throws.ArgumentException);
        Assert.That(async () => await KeysAsync([], [], StoreLimits.RowsMax), Is.Empty);
        Assert.That(async () => await KeysAsync([], [], StoreLimits.RowsMax + 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(async () => await KeysAsync([], [], 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task The_digest_of_a_table_is_that_of_the_same_rows_in_memory_in_any_order()
    {
        string[] texts = ["", "a", "A", "aa", "é", "z", "\uffee", "\ud83d\udecd", "\ue000"];
        var rows = texts.Select((text, i) => new Cell[] { text, $"k{i}", i - 3, i % 2 == 0 ? Cell.Null : i / 3.0, text }).ToArray();
        rows[1][3] = 2L;
        rows[3][3] = -0.0;
        rows[5][3] = double.NaN;
        await CommitAsync("1", null, changes =>
        {
            foreach (var row in rows)
            {
                changes.Put(Carts, row);
            }
        });

        var digest = await _store.DigestAsync(Carts);

        Assert.That(digest, Is.EqualTo(ReadModelDigest.Of(Carts, rows)));
        Assert.That(digest, Is.EqualTo(ReadModelDigest.Of(Carts, rows.Reverse())));
        Assert.That(digest, Is.EqualTo(ReadModelDigest.Of(Carts, await RowsAsync(Carts))));
        await CommitAsync("2", "1", changes => changes.Put(Carts, "z", "k5", 3, 0.1, "z"));
        Assert.That(await _store.DigestAsync(Carts), Is.Not.EqualTo(digest));
    }

    [TestCase(32_767)]
    [TestCase(32_768)]
    [TestCase(100_000)]
    public async Task Long_texts_and_states_are_digested_whole(int length)
    {
        var text = new string('é', length / 2) + (length % 2 == 0 ? "" : "x");
        await CommitAsync("1", null, changes => changes.Put(Carts, "c1", "k1", 1, 0.5, text));
        var state = new StoredState("c1", 1, 1, null, Encoding.UTF8.GetBytes(text));
        await _store.CommitAsync(Batch("2", from: "1") with { States = [state] });

        Assert.That(await _store.DigestAsync(Carts), Is.EqualTo(ReadModelDigest.Of(Carts, [["c1", "k1", 1, 0.5, text]])));
        Assert.That(await _store.DigestAsync(Carts), Is.Not.EqualTo(ReadModelDigest.Of(Carts, [["c1", "k1", 1, 0.5, text + "x"]])));
        Assert.That(await _store.StatesDigestAsync(), Is.EqualTo(ReadModelDigest.OfStates([state])));
    }

    [Test]
    public async Task Counters_folded_in_other_batches_have_the_same_digest()
    {
        await CommitAsync("1", null, changes =>
        {
            changes.Add(Arcs, ["b", -1], 1, 0);
            changes.Add(Arcs, ["a", 10], 1, 1);
            changes.Add(Arcs, ["a", 9], 1, 1);
        });
        await CommitAsync("2", "1", changes => changes.Add(Arcs, ["a", 10], 4, -1));

        Assert.That(await _store.DigestAsync(Arcs), Is.EqualTo(ReadModelDigest.Of(Arcs, [["a", 10, 5, 0], ["b", -1, 1, 0], ["a", 9, 1, 1]])));
    }

    [Test]
    public async Task The_digest_of_states_is_that_of_the_same_states_in_memory()
    {
        StoredState[] states = [Due("c2", 20), Due("c1", null), Due("c10", -5)];
        await _store.CommitAsync(Batch("1", from: null) with { States = states });

        Assert.That(await _store.StatesDigestAsync(), Is.EqualTo(ReadModelDigest.OfStates(states)));
        Assert.That(await _store.StatesDigestAsync(), Is.EqualTo(ReadModelDigest.OfStates(states.Select(state => state with { LastPosition = 99 }))));
        Assert.That(await _store.StatesDigestAsync(), Is.Not.EqualTo(ReadModelDigest.OfStates([states[0], states[1], states[2] with { DueAt = null }])));
    }

    private static StoredState Due(string customer, long? dueAt) => new(customer, Partitions.Of(customer), 1, dueAt, Encoding.UTF8.GetBytes($"state of {customer}"));

    private static ProcessedBatch Batch(string to, string? from, string[]? customers = null) =>
        new("processor", new Checkpoint(from), new Checkpoint(to), [], [.. (customers ?? []).Select(customer => Due(customer, null))], new ReadModelChanges());

    private async Task CommitAsync(string to, string? from, Action<ReadModelChanges> change)
    {
        var changes = new ReadModelChanges();
        change(changes);
        Assert.That(await _store.CommitAsync(Batch(to, from) with { Changes = changes }), Is.True);
    }

    private async Task<IReadOnlyList<Cell[]>> RowsAsync(TableDefinition table) => await _store.QueryAsync(new TableQuery(table, [], [], 1_000));

    private async Task<string[]> KeysAsync(Filter[] where, string[] orderBy, int limit = 100, int offset = 0) =>
        [.. (await _store.QueryAsync(new TableQuery(Carts, where, orderBy, limit, offset))).Select(row => row[1].Text!)];
}
