using System.Collections.Immutable;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Host.Cli;
using Journey.Host.Stores.Sqlite;
using Journey.Tests.Host.Cli;

namespace Journey.Tests.Host.Import;

/// <summary>What goes out for process-mining tools, and what of it comes back.</summary>
public sealed class CaseExportTests
{
    private const long Noon = 1_772_366_400_000;
    private const long Hour = 3_600_000;

    private TemporaryFolder _folder = null!;

    [SetUp]
    public async Task SetUp()
    {
        _folder = new TemporaryFolder();
        await using var store = SqliteStore.Open(_folder.File("journey.db"));
        // Two visits of a browser that turns out to be U1's, in the store afterwards; and somebody else in between.
        await store.IngestAsync([
            Interaction("e1", "Product Viewed", "web", Noon, [new(IdentifierKind.AnonymousId, "a1")]),
            Interaction("e2", "Product Viewed", "web", Noon + 1, [new(IdentifierKind.UserId, "U2")], """{"note":"=1+1","price":-5,"tags":["a","b"]}"""),
            Interaction("e3", "Identified", "web", Noon + (2 * Hour), [new(IdentifierKind.UserId, "U1")]),
            Interaction("e4", "=HYPERLINK(\"x\")", "app", Noon + (2 * Hour) + 1, [new(IdentifierKind.UserId, "U2")]),
        ]);
        await store.IngestAsync([
            Interaction("e5", "Signed In", "web", Noon + (2 * Hour) + 2, [new(IdentifierKind.UserId, "U1"), new(IdentifierKind.AnonymousId, "a1")]),
            Interaction("e6", "Order \u0001 Completed", "store", Noon + (9 * Hour), [new(IdentifierKind.UserId, "U1")], """{"total":12.50,"paid":true}""", session: "till-7"),
        ]);
        var customer = await store.FindAsync(new Identifier(IdentifierKind.UserId, "U1"));
        await store.AppendAsync([new AppendRequest(customer!, ExpectedVersion.Any, [
            new NewEvent(customer!, "journey", "d1", "Message Requested", EventKind.Decision, EventFlags.None, ContactChannel.Email, Noon, Noon, StoredPayload.Empty),
        ])]);
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase("log.xes")]
    [TestCase("log.xes.gz")]
    public async Task XES_has_a_trace_for_every_customer_with_merged_ones_together_in_the_order_of_arrival(string name)
    {
        var run = await Run("export", _folder.File(name), "--property", "total", "--property", "paid", "--property", "tags");
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((ExitCodes.Ok, "Exported 6 events.\n")));
        var log = await Load(name);
        XNamespace xes = "http://www.xes-standard.org/";
        var traces = log.Root!.Elements(xes + "trace").ToList();
        Assert.Multiple(() =>
        {
            Assert.That(log.Root!.Attribute("xes.version")!.Value, Is.EqualTo("1849-2016"));
            Assert.That(log.Root!.Elements(xes + "extension").Select(e => e.Attribute("prefix")!.Value), Is.EqualTo(new[] { "concept", "time", "org" }));
            Assert.That(traces.Select(trace => string.Join(" > ", trace.Elements(xes + "event").Select(e => Value(e, "concept:name")))), Is.EqualTo(new[]
            {
                "Product Viewed > Identified > Signed In > Order \ufffd Completed",
                "Product Viewed > =HYPERLINK(\"x\")",
            }));
        });
        var order = traces[0].Elements(xes + "event").Last();
        Assert.That(order.Elements().Select(a => $"{a.Name.LocalName} {a.Attribute("key")!.Value} {a.Attribute("value")!.Value}"), Is.EqualTo(new[]
        {
            "string concept:name Order \ufffd Completed",
            "date time:timestamp 2026-03-01T21:00:00.000+00:00",
            "string org:resource store",
            "string channel store",
            "string session till-7",
            "string kind interaction",
            "string source web shop",
            "string event_id e6",
            "int position " + Value(order, "position"),
            "float total 12.50",
            "boolean paid true",
        }));
    }

    [Test]
    public async Task A_case_may_be_a_session_and_a_filter_does_not_part_one()
    {
        await Run("export", _folder.File("all.csv"), "--case", "session");
        await Run("export", _folder.File("later.csv"), "--case", "session", "--from", "2026-03-01T13:00Z", "--to", "2026-03-01T21:00Z");
        var all = await Rows("all.csv");
        var later = await Rows("later.csv");
        Assert.Multiple(() =>
        {
            Assert.That(all.GroupBy(row => row[0]).Select(rows => string.Join(">", rows.Select(row => row[8]))), Is.EqualTo(new[] { "e1", "e3>e5", "e6", "e2", "e4" }));
            Assert.That(all.Select(row => row[0]), Is.EqualTo(all.Select(row => $"{row[4]}/{row[5]}")));
            Assert.That(later, Is.EqualTo(all.Where(row => row[8] is "e3" or "e5" or "e4")));
        });
    }

    [Test]
    public async Task CSV_is_RFC_4180_and_gives_a_spreadsheet_no_formula_unless_told_to()
    {
        await Run("export", _folder.File("log.csv"), "--property", "note", "--property", "price", "--property", "tags", "--customer", "U2");
        await Run("export", _folder.File("raw.csv"), "--property", "note", "--customer", "userId:U2", "--raw");
        var customer = await Customer("U2");
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllText(_folder.File("log.csv")), Is.EqualTo(
                "case_id,activity,timestamp,channel,customer,session,kind,source,event_id,position,note,price,tags\r\n"
                + $"{customer},Product Viewed,2026-03-01T12:00:00.001Z,web,{customer},s2,interaction,web shop,e2,2,'=1+1,-5,\"[\"\"a\"\",\"\"b\"\"]\"\r\n"
                + $"{customer},\"'=HYPERLINK(\"\"x\"\")\",2026-03-01T14:00:00.001Z,app,{customer},s4,interaction,web shop,e4,4,,,\r\n"));
            Assert.That(File.ReadAllText(_folder.File("raw.csv")), Does.Contain(",=1+1\r\n").And.Contain($"{customer},\"=HYPERLINK(\"\"x\"\")\",2026"));
        });
    }

    [Test]
    public async Task Other_kinds_are_taken_when_asked_for()
    {
        await Run("export", _folder.File("decisions.csv"), "--kind", "decision", "--kind", "interaction", "--customer", "U1");
        await Run("export", _folder.File("decisions.jsonl"), "--kind", "decision");
        var wrong = await Run("export", _folder.File("x.jsonl"), "--kind", "decisions");
        Assert.Multiple(async () =>
        {
            Assert.That((await Rows("decisions.csv")).Select(row => row[8]), Is.EqualTo(new[] { "e1", "e3", "e5", "e6", "d1" }));
            Assert.That(await File.ReadAllLinesAsync(_folder.File("decisions.jsonl")), Has.Length.EqualTo(1));
            Assert.That(wrong.ExitCode, Is.EqualTo(ExitCodes.Usage));
            Assert.That(wrong.Error, Does.Contain("Did you mean `decision`?"));
        });
    }

    [TestCase("log.xes")]
    [TestCase("log.csv.gz")]
    public async Task What_was_exported_for_process_mining_imports_again_and_exports_the_same_cases(string name)
    {
        string[] raw = name.StartsWith("log.csv", StringComparison.Ordinal) ? ["--raw"] : [];
        await Run(["export", _folder.File(name), .. raw]);
        var copy = $"sqlite:{_folder.File("copy.db")}";
        var imported = await CommandRun.Of("import", _folder.File(name), "--store", copy);
        Assert.That(imported.Lines[^1], Does.StartWith(name == "log.xes" ? "Done: 6 imported" : "Done: 5 imported"), "A control character is no name: CSV carries it, and import says so.");
        await CommandRun.Of("export", _folder.File("again.csv"), "--store", copy);
        await Run("export", _folder.File("once.csv"));
        var once = Traces(await Rows("once.csv"));
        var again = Traces(await Rows("again.csv"));
        Assert.That(again.Select(trace => trace.Replace("\ufffd", "\u0001", StringComparison.Ordinal)),
            Is.EqualTo(name == "log.xes" ? once : once.Select(trace => trace.Replace(" store Order \u0001 Completed", "", StringComparison.Ordinal))));
    }

    [Test]
    public async Task Options_of_cases_are_refused_where_there_are_none_and_unknown_customers_too()
    {
        var @case = await Run("export", _folder.File("a.jsonl"), "--case", "session");
        var raw = await Run("export", _folder.File("a.xes"), "--raw");
        var twice = await Run("export", _folder.File("a.csv"), "--property", "channel");
        var nobody = await Run("export", _folder.File("a.csv"), "--customer", "U99");
        Assert.Multiple(() =>
        {
            Assert.That((@case.ExitCode, @case.Error), Is.EqualTo((ExitCodes.Usage, "journey: --case has no meaning in this format.\n  Expected it with --format xes or csv.\n")));
            Assert.That((raw.ExitCode, raw.Error), Is.EqualTo((ExitCodes.Usage, "journey: --raw has no meaning in this format.\n  Expected it with --format csv.\n")));
            Assert.That(twice.ExitCode, Is.EqualTo(ExitCodes.Usage));
            Assert.That(nobody.ExitCode, Is.EqualTo(ExitCodes.Failure));
            Assert.That(nobody.Error, Does.Contain("There is no customer 'U99' in this store."));
            Assert.That(Directory.GetFiles(Path.GetDirectoryName(_folder.File("a"))!, "a.*"), Is.Empty);
        });
    }

    /// <summary>Each case's events by customer, in their order: the case's name itself may differ.</summary>
    private static IEnumerable<string> Traces(IEnumerable<string[]> rows) =>
        rows.GroupBy(row => row[0]).Select(rows => string.Concat(rows.Select(row => $" {row[3]} {row[1]}"))).Order(StringComparer.Ordinal);

    private static string Value(XElement parent, string key) => parent.Elements().Single(a => a.Attribute("key")!.Value == key).Attribute("value")!.Value;

    private static Interaction Interaction(
        string id, string name, string channel, long at, ImmutableArray<Identifier> identifiers, string properties = "{}", string? session = null)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            PayloadIds.Write(writer, identifiers, []);
            writer.WritePropertyName("properties");
            writer.WriteRawValue(properties);
            if (session is not null)
            {
                writer.WriteString("session", session);
            }

            writer.WriteEndObject();
        }

        return new("web shop", id, name, ContactChannel.From(channel), EventFlags.None, at, at, identifiers, [], StoredPayload.FromJson(buffer.ToArray()));
    }

    private Task<CommandRun> Run(params string[] args) => CommandRun.Of([.. args, "--store", _folder.Store]);

    private async Task<string?> Customer(string userId)
    {
        await using var store = SqliteStore.Open(_folder.File("journey.db"));
        return await store.FindAsync(new Identifier(IdentifierKind.UserId, userId));
    }

    private async Task<string[][]> Rows(string name) =>
        [.. (await File.ReadAllLinesAsync(_folder.File(name))).Skip(1).Select(line => line.Split(','))];

    private async Task<XDocument> Load(string name)
    {
        await using var file = File.OpenRead(_folder.File(name));
        await using Stream content = name.EndsWith(".gz", StringComparison.Ordinal) ? new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionMode.Decompress) : file;
        using var reader = XmlReader.Create(content, new XmlReaderSettings { Async = true, DtdProcessing = DtdProcessing.Prohibit });
        return await XDocument.LoadAsync(reader, LoadOptions.None, CancellationToken.None);
    }
}
