using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Journey.Host.Cli;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Host.Stores.Sqlite;
using Journey.Projections.ReadModels;
using Journey.Tests.Host.Cli;

namespace Journey.Tests.Host.Import;

/// <summary>The public data sets through the real commands, and every figure a second time: from the file's rows, with none of the product's code.</summary>
[TestFixture("complete-journey")]
[TestFixture("shop-sessions")]
public sealed class DataSetReadModelTests(string name)
{
    /// <summary>What the workspace of an import without one says.</summary>
    private static readonly TimeSpan SessionGap = TimeSpan.FromMinutes(30);

    private TemporaryFolder _folder = null!;
    private SourceEvent[] _source = null!;

    [OneTimeSetUp]
    public async Task Import()
    {
        _folder = new TemporaryFolder();
        _source = [.. InSessions(Source(name).OrderBy(row => row.At))];
        if (name == "shop-sessions")
        {
            Assert.That((await Run("publish", Mapping("shop-sessions-workspace"))).ExitCode, Is.EqualTo(ExitCodes.Ok));
        }

        var run = await Run("import", DataSets.Find($"{name}.csv.gz"), "--mapping", Mapping(name));
        Assert.That((run.ExitCode, run.Output), Is.EqualTo((ExitCodes.Ok, $"Done: {_source.Length:N0} imported, 0 duplicates, 0 rejected.\n")), run.Error);
    }

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [Test]
    public async Task Folding_again_gives_what_is_live()
    {
        var run = await Run("verify", "--json");
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Ok), run.Output + run.Error);
    }

    [Test]
    public async Task Customers_are_on_as_many_channels_as_the_file_says()
    {
        var customers = await Rows(ReadModelTables.Customers);
        var channels = ReadModelTables.Customers.ColumnIndex("channels");
        var seen = customers.CountBy(row => row[channels].Text!.Split(',').Length).OrderBy(pair => pair.Key).ToArray();
        var expected = _source.GroupBy(row => row.Customer).CountBy(rows => rows.Select(row => row.Channel).Distinct().Count()).OrderBy(pair => pair.Key).ToArray();
        TestContext.Out.WriteLine($"{name}: customers by number of channels {string.Join(", ", seen)}");
        Assert.That(seen, Is.EqualTo(expected));
        Assert.That(seen.Length, Is.EqualTo(name == "complete-journey" ? 3 : 1), "channels that there are to tell apart");
    }

    [Test]
    public async Task Sessions_with_a_cart_and_without_a_purchase_are_as_many_as_the_file_says()
    {
        var table = ReadModelTables.Sessions;
        var (events, cart, orders) = (table.ColumnIndex("events"), table.ColumnIndex("cart_events"), table.ColumnIndex("orders"));
        var sessions = await Rows(table);
        var left = sessions.Count(row => row[cart].Integer > 0 && row[orders].Integer == 0);
        var expected = _source.GroupBy(row => row.Session!)
            .Count(rows => rows.Any(IsOfCart) && !rows.Any(IsOrder));
        TestContext.Out.WriteLine($"{name}: {sessions.Count} sessions, {left} with a cart and without a purchase");
        Assert.That(left, Is.EqualTo(expected));
        Assert.That(left, name == "shop-sessions" ? Is.Positive : Is.Zero, "the grocer's file tells of no carts");

        // One by one; what the product calls a session that its sender does not name, the file cannot know.
        Assert.That(
            Sorted(sessions.Select(row => $"{(name == "shop-sessions" ? row[1].Text : "")} {row[events].Integer} {row[cart].Integer} {row[orders].Integer}")),
            Is.EqualTo(Sorted(_source.GroupBy(row => row.Session).Select(rows =>
                $"{(name == "shop-sessions" ? rows.Key : "")} {rows.Count()} {rows.Count(IsOfCart)} {rows.Count(IsOrder)}"))));
    }

    [TestCase("customer", "name")]
    [TestCase("customer", "channel")]
    [TestCase("customer", "name-channel")]
    [TestCase("session", "name")]
    [TestCase("session", "channel")]
    public async Task The_journey_map_is_the_directly_follows_graph_of_the_file(string notion, string activity)
    {
        var run = await Run("map", "--case", notion, "--activity", activity, "--json");
        var map = run.Json;
        var cases = _source.GroupBy(row => notion == "session" ? row.Session! : row.Customer)
            .Select(rows => rows.Select(row => (Label: Label(row, activity), row.At)).ToArray()).ToArray();
        var arcs = cases.SelectMany((rows, one) => rows.Zip(rows.Skip(1), (from, to) => (From: from.Label, To: to.Label, Seconds: (to.At - from.At).TotalSeconds, Case: one)))
            .GroupBy(arc => (arc.From, arc.To)).ToArray();
        TestContext.Out.WriteLine($"{name}: {cases.Length} cases, {_source.Length} events, {arcs.Length} arcs by {notion} and {activity}");
        Assert.Multiple(() =>
        {
            Assert.That((map.GetProperty("cases").GetInt32(), map.GetProperty("events").GetInt32()), Is.EqualTo((cases.Length, _source.Length)));
            Assert.That(
                Lines(map, "activities", row => $"{Text(row, "name")}: {Number(row, "count")} in {Number(row, "cases")}"),
                Is.EqualTo(Sorted(cases.SelectMany((rows, one) => rows.Select(row => (row.Label, Case: one))).GroupBy(row => row.Label)
                    .Select(rows => $"{rows.Key}: {rows.Count()} in {rows.Select(row => row.Case).Distinct().Count()}"))));
            Assert.That(
                Lines(map, "edges", row => Edge(Text(row, "from"), Text(row, "to"), Number(row, "count"), Number(row, "cases"), Number(row, "meanSeconds"), Number(row, "medianSeconds"))),
                Is.EqualTo(Sorted(arcs.Select(arc => Edge(
                    arc.Key.From, arc.Key.To, arc.Count(), arc.Select(one => one.Case).Distinct().Count(), arc.Average(one => one.Seconds), Median(arc.Select(one => one.Seconds)))))));
            Assert.That(Lines(map, "starts", Terminal), Is.EqualTo(Sorted(cases.CountBy(rows => rows[0].Label).Select(pair => $"{pair.Key}: {pair.Value}"))));
            Assert.That(Lines(map, "ends", Terminal), Is.EqualTo(Sorted(cases.CountBy(rows => rows[^1].Label).Select(pair => $"{pair.Key}: {pair.Value}"))));
        });
    }

    [Test]
    public async Task Exported_and_imported_into_an_empty_store_every_digest_is_the_same()
    {
        var exported = _folder.File("log.jsonl.gz");
        var copy = $"sqlite:{_folder.File("copy.db")}";
        Assert.That((await Run("export", exported, "--force")).ExitCode, Is.EqualTo(ExitCodes.Ok));
        Assert.That((await CommandRun.Of(new CommandServices(), ["import", exported, "--store", copy])).ExitCode, Is.EqualTo(ExitCodes.Ok));
        Assert.That((await CommandRun.Of(new CommandServices(), ["verify", "--store", copy])).ExitCode, Is.EqualTo(ExitCodes.Ok));
        Assert.That(await Digests("copy.db"), Is.EqualTo(await Digests("journey.db")));
    }

    private async Task<string[]> Digests(string file)
    {
        await using var store = SqliteStore.Open(_folder.File(file), new SqliteStoreOptions { ReadOnly = true });
        List<string> digests = [$"head {store.PositionOf(await store.HeadAsync())}", $"states {await store.StatesDigestAsync()}", $"identities {await store.IdentityDigestAsync()}"];
        foreach (var table in ReadModelTables.All)
        {
            digests.Add($"{table.Name} {await store.DigestAsync(table)}");
        }

        return [.. digests];
    }

    private async Task<IReadOnlyList<Cell[]>> Rows(TableDefinition table)
    {
        await using var store = SqliteStore.Open(_folder.File("journey.db"), new SqliteStoreOptions { ReadOnly = true });
        return await store.QueryAsync(new TableQuery(table, [], [], SqliteStore.RowsMax));
    }

    private Task<CommandRun> Run(params string[] args) => CommandRun.Of(new CommandServices(), [.. args, "--store", _folder.Store]);

    private static string Mapping(string mapping) => Path.Combine(Approved.Repository, "Journey.Host", "Samples", "mappings", $"{mapping}.yaml");

    private bool IsOfCart(SourceEvent row) => name == "shop-sessions" && row.Name is "add_to_cart" or "cart";

    /// <summary>The grocer's purchases are orders only where a workspace says so, and none was published.</summary>
    private bool IsOrder(SourceEvent row) => name == "shop-sessions" && row.Name == "purchase";

    private static string Label(SourceEvent row, string activity) =>
        activity switch { "name" => row.Name, "channel" => row.Channel, _ => $"{row.Name} ({row.Channel})" };

    private static string Edge(string from, string to, double count, double cases, double mean, double median) =>
        string.Create(CultureInfo.InvariantCulture, $"{from} > {to}: {count} in {cases}, {mean:F6} {median:F6}");

    private static string Terminal(JsonElement row) => $"{Text(row, "name")}: {Number(row, "count")}";

    private static string[] Lines(JsonElement map, string part, Func<JsonElement, string> line) => Sorted(map.GetProperty(part).EnumerateArray().Select(line));

    private static string[] Sorted(IEnumerable<string> lines) => [.. lines.Order(StringComparer.Ordinal)];

    private static string Text(JsonElement row, string member) => row.GetProperty(member).GetString()!;

    private static double Number(JsonElement row, string member) => row.GetProperty(member).GetDouble();

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Neither file has quotes, so a row is its text between commas. Sorting by time is stable: rows of one instant keep the file's order.</summary>
    private static IEnumerable<SourceEvent> Source(string name)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(DataSets.Find($"{name}.csv.gz")), CompressionMode.Decompress));
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            var row = line.Split(',');
            yield return name == "complete-journey"
                ? new SourceEvent(row[2], null, row[4], row[3], DateTimeOffset.Parse(row[1], CultureInfo.InvariantCulture))
                : new SourceEvent(row[0], row[1], row[2], "web", DateTimeOffset.Parse($"{row[3]}Z", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Where the file names no sessions, a gap ends one.</summary>
    private static IEnumerable<SourceEvent> InSessions(IEnumerable<SourceEvent> inOrder)
    {
        Dictionary<string, (DateTimeOffset At, int Number)> last = [];
        foreach (var row in inOrder)
        {
            var before = last.GetValueOrDefault(row.Customer, (row.At, Number: 0));
            var number = before.Number + (row.At - before.At > SessionGap ? 1 : 0);
            last[row.Customer] = (row.At, number);
            yield return row with { Session = row.Session ?? $"{row.Customer} {number}" };
        }
    }

    private sealed record SourceEvent(string Customer, string? Session, string Name, string Channel, DateTimeOffset At);
}
