using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Host.Cli;
using Journey.Host.Identities;
using Journey.Host.Stores.Sqlite;
using Journey.Tests.Host.Cli;

namespace Journey.Tests.Host.Import;

/// <summary>What is exported can be imported, and is then the same history.</summary>
public sealed class ExportTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public async Task SetUp()
    {
        _folder = new TemporaryFolder();
        await using var store = SqliteStore.Open(_folder.File("journey.db"));
        await store.IngestAsync([
            Interaction("e1", "Product Viewed", [new(IdentifierKind.AnonymousId, "a1")]),
            Interaction("e2", "Product Viewed", [new(IdentifierKind.AnonymousId, "a2")]),
        ]);
        await store.IngestAsync([Interaction("e3", "Identified", [new(IdentifierKind.UserId, "U1"), new(IdentifierKind.AnonymousId, "a1")])]);
        await store.IngestAsync([Interaction("e4", "Alias Given", [new(IdentifierKind.UserId, "U1")], [new(IdentifierKind.AnonymousId, "a2")])]);
        var customer = await store.FindAsync(new Identifier(IdentifierKind.UserId, "U1"));
        await store.AppendAsync([new AppendRequest(customer!, ExpectedVersion.Any, [
            new NewEvent(customer!, "journey", "d1", "Message Requested", EventKind.Decision, EventFlags.None, ContactChannel.Email, 5, 6,
                StoredPayload.FromJson("""{"properties":{"x":"è \u0001 \""}}"""u8)),
        ])]);

        await store.IngestAsync([Interaction("e5", "Order Completed", [new(IdentifierKind.AnonymousId, "a2")])]);
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase("history.jsonl", "jsonl")]
    [TestCase("history.jsonl.gz", "jsonl")]
    [TestCase("history.ce", "cloudevents")]
    [TestCase("history.ce.gz", "cloudevents")]
    public async Task An_export_imported_into_an_empty_store_gives_the_same_history(string name, string format)
    {
        var exported = await Run("export", _folder.File(name), "--format", format);
        var copy = $"sqlite:{_folder.File("copy.db")}";
        var imported = await CommandRun.Of("import", _folder.File(name), "--store", copy);
        var again = await CommandRun.Of("import", _folder.File(name), "--store", copy);
        var count = File.Exists(_folder.File("journey.db")) ? (await Log("journey.db")).Count : 0;
        Assert.Multiple(() =>
        {
            Assert.That((exported.ExitCode, exported.Error), Is.EqualTo((ExitCodes.Ok, $"Exported {count} events.\n")));
            Assert.That((imported.ExitCode, imported.Output, imported.Error), Is.EqualTo((ExitCodes.Ok, $"Done: {count} imported, 0 duplicates, 0 rejected.\n", "")));
            Assert.That(again.Output, Is.EqualTo($"Done: 0 imported, {count} duplicates, 0 rejected.\n"));
        });
        Assert.That(await Log("copy.db"), Is.EqualTo(await Log("journey.db")));
        Assert.That(await Identities("copy.db"), Is.EqualTo(await Identities("journey.db")));
    }

    [TestCase("jsonl")]
    [TestCase("cloudevents")]
    public async Task Customers_who_were_parted_come_back_parted(string format)
    {
        await using (var store = SqliteStore.Open(_folder.File("journey.db")))
        {
            var unmerging = new Unmerging(store, store, store, TimeProvider.System);
            var plan = (UnmergePlan.Ready)await unmerging.PlanAsync(new UnmergeRequest("userId:U1", "anonymousId:a2", []), default);
            Assert.That(await unmerging.ApplyAsync(plan, default), Is.InstanceOf<UnmergeAnswer.Done>());
            await store.IngestAsync([Interaction("e6", "Order Completed", [new(IdentifierKind.AnonymousId, "a2")])]);
        }

        await Run("export", _folder.File("history"), "--format", format);
        var imported = await CommandRun.Of("import", _folder.File("history"), "--store", $"sqlite:{_folder.File("copy.db")}");

        Assert.That(imported.ExitCode, Is.Zero, imported.Error);
        Assert.That(await Log("copy.db"), Is.EqualTo(await Log("journey.db")));
        Assert.That(await Identities("copy.db"), Is.EqualTo(await Identities("journey.db")));
    }

    [Test]
    public async Task An_export_is_refused_by_a_store_with_other_history_before_anything_is_written()
    {
        await Run("export", _folder.File("history.jsonl"));
        await using (var other = SqliteStore.Open(_folder.File("other.db")))
        {
            await other.IngestAsync([Interaction("x", "Product Viewed", [new(IdentifierKind.UserId, "U9")])]);
        }

        var run = await CommandRun.Of("import", _folder.File("history.jsonl"), "--store", $"sqlite:{_folder.File("other.db")}");
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((ExitCodes.Usage,
            "journey: The store holds other history. Nothing was imported.\n  An export is imported into an empty store: name one that is not there yet with --store.\n")));
        Assert.That(await Log("other.db"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_damaged_export_is_imported_up_to_its_first_fault()
    {
        await Run("export", _folder.File("history.jsonl"));
        var lines = await File.ReadAllLinesAsync(_folder.File("history.jsonl"));
        lines[2] = lines[2][..40];
        await File.WriteAllLinesAsync(_folder.File("history.jsonl"), lines);
        var run = await CommandRun.Of("import", _folder.File("history.jsonl"), "--store", $"sqlite:{_folder.File("copy.db")}");
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((ExitCodes.Failure,
            $"journey: {_folder.File("history.jsonl")}:3: the line is no event of a journey export. An export is imported whole or up to its first fault.\n")));
        Assert.That(await Log("copy.db"), Has.Count.EqualTo(2));
    }

    [TestCase("jsonl")]
    [TestCase("cloudevents")]
    public async Task An_export_whose_gzip_is_cut_off_is_imported_up_to_the_cut_and_said_to_be_damaged(string format)
    {
        await Run("export", _folder.File("whole.gz"), "--format", format);
        var whole = await File.ReadAllBytesAsync(_folder.File("whole.gz"));
        await File.WriteAllBytesAsync(_folder.File("cut.gz"), whole[..(whole.Length - 12)]);
        var run = await CommandRun.Of("import", _folder.File("cut.gz"), "--store", $"sqlite:{_folder.File("copy.db")}");
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Failure));
        Assert.That(run.Error, Does.StartWith($"journey: {_folder.File("cut.gz")}"));
    }

    [Test]
    public async Task A_part_of_an_export_is_refused()
    {
        await Run("export", _folder.File("history.jsonl"));
        await File.WriteAllLinesAsync(_folder.File("part.jsonl"), (await File.ReadAllLinesAsync(_folder.File("history.jsonl"))).Skip(1));
        var run = await CommandRun.Of("import", _folder.File("part.jsonl"), "--store", $"sqlite:{_folder.File("copy.db")}");
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((ExitCodes.Usage,
            $"journey: {_folder.File("part.jsonl")} begins at position 2: it is a part of an export. Expected a whole one.\n")));
    }

    [Test]
    public async Task Every_line_of_an_export_is_one_JSON_object()
    {
        await Run("export", _folder.File("history.jsonl"));
        Approved.Matches(string.Join('\n', (await File.ReadAllLinesAsync(_folder.File("history.jsonl"))).Where(IsNoMerge)));
    }

    [Test]
    public async Task CloudEvents_have_what_the_specification_asks_for()
    {
        await Run("export", _folder.File("history.jsonl"), "--format", "cloudevents");
        var lines = await File.ReadAllLinesAsync(_folder.File("history.jsonl"));
        foreach (var line in lines)
        {
            var attributes = JsonDocument.Parse(line).RootElement;
            Assert.Multiple(() =>
            {
                Assert.That(attributes.GetProperty("specversion").GetString(), Is.EqualTo("1.0"));
                Assert.That(attributes.GetProperty("id").GetString(), Is.Not.Empty);
                Assert.That(Uri.IsWellFormedUriString(attributes.GetProperty("source").GetString(), UriKind.RelativeOrAbsolute), Is.True);
                Assert.That(attributes.EnumerateObject().Select(attribute => attribute.Name), Is.All.Matches("^[a-z0-9]{1,20}$"));
            });
        }

        Approved.Matches(string.Join('\n', lines.Where(IsNoMerge)));
    }

    [Test]
    public async Task A_file_is_overwritten_only_when_told_to_and_nothing_half_written_is_left()
    {
        var file = _folder.Write("history.jsonl", "mine");
        var refused = await Run("export", file);
        var kept = await File.ReadAllTextAsync(file);
        var forced = await Run("export", file, "--force");
        Assert.Multiple(() =>
        {
            Assert.That((refused.ExitCode, refused.Error, kept), Is.EqualTo((ExitCodes.Usage,
                $"journey: {file} is there already.\n  Add --force to overwrite it.\n", "mine")));
            Assert.That(forced.ExitCode, Is.EqualTo(ExitCodes.Ok));
            Assert.That(File.Exists($"{file}.partial"), Is.False);
        });
    }

    /// <summary>How merges are recorded is the identities' affair.</summary>
    private static bool IsNoMerge(string line) => !line.Contains("\"identity\"", StringComparison.Ordinal);

    private Task<CommandRun> Run(params string[] args) => CommandRun.Of([.. args, "--store", _folder.Store]);

    private static Interaction Interaction(string id, string name, ImmutableArray<Identifier> identifiers, ImmutableArray<Identifier> alias = default)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            PayloadIds.Write(writer, identifiers, alias);
            writer.WriteEndObject();
        }

        return new("web shop", id, name, ContactChannel.Web, EventFlags.None, 1_772_366_400_000, 1_772_366_400_500,
            identifiers, alias.IsDefault ? [] : alias, StoredPayload.FromJson(buffer.ToArray()));
    }

    private async Task<IReadOnlyList<string>> Log(string file)
    {
        await using var store = SqliteStore.Open(_folder.File(file));
        var page = await store.ReadAsync(Checkpoint.Start, 1_000);
        return [.. page.Events.Select(e => (e with { Payload = default }).ToString() + Encoding.UTF8.GetString(e.Json.Span))];
    }

    private async Task<string> Identities(string file)
    {
        await using var store = SqliteStore.Open(_folder.File(file));
        return await store.IdentityDigestAsync();
    }
}
