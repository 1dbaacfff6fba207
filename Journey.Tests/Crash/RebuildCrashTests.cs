using System.Numerics;
using System.Text.Json;
using Journey.Domain.Events;
using Journey.Host.Running;
using Journey.Host.Stores.Sqlite;
using Journey.Tests.Benchmarks;

namespace Journey.Tests.Crash;

/// <summary>Kills a rebuild with SIGKILL in its midst: the next one goes on from there, and what it swaps in is what the log says.</summary>
[Category("Crash")]
[NonParallelizable]
public sealed class RebuildCrashTests
{
    private const int Events = 20_000;
    private const int Customers = 2_000;

    private string _folder = "";

    [SetUp]
    public void Create() => _folder = Directory.CreateTempSubdirectory("journey-crash-").FullName;

    [TearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_rebuild_killed_in_its_midst_goes_on_from_what_was_done()
    {
        var path = await FilledAsync();
        string[] rebuild = ["rebuild", "--all", "--store", $"sqlite:{path}", "--sums-max", "1"];
        await using var seen = SqliteStore.Open(path, new SqliteStoreOptions { ReadOnly = true });
        await using (var killed = ServerProcess.Begin(rebuild))
        {
            while (!killed.HasEnded && await DoneAsync(seen) < 3)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2));
            }

            await killed.KillAsync();
        }

        var done = await DoneAsync(seen);
        Assert.That(done, Is.InRange(3, 63), "it was killed in its midst");
        var (exitCode, printed) = await ServerProcess.RunAsync([.. rebuild, "--json"]);
        Assert.That(exitCode, Is.Zero, printed);
        using var report = JsonDocument.Parse(printed[printed.IndexOf('{', StringComparison.Ordinal)..(printed.LastIndexOf('}') + 1)]);
        Assert.That(report.RootElement.GetProperty("state").GetString(), Is.EqualTo("swapped"));
        Assert.That(report.RootElement.GetProperty("id").GetInt32(), Is.EqualTo(1), "the same generation");
        Assert.That(report.RootElement.GetProperty("resumedAt").GetInt64(), Is.EqualTo(report.RootElement.GetProperty("total").GetInt64() * done / 64));
        var (verified, said) = await ServerProcess.RunAsync("verify", "--store", $"sqlite:{path}");
        Assert.That(verified, Is.Zero, said);
    }

    private async Task<string> FilledAsync()
    {
        await using var generated = await GeneratedStore.CreateAsync(_folder, Events, Customers, EventFlags.Imported);
        var processor = new Processor(generated.Store, generated.Store, new ProcessorOptions(), TimeProvider.System);
        await processor.PrepareAsync(CancellationToken.None);
        await processor.CatchUpAsync(null, CancellationToken.None);
        return generated.Store.Path;
    }

    private static async Task<int> DoneAsync(SqliteStore store) =>
        (await store.GenerationsAsync(1)).Select(generation => BitOperations.PopCount(generation.DoneSlices)).FirstOrDefault();
}
