using System.Text;
using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Personal;
using Journey.Host.Cli;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Host.Stores.Sqlite;
using Journey.Tests.Host.Cli;

namespace Journey.Tests.Host.Personal;

/// <summary>Erasing a customer, on a real store: what goes, what stays, and that everything still agrees.</summary>
public sealed class ErasureTests
{
    /// <summary>Texts that are Ann's alone.</summary>
    private static readonly string[] Personal =
        ["ann.secret@example.org", "+390212345678", "Annabella", "Via dei Segreti 1", "UserAnn77", "anon-of-ann", "Card-Ann-9", "203.0.113.77"];

    private static readonly CommandServices Services = new();

    private TemporaryFolder _folder = null!;
    private int _sequence;

    [SetUp]
    public async Task SetUp()
    {
        _folder = new TemporaryFolder();
        _sequence = 0;
        await PublishAsync();
        await using var store = SqliteStore.Open(_folder.File("journey.db"));
        await SayAsync(store, "Product Viewed", """{"anonymousId":"anon-of-ann"}""", """{"product_id":"p1"}""");
        await SayAsync(store, "Identified", """{"userId":"UserAnn77","email":"ann.secret@example.org","anonymousId":"anon-of-ann"}""", "{}",
            """{"email":"ann.secret@example.org","phone":"+390212345678","firstName":"Annabella","plan":"gold","address":{"street":"Via dei Segreti 1","country":"IT"}}""");
        await SayAsync(store, "Product Added", """{"userId":"UserAnn77"}""", """{"cart_id":"c1","product_id":"p1","price":80,"quantity":1,"email":"ann.secret@example.org"}""");
        await SayAsync(store, "Product Added", """{"userId":"UserBob"}""", """{"cart_id":"c2","product_id":"p1","price":10,"quantity":1}""", """{"email":"bob@example.org"}""");
        // A card that was another customer until both were told to be one.
        await SayAsync(store, "Store Visited", """{"loyaltyCard":"Card-Ann-9"}""", """{"store":"Milano"}""");
        await SayAsync(store, "Order Completed", """{"userId":"UserAnn77","loyaltyCard":"Card-Ann-9"}""", """{"order_id":"o1","total":80}""");
        await SettleAsync(store);
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task Nothing_of_the_person_is_left_in_any_file_and_everything_still_agrees()
    {
        var before = await LogAsync();
        Assert.That(await FilesHold(), Is.SupersetOf(new[] { "ann.secret@example.org", "UserAnn77" }), "Until then the read models have it.");
        Assert.That((await Run("verify")).ExitCode, Is.EqualTo(ExitCodes.Ok));

        var run = await Run("erase", "ann.secret@example.org", "--yes", "--reason", "asked");

        Assert.That((run.ExitCode, run.Error), Is.EqualTo((ExitCodes.Ok, "")));
        Assert.That(await FilesHold(), Is.Empty);
        var after = await LogAsync();
        Assert.Multiple(async () =>
        {
            Assert.That(after.Take(before.Count).Select(Frame), Is.EqualTo(before.Select(Frame)), "Events are never edited.");
            Assert.That(after.Count(e => Erasure.IsOne(e)), Is.EqualTo(1));
            Assert.That(after.Where(e => e.Name == "Identified").Select(Text), Has.One.Matches(
                """^{"ids":{"userId":"\*","email":"(\*\w{8})","anonymousId":"\*\w{8}"},"properties":{},"traits":{"email":"\1","phone":"\*\w{8}","firstName":"\*","plan":"gold","address":{"street":"\*","country":"IT"}}}$"""));
            Assert.That(after.Where(e => e.Stream == before.First(x => Text(x).Contains("UserBob", StringComparison.Ordinal)).Stream).Select(Text),
                Has.Some.Contains("bob@example.org"), "Other people's data stays.");
            var verified = await Run("verify");
            Assert.That(verified.ExitCode, Is.EqualTo(ExitCodes.Ok), verified.Output);
            Assert.That((await Run("timeline", "userId:UserBob")).ExitCode, Is.EqualTo(ExitCodes.Ok));
            Assert.That((await Run("timeline", "userId:UserAnn77")).ExitCode, Is.EqualTo(ExitCodes.Failure));
        });
    }

    [Test]
    public async Task The_payloads_on_disk_hold_no_personal_value_even_before()
    {
        await using var store = SqliteStore.Open(_folder.File("journey.db"));
        var payloads = await store.ReadAsync(database =>
        {
            var all = new List<string>();
            var statement = database.Prepare("SELECT payload FROM events");
            while (statement.Step())
            {
                all.Add(Encoding.Latin1.GetString(statement.Bytes(0)));
            }

            statement.Reset();
            return all;
        });
        Assert.That(payloads.Where(payload => Personal.Any(text => payload.Contains(text, StringComparison.Ordinal))), Is.Empty);
        var view = await store.ReadAsync(database =>
        {
            var statement = database.Prepare("SELECT payload FROM event_log WHERE position = (SELECT min(position) FROM event_log WHERE name = 'Product Viewed')");
            statement.Step();
            var text = statement.Text(0);
            statement.Reset();
            return text;
        });
        Assert.That(view, Does.Match("""^{"ids":{"anonymousId":"\*\w{8}"},"properties":{"product_id":"p1"},"context":{"ip":"\*"}}$"""), "Whoever queries the file sees placeholders.");
    }

    [Test]
    public async Task A_replay_afterwards_takes_the_same_decisions()
    {
        var before = (await LogAsync()).Where(e => e.Kind is EventKind.Decision or EventKind.Derived).Select(Frame).ToList();
        Assert.That(before, Is.Not.Empty);
        await Run("erase", "UserAnn77", "--yes");
        // Verify re-decides the whole log and compares with what is recorded; the model is called "decisions".
        var verified = (await Run("verify", "--json")).Json.ToString();
        Assert.That(verified, Does.Contain("decisions").And.Not.Contain("false"));
        Assert.That((await LogAsync()).Where(e => e.Kind is EventKind.Decision or EventKind.Derived).Select(Frame).Take(before.Count), Is.EqualTo(before));
    }

    [Test]
    public async Task Runs_end_and_nothing_is_due_for_an_erased_customer()
    {
        await using (var store = SqliteStore.Open(_folder.File("journey.db")))
        {
            await SayAsync(store, "Product Added", """{"userId":"UserAnn77"}""", """{"cart_id":"c9","product_id":"p1","price":90,"quantity":1}""");
            await SettleAsync(store);
        }

        await Run("erase", "UserAnn77", "--yes");
        await using var opened = SqliteStore.Open(_folder.File("journey.db"));
        var (erased, log) = (await ErasedAsync(opened), await LogAsync(opened));
        var entered = log.Where(e => e.Stream == erased && e.Name == EventNames.RunEntered).Select(RunOf).ToList();
        var left = log.Where(e => e.Stream == erased && e.Name == EventNames.RunExited).ToList();
        Assert.Multiple(async () =>
        {
            Assert.That(left.Select(RunOf), Is.EquivalentTo(entered));
            Assert.That(left.Select(Text), Has.Some.Contains("\"reason\":\"erased\""));
            Assert.That((await opened.DueAsync(long.MaxValue, 100)).Select(due => due.Customer), Does.Not.Contain(erased));
        });
    }

    [Test]
    public async Task Who_comes_back_is_somebody_new()
    {
        await Run("erase", "UserAnn77", "--yes");
        await using var store = SqliteStore.Open(_folder.File("journey.db"));
        var erased = await ErasedAsync(store);
        await SayAsync(store, "Product Viewed", """{"userId":"UserAnn77","anonymousId":"anon-of-ann"}""", "{}");
        await SettleAsync(store);
        var back = await store.FindAsync(new Identifier(IdentifierKind.UserId, "UserAnn77"));
        Assert.That(back, Is.Not.Null.And.Not.EqualTo(erased));
        var events = (await store.ReadStreamAsync(back!, 0, 100)).Events;
        Assert.That(events.Where(e => e.Kind == EventKind.Interaction).Select(Text), Is.EqualTo(new[] { """{"ids":{"userId":"UserAnn77","anonymousId":"anon-of-ann"},"properties":{}}""" }));
        await store.DisposeAsync();
        Assert.That((await Run("verify")).ExitCode, Is.EqualTo(ExitCodes.Ok));
    }

    [Test]
    public async Task A_merged_customer_goes_with_the_whole_family_whoever_of_it_is_named()
    {
        var absorbed = (await LogAsync()).First(e => e.Name == EventNames.IdentityAbsorbed).Stream;
        var run = await Run("erase", absorbed, "--yes", "--json");
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Ok), run.Error);
        Assert.That(run.Json.GetProperty("customers").EnumerateArray().Select(one => one.GetString()), Does.Contain(absorbed));
        Assert.That(run.Json.GetProperty("customers").GetArrayLength(), Is.GreaterThan(1));
        Assert.That(run.Json.GetProperty("customer").GetString(), Is.Not.EqualTo(absorbed));
        Assert.That(await FilesHold(), Is.Empty);
    }

    [Test]
    public async Task Interrupted_after_any_step_it_is_finished_by_running_it_again()
    {
        string customer;
        await using (var store = SqliteStore.Open(_folder.File("journey.db")))
        {
            // The first step alone, as a crash behind it would leave it.
            customer = (await store.FindAsync(new Identifier(IdentifierKind.UserId, "UserAnn77")))!;
            var family = await store.FamilyAsync(customer);
            await store.AppendAsync([new AppendRequest(customer, ExpectedVersion.Any, [Erasure.Event(customer, family, null, 1_772_400_000_000)])]);
            Assert.That(await store.FindAsync(new Identifier(IdentifierKind.UserId, "UserAnn77")), Is.Null);
        }

        var again = await Run("erase", customer, "--yes");
        var third = await Run("erase", customer, "--yes");
        Assert.Multiple(async () =>
        {
            Assert.That(again.ExitCode, Is.EqualTo(ExitCodes.Ok), again.Error);
            Assert.That(again.Output, Does.Contain("had been erased before"));
            Assert.That(third.ExitCode, Is.EqualTo(ExitCodes.Ok));
            Assert.That((await LogAsync()).Count(e => Erasure.IsOne(e)), Is.EqualTo(1));
            Assert.That(await FilesHold(), Is.Empty);
            Assert.That((await Run("verify")).ExitCode, Is.EqualTo(ExitCodes.Ok));
        });
    }

    [Test]
    public async Task Nothing_is_erased_without_a_word_and_nobody_unknown()
    {
        var unasked = await Run("erase", "UserAnn77");
        var dry = await Run("erase", "UserAnn77", "--dry-run");
        var unknown = await Run("erase", "nobody@example.org", "--yes");
        Assert.Multiple(async () =>
        {
            Assert.That((unasked.ExitCode, unasked.Error), Is.EqualTo((ExitCodes.Usage, "journey: Nothing was erased: nobody is there to confirm it.\n  Add --yes.\n")));
            Assert.That(dry.ExitCode, Is.EqualTo(ExitCodes.Ok));
            Assert.That(dry.Output, Does.Contain("email:ann.secret@example.org").And.Contain("userId:UserAnn77").And.Contain("merged into this one"));
            Assert.That(unknown.ExitCode, Is.EqualTo(ExitCodes.Failure));
            Assert.That((await LogAsync()).Any(e => Erasure.IsOne(e)), Is.False);
        });
    }

    [TestCase("jsonl", false)]
    [TestCase("cloudevents", false)]
    [TestCase("jsonl", true)]
    public async Task An_export_made_afterwards_holds_nothing_and_imports_to_the_same_history(string format, bool wasParted)
    {
        if (wasParted)
        {
            await Run("unmerge", "userId:UserAnn77", "--of", "loyaltyCard:Card-Ann-9", "--yes");
        }

        var erased = await Run("erase", "UserAnn77", "--yes", "--together");
        Assert.That(erased.ExitCode, Is.EqualTo(ExitCodes.Ok), erased.Error);
        await using (var store = SqliteStore.Open(_folder.File("journey.db")))
        {
            await SayAsync(store, "Product Viewed", """{"userId":"UserAnn77","loyaltyCard":"Card-Ann-9"}""", "{}");
            await SettleAsync(store);
        }

        await Run("export", _folder.File("history"), "--format", format);
        var imported = await CommandRun.Of(Services, ["import", _folder.File("history"), "--store", $"sqlite:{_folder.File("copy.db")}"]);
        Assert.That((imported.ExitCode, imported.Error), Is.EqualTo((ExitCodes.Ok, "")));
        await using var one = SqliteStore.Open(_folder.File("journey.db"));
        await using var other = SqliteStore.Open(_folder.File("copy.db"));
        Assert.That((await LogAsync(other)).Select(e => Frame(e) + Text(e)), Is.EqualTo((await LogAsync(one)).Select(e => Frame(e) + Text(e))));
        Assert.That(await other.IdentityDigestAsync(), Is.EqualTo(await one.IdentityDigestAsync()));
        Assert.That(await other.StatesDigestAsync(), Is.EqualTo(await one.StatesDigestAsync()));
    }

    [Test]
    public async Task Who_was_merged_and_parted_again_is_erased_together_with_the_other_or_not_at_all()
    {
        var parted = await Run("unmerge", "userId:UserAnn77", "--of", "loyaltyCard:Card-Ann-9", "--yes");
        Assert.That(parted.ExitCode, Is.EqualTo(ExitCodes.Ok), parted.Error);
        await using (var store = SqliteStore.Open(_folder.File("journey.db")))
        {
            await SayAsync(store, "Store Visited", """{"loyaltyCard":"Card-Ann-9"}""", """{"store":"Roma"}""");
            await SettleAsync(store);
        }

        var dry = await Run("erase", "UserAnn77", "--dry-run");
        var alone = await Run("erase", "UserAnn77", "--yes");
        Assert.Multiple(async () =>
        {
            Assert.That(dry.ExitCode, Is.EqualTo(ExitCodes.Ok));
            Assert.That(dry.Output, Does.Contain("with --together").And.Contain("loyaltyCard:Card-Ann-9"));
            Assert.That(alone.ExitCode, Is.EqualTo(ExitCodes.Failure));
            Assert.That(alone.Error, Does.Contain("and parted again").And.Contain("--together"));
            Assert.That((await LogAsync()).Any(e => Erasure.IsOne(e)), Is.False);
        });

        var together = await Run("erase", "UserAnn77", "--together", "--yes");
        var again = await Run("erase", dry.Output.Split(' ')[1].TrimEnd('.'), "--together", "--yes");
        Assert.Multiple(async () =>
        {
            Assert.That((together.ExitCode, together.Error), Is.EqualTo((ExitCodes.Ok, "")));
            Assert.That(together.Output, Does.Match(@"Erased c[0-9a-z]+ and c[0-9a-z]+\.\n"));
            Assert.That(again.Output, Does.Contain("had been erased before"));
            Assert.That((await LogAsync()).Count(e => Erasure.IsOne(e)), Is.EqualTo(2));
            Assert.That(await FilesHold(), Is.Empty);
            Assert.That((await Run("timeline", "loyaltyCard:Card-Ann-9")).ExitCode, Is.EqualTo(ExitCodes.Failure));
            Assert.That((await Run("timeline", "userId:UserBob")).ExitCode, Is.EqualTo(ExitCodes.Ok));
            var verified = await Run("verify");
            Assert.That(verified.ExitCode, Is.EqualTo(ExitCodes.Ok), verified.Output);
        });
    }

    [Test]
    public async Task Everything_held_on_a_person_is_one_JSON_document()
    {
        var run = await Run("export", _folder.File("ann.json"), "--customer", "Card-Ann-9".Insert(0, "loyaltyCard:"));
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Ok), run.Error);
        var document = JsonDocument.Parse(await File.ReadAllTextAsync(_folder.File("ann.json"))).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(document.EnumerateObject().Select(member => member.Name),
                Is.EqualTo(new[] { "customer", "customers", "exportedAt", "traits", "readModels", "events", "identifiers" }));
            Assert.That(document.GetProperty("traits").GetProperty("firstName").GetString(), Is.EqualTo("Annabella"));
            Assert.That(document.GetProperty("identifiers").EnumerateArray().Select(one => one.GetString()),
                Is.EqualTo(new[] { "anonymousId:anon-of-ann", "email:ann.secret@example.org", "loyaltyCard:Card-Ann-9", "userId:UserAnn77" }));
            Assert.That(document.GetProperty("readModels").GetProperty("carts").GetArrayLength(), Is.GreaterThan(0));
            Assert.That(document.GetProperty("events").ToString(), Does.Contain("Via dei Segreti 1").And.Not.Contain("bob@example.org"));
        });
    }

    private static string Frame(RecordedEvent e) => (e with { Payload = default }).ToString();

    private static string Text(RecordedEvent e) => Encoding.UTF8.GetString(e.Json.Span);

    private static string? RunOf(RecordedEvent e) => JsonDocument.Parse(e.Json).RootElement.GetProperty("properties").GetProperty("run").GetString();

    private static async Task<string> ErasedAsync(SqliteStore store) => (await LogAsync(store)).First(e => Erasure.IsOne(e)).Stream;

    private static async Task<IReadOnlyList<RecordedEvent>> LogAsync(SqliteStore store) => (await store.ReadAsync(Checkpoint.Start, 10_000)).Events;

    private async Task<IReadOnlyList<RecordedEvent>> LogAsync()
    {
        await using var store = SqliteStore.Open(_folder.File("journey.db"));
        return await LogAsync(store);
    }

    private Task<CommandRun> Run(params string[] args) => CommandRun.Of(Services, [.. args, "--store", _folder.Store]);

    private async Task PublishAsync()
    {
        const string documents = """
            journey: abandoned
            enter: { on: Cart Abandoned, reentry: { mode: concurrent } }
            steps:
              - { id: first, send: { channel: email, template: reminder } }
              - { id: pause, wait: 365d }
              - { id: second, send: { channel: email, template: reminder } }
            ---
            journey: welcome
            enter: { on: Product Added, where: customer.country == "IT" && customer.hasEmail, reentry: { mode: concurrent } }
            steps: [{ wait: 30d }, { send: { channel: email, template: welcome } }]
            """;
        var run = await Run("publish", _folder.Write("journeys.yaml", documents), "--yes");
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Ok), run.Error);
    }

    private static async Task SettleAsync(SqliteStore store)
    {
        var processor = new Processor(store, store, new ProcessorOptions(), TimeProvider.System);
        await processor.PrepareAsync(CancellationToken.None);
        await processor.CatchUpAsync(null, CancellationToken.None);
        using var scheduler = new Scheduler(store, store, (_, stop) => processor.CatchUpAsync(null, stop), TimeProvider.System);
        while ((await scheduler.RecordDueAsync(CancellationToken.None)).Recorded > 0)
        {
        }
    }

    private async Task SayAsync(SqliteStore store, string name, string ids, string properties, string? traits = null)
    {
        var json = $$"""{"ids":{{ids}},"properties":{{properties}}{{(traits is null ? "" : $",\"traits\":{traits}")}}}""";
        if (_sequence == 0)
        {
            json = json[..^1] + ",\"context\":{\"ip\":\"203.0.113.77\"}}";
        }

        var payload = StoredPayload.FromJson(Encoding.UTF8.GetBytes(json));
        var at = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - (100 - _sequence) * 60_000;
        await store.IngestAsync([new Interaction("test", $"e{++_sequence}", name, ContactChannel.Web, EventFlags.None, at, at, PayloadIds.Read(Encoding.UTF8.GetBytes(json)).Identifiers, [], payload)]);
    }

    /// <summary>Which of Ann's texts stand anywhere in the store's files, byte by byte.</summary>
    private async Task<IReadOnlyList<string>> FilesHold()
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(_folder.File("x"))!, "journey.db*"))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            found.UnionWith(Personal.Where(text => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0));
        }

        return [.. found];
    }
}
