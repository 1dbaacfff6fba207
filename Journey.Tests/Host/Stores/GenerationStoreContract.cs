using System.Text;
using Journey.Domain.EventLog;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;

namespace Journey.Tests.Host.Stores;

/// <summary>What every store's generations must do, whatever stands behind them.</summary>
public abstract class GenerationStoreContract
{
    private const string Consumer = "processor";

    private static readonly TableDefinition Carts = new(
        "carts", "carts", TableKind.State, "Carts.", 2,
        [new("customer", ColumnType.Text, ""), new("cart", ColumnType.Text, ""), new("items", ColumnType.Integer, "")],
        ["items"]);

    private static readonly TableDefinition Arcs = new(
        "arcs", "map", TableKind.Counter, "Arcs.", 1,
        [new("arc", ColumnType.Text, ""), new("count", ColumnType.Integer, "")],
        []);

    /// <summary>The store under test, open and empty.</summary>
    protected abstract IStateStore States { get; }

    protected abstract IGenerationStore Generations { get; }

    [SetUp]
    public async Task Fill()
    {
        await States.PrepareAsync([Carts, Arcs]);
        var changes = new ReadModelChanges();
        changes.Put(Carts, "c1", "old", 1);
        changes.Add(Arcs, ["a"], 5);
        await States.CommitAsync(new ProcessedBatch(Consumer, Checkpoint.Start, new Checkpoint("7"), [], [State("c1", "old state", 100)], changes));
    }

    [Test]
    public async Task A_generation_is_begun_empty_and_nothing_live_shows_it()
    {
        var generation = await BeginAsync(Generation.All);
        Assert.That(generation, Is.EqualTo(new Generation(
            1, Generation.All, "v1", "basis", new Checkpoint("7"), 0, Checkpoint.Start, GenerationState.Running, 42, null, null, null)));
        await WriteAsync(1, items: 9);

        Assert.Multiple(async () =>
        {
            Assert.That(await LiveAsync(), Is.EqualTo("c1/old/1 a=5 old state @100"));
            Assert.That(Text((await Generations.LoadAsync(1, ["c1", "c2"]))["c1"]), Is.EqualTo("new state"));
            Assert.That(await Generations.CustomersAsync(), Is.EqualTo(1));
            Assert.That((await BeginAsync("carts")).Number, Is.EqualTo(2));
            Assert.That((await Generations.GenerationsAsync(10)).Select(known => known.Number), Is.EqualTo(new[] { 2, 1 }));
            Assert.That((await Generations.GenerationsAsync(1)).Select(known => known.Number), Is.EqualTo(new[] { 2 }));
        });
    }

    [Test]
    public async Task A_swap_replaces_tables_states_and_marks_and_moves_no_other_checkpoint()
    {
        await BeginAsync(Generation.All);
        await WriteAsync(1, items: 9);
        Assert.That(await SwapAsync(1, "7"), Is.True);

        Assert.Multiple(async () =>
        {
            Assert.That(await LiveAsync(), Is.EqualTo("c1/new/9 a=3 new state @200"));
            Assert.That(await States.CheckpointAsync(Consumer), Is.EqualTo(new Checkpoint("7")));
            Assert.That(await States.CheckpointAsync("mark"), Is.EqualTo(new Checkpoint("v1")));
            Assert.That((await Generations.GenerationsAsync(1))[0], Is.EqualTo((await Generations.GenerationsAsync(1))[0] with { State = GenerationState.Swapped, EndedAt = 50 }));
        });
    }

    [Test]
    public async Task What_is_committed_after_a_swap_goes_into_the_new_tables()
    {
        await BeginAsync(Generation.All);
        await WriteAsync(1, items: 9);
        await SwapAsync(1, "7");
        await SweepAsync();
        var changes = new ReadModelChanges();
        changes.Put(Carts, "c1", "new", 10);
        changes.Add(Arcs, ["a"], 1);
        await States.CommitAsync(new ProcessedBatch(Consumer, new Checkpoint("7"), new Checkpoint("8"), [], [State("c1", "later", null)], changes));

        Assert.That(await LiveAsync(), Is.EqualTo("c1/new/10 a=4 later @"));
    }

    [Test]
    public async Task A_generation_of_one_projection_replaces_its_tables_alone()
    {
        await BeginAsync("carts", Carts);
        await WriteAsync(1, items: 9);
        Assert.That(await SwapAsync(1, "7"), Is.True);
        await SweepAsync();

        Assert.That(await LiveAsync(), Is.EqualTo("c1/new/9 a=5 old state @100"));
    }

    [Test]
    public async Task Two_workers_add_to_the_same_sums_in_any_order_and_neither_is_called_off()
    {
        await BeginAsync(Generation.All);
        await Task.WhenAll(Enumerable.Range(0, 2).Select(worker => Task.Run(async () =>
        {
            for (var turn = 0; turn < 20; turn++)
            {
                var changes = new ReadModelChanges();
                for (var key = 0; key < 500; key++)
                {
                    changes.Add(Arcs, [$"arc {(worker == 0 ? key : 499 - key)}"], 1);
                }

                await Generations.WriteAsync(new GenerationBatch(1, [], changes, 1UL << ((worker * 20) + turn)));
            }
        })));
        await SwapAsync(1, "7");

        var sums = await States.QueryAsync(new TableQuery(Arcs, [], [], 1_000));
        Assert.That(sums.Select(static row => row[1].Integer), Is.EqualTo(Enumerable.Repeat(40, 500)));
    }

    [Test]
    public async Task Nothing_is_swapped_while_the_consumer_stands_elsewhere_or_the_generation_does_not_run()
    {
        await BeginAsync(Generation.All);
        await WriteAsync(1, items: 9);
        Assert.That(await SwapAsync(1, "6"), Is.False);
        await Generations.MarkAsync(1, GenerationState.Paused);
        Assert.That(await SwapAsync(1, "7"), Is.False);
        await Generations.MarkAsync(1, GenerationState.Cancelled, new GenerationEnd(60, "why", 3));
        Assert.That(await SwapAsync(1, "7"), Is.False);

        Assert.That(await LiveAsync(), Is.EqualTo("c1/old/1 a=5 old state @100"));
    }

    [Test]
    public async Task How_far_it_has_come_is_written_with_what_it_says()
    {
        await BeginAsync(Generation.All);
        await Generations.WriteAsync(new GenerationBatch(1, [], new ReadModelChanges(), 0b101));
        await Generations.WriteAsync(new GenerationBatch(1, [], new ReadModelChanges(), 1UL << 63));
        await Generations.WriteAsync(new GenerationBatch(1, [], new ReadModelChanges(), 0, new Checkpoint("9")));
        await Generations.WriteAsync(new GenerationBatch(1, [], new ReadModelChanges()));

        var generation = (await Generations.GenerationsAsync(1))[0];
        Assert.That((generation.DoneSlices, generation.Reached), Is.EqualTo(((1UL << 63) | 0b101, new Checkpoint("9"))));
    }

    [Test]
    public async Task Rows_written_twice_are_there_once_and_sums_are_added()
    {
        await BeginAsync(Generation.All);
        await WriteAsync(1, items: 8);
        await WriteAsync(1, items: 9);
        await SwapAsync(1, "7");

        Assert.That(await LiveAsync(), Is.EqualTo("c1/new/9 a=6 new state @200"));
    }

    [Test]
    public async Task Sums_that_come_to_nothing_by_slices_in_any_order_are_gone_once_indexes_are_made()
    {
        await BeginAsync(Generation.All);
        var changes = new ReadModelChanges();
        for (var key = 0; key < 100; key++)
        {
            changes.Add(Arcs, [$"arc {key:00}"], key % 2 == 0 ? -3 : 1);
        }

        await Generations.WriteAsync(new GenerationBatch(1, [], changes, 1));
        changes.Clear();
        for (var key = 0; key < 100; key++)
        {
            changes.Add(Arcs, [$"arc {key:00}"], key % 2 == 0 ? 3 : 1);
        }

        await Generations.WriteAsync(new GenerationBatch(1, [], changes, 2));
        while (await Generations.IndexAsync(1))
        {
        }

        await SwapAsync(1, "7");
        var sums = await States.QueryAsync(new TableQuery(Arcs, [], [], 1_000));
        Assert.That(
            sums.Select(static row => $"{row[0].Text}={row[1].Integer}"),
            Is.EqualTo(Enumerable.Range(0, 100).Where(static key => key % 2 == 1).Select(static key => $"arc {key:00}=2")));
    }

    [Test]
    public async Task Indexes_are_made_one_by_one_until_none_is_missing()
    {
        await BeginAsync(Generation.All);
        await WriteAsync(1, items: 9);
        var made = 0;
        while (await Generations.IndexAsync(1))
        {
            made++;
        }

        Assert.That(made, Is.LessThanOrEqualTo(2), "one on the carts, one on the states");
        Assert.That(await Generations.IndexAsync(1), Is.False);
        await WriteAsync(1, items: 10);
        Assert.That(await SwapAsync(1, "7"), Is.True);
        Assert.That(await LiveAsync(), Is.EqualTo("c1/new/10 a=6 new state @200"));
    }

    [Test]
    public async Task A_restart_empties_it()
    {
        await BeginAsync(Generation.All);
        await WriteAsync(1, items: 9);
        await Generations.WriteAsync(new GenerationBatch(1, [], new ReadModelChanges(), 1, new Checkpoint("7")));
        var again = await Generations.RestartAsync(1, new Checkpoint("7"), "other basis");

        Assert.That((again.DoneSlices, again.Reached, again.Basis, again.State), Is.EqualTo((0UL, Checkpoint.Start, "other basis", GenerationState.Running)));
        await SwapAsync(1, "7");
        Assert.That(await LiveAsync(), Is.EqualTo(""));
    }

    [Test]
    public async Task What_has_ended_takes_nothing_more_and_stays_ended()
    {
        await BeginAsync(Generation.All);
        var ended = await Generations.MarkAsync(1, GenerationState.Failed, new GenerationEnd(60, "poison", 3));
        Assert.That((ended.State, ended.EndedAt, ended.Reason, ended.Position), Is.EqualTo((GenerationState.Failed, (long?)60, "poison", (long?)3)));
        Assert.That(await Generations.MarkAsync(1, GenerationState.Running), Is.EqualTo(ended));
        Assert.That(async () => await WriteAsync(1, items: 9), Throws.InstanceOf<StoreException>().With.Message.Contains("Generation 1 is failed"));
        Assert.That(async () => await Generations.MarkAsync(9, GenerationState.Paused), Throws.InstanceOf<StoreException>().With.Message.Contains("no generation 9"));
    }

    [Test]
    public async Task A_sweep_removes_what_has_ended_table_by_table_and_nothing_that_is_needed()
    {
        await BeginAsync(Generation.All);
        var many = new ReadModelChanges();
        for (var i = 0; i < 5_000; i++)
        {
            many.Put(Carts, "c1", $"{i}", i);
        }

        await Generations.WriteAsync(new GenerationBatch(1, [], many));
        Assert.That(await Generations.SweepAsync(), Is.False, "it is being built");
        await Generations.MarkAsync(1, GenerationState.Cancelled, new GenerationEnd(60));
        await BeginAsync(Generation.All);
        await WriteAsync(2, items: 9);
        var pieces = await SweepAsync();

        Assert.That(pieces, Is.EqualTo(3), "two tables and the states, each by itself");
        await SwapAsync(2, "7");
        await SweepAsync();
        Assert.That(await LiveAsync(), Is.EqualTo("c1/new/9 a=3 new state @200"));
    }

    private ValueTask<Generation> BeginAsync(string projection, params TableDefinition[] tables) =>
        Generations.BeginAsync(new NewGeneration(projection, "v1", "basis", new Checkpoint("7"), tables.Length == 0 ? [Carts, Arcs] : tables, 42));

    private async Task WriteAsync(int number, long items)
    {
        var changes = new ReadModelChanges();
        changes.Put(Carts, "c1", "gone", 1);
        await Generations.WriteAsync(new GenerationBatch(number, [], changes));
        changes.Clear();
        changes.Delete(Carts, "c1", "gone");
        changes.Put(Carts, "c1", "new", items);
        changes.Add(Arcs, ["a"], 3);
        await Generations.WriteAsync(new GenerationBatch(number, [State("c1", "new state", 200)], changes));
    }

    private ValueTask<bool> SwapAsync(int number, string expected) =>
        Generations.SwapAsync(new GenerationSwap(number, Consumer, new Checkpoint(expected), 50, [("mark", new Checkpoint("v1"))]));

    private async Task<int> SweepAsync()
    {
        var pieces = 0;
        while (await Generations.SweepAsync())
        {
            pieces++;
        }

        return pieces;
    }

    /// <summary>Everything live, in a line.</summary>
    private async Task<string> LiveAsync()
    {
        var carts = await States.QueryAsync(new TableQuery(Carts, [], [], 10));
        var arcs = await States.QueryAsync(new TableQuery(Arcs, [], [], 10));
        var due = await States.DueAsync(long.MaxValue, 10);
        var states = (await States.LoadAsync(["c1"])).Values.Select(state => $"{Text(state)} @{due.Select(customer => (long?)customer.DueAt).FirstOrDefault()}");
        return string.Join(' ', [.. carts.Select(row => string.Join('/', row)), .. arcs.Select(row => $"{row[0]}={row[1]}"), .. states]);
    }

    private static StoredState State(string customer, string text, long? due) => new(customer, 5, 1, due, Encoding.UTF8.GetBytes(text));

    private static string Text(ReadOnlyMemory<byte> state) => Encoding.UTF8.GetString(state.Span);
}
