using System.Text;
using Journey.Domain.EventLog;
using Journey.Domain.Identity;
using Journey.Domain.Time;
using Journey.Host.Cli;
using Journey.Host.Import;
using Journey.Host.Stores.Sqlite;
using Journey.Tests.Host.Cli;

namespace Journey.Tests.Host.Import;

/// <summary>Files of other tools, as the standards have them, imported without a mapping: XES, CSV of an event log, CloudEvents.</summary>
public sealed class EventLogFileTests
{
    /// <summary>Written by hand after IEEE 1849: an extension, a global, a classifier, nested attributes, a list, and attributes of every type.</summary>
    private const string Xes = """
        <?xml version="1.0" encoding="UTF-8" ?>
        <!-- A log of another tool. -->
        <log xes.version="1.0" xes.features="nested-attributes" openxes.version="1.0RC7" xmlns="http://www.xes-standard.org/">
          <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
          <global scope="event"><string key="concept:name" value="__INVALID__"/></global>
          <classifier name="Event Name" keys="concept:name"/>
          <string key="concept:name" value="reviews"/>
          <trace>
            <string key="concept:name" value="2"/>
            <string key="channel" value="Web"/>
            <event>
              <string key="org:resource" value="Carol"><string key="nested" value="not read"/></string>
              <date key="time:timestamp" value="2006-01-01T01:00:00.000+01:00"/>
              <string key="concept:name" value="invite &amp; remind"/>
              <string key="lifecycle:transition" value="start"/>
              <int key="rounds" value="3"/>
              <float key="cost:total" value="12.50"/>
              <boolean key="paid" value="true"/>
              <list key="tags"><values><string key="tag" value="x"/></values></list>
            </event>
            <event>
              <date key="time:timestamp" value="2006-01-06T00:00:00.000Z"/>
              <string key="concept:name" value="get review"/>
              <string key="channel" value="email"/>
            </event>
          </trace>
          <trace>
            <string key="concept:name" value="1"/>
            <event><string key="concept:name" value="invite"/><date key="time:timestamp" value="2006-01-02T00:00:00"/></event>
          </trace>
          <trace/>
        </log>
        """;

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_XES_file_of_another_tool_is_imported_without_a_mapping_in_the_order_of_time(bool compressed)
    {
        // Recognized by what it is: the name says nothing.
        var file = compressed ? _folder.WriteGzip("reviews.log", Xes) : _folder.Write("reviews.log", Xes);
        var run = await Import(file, "--channel", "post");
        Assert.That((run.ExitCode, run.Output, run.Error), Is.EqualTo((ExitCodes.Ok, "Done: 3 imported, 0 duplicates, 0 rejected.\n", "")));
        Assert.That(await Events(), Is.EqualTo(new[]
        {
            """invite & remind 2006-01-01T00:00:00Z web import:reviews {"ids":{"userId":"2"},"properties":{"org:resource":"Carol","lifecycle:transition":"start","rounds":3,"cost:total":12.50,"paid":true,"case:channel":"Web"}}""",
            """invite 2006-01-02T00:00:00Z post import:reviews {"ids":{"userId":"1"},"properties":{}}""",
            """get review 2006-01-06T00:00:00Z email import:reviews {"ids":{"userId":"2"},"properties":{"case:channel":"Web"}}""",
        }));
        Assert.That((await Import(file)).Output, Is.EqualTo("Done: 0 imported, 3 duplicates, 0 rejected.\n"));
    }

    [Test]
    public async Task The_case_may_be_another_kind_of_identifier_and_the_source_another_name()
    {
        await Import(_folder.Write("a.xes", Xes), "--case", "loyaltyCard", "--source", "clinic");
        await using var store = SqliteStore.Open(_folder.File("journey.db"));
        Assert.That(await store.FindAsync(new Identifier(IdentifierKind.LoyaltyCard, "2")), Is.Not.Null);
        Assert.That((await store.ReadAsync(Checkpoint.Start, 10)).Events.Select(e => e.Source), Is.All.EqualTo("clinic"));
    }

    [Test]
    public async Task A_XES_file_may_have_a_mapping_that_says_more()
    {
        const string mapping = """
            customer: { column: case:concept:name, kind: deviceId }
            name: { template: "{concept:name} {lifecycle:transition}" }
            channel: { constant: store }
            time: time:timestamp
            properties: [rounds]
            """;
        var run = await Import(_folder.Write("a.xes", Xes), "--mapping", _folder.Write("map.yaml", mapping));
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Ok), run.Error);
        Assert.That((await Events())[0], Is.EqualTo("""invite & remind start 2006-01-01T00:00:00Z store import:map {"ids":{"deviceId":"2"},"properties":{"rounds":3}}"""));
    }

    [Test]
    public async Task Events_that_cannot_be_read_are_rejected_with_their_line_and_their_neighbours_are_imported()
    {
        const string xes = """
            <log>
            <event><string key="concept:name" value="alone"/><date key="time:timestamp" value="2006-01-01T00:00:00Z"/></event>
            <trace>
            <event><string key="concept:name" value="nobody's"/><date key="time:timestamp" value="2006-01-01T00:00:00Z"/></event>
            </trace>
            <trace><string key="concept:name" value="u1"/>
            <event><string key="concept:name" value="no time"/></event>
            <event><date key="time:timestamp" value="2006-01-01T00:00:00Z"/></event>
            <event><string key="concept:name" value="soon"/><date key="time:timestamp" value="soon"/></event>
            <event><string key="concept:name" value="twice"/><string key="concept:name" value="twice"/></event>
            <event><string key="concept:name" value="Cart Abandoned"/><date key="time:timestamp" value="2006-01-01T00:00:00Z"/></event>
            <event/>
            <event><string key="concept:name" value="good"/><date key="time:timestamp" value="2006-01-01T00:00:00Z"/></event>
            </trace>
            </log>
            """;
        var run = await Import(_folder.Write("a.xes", xes), "--rejects", _folder.File("rejects.csv"));
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.RowsRejected));
        Assert.That(run.Lines, Is.EqualTo(new[]
        {
            "line 2: the event stands in no trace: nothing says whose it is",
            "line 4: case:concept:name names nobody: there is no customer",
            "line 7: time:timestamp is empty: there is no time",
            "line 8: concept:name is empty: the event's name is missing",
            "line 9: time:timestamp: 'soon' is not a time",
            "line 10: the attribute 'concept:name' is given twice",
            "line 11: \"Cart Abandoned\" is a name that Journey itself writes; choose another.",
            "line 12: time:timestamp is empty: there is no time",
            "Done: 1 imported, 0 duplicates, 8 rejected.",
        }));
        Assert.That(await File.ReadAllLinesAsync(_folder.File("rejects.csv")), Has.Length.EqualTo(9));
    }

    [TestCase("<log><trace>", TestName = "A file that ends too early is refused whole")]
    [TestCase("<log><trace><string key='concept:name' value='u1'/><event><string key='concept:name' value='A'/><date key='time:timestamp' value='2006-01-01T00:00:00Z'/></event></trace></lag>",
        TestName = "A file whose last tag is wrong is refused whole")]
    [TestCase("<!DOCTYPE log [<!ENTITY a 'aaaaaaaaaa'>]><log><trace><string key='concept:name' value='&a;'/></trace></log>", TestName = "A file with a document type is refused")]
    [TestCase("<!DOCTYPE log SYSTEM 'file:///etc/hostname'><log/>", TestName = "A file that names another file is refused")]
    [TestCase("<html><body/></html>", TestName = "A file that is no log is refused")]
    [TestCase("<log>\u0001</log>", TestName = "A file with characters that XML does not have is refused")]
    public async Task A_damaged_or_hostile_XES_file_imports_nothing(string xes)
    {
        var run = await Import(_folder.Write("a.xes", xes));
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Failure));
        Assert.That(run.Error, Does.StartWith($"journey: {_folder.File("a.xes")}: The file "));
        Assert.That(await Events(), Is.Empty);
    }

    [TestCase(1_000_000, true)]
    [TestCase(1_100_000, false)]
    public async Task A_tag_is_so_long_and_no_longer(int length, bool isRead)
    {
        var xes = $"<log><string key='x' value='{new string('a', length)}'/><trace><string key='concept:name' value='u1'/>"
            + "<event><string key='concept:name' value='A'/><date key='time:timestamp' value='2006-01-01T00:00:00Z'/></event></trace></log>";
        var run = await Import(_folder.Write("a.xes", xes));
        Assert.That((run.ExitCode == ExitCodes.Ok, run.Error.Contains("longer than 1,048,576 bytes", StringComparison.Ordinal)), Is.EqualTo((isRead, !isRead)), run.Error);
    }

    [TestCase(XesRows.AttributesMax, true)]
    [TestCase(XesRows.AttributesMax + 1, false)]
    public void An_event_has_so_many_attributes_and_no_more(int attributes, bool isRead)
    {
        var xes = $"<log><trace><event>{string.Concat(Enumerable.Range(0, attributes).Select(i => $"<int key='k{i}' value='1'/>"))}</event></trace></log>";
        using var rows = new XesRows(new MemoryStream(Encoding.UTF8.GetBytes(xes)));
        Assert.That(rows.Read()!.Fault, Is.EqualTo(isRead ? null : "it has more than 2,000 attributes"));
    }

    [TestCase("a.xes.gz", Xes)]
    [TestCase("a.csv.gz", "case_id,activity,timestamp\nu1,A,2024-01-01T00:00:00Z\nu1,B,2024-01-02T00:00:00Z\n")]
    public async Task A_gzip_file_that_is_cut_off_imports_nothing(string name, string text)
    {
        var whole = await File.ReadAllBytesAsync(_folder.WriteGzip("whole.gz", text));
        await File.WriteAllBytesAsync(_folder.File(name), whole[..(whole.Length / 2)]);
        var run = await Import(_folder.File(name));
        Assert.That((run.ExitCode, await Events()), Is.EqualTo((ExitCodes.Failure, Array.Empty<string>())), run.Error);
        Assert.That(run.Error, Does.StartWith($"journey: {_folder.File(name)}: "));
    }

    [TestCase("case:concept:name,concept:name,time:timestamp,channel,session,org:resource")]
    [TestCase("case_id,activity,timestamp,channel,session,org:resource")]
    public async Task CSV_with_the_columns_of_an_event_log_needs_no_mapping(string header)
    {
        var run = await Import(_folder.Write("log.csv", $"{header}\r\nu1,Order Completed,2024-03-01T10:00:00Z,,s1,Ann\r\nu1,\"a, \"\"b\"\"\",2024-03-01T11:00:00Z,web,,\r\n"));
        Assert.That(run.Output, Is.EqualTo("Done: 2 imported, 0 duplicates, 0 rejected.\n"), run.Error);
        Assert.That(await Events(), Is.EqualTo(new[]
        {
            """Order Completed 2024-03-01T10:00:00Z unknown import:log {"ids":{"userId":"u1"},"properties":{"org:resource":"Ann"},"session":"s1"}""",
            """a, "b" 2024-03-01T11:00:00Z web import:log {"ids":{"userId":"u1"},"properties":{}}""",
        }));
    }

    [Test]
    public async Task CloudEvents_of_others_are_imported_line_by_line_with_their_own_source_and_id()
    {
        var file = _folder.Write("events.jsonl",
            """{"specversion":"1.0","id":"2","source":"/shop","type":"Order Completed","time":"2024-03-02T10:00:00Z","subject":"u1","data":{"total":1.10}}""" + "\n"
            + """{"specversion":"1.0","id":"1","source":"/till","type":"Store Visited","time":"2024-03-01T10:00:00Z","subject":"email:ann@example.org","journeychannel":"store","dataschema":"x"}""" + "\n"
            + """{"specversion":"1.0","id":"3","source":"/shop","type":"A","subject":"u1"}""" + "\n"
            + """{"specversion":"0.3","id":"4","source":"/shop","type":"A","subject":"u1","time":"2024-03-02T10:00:00Z"}""" + "\n"
            + """{"specversion":"1.0","id":"5","source":"journey","type":"A","subject":"u1","time":"2024-03-02T10:00:00Z"}""" + "\n"
            + "{nonsense\n");
        var run = await Import(file);
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.RowsRejected));
        Assert.That(run.Lines, Is.EqualTo(new[]
        {
            "line 3: \"time\" is missing: history needs to say when it happened",
            "line 4: specversion is \"0.3\"; expected \"1.0\".",
            "line 5: \"journey\" is a source that Journey itself uses; choose another.",
            "line 6: the line is not JSON (character 2)",
            "Done: 2 imported, 0 duplicates, 4 rejected.",
        }));
        Assert.That(await Events(), Is.EqualTo(new[]
        {
            """Store Visited 2024-03-01T10:00:00Z store /till {"ids":{"email":"ann@example.org"},"context":{"dataschema":"x"}}""",
            """Order Completed 2024-03-02T10:00:00Z unknown /shop {"ids":{"userId":"u1"},"properties":{"total":1.10}}""",
        }));
        Assert.That((await Import(file)).Lines[^1], Is.EqualTo("Done: 0 imported, 2 duplicates, 4 rejected."));
    }

    [Test]
    public async Task What_the_file_says_itself_cannot_be_given_beside_it()
    {
        var file = _folder.Write("a.xes", Xes);
        var mapped = await Import(file, "--mapping", "m.yaml", "--case", "email");
        var source = await Import(file, "--source", "journey");
        Assert.Multiple(() =>
        {
            Assert.That((mapped.ExitCode, mapped.Error), Is.EqualTo((ExitCodes.Usage, "journey: --case and --mapping exclude each other: the mapping says it.\n")));
            Assert.That(source.ExitCode, Is.EqualTo(ExitCodes.Usage));
            Assert.That(source.Error, Does.Contain("other than 'journey'"));
        });
    }

    private Task<CommandRun> Import(string file, params string[] more) => CommandRun.Of(["import", file, "--store", _folder.Store, .. more]);

    private async Task<string[]> Events()
    {
        if (!File.Exists(_folder.File("journey.db")))
        {
            return [];
        }

        await using var store = SqliteStore.Open(_folder.File("journey.db"));
        return [.. (await store.ReadAsync(Checkpoint.Start, 1_000)).Events.Select(e =>
            $"{e.Name} {Instants.ToIso(e.OccurredAt)} {e.Channel} {e.Source} {Encoding.UTF8.GetString(e.Json.Span)}")];
    }
}
