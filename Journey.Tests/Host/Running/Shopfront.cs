using System.Text;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Host.Running;
using Journey.Host.Stores.Sqlite;

namespace Journey.Tests.Host.Running;

/// <summary>A store in a folder of its own, with the sample journeys published, a clock that tests move, and people who do things.</summary>
internal sealed class Shopfront : IAsyncDisposable
{
    public static readonly DateTimeOffset Opening = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("journey-test-");
    private int _sequence;

    /// <param name="file">Where the store is kept; null: in a folder of its own that goes with it.</param>
    public Shopfront(string? file = null) => Store = SqliteStore.Open(file ?? Path.Combine(_folder.FullName, "shop.db"));

    public SqliteStore Store { get; private set; }

    public ManualTimeProvider Clock { get; } = new(Opening);

    public async Task PublishSamplesAsync()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Samples");
        var files = Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal);
        var parsed = DocumentParser.Parse([.. files.Select(file => (Path.GetFileName(file), (ReadOnlyMemory<byte>)File.ReadAllBytes(file)))]);
        Assert.That(parsed.HasErrors, Is.False);
        var events = parsed.Documents.Where(document => document.Kind != "test").Select(document => DefinitionDocuments.Publish(document, Now)).ToArray();
        await Store.AppendAsync([new AppendRequest(SystemStreams.Definitions, ExpectedVersion.NoStream, events)]);
    }

    public long Now => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    public Processor Processor(int batch = 500) => new(Store, Store, new ProcessorOptions { BatchEventsMax = batch }, Clock);

    /// <summary>Folds to the end, and every due time that has come by the clock, until nothing is left.</summary>
    public async Task SettleAsync(Processor processor)
    {
        await processor.CatchUpAsync(null, CancellationToken.None);
        using var scheduler = new Scheduler(Store, Store, (_, stop) => processor.CatchUpAsync(null, stop), Clock);
        while ((await scheduler.RecordDueAsync(CancellationToken.None)).Recorded > 0)
        {
        }
    }

    public async Task<string> SayAsync(string user, string name, string properties = "{}", string? traits = null)
    {
        var identifier = new Identifier(IdentifierKind.UserId, user);
        var payload = $$"""{"ids":{"userId":"{{user}}"},"properties":{{properties}}{{(traits is null ? "" : $",\"traits\":{traits}")}}}""";
        var answers = await Store.IngestAsync(
        [
            new Interaction("test", $"e{++_sequence}", name, ContactChannel.Web, EventFlags.None, Now, Now, [identifier], [], StoredPayload.FromJson(Encoding.UTF8.GetBytes(payload))),
        ]);
        return ((IngestAnswer.Recorded)answers[0]).Customer;
    }

    /// <summary>An event whose payload no version can read: the fold cannot take it.</summary>
    public async Task PoisonAsync(string customer)
    {
        var poison = new NewEvent(customer, "test", $"poison{++_sequence}", "Product Added", EventKind.Interaction, EventFlags.None, ContactChannel.Web, Now, Now, new byte[] { 99, 1, 2 });
        await Store.AppendAsync([new AppendRequest(customer, ExpectedVersion.Any, [poison])]);
    }

    public async Task<IReadOnlyList<RecordedEvent>> LogAsync() => (await Store.ReadAsync(Checkpoint.Start, 100_000)).Events;

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
