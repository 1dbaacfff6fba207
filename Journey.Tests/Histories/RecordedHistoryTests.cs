using System.IO.Compression;
using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Host.Backtests;
using Journey.Host.Export;
using Journey.Host.Import;
using Journey.Host.Publishing;
using Journey.Host.Replay;
using Journey.Host.Running;
using Journey.Host.Stores.Sqlite;
using Journey.Projections.Backtests;
using Journey.Tests.Host.Backtests;
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
    private Checkpoint _imported;

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
        _imported = await _store.HeadAsync();
        var processor = new Processor(_store, _store, new ProcessorOptions(), new ManualTimeProvider(ShopHistory.Opening));
        await processor.PrepareAsync(CancellationToken.None);
        await processor.CatchUpAsync(null, CancellationToken.None);
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
    public async Task Folding_it_again_after_an_import_decides_nothing_anew() => Assert.That(await _store.HeadAsync(), Is.EqualTo(_imported));

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
    public async Task Every_gate_held_or_withheld_a_message_in_it()
    {
        var log = (await _store.ReadAsync(Checkpoint.Start, 100_000)).Events;
        var reasons = log
            .Where(static recorded => recorded.Name is EventNames.MessageSuppressed or EventNames.RunWaiting)
            .Select(static recorded => (Of: recorded.Name, Reason: Reason(recorded)))
            .Where(static said => said.Reason is not null)
            .ToHashSet();
        Assert.That(
            reasons,
            Is.SupersetOf(new[]
            {
                (EventNames.MessageSuppressed, "consent"), (EventNames.MessageSuppressed, "holdout"), (EventNames.MessageSuppressed, "guard"), (EventNames.MessageSuppressed, "cap"),
                (EventNames.RunWaiting, "cap"), (EventNames.RunWaiting, "quiet"),
            }));

        static string? Reason(in RecordedEvent recorded)
        {
            using var payload = JsonDocument.Parse(recorded.Json);
            return payload.RootElement.GetProperty("properties").TryGetProperty("reason", out var reason) ? reason.GetString() : null;
        }
    }

    /// <summary>The draft is what is live, and everything else that was ever published is as it was: nothing may come out differently.</summary>
    [Test]
    public async Task Backtesting_each_live_version_over_its_own_period_gives_exactly_the_decisions_that_were_recorded()
    {
        var published = await Publications.ReadAsync(_store, CancellationToken.None);
        var recorded = (await Simulated.RecordedAsync(_store)).Select(static one => Simulated.Line(one)).ToList();
        foreach (var journey in published.Documents.Values.Where(static document => Publications.IsJourney(document.Kind) && document.Status == JourneyStatus.Active))
        {
            var request = new BacktestRequest([("live.yaml", System.Text.Encoding.UTF8.GetBytes(journey.Latest.Text))], From: journey.Latest.PublishedAt + 1);
            var simulated = await Simulated.AllAsync(_store, request, EventInterest.Whole);
            var decided = simulated.All.Where(static one => one.Kind is EventKind.Derived or EventKind.Decision).Select(Simulated.Line);
            Assert.That(decided, Is.EquivalentTo(recorded), journey.Name);
        }
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
