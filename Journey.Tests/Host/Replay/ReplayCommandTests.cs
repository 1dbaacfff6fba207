using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Cli;
using Journey.Host.Running;
using Journey.Host.Stores.Sqlite;
using Journey.Projections.ReadModels;
using Journey.Tests.Host.Cli;
using Journey.Tests.Host.Why;

namespace Journey.Tests.Host.Replay;

/// <summary>The commands that look into the past, on a real store.</summary>
public sealed class ReplayCommandTests
{
    private TemporaryFolder _folder = null!;
    private string _store = "";

    [OneTimeSetUp]
    public async Task Live()
    {
        _folder = new TemporaryFolder();
        _store = $"sqlite:{_folder.File("shop.db")}";
        await using var shop = await WhyShop.OpenAsync(file: _folder.File("shop.db"));
        await shop.MeetAsync();
        await shop.FillCartAsync();
        await shop.PassAsync(TimeSpan.FromHours(6));
        await shop.MeetAsync("bob");
        await shop.FillCartAsync("bob", 42m, "c2");
        await shop.PassAsync(TimeSpan.FromHours(2));
    }

    [OneTimeTearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task Why_says_the_answer_first_and_then_how_it_came_about()
    {
        var run = await Run("why", "userId:bob", "--journey", "reminder", "--store", _store);
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((ExitCodes.Ok, "")));
        Assert.That(run.Lines[0], Is.EqualTo("The customer did not get the message cart-reminder of reminder: the cart total 42.00 was below 50 (reminder v1, line 5)."));
        Assert.That(run.Output, Does.Contain("entry reminder.yaml:5:10  cart.total >= 50.0 && customer.isKnown  is false"));
        Assert.That(run.Output, Does.Contain("cart.total = 42"));
    }

    [Test]
    public async Task Why_for_an_unknown_journey_or_customer_says_what_was_meant()
    {
        var journey = await Run("why", "userId:bob", "--journey", "remindr", "--store", _store);
        var customer = await Run("why", "userId:eve", "--journey", "reminder", "--store", _store);
        Assert.That((journey.ExitCode, journey.Error), Is.EqualTo((ExitCodes.Failure,
            "journey: There is no journey or rule 'remindr'. Did you mean `reminder`?\n  `journey versions` lists what was published.\n")));
        Assert.That((customer.ExitCode, customer.Error), Is.EqualTo((ExitCodes.Failure,
            "journey: There is no customer 'userId:eve' in this store.\n  Expected a customer id, or an identifier such as userId:U1, email:ann@example.org or loyaltyCard:77.\n")));
    }

    [Test]
    public async Task A_customer_is_shown_as_of_a_moment()
    {
        var now = await Run("customer", "userId:ann", "--json", "--store", _store);
        var then = await Run("customer", "userId:ann", "--as-of", "2026-03-02T09:30Z", "--json", "--store", _store);
        var never = await Run("customer", "userId:ann", "--as-of", "2020-01-01", "--store", _store);
        Assert.Multiple(() =>
        {
            Assert.That(now.Json.GetProperty("customer").GetProperty("runs").GetArrayLength(), Is.EqualTo(1));
            Assert.That(then.Json.GetProperty("customer").GetProperty("runs").GetArrayLength(), Is.Zero);
            Assert.That(then.Json.GetProperty("customer").GetProperty("carts")[0].GetProperty("state").GetString(), Is.EqualTo("active"));
            Assert.That((never.ExitCode, never.Error), Is.EqualTo((ExitCodes.Failure, "journey: Nothing of the customer 'userId:ann' had arrived by 2020-01-01T00:00:00Z.\n")));
        });
    }

    [Test]
    public async Task Carts_are_listed_as_of_a_moment()
    {
        var then = await Run("carts", "--as-of", "2026-03-02T09:30Z", "--json", "--store", _store);
        Assert.That(then.Json.GetProperty("carts").EnumerateArray().Select(cart => $"{cart.GetProperty("cartId")} {cart.GetProperty("state")}"), Is.EqualTo(new[] { "c1 active" }));
    }

    [Test]
    public async Task A_replay_prints_the_digests_and_verifies_every_decision()
    {
        var run = await Run("replay", "--verify", "--json", "--store", _store);
        await using var store = SqliteStore.Open(_folder.File("shop.db"), new SqliteStoreOptions { ReadOnly = true });
        var digests = run.Json.GetProperty("readModels").EnumerateArray().ToDictionary(model => model.GetProperty("name").GetString()!, model => model.GetProperty("digest").GetString());
        Assert.Multiple(async () =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Ok));
            Assert.That(digests["carts"], Is.EqualTo(await store.DigestAsync(ReadModelTables.Carts)));
            Assert.That(run.Json.GetProperty("verify").GetProperty("holds").GetBoolean(), Is.True);
            Assert.That(run.Json.GetProperty("verify").GetProperty("same").GetInt64(), Is.GreaterThan(5));
        });
    }

    [Test]
    public async Task A_side_store_stands_as_the_store_stood_and_can_be_asked()
    {
        var side = $"sqlite:{_folder.File("side.db")}";
        var run = await Run("replay", "--to", "2026-03-02T12:00Z", "--into", side, "--json", "--store", _store);
        var again = await Run("replay", "--into", side, "--store", _store);
        var carts = await Run("carts", "--json", "--store", side);
        var verify = await Run("verify", "--store", side);
        var why = await Run("why", "userId:ann", "--journey", "reminder", "--store", side);
        await using var store = SqliteStore.Open(_folder.File("side.db"), new SqliteStoreOptions { ReadOnly = true });
        Assert.Multiple(async () =>
        {
            Assert.That((run.ExitCode, run.Error), Is.EqualTo((ExitCodes.Ok, "")));
            Assert.That(store.PositionOf(await store.HeadAsync()), Is.EqualTo(run.Json.GetProperty("upTo").GetInt64()));
            Assert.That(store.PositionOf(await store.CheckpointAsync("dispatcher")), Is.EqualTo(run.Json.GetProperty("upTo").GetInt64()), "nothing of the past is sent from it");
            Assert.That((again.ExitCode, again.Error.Contains("the file is there already", StringComparison.Ordinal)), Is.EqualTo((ExitCodes.Usage, true)));
            Assert.That(carts.Json.GetProperty("carts").GetArrayLength(), Is.EqualTo(1));
            Assert.That(verify.ExitCode, Is.EqualTo(ExitCodes.Ok), verify.Output);
            Assert.That(why.Lines[0], Is.EqualTo("No message of reminder yet: the run waits at step settle until 2 March 2026 at 14:00 UTC."));
        });
    }

    [Test]
    public async Task A_decision_that_would_be_taken_otherwise_is_reported_with_the_trace_and_fails()
    {
        var path = _folder.File("other.db");
        File.Copy(_folder.File("shop.db"), path);
        await using (var store = SqliteStore.Open(path))
        {
            var log = (await store.ReadAsync(Checkpoint.Start, 10_000)).Events;
            var entered = log.First(recorded => recorded.Name == EventNames.RunEntered);
            await store.AppendAsync([new AppendRequest(entered.Stream, ExpectedVersion.Any, [new NewEvent(
                entered.Stream, "journey", "invented", EventNames.RunExited, EventKind.Decision, EventFlags.None, ContactChannel.Internal, entered.OccurredAt, entered.ReceivedAt, entered.Payload.ToArray())])]);
            var processor = new Processor(store, store, new ProcessorOptions(), TimeProvider.System);
            await processor.PrepareAsync(CancellationToken.None);
            await processor.CatchUpAsync(null, CancellationToken.None);
        }

        var run = await Run("replay", "--verify", "--store", $"sqlite:{path}");
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Failure));
        Assert.That(run.Output, Does.Contain("recorded: Run Exited").And.Contain("now:      nothing").And.Contain("cart.total >= 50.0"));
    }

    [TestCase("0")]
    [TestCase("-1")]
    [TestCase("x")]
    public async Task A_position_that_is_none_is_refused(string position)
    {
        var run = await Run("replay", "--position", position, "--store", _store);
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Usage));
    }

    private static Task<CommandRun> Run(params string[] args) => CommandRun.Of(new CommandServices(), args);
}
