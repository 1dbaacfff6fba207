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
        var live = (await Run("map", "--case", notion, "--activity", activity, "--json")).Json;
        var map = (await Run("map", "--case", notion, "--activity", activity, "--json", "--variants", "1000")).Json;
        var cases = _source.GroupBy(row => notion == "session" ? row.Session! : row.Customer)
            .Select(rows => rows.Select(row => (Label: Label(row, activity), row.At)).ToArray()).ToArray();
        var arcs = cases.SelectMany((rows, one) => rows.Zip(rows.Skip(1), (from, to) => (From: from.Label, To: to.Label, Seconds: (to.At - from.At).TotalSeconds, Case: one)))
            .GroupBy(arc => (arc.From, arc.To)).ToArray();
        TestContext.Out.WriteLine($"{name}: {cases.Length} cases, {_source.Length} events, {arcs.Length} arcs by {notion} and {activity}");
        Assert.Multiple(() =>
        {
            Assert.That((map.GetProperty("cases").GetInt32(), map.GetProperty("events").GetInt32()), Is.EqualTo((cases.Length, _source.Length)));
            var occurrences = cases.SelectMany((rows, one) => rows.Select(row => (row.Label, Case: one))).GroupBy(row => row.Label).ToArray();
            var activities = Sorted(occurrences.Select(rows =>
                $"{rows.Key}: {rows.Count()} in {rows.Select(row => row.Case).Distinct().Count()}, {rows.CountBy(row => row.Case).Count(pair => pair.Value > 1)} "
                + $"{arcs.Where(arc => arc.Key == (rows.Key, rows.Key)).Sum(arc => arc.Count())}"));
            Assert.That(Lines(map, "activities", ActivityLine), Is.EqualTo(activities));
            Assert.That(Lines(live, "activities", ActivityLine), Is.EqualTo(activities));
            Assert.That(
                Lines(map, "edges", row => Edge(Text(row, "from"), Text(row, "to"), Number(row, "count"), Number(row, "cases"), Times(row))),
                Is.EqualTo(Sorted(arcs.Select(arc => Edge(
                    arc.Key.From, arc.Key.To, arc.Count(), arc.Select(one => one.Case).Distinct().Count(), Times(arc.Select(one => one.Seconds)))))));
            Assert.That(Times(map.GetProperty("throughput")), Is.EqualTo(Times(cases.Select(rows => (rows[^1].At - rows[0].At).TotalSeconds))));
            AreClose(live.GetProperty("throughput"), map.GetProperty("throughput"));
            foreach (var (kept, exact) in live.GetProperty("edges").EnumerateArray().Zip(map.GetProperty("edges").EnumerateArray()))
            {
                Assert.That((Text(kept, "from"), Text(kept, "to"), Number(kept, "count")), Is.EqualTo((Text(exact, "from"), Text(exact, "to"), Number(exact, "count"))));
                AreClose(kept, exact);
            }

            var variants = cases.CountBy(rows => string.Join(" > ", rows.Select(row => row.Label))).ToDictionary();
            TestContext.Out.WriteLine($"{name}: {variants.Count} variants");
            Assert.That(map.GetProperty("variants").GetArrayLength(), Is.EqualTo(Math.Min(1_000, variants.Count)));
            Assert.That(map.GetProperty("variants").EnumerateArray().Select(row => Number(row, "count")), Is.EqualTo(variants.Values.OrderDescending().Take(1_000)));
            foreach (var row in map.GetProperty("variants").EnumerateArray().Where(row => Number(row, "length") <= 200))
            {
                Assert.That(variants[string.Join(" > ", row.GetProperty("activities").EnumerateArray().Select(label => label.GetString()))], Is.EqualTo(Number(row, "count")));
            }

            Assert.That(Lines(map, "starts", Terminal), Is.EqualTo(Sorted(cases.CountBy(rows => rows[0].Label).Select(pair => $"{pair.Key}: {pair.Value}"))));
            Assert.That(Lines(map, "ends", Terminal), Is.EqualTo(Sorted(cases.CountBy(rows => rows[^1].Label).Select(pair => $"{pair.Key}: {pair.Value}"))));
        });
    }

    [TestCase("jsonl")]
    [TestCase("cloudevents")]
    public async Task Exported_and_imported_into_an_empty_store_every_digest_is_the_same(string format)
    {
        var exported = _folder.File($"log.{format}.gz");
        var copy = $"sqlite:{_folder.File($"{format}.db")}";
        Assert.That((await Run("export", exported, "--format", format, "--force")).ExitCode, Is.EqualTo(ExitCodes.Ok));
        Assert.That((await CommandRun.Of(new CommandServices(), ["import", exported, "--store", copy])).ExitCode, Is.EqualTo(ExitCodes.Ok));
        Assert.That((await CommandRun.Of(new CommandServices(), ["verify", "--store", copy])).ExitCode, Is.EqualTo(ExitCodes.Ok));
        Assert.That(await Digests($"{format}.db"), Is.EqualTo(await Digests("journey.db")));
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

    private static string Edge(string from, string to, double count, double cases, string times) =>
        string.Create(CultureInfo.InvariantCulture, $"{from} > {to}: {count} in {cases}, {times}");

    private static string ActivityLine(JsonElement row) =>
        $"{Text(row, "name")}: {Number(row, "count")} in {Number(row, "cases")}, {Number(row, "rework")} {Number(row, "selfLoops")}";

    private static string Times(JsonElement row) => Times(Number(row, "meanSeconds"), Number(row, "medianSeconds"), Number(row, "p95Seconds"));

    private static string Times(IEnumerable<double> seconds)
    {
        var sorted = seconds.Order().ToArray();
        return Times(sorted.Average(), Quantile(sorted, 0.5), Quantile(sorted, 0.95));
    }

    private static string Times(double mean, double median, double p95) => string.Create(CultureInfo.InvariantCulture, $"{mean:F6} {median:F6} {p95:F6}");

    /// <summary>What is kept live is in steps, of which the middle is at most a 128th off.</summary>
    private static void AreClose(JsonElement kept, JsonElement exact)
    {
        Assert.That(Number(kept, "medianSeconds"), Is.EqualTo(Number(exact, "medianSeconds")).Within(100.0 / 128).Percent);
        Assert.That(Number(kept, "p95Seconds"), Is.EqualTo(Number(exact, "p95Seconds")).Within(100.0 / 128).Percent);
    }

    private static string Terminal(JsonElement row) => $"{Text(row, "name")}: {Number(row, "count")}";

    private static string[] Lines(JsonElement map, string part, Func<JsonElement, string> line) => Sorted(map.GetProperty(part).EnumerateArray().Select(line));

    private static string[] Sorted(IEnumerable<string> lines) => [.. lines.Order(StringComparer.Ordinal)];

    private static string Text(JsonElement row, string member) => row.GetProperty(member).GetString()!;

    private static double Number(JsonElement row, string member) => row.GetProperty(member).GetDouble();

    /// <summary>Between two values, in proportion: what process-mining libraries take by default.</summary>
    private static double Quantile(double[] sorted, double share)
    {
        var place = (sorted.Length - 1) * share;
        var index = (int)place;
        return sorted[index] + ((place - index) * (sorted[Math.Min(index + 1, sorted.Length - 1)] - sorted[index]));
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
