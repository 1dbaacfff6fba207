using System.IO.Compression;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language.Publishing;
using Journey.Host.Export;
using Journey.Host.Import;
using Journey.Host.Replay;
using Journey.Host.Running;
using Journey.Host.Stores.Sqlite;
using Journey.Tests.Host.Cli;

namespace Journey.Tests.Histories;

/// <summary>A history that was recorded once: whoever changes what the engine or a fold decides finds out here, and decides whether they meant to.</summary>
/// <remarks>
/// With RECORD_HISTORY=1 in the environment the shop is lived through again, and its export becomes the recorded history.
/// A change that is meant is recorded anew; a change that is not is a bug.
/// </remarks>
public sealed class RecordedHistoryTests
{
    private const string RecordVariable = "RECORD_HISTORY";

    private static readonly string _file = Path.Combine(Approved.Repository, "Journey.Tests", "Histories", "shop.jsonl.gz");

    private TemporaryFolder _folder = null!;
    private SqliteStore _store = null!;

    [OneTimeSetUp]
    public async Task Import()
    {
        if (Environment.GetEnvironmentVariable(RecordVariable) == "1")
        {
            await RecordAsync();
        }

        _folder = new TemporaryFolder();
        _store = SqliteStore.Open(_folder.File("history.db"));
        using var history = HistoryFile.Open(_file);
        await new RestoreImport(_store, _store, async stop => await _store.AlignIdentitiesAsync(stop), new ImportTally(), null).RunAsync(history, CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Every_recorded_decision_is_taken_again_as_it_was()
    {
        var source = await ReplaySource.LoadAsync(_store, _store, DefinitionHistory.Empty, CancellationToken.None);
        var compared = await new DecisionReplay(source).RunAsync(_store.PositionOf(await _store.HeadAsync()), null, CancellationToken.None);
        Assert.That(compared.First is { } first ? $"position {first.Basis}: recorded {Say(first.Recorded)}, now {Say(first.Decided)}" : "none", Is.EqualTo("none"));
        Assert.That(compared.Compared, Is.GreaterThan(2_000));
    }

    [Test]
    public async Task It_holds_what_is_hard_to_decide_again()
    {
        var log = (await _store.ReadAsync(Checkpoint.Start, 100_000)).Events;
        var counts = log.GroupBy(recorded => recorded.Name).ToDictionary(group => group.Key, group => group.Count());
        string[] hard =
        [
            EventNames.IdentitiesMerged, EventNames.EventMoved, EventNames.JourneyPaused, EventNames.JourneyResumed, EventNames.DocumentRetired, EventNames.RunMigrated,
            EventNames.GoalReached, EventNames.MessageFailed, EventNames.MessageSuppressed, EventNames.CartAbandoned, EventNames.CartRecovered, EventNames.SegmentEntered, EventNames.TaskRequested,
        ];
        Assert.Multiple(() =>
        {
            Assert.That(hard.Where(name => !counts.ContainsKey(name)), Is.Empty);
            Assert.That(log.Any(recorded => recorded.IsImported), Is.True, "an imported past");
            Assert.That(log.Any(recorded => recorded.ReceivedAt - recorded.OccurredAt > 86_400_000), Is.True, "late events");
            Assert.That(new FileInfo(_file).Length, Is.LessThan(1 << 20), "small enough for a repository");
        });
    }

    [Test]
    public async Task A_decision_that_is_not_the_engines_is_found_with_its_place()
    {
        await using var copy = SqliteStore.Open(_folder.File("other.db"));
        using var history = HistoryFile.Open(_file);
        await new RestoreImport(copy, copy, async stop => await copy.AlignIdentitiesAsync(stop), new ImportTally(), null).RunAsync(history, CancellationToken.None);
        var entered = (await copy.ReadAsync(Checkpoint.Start, 100_000)).Events.First(recorded => recorded.Name == EventNames.RunEntered);
        var invented = new NewEvent(
            entered.Stream, "journey", "invented", EventNames.RunExited, EventKind.Decision, EventFlags.None, ContactChannel.Internal, entered.OccurredAt, entered.ReceivedAt, entered.Payload);
        await copy.AppendAsync([new AppendRequest(entered.Stream, ExpectedVersion.Any, [invented])]);

        var source = await ReplaySource.LoadAsync(copy, copy, DefinitionHistory.Empty, CancellationToken.None);
        var head = copy.PositionOf(await copy.HeadAsync());
        var first = (await new DecisionReplay(source).RunAsync(head, null, CancellationToken.None)).First;
        Assert.That((first?.Recorded?.Position, first?.Recorded?.Name, first?.Decided), Is.EqualTo(((long?)head, EventNames.RunExited, (Said?)null)));
    }

    private static string Say(Said? said) => said is null ? "nothing" : $"{said.Name} {System.Text.Encoding.UTF8.GetString(said.Json)}";

    private static async Task RecordAsync()
    {
        await using var shop = new ShopHistory();
        await shop.LiveAsync();
        await using var file = File.Create(_file);
        await using var gzip = new GZipStream(file, CompressionLevel.SmallestSize);
        await LogExport.WriteAsync(shop.Store, gzip, ExportFormat.JsonLines, ExportFilter.All, null, CancellationToken.None);
    }
}
