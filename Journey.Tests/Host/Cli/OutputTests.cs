using System.Text;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Host.Cli;
using Journey.Host.Stores.Sqlite;
using Journey.Projections.Maps;

namespace Journey.Tests.Host.Cli;

/// <summary>What the commands print, character by character: people and programs read it.</summary>
public sealed class OutputTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public async Task SetUp()
    {
        _folder = new TemporaryFolder();
        await SqliteStore.Open(_folder.File("journey.db")).DisposeAsync();
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task The_map_as_JSON_has_exactly_the_documented_members()
    {
        var run = await Run(new StoreServices { Map = Map }, "map", "--json", "--case", "session", "--activity", "name-channel", "--top", "5");
        Approved.Matches(run.Output);
    }

    [Test]
    public async Task The_map_is_asked_for_as_the_options_say()
    {
        var services = new StoreServices();
        await Run(services, "map", "--case", "session", "--activity", "channel", "--top", "5");
        Assert.That(services.AskedMap, Is.EqualTo(new MapQuery(CaseNotion.Session, ActivityNotion.Channel)));
    }

    [Test]
    public async Task The_map_as_a_table()
    {
        var run = await Run(new StoreServices { Map = Map }, "map");
        Approved.Matches(run.Output);
    }

    [Test]
    public async Task The_timeline_as_a_table()
    {
        var services = new StoreServices { Timeline = Timeline };
        var run = await Run(services, "timeline", "userId:U1", "--limit", "2", "--channel", "Web", "--as-of", "2026-03-01T12:00Z");
        Approved.Matches(run.Output);
        Assert.That(services.AskedTimeline, Is.EqualTo(new TimelineQuery("userId:U1", 2, 1_772_366_400_000, ContactChannel.Web)));
    }

    [Test]
    public async Task The_timeline_as_JSON()
    {
        var run = await Run(new StoreServices { Timeline = Timeline }, "timeline", "userId:U1", "--json");
        Approved.Matches(run.Output);
    }

    [Test]
    public async Task A_customer_who_is_not_there_is_a_failure_that_says_what_can_be_asked()
    {
        var run = await Run(new StoreServices(), "timeline", "userId:U9");
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((ExitCodes.Failure,
            "journey: There is no customer 'userId:U9' in this store.\n"
            + "  Expected a customer id, or an identifier such as userId:U1, email:ann@example.org or loyaltyCard:77.\n")));
    }

    [Test]
    public async Task Carts_as_a_table_and_as_JSON()
    {
        var services = new StoreServices
        {
            Carts = new CartsReport(
                [new CartCount("abandoned", 2, new Dictionary<string, string> { ["USD"] = "5.50", ["EUR"] = "1080.00" })],
                [new CartRow("c0123456789abcdef", "c1", "abandoned", new Dictionary<string, string> { ["EUR"] = "80.00" }, 1, 1_772_366_400_000)]),
        };
        var table = await Run(services, "carts", "--state", "abandoned", "--limit", "1");
        var json = await Run(services, "carts", "--json");
        Approved.Matches($"{table.Output}\n{json.Output}");
        Assert.That(services.AskedCarts, Is.EqualTo(new CartsQuery(null, 50)));
    }

    [Test]
    public async Task Verify_shows_both_digests_and_answers_whether_it_holds()
    {
        var holds = await Run(new StoreServices { Verify = new VerifyReport(1_200, [new("carts", 12, "aa11", "aa11")]) }, "verify");
        var differs = new StoreServices { Verify = new VerifyReport(1_200, [new("carts", 12, "aa11", "aa11"), new("map", 3, "bb22", "cc33")]) };
        var table = await Run(differs, "verify");
        var json = await Run(differs, "verify", "--json");
        Approved.Matches($"{holds.Output}\n{table.Output}\n{json.Output}");
        Assert.That((holds.ExitCode, table.ExitCode, json.ExitCode), Is.EqualTo((ExitCodes.Ok, ExitCodes.Failure, ExitCodes.Failure)));
    }

    [Test]
    public async Task Control_characters_from_outside_never_reach_the_terminal()
    {
        var json = Encoding.UTF8.GetBytes("""{"properties":{"a":"\u001b]0;x\u0007"}}""");
        var hostile = Timeline with { Rows = [Timeline.Rows[0] with { Name = "Clear\u001b[2J", Json = json }] };
        var run = await Run(new StoreServices { Timeline = hostile }, "timeline", "userId:U1");
        Assert.That(run.Output.Where(c => char.IsControl(c) && c != '\n'), Is.Empty);
    }

    [Test]
    public async Task A_key_is_shown_once_and_works_until_it_is_revoked()
    {
        var added = await Run(new StoreServices(), "keys", "add", "web-shop");
        var again = await Run(new StoreServices(), "keys", "add", "web-shop");
        var revoked = await Run(new StoreServices(), "keys", "revoke", "web-shop");
        var unknown = await Run(new StoreServices(), "keys", "revoke", "web-shop");
        var list = await Run(new StoreServices(), "keys", "list", "--json");
        Assert.Multiple(() =>
        {
            Assert.That(added.Output.Trim(), Does.Match("^[0-9a-f]{32}$"));
            Assert.That((again.ExitCode, again.Error), Is.EqualTo((ExitCodes.Failure,
                "journey: There is a key named 'web-shop' already.\n  Revoke it first: journey keys revoke web-shop\n")));
            Assert.That((revoked.ExitCode, revoked.Output), Is.EqualTo((ExitCodes.Ok, "Revoked web-shop.\n")));
            Assert.That((unknown.ExitCode, unknown.Error), Is.EqualTo((ExitCodes.Failure, "journey: No key in use is named 'web-shop'.\n")));
            Assert.That(list.Json.GetProperty("keys")[0].GetProperty("name").GetString(), Is.EqualTo("web-shop"));
            Assert.That(list.Output, Does.Not.Contain(added.Output.Trim()));
        });
    }

    [Test]
    public async Task Revoking_a_mistyped_name_suggests_the_near_one()
    {
        await Run(new StoreServices(), "keys", "add", "web-shop");
        var run = await Run(new StoreServices(), "keys", "revoke", "webshop");
        Assert.That(run.Error, Is.EqualTo("journey: No key in use is named 'webshop'.\n  Did you mean `web-shop`?\n"));
    }

    [TestCase("a b")]
    [TestCase("journey")]
    [TestCase("import:x")]
    public async Task A_name_that_no_key_may_have_is_a_wrong_argument(string name)
    {
        var run = await Run(new StoreServices(), "keys", "add", name);
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Usage));
    }

    [Test]
    public async Task Validate_lists_every_fault_with_its_place_and_answers_whether_documents_can_be_published()
    {
        var bad = _folder.Write("bad.yaml", "journey: x\nenter: { on: Cart Abandoned }\nsteps:\n  - wiat: 4h\n");
        var good = _folder.Write("good.yaml", "workspace: shop\neventAliases: { add_to_cart: Product Added }\n");
        var faulty = await CommandRun.Of("validate", bad, good);
        var valid = await CommandRun.Of("validate", good, "--json");
        Assert.Multiple(() =>
        {
            Assert.That(faulty.ExitCode, Is.EqualTo(ExitCodes.Failure));
            Assert.That(faulty.Lines[0], Does.StartWith($"{bad}:4:5: ").And.Contain("wiat"));
            Assert.That(faulty.Lines[^1], Does.Match("^1 journey, 1 workspace: [0-9]+ errors?, [0-9]+ warnings?\\.$"));
            Assert.That(valid.ExitCode, Is.EqualTo(ExitCodes.Ok));
            Assert.That(valid.Json.GetProperty("valid").GetBoolean(), Is.True);
        });
    }

    [Test]
    public async Task Validate_refuses_a_path_that_is_not_there()
    {
        var run = await CommandRun.Of("validate", _folder.File("none"));
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((ExitCodes.Usage, $"journey: {_folder.File("none")}: there is no such file or folder.\n")));
    }

    private static MapAnswer Map { get; } = new(
        new(
            3,
            7,
            new(3_600, 1_800, 7_000),
            [new("Product Viewed", 4, 3, 3, 1, 1, 1), new("Order Completed", 3, 2, 0, 2, 1, 0)],
            [new("Product Viewed", "Order Completed", 3, 2, 90.5, 60, 118.2), new("Product Viewed", "Product Viewed", 1, 1, 86_400, 86_400, 86_400)],
            [new("Product Viewed", 3)],
            [new("Order Completed", 2), new("Product Viewed", 1)],
            ["Product Viewed", "Order Completed"],
            IsExact: true),
        new(3, 2, [new(["Product Viewed", "Order Completed"], 2, 2, 2.0 / 3, 2), new(["Product Viewed"], 1, 1, 1.0 / 3, 0)]));

    private static TimelineReport Timeline { get; } = new(
        "c0123456789abcdef",
        [new(IdentifierKind.UserId, "U1"), new(IdentifierKind.Email, "ann@example.org")],
        [
            new(7, 1_772_366_400_000, 1_772_366_401_000, "Product Added", EventKind.Interaction, ContactChannel.Web, "s1",
                Encoding.UTF8.GetBytes("""{"properties":{"cart_id":"c1","price":80,"tags":["a"]}}""")),
            new(8, 1_772_370_000_000, 1_772_370_000_000, "Cart Abandoned", EventKind.Derived, ContactChannel.Internal, null, "{}"u8.ToArray()),
        ],
        12);

    private Task<CommandRun> Run(StoreServices services, params string[] args) => CommandRun.Of(services, [.. args, "--store", _folder.Store]);
}
