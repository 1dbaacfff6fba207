using System.IO.Compression;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Time;
using Journey.Host.Cli;
using Journey.Host.Stores.Sqlite;
using Journey.Tests.Host.Cli;

namespace Journey.Tests.Host.Import;

/// <summary>The public data sets, whole, with the mappings that come with the product.</summary>
public sealed class DataSetTests
{
    [TestCase("complete-journey", 55_934)]
    [TestCase("shop-sessions", 31_106)]
    public async Task A_public_data_set_imports_completely_in_the_order_of_time_and_only_once(string name, int rows)
    {
        using var folder = new TemporaryFolder();
        var first = await Import(folder, name);
        var again = await Import(folder, name);
        Assert.That(
            (first.ExitCode, first.Output, again.Output),
            Is.EqualTo((ExitCodes.Ok,
                $"Done: {rows:N0} imported, 0 duplicates, 0 rejected.\n",
                $"Done: 0 imported, {rows:N0} duplicates, 0 rejected.\n")));

        await using var store = SqliteStore.Open(folder.File("journey.db"));
        var events = (await store.ReadAsync(Checkpoint.Start, rows + 1)).Events;
        var raw = Raw(name).ToArray();
        Assert.Multiple(() =>
        {
            // Computed a second way: the raw file, stably sorted by time.
            Assert.That(events.Select(recorded => (Instants.ToIso(recorded.OccurredAt), recorded.Name)), Is.EqualTo(raw.Select(row => (row.Time, row.Name))));
            Assert.That(events.Select(recorded => recorded.Stream).Distinct().Count(), Is.EqualTo(raw.Select(row => row.Customer).Distinct().Count()));
            Assert.That(events.CountBy(recorded => recorded.Channel.Name).ToDictionary(), Is.EquivalentTo(raw.CountBy(row => row.Channel).ToDictionary()));
            Assert.That(events.Select(recorded => recorded.Kind).Distinct(), Is.EqualTo(new[] { EventKind.Interaction }));
        });
    }

    private static Task<CommandRun> Import(TemporaryFolder folder, string name) => CommandRun.Of(
        "import", DataSets.Find($"{name}.csv.gz"),
        "--mapping", Path.Combine(Approved.Repository, "Journey.Host", "Samples", "mappings", $"{name}.yaml"),
        "--store", folder.Store);

    /// <summary>Neither file has quotes, so a row is its text between commas.</summary>
    private static IEnumerable<(string Time, string Customer, string Name, string Channel)> Raw(string name)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(DataSets.Find($"{name}.csv.gz")), CompressionMode.Decompress));
        var rows = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(','));
        return (name == "complete-journey"
                ? rows.Select(row => (Time: row[1], Customer: row[2], Name: row[4], Channel: row[3]))
                : rows.Select(row => (Time: $"{row[3].Replace(' ', 'T')}Z", Customer: row[0], Name: row[2], Channel: "web")))
            .OrderBy(row => row.Time, StringComparer.Ordinal);
    }
}
