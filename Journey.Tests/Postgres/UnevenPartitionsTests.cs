using System.Text;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Host.Running;
using Journey.Host.Running.Hosts;
using Journey.Host.Running.Rebuilding;
using Journey.Host.Stores;
using Journey.Host.Stores.Postgres;
using Journey.Projections.ReadModels;
using Journey.Tests.Crash;
using Microsoft.Extensions.Logging.Abstractions;

namespace Journey.Tests.Postgres;

/// <summary>Two hosts stopped in the middle of their work: one had folded its half of the partitions, the other had not begun.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class UnevenPartitionsTests : IAsyncDisposable
{
    private const int Orders = 60;

    private const string Documents = """
        rule: thank-you
        on: Order Completed
        do:
          - { id: thank, send: { channel: web, template: thanks } }
        """;

    private readonly PostgresDatabase _database = new();
    private readonly PostgresStore _store;

    public UnevenPartitionsTests() => _store = _database.Open();

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _database.Dispose();
    }

    [Test]
    public async Task They_are_verified_each_as_far_as_it_is_folded()
    {
        await LeaveUnevenAsync();

        var report = await new Verification(_store).RunAsync(null, CancellationToken.None);

        Assert.That(report.ReadModels.Where(model => !model.Agrees), Is.Empty);
        Assert.That(report.ReadModels.Single(model => model.Name == "customers").Rows, Is.InRange(1, Orders - 1), "some are folded, and some are not");
    }

    [Test]
    public async Task A_command_that_folds_to_the_end_brings_all_of_them_there()
    {
        await LeaveUnevenAsync();

        await FoldToEndAsync();

        await AssertWholeAsync();
    }

    [Test]
    public async Task Who_is_no_host_folds_nothing_of_them_and_is_told_why()
    {
        await LeaveUnevenAsync();
        var processor = new Processor(_store, _store, new ProcessorOptions(), TimeProvider.System);
        await processor.LoadAsync(CancellationToken.None);

        Assert.That(
            async () => await processor.CatchUpAsync(null, CancellationToken.None),
            Throws.InstanceOf<StoreException>().With.Message.StartsWith("Hosts stopped in the middle of their work, and left the partitions of this store at positions from 0 to "));
    }

    [Test]
    public async Task A_rebuild_of_everything_sets_all_back_to_the_rearmost_and_nothing_is_decided_twice()
    {
        await LeaveUnevenAsync();

        await RebuildAsync();

        Assert.That((await _store.Leases!.PartitionsAsync()).Select(static partition => partition.Checkpoint).Distinct().Count(), Is.EqualTo(1));
        await FoldToEndAsync();
        await AssertWholeAsync();
    }

    [Test]
    public async Task A_host_of_another_version_rebuilds_and_goes_on_from_there()
    {
        await LeaveUnevenAsync();
        _database.Execute("UPDATE journey_models.customer_states SET state = set_byte(state, 0, 1); UPDATE journey.checkpoints SET token = 'v1' WHERE consumer = 'fold-version'");

        await FoldToEndAsync();

        await AssertWholeAsync();
    }

    [Test]
    public async Task One_projection_alone_is_not_swapped_in_beside_others_that_stand_elsewhere()
    {
        await LeaveUnevenAsync();
        var generations = (IGenerationStore)_store;
        var table = ReadModelTables.All.First(static table => table.Name == "sessions");
        var number = (await generations.BeginAsync(new NewGeneration(table.Projection, FoldVersions.Shapes, "", Checkpoint.Start, [table], 1))).Number;
        await generations.ClaimAsync(number);

        Assert.That(await generations.SwapAsync(new GenerationSwap(number, Processor.Consumer, Checkpoint.Start, 2, [])), Is.False);
    }

    private async Task LeaveUnevenAsync()
    {
        var published = DocumentParser.Parse([("rules.yaml", Encoding.UTF8.GetBytes(Documents))]).Documents.Select(document => DefinitionDocuments.Publish(document, 1)).ToArray();
        await using (var one = Keeper("one"))
        await using (var other = Keeper("other"))
        {
            var working = new Processor(_store, _store, new ProcessorOptions(), TimeProvider.System, keeper: one);
            await one.JoinAsync(CancellationToken.None);
            await other.JoinAsync(CancellationToken.None);
            await one.RefreshAsync(CancellationToken.None);
            await working.PrepareAsync(CancellationToken.None);
            await _store.AppendAsync([new AppendRequest(SystemStreams.Definitions, ExpectedVersion.Any, published)]);
            await _store.IngestAsync([.. Enumerable.Range(0, Orders).Select(static order => new Interaction(
                "test", $"o{order}", "Order Completed", ContactChannel.Web, EventFlags.None, order, order, [new Identifier(IdentifierKind.UserId, $"user-{order}")], [],
                StoredPayload.FromJson(Encoding.UTF8.GetBytes($$$"""{"ids":{"userId":"user-{{{order}}}"},"properties":{"order_id":"o{{{order}}}","total":10,"currency":"EUR"}}"""))))]);
            await working.CatchUpAsync(null, CancellationToken.None);
        }

        Assert.That((await _store.Leases!.PartitionsAsync()).Select(static partition => partition.Checkpoint).Distinct().Count(), Is.EqualTo(2));
    }

    private LeaseKeeper Keeper(string name) => new(_store.Leases!, new LeaseOptions { Name = name }, [], TimeProvider.System, NullLogger.Instance);

    private async Task RebuildAsync()
    {
        var processor = new Processor(_store, _store, new ProcessorOptions(), TimeProvider.System);
        await processor.LoadAsync(CancellationToken.None);
        await using var rebuilder = new Rebuilder(_store, _store, _store, processor, new RebuildOptions(), TimeProvider.System);
        Assert.That(await rebuilder.StartAsync(Generation.All), Is.InstanceOf<RebuildAnswer.Started>());
        await rebuilder.FinishAsync(null, CancellationToken.None);
        var rebuilt = (await rebuilder.ListAsync())[0];
        Assert.That(rebuilt.State, Is.EqualTo("swapped"), rebuilt.Reason);
    }

    private async Task FoldToEndAsync()
    {
        await using var store = new OpenStore(_database.Open(), TimeProvider.System);
        await store.LevelAsync(null, CancellationToken.None);
        await store.ProcessToEndAsync(null, CancellationToken.None);
    }

    private async Task AssertWholeAsync()
    {
        var check = new CrashCheck();
        await check.ReadAsync(_store);
        Assert.That(await _store.CheckpointAsync(Processor.Consumer), Is.EqualTo(await _store.HeadAsync()));
        var report = await new Verification(_store).RunAsync(null, CancellationToken.None);
        Assert.That(report.ReadModels.Where(model => !model.Agrees), Is.Empty);

        // Nobody delivers here, so outcomes are not looked for.
        Assert.That(check.Faults([.. Enumerable.Range(0, Orders).Select(static order => $"o{order}")], journeys: 1).Where(static fault => !fault.Contains("outcome", StringComparison.Ordinal)), Is.Empty);
    }
}
