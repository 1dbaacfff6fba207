using System.Text;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Time;
using Journey.Host.Cli;
using Journey.Host.Stores.Sqlite;
using Journey.Tests.Host.Cli;

namespace Journey.Tests.Host.Import;

/// <summary>Whole imports, from a file through the command line into a real store.</summary>
public sealed class ImportTests
{
    private const string Mapping = """
        mapping: shop
        customer: user
        name: event
        channel: { constant: web }
        time: { column: at, zone: Europe/Rome }
        properties: [{ column: price, type: number }, rest]
        """;

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task Rows_become_imported_events_in_the_order_of_their_times()
    {
        var run = await Import(
            "user,event,at,price,note\nu2,Order Completed,2024-03-02 10:00,12.50,\"a, b\"\n"
            + "u1,Product Viewed,2024-03-01 10:00,,\nu1,Product Added,2024-03-02 10:00,3,\n");
        var events = await Events();
        Assert.Multiple(() =>
        {
            Assert.That((run.ExitCode, run.Output), Is.EqualTo((ExitCodes.Ok, "Done: 3 imported, 0 duplicates, 0 rejected.\n")));
            Assert.That(events.Select(Line), Is.EqualTo(new[]
            {
                """Product Viewed 2024-03-01T09:00:00Z web import:shop {"ids":{"userId":"u1"},"properties":{}}""",
                """Order Completed 2024-03-02T09:00:00Z web import:shop {"ids":{"userId":"u2"},"properties":{"price":12.50,"note":"a, b"}}""",
                """Product Added 2024-03-02T09:00:00Z web import:shop {"ids":{"userId":"u1"},"properties":{"price":3}}""",
            }));
            Assert.That(events.Select(recorded => recorded.IsImported), Is.All.True);
            Assert.That(events.Select(recorded => recorded.ReceivedAt).Distinct().Count(), Is.EqualTo(1));
            Assert.That(events[0].Stream, Is.EqualTo(CustomerId.FoundedBy(new Identifier(IdentifierKind.UserId, "u1"))));
        });
    }

    [Test]
    public async Task Importing_the_same_rows_again_yields_only_duplicates_whatever_the_file_is_called()
    {
        const string row = "u1,Product Viewed,2024-03-01 10:00,1\n";
        const string rows = $"user,event,at,price\n{row}{row}u1,Product Viewed,2024-03-01 10:00,2\n";
        var first = await Import(rows);
        var again = await Import(rows, _folder.WriteGzip("other.csv.gz", rows));
        var longer = await Import(rows + row);
        Assert.That(
            (first.Output, again.Output, longer.Output),
            Is.EqualTo((
                "Done: 3 imported, 0 duplicates, 0 rejected.\n",
                "Done: 0 imported, 3 duplicates, 0 rejected.\n",
                "Done: 1 imported, 3 duplicates, 0 rejected.\n")));
    }

    [Test]
    public async Task Every_rejected_row_is_listed_with_its_line_and_reason_and_its_neighbours_are_imported()
    {
        const string rows = "user,event,at,price\nu1,A,2024-03-01 10:00,1\n,A,2024-03-01 10:00,1\nu1,,2024-03-01 10:00,1\nu1,A,,1\nu1,A,soon,1\n"
            + "u1,A,2024-03-01 10:00,cheap\n"
            + "u1,Cart Abandoned,2024-03-01 10:00,1\nu1,A,2024-03-01 10:00\nguest,A,2024-03-01 10:00,1\nu1,A,2024-03-01 10:00,2\n";
        var run = await Import(rows, rejects: _folder.File("rejects.csv"));
        var json = await Import(rows, json: true);
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.RowsRejected));
        Approved.Matches($"{run.Output}\n{await File.ReadAllTextAsync(_folder.File("rejects.csv"))}\n{json.Output}");
    }

    [Test]
    public async Task At_most_twenty_rejected_rows_are_shown_and_the_file_has_all()
    {
        var run = await Import($"user,event,at,price\n{string.Concat(Enumerable.Repeat("u1,A,never,1\n", 25))}", rejects: _folder.File("rejects.csv"));
        Assert.Multiple(() =>
        {
            Assert.That(run.Lines, Has.Length.EqualTo(22));
            Assert.That(run.Lines[^2], Is.EqualTo($"5 more rejected: see {_folder.File("rejects.csv")}."));
            Assert.That(File.ReadAllLines(_folder.File("rejects.csv")), Has.Length.EqualTo(26));
        });
    }

    [Test]
    public async Task JSON_lines_keep_their_values_as_they_are()
    {
        var file = _folder.Write(
            "events.jsonl",
            """{"at":1710325274,"user":{"id":7,"mail":"Ann@Example.org"},"type":"seen","what":"shoe","price":1.10,"tags":["a"],"vip":"yes"}""");
        var mapping = """
            customer: user.id
            identifiers: { email: user.mail }
            name: { template: "{type} {what}" }
            names: { seen shoe: Product Viewed }
            channel: { constant: App }
            channels: { App: app }
            time: { column: at, format: unix }
            id: at
            session: what
            properties: [price, tags, { column: vip, type: boolean, as: isVip }]
            traits: [{ column: user.mail, as: email }]
            """;
        await Import("", file, mapping: mapping);
        var recorded = (await Events()).Single();
        Assert.That(
            (recorded.Id, Line(recorded)),
            Is.EqualTo(("1710325274",
                """Product Viewed 2024-03-13T10:21:14Z app import:map {"ids":{"userId":"7","email":"ann@example.org"},"traits":"""
                + """{"email":"Ann@Example.org"},"properties":{"price":1.10,"tags":["a"],"isVip":true},"session":"shoe"}""")));
    }

    [Test]
    public async Task Rows_can_be_left_out_by_what_they_hold()
    {
        var run = await Import(
            "user,event,at,price\nu1,A,2024-03-01,1\nu1,ping,2024-03-01,1\nu1,B,2024-03-01,2\nu1,C,2024-03-01,1\n",
            mapping: Mapping + "\nonly: { price: [\"1\", \"3\"] }\nskip: { event: ping }\n");
        Assert.That(run.Output, Is.EqualTo("Done: 2 imported, 0 duplicates, 0 rejected, 2 left out by the mapping.\n"));
    }

    [Test]
    public async Task A_column_that_the_file_does_not_have_is_a_fault_of_the_mapping_and_no_store_is_made()
    {
        var run = await Import("usr,event,at,price\nu1,A,2024-03-01,1\n");
        Assert.Multiple(() =>
        {
            Assert.That((run.ExitCode, run.Output), Is.EqualTo((ExitCodes.Usage, "")));
            Assert.That(run.Error, Is.EqualTo(
                $"journey: the mapping has 1 fault; nothing was imported.\n{_folder.File("map.yaml")}:2:11: M006: "
                + "The file has no column `user`. Expected one of usr, event, at, price. Did you mean `usr`?\n"));
            Assert.That(File.Exists(_folder.File("journey.db")), Is.False);
        });
    }

    [Test]
    public async Task An_interrupted_import_says_how_far_it_came_and_goes_on_when_run_again()
    {
        var rows = $"user,event,at,price\n{string.Concat(Enumerable.Range(0, 2_500).Select(i => $"u{i % 7},A,2024-03-01 10:00,{i}\n"))}";
        using var stop = new CancellationTokenSource();
        var batches = 0;
        var services = new StoreServices
        {
            BeforeIngest = () =>
            {
                if (++batches == 3)
                {
                    stop.Cancel();
                }
            },
        };
        var interrupted = await Import(rows, services: services, cancellation: stop.Token);
        var again = await Import(rows);
        Assert.Multiple(() =>
        {
            Assert.That((interrupted.ExitCode, interrupted.Error), Is.EqualTo((ExitCodes.Interrupted,
                "Interrupted: 2,000 imported, 0 duplicates, 0 rejected. Run the same command again: what is there already is skipped.\n")));
            Assert.That(services.Processed, Is.Zero);
            Assert.That(again.Output, Is.EqualTo("Done: 500 imported, 2,000 duplicates, 0 rejected.\n"));
        });
    }

    [Test]
    public async Task Read_models_are_made_ready_after_the_import()
    {
        var services = new StoreServices();
        await Import("user,event,at,price\n", services: services);
        Assert.That(services.Processed, Is.EqualTo(1));
    }

    [Test]
    public async Task A_file_cut_off_in_the_middle_imports_nothing()
    {
        var dice = new Random(1);
        var rows = $"user,event,at,price\n{string.Concat(Enumerable.Range(0, 5_000).Select(i => $"u{dice.Next()},A,2024-03-01 10:00,{dice.Next()}\n"))}";
        var whole = await File.ReadAllBytesAsync(_folder.WriteGzip("whole.csv.gz", rows));
        await File.WriteAllBytesAsync(_folder.File("cut.csv.gz"), whole[..(whole.Length / 2)]);
        var run = await Import("", _folder.File("cut.csv.gz"));
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Failure));
            Assert.That(run.Error, Does.StartWith($"journey: {_folder.File("cut.csv.gz")}: "));
        });
        Assert.That(await Events(), Is.Empty);
    }

    [Test]
    public async Task Without_a_mapping_only_what_says_itself_what_it_means_is_taken()
    {
        var file = _folder.Write("rows.csv", "user\nu1\n");
        var run = await CommandRun.Of("import", file, "--store", _folder.Store);
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((ExitCodes.Usage,
            $"journey: {file} is not an export of ours, nor XES, CloudEvents or CSV with the columns of an event log: its columns need a meaning.\n"
            + "  Expected --mapping MAP.yaml; docs/how-to/import-history.md shows how to write one.\n")));
    }

    [Test]
    public async Task A_file_or_a_mapping_that_is_not_there_is_a_wrong_argument()
    {
        var noFile = await CommandRun.Of("import", _folder.File("none.csv"), "--mapping", _folder.Write("map.yaml", Mapping));
        var noMapping = await CommandRun.Of("import", _folder.Write("rows.csv", "a\n"), "--mapping", _folder.File("none.yaml"));
        Assert.That((noFile.ExitCode, noMapping.ExitCode), Is.EqualTo((ExitCodes.Usage, ExitCodes.Usage)));
    }

    private async Task<CommandRun> Import(
        string rows,
        string? file = null,
        string mapping = Mapping,
        string? rejects = null,
        bool json = false,
        StoreServices? services = null,
        CancellationToken cancellation = default)
    {
        file ??= _folder.Write("rows.csv", rows);
        List<string> args = ["import", file, "--mapping", _folder.Write("map.yaml", mapping), "--store", _folder.Store];
        if (rejects is not null)
        {
            args.AddRange(["--rejects", rejects]);
        }

        if (json)
        {
            args.Add("--json");
        }

        return await CommandRun.Of(services ?? new StoreServices(), args, cancellation);
    }

    private static string Line(RecordedEvent recorded) =>
        $"{recorded.Name} {Instants.ToIso(recorded.OccurredAt)} {recorded.Channel} {recorded.Source} {Encoding.UTF8.GetString(recorded.Json.Span)}";

    private async Task<IReadOnlyList<RecordedEvent>> Events()
    {
        await using var store = SqliteStore.Open(_folder.File("journey.db"));
        return (await store.ReadAsync(Checkpoint.Start, 10_000)).Events;
    }
}
