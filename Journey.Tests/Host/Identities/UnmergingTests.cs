using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Domain.EventLog;
using Journey.Host.Identities;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Host.Stores.Sqlite;
using Journey.Projections.ReadModels;
using Journey.Tests.Domain.Identity;
using Journey.Tests.Host.Stores;

namespace Journey.Tests.Host.Identities;

public sealed class UnmergingTests
{
    private StoreFolder _folder = null!;
    private SqliteStore _store = null!;

    [SetUp]
    public void Open()
    {
        _folder = new StoreFolder();
        _store = SqliteStore.Open(_folder.File);
    }

    [TearDown]
    public async Task Close()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Identifiers_go_with_whom_they_came_and_new_ones_with_the_strongest_known_they_were_met_with()
    {
        await IngestAsync("u1 d1", "e1 a1", "u1 e1", "a1 a2", "u1 a3", "a2");

        var plan = (UnmergePlan.Ready)await PlanAsync("userId:u1", "email:e1@shop.it");

        Assert.That((plan.Unmerge.Survivor, plan.Unmerge.Restored), Is.EqualTo((Ids.FoundedBy("u1"), Ids.FoundedBy("e1"))));
        Assert.That(plan.Unmerge.Identifiers, Is.EqualTo(Ids.Of("e1 a1 a2")));
        Assert.That((plan.Unmerge.SurvivorKnown, plan.Unmerge.RestoredKnown), Is.EqualTo((new Known(true, false), new Known(false, false))));
        Assert.That(plan.Events, Is.EqualTo(3));
    }

    [Test]
    public async Task After_an_unmerge_everybody_is_found_as_before_and_the_log_rebuilds_the_identities_and_every_read_model()
    {
        await IngestAsync("u1 d1", "e1 a1", "u1 e1", "a1 a2", "u1 a3");
        await ApplyAsync("userId:u1", Ids.FoundedBy("e1"));
        await IngestAsync("e1", "a2", "u1 e1", "u1");

        var (known, email) = (Ids.FoundedBy("u1"), Ids.FoundedBy("e1"));
        Assert.That(await FindAsync("u1", "a3", "d1"), Is.All.EqualTo(known));
        Assert.That(await FindAsync("e1", "a1", "a2"), Is.All.EqualTo(email));
        Assert.That((await _store.AllAsync()).Count(static e => e.Name == EventNames.IdentitiesMerged), Is.EqualTo(1), "they are not merged again");
        await AssertVerifiesAsync();

        Assert.That(await EventsOf(known), Is.EqualTo("5"));
        Assert.That(await EventsOf(email), Is.EqualTo("4"));
    }

    [Test]
    public async Task What_was_parted_stays_so_when_the_store_is_opened_again()
    {
        await IngestAsync("u1", "e1", "u1 e1");
        await ApplyAsync("userId:u1", "email:e1@shop.it");
        await _store.DisposeAsync();
        _store = SqliteStore.Open(_folder.File);

        await IngestAsync("u1 e1");

        Assert.That(await _store.FindAsync(Ids.One("e1")), Is.EqualTo(Ids.FoundedBy("e1")));
        await AssertVerifiesAsync();
    }

    [Test]
    public async Task Undoing_a_merge_twice_or_one_that_never_was_is_refused_and_records_nothing()
    {
        await IngestAsync("u1", "e1", "u1 e1", "u2");
        var plan = (UnmergePlan.Ready)await PlanAsync("userId:u1", "email:e1@shop.it");
        await ApplyAsync("userId:u1", "email:e1@shop.it");
        var head = await _store.HeadAsync();

        Assert.That(await Unmerging.ApplyAsync(plan, default), Is.InstanceOf<UnmergeAnswer.NotMerged>());
        Assert.That(await PlanAsync("userId:u1", "email:e1@shop.it"), Is.InstanceOf<UnmergePlan.Refused>());
        Assert.That(await PlanAsync("userId:u1", "userId:u2"), Is.InstanceOf<UnmergePlan.Refused>());
        Assert.That(await PlanAsync("userId:u1", "userId:u1"), Has.Property("Reason").Contains("own"));
        Assert.That(await PlanAsync("userId:nobody", "userId:u1"), Is.InstanceOf<UnmergePlan.Unknown>());
        Assert.That(await PlanAsync("userId:u1", "email:nobody@shop.it"), Is.InstanceOf<UnmergePlan.Unknown>());
        Assert.That(await _store.HeadAsync(), Is.EqualTo(head));
    }

    [Test]
    public async Task A_person_may_say_what_else_goes_along()
    {
        await IngestAsync("u1 d1", "e1", "u1 e1", "u1 p1");

        var plan = (UnmergePlan.Ready)await Unmerging.PlanAsync(new UnmergeRequest("userId:u1", "email:e1@shop.it", ["phone:+3906123451"]), default);

        Assert.That(plan.Unmerge.Identifiers, Is.EqualTo(Ids.Of("e1 p1")));
        Assert.That(await Unmerging.PlanAsync(new UnmergeRequest("userId:u1", "email:e1@shop.it", ["phone:0"]), default), Is.InstanceOf<UnmergePlan.Unknown>());
    }

    [Test]
    public async Task Whoever_was_merged_deeper_goes_along()
    {
        await IngestAsync("a1", "e1", "e1 a1", "u1", "u1 e1", "a1");

        var plan = (UnmergePlan.Ready)await PlanAsync("userId:u1", Ids.FoundedBy("a1"));

        Assert.That(plan.Unmerge.Restored, Is.EqualTo(Ids.FoundedBy("e1")));
        Assert.That(plan.Streams, Is.EqualTo(new[] { Ids.FoundedBy("e1"), Ids.FoundedBy("a1") }));
        await Unmerging.ApplyAsync(plan, default);
        await AssertVerifiesAsync();
        Assert.That(await EventsOf(Ids.FoundedBy("e1")), Is.EqualTo("4"));
    }

    [Test]
    public async Task The_rules_of_the_workspace_hold_from_their_publication_on_and_the_log_rebuilds_what_they_made()
    {
        await IngestAsync("u1 d1", "u2 d1");
        await PublishAsync("workspace: shop\nidentity: { limits: { deviceId: 2 }, blocked: { email: ['e1@*'] } }");
        await IngestAsync("u3 d1", "d1 a1", "e1 a2", "e1 u1", "e1", "d1");

        Assert.That(await _store.FindAsync(Ids.One("e1")), Is.Null);
        Assert.That(await _store.FindAsync(Ids.One("a1")), Is.EqualTo(Ids.FoundedBy("a1")));
        Assert.That(await _store.FindAsync(Ids.One("d1")), Is.EqualTo(Ids.FoundedBy("d1")), "a customer of the device's own");
        await AssertVerifiesAsync();

        await _store.DisposeAsync();
        _store = SqliteStore.Open(_folder.File);
        await IngestAsync("u4 d1", "e1 a3");
        Assert.That(await _store.FindAsync(Ids.One("a3")), Is.EqualTo(Ids.FoundedBy("a3")));
        await AssertVerifiesAsync();
    }

    private Unmerging Unmerging => new(_store, _store, _store, TimeProvider.System);

    private int _said;

    private async Task IngestAsync(params string[] said) =>
        await _store.IngestAsync([.. said.Select(identifiers => Ids.Interaction($"m{_said++}", identifiers))]);

    private Task<UnmergePlan> PlanAsync(string customer, string of) => Unmerging.PlanAsync(new UnmergeRequest(customer, of, []), default);

    private async Task ApplyAsync(string customer, string of) =>
        Assert.That(await Unmerging.ApplyAsync((UnmergePlan.Ready)await PlanAsync(customer, of), default), Is.InstanceOf<UnmergeAnswer.Done>());

    private async Task<IReadOnlyList<string?>> FindAsync(params string[] identifiers)
    {
        var found = new List<string?>();
        foreach (var identifier in identifiers)
        {
            found.Add(await _store.FindAsync(Ids.One(identifier)));
        }

        return found;
    }

    private async Task PublishAsync(string text)
    {
        var document = DocumentParser.Parse("w.yaml", text).Documents.Single();
        await _store.AppendAsync([new AppendRequest(SystemStreams.Definitions, ExpectedVersion.Any, [DefinitionDocuments.Publish(document, 1)])]);
    }

    private async Task<string> EventsOf(string customer)
    {
        var rows = await _store.QueryAsync(new TableQuery(ReadModelTables.Customers, [new Filter("customer", FilterKind.Equal, customer)], [], 1));
        return rows[0][ReadModelTables.Customers.ColumnIndex("events")].ToString();
    }

    private async Task AssertVerifiesAsync()
    {
        var processor = new Processor(_store, _store, new ProcessorOptions(), TimeProvider.System);
        await processor.PrepareAsync(default);
        await processor.CatchUpAsync(null, default);
        var report = await new Verification(_store).RunAsync(null, default);
        Assert.That(report.ReadModels.Where(static model => !model.Agrees).Select(static model => model.Name), Is.Empty);
    }
}
