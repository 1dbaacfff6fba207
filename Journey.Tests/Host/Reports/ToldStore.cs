using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Stores;
using Journey.Host.Stores.Sqlite;
using Journey.Projections.ReadModels;
using Journey.Tests.Projections;

namespace Journey.Tests.Host.Reports;

/// <summary>A told story in a real store: its log, and the read models that came of it.</summary>
internal static class ToldStore
{
    /// <param name="store">Empty.</param>
    public static async Task TellAsync(SqliteStore store, Story story)
    {
        await store.PrepareAsync(ReadModelTables.All);
        foreach (var recorded in story.Log)
        {
            await store.AppendAsync([new AppendRequest(recorded.Stream, ExpectedVersion.Any, [new NewEvent(
                recorded.Stream, recorded.Source, recorded.Id, recorded.Name, recorded.Kind, recorded.Flags, recorded.Channel, recorded.OccurredAt, recorded.ReceivedAt, recorded.Payload)])]);
        }

        var changes = new ReadModelChanges();
        foreach (var table in ReadModelTables.All)
        {
            foreach (var row in story.Rows.All(table))
            {
                if (table.Kind == TableKind.State)
                {
                    changes.Put(table, row);
                }
                else
                {
                    changes.Add(table, [.. row.Take(table.KeyColumns)], [.. row.Skip(table.KeyColumns).Select(static cell => cell.Integer)]);
                }
            }
        }

        Assert.That(await store.CommitAsync(new ProcessedBatch("test", Checkpoint.Start, new Checkpoint("1"), [], [], changes)), Is.True);
    }
}
