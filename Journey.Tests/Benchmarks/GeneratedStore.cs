using System.Diagnostics;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Language.Publishing;
using Journey.Host.Stores.Sqlite;

namespace Journey.Tests.Benchmarks;

/// <summary>A store with the sample journeys published and a generated history appended.</summary>
internal sealed class GeneratedStore : IAsyncDisposable
{
    private const int AppendedAtOnce = 1_000;
    private const int BigAppend = 20_000;

    private GeneratedStore(SqliteStore store, double appended) => (Store, AppendedPerSecond) = (store, appended);

    public SqliteStore Store { get; }

    /// <summary>Events per second that the adapter took in batches of 1,000, durable.</summary>
    public double AppendedPerSecond { get; }

    /// <param name="flags">Imported events start no journey: their fold alone is measured.</param>
    public static async Task<GeneratedStore> CreateAsync(string folder, int events, int customers, EventFlags flags = EventFlags.None)
    {
        var store = SqliteStore.Open(Path.Combine(folder, $"{Guid.NewGuid():N}.db"));
        await PublishSamplesAsync(store);
        var history = new HistoryGenerator(customers, events, flags: flags);
        var elapsed = TimeSpan.Zero;
        for (var done = 0; done < events; done += AppendedAtOnce)
        {
            var requests = history.Next(AppendedAtOnce)
                .GroupBy(next => next.Stream)
                .Select(group => new AppendRequest(group.Key, ExpectedVersion.Any, [.. group]))
                .ToArray();
            var started = Stopwatch.GetTimestamp();
            await store.AppendAsync(requests);
            elapsed += Stopwatch.GetElapsedTime(started);
        }

        return new GeneratedStore(store, events / elapsed.TotalSeconds);
    }

    /// <summary>A history that nobody has folded yet: kept at a path, so that several measurements share it.</summary>
    /// <param name="withSamples">The sample journeys and segments are published before it begins; nobody has decided anything by them.</param>
    /// <returns>False: it was there already.</returns>
    public static async Task<bool> KeepAsync(string path, int events, int customers, bool withSamples = false)
    {
        if (File.Exists(path))
        {
            return false;
        }

        // Half made it is nobody's: it gets its name when it is whole.
        var making = path + ".making";
        await using (var store = SqliteStore.Open(making))
        {
            if (withSamples)
            {
                await PublishSamplesAsync(store);
            }

            var history = new HistoryGenerator(customers, events, introduced: true);
            var next = history.Next(BigAppend);
            for (var done = 0; done < events; done += BigAppend)
            {
                var appending = store.AppendAsync([.. next.GroupBy(one => one.Stream).Select(group => new AppendRequest(group.Key, ExpectedVersion.Any, [.. group]))]);
                next = history.Next(BigAppend);
                await appending;
            }
        }

        File.Move(making, path);
        return true;
    }

    public ValueTask DisposeAsync() => Store.DisposeAsync();

    internal static async Task PublishSamplesAsync(IEventLog store)
    {
        var files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Samples"), "*.yaml").Order(StringComparer.Ordinal);
        var parsed = DocumentParser.Parse([.. files.Select(file => (Path.GetFileName(file), (ReadOnlyMemory<byte>)File.ReadAllBytes(file)))]);
        var published = parsed.Documents.Where(document => document.Kind != "test").Select(document => DefinitionDocuments.Publish(document, HistoryGenerator.Start));
        await store.AppendAsync([new AppendRequest(SystemStreams.Definitions, ExpectedVersion.NoStream, [.. published])]);
    }
}
