using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Projections.ReadModels;

namespace Journey.Host.Running;

/// <summary>One event that a fold could not take: its partition stands still there until somebody mends the cause or skips the event.</summary>
/// <param name="Position">Global position of the poison event; nothing of the partition from here on is folded.</param>
/// <param name="Since">Unix milliseconds.</param>
public sealed record StalledPartition(int Partition, long Position, string Name, string Reason, long Since);

/// <summary>Which partitions stand still and why, and which events are skipped: kept in a table, and in the log.</summary>
public static class StalledPartitions
{
    /// <summary>Who skipped which event is a fact like any other: every later fold passes the event over as well.</summary>
    public const string Stream = "$operations";

    public const string EventSkipped = "Event Skipped";

    /// <summary>Not a fold's read model: what operators see and mend. A verification leaves it out.</summary>
    public static TableDefinition Table { get; } = new(
        "stalled_partitions",
        "processor",
        TableKind.State,
        "Partitions that stand still at an event which could not be folded.",
        1,
        [
            new("partition", ColumnType.Integer, "0 to 63."),
            new("position", ColumnType.Integer, "Global position of the event that could not be folded."),
            new("name", ColumnType.Text, "The event's name."),
            new("reason", ColumnType.Text, "What the fold said."),
            new("since", ColumnType.Integer, "When it stopped, Unix milliseconds."),
        ],
        []);

    public static Cell[] Row(StalledPartition stalled) => [stalled.Partition, stalled.Position, stalled.Name, stalled.Reason, stalled.Since];

    public static StalledPartition FromRow(Cell[] row) =>
        new((int)row[0].Integer, row[1].Integer, row[2].Text ?? "", row[3].Text ?? "", row[4].Integer);

    public static NewEvent Skip(long position, string why, long now) => new(
        Stream,
        "operator",
        $"skip-{position}",
        EventSkipped,
        EventKind.Definition,
        EventFlags.None,
        ContactChannel.Internal,
        now,
        now,
        StoredPayload.FromJson(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { properties = new { position, why } })));

    /// <summary>The positions that operators have skipped so far.</summary>
    public static async Task<HashSet<long>> SkippedAsync(IEventLog log, CancellationToken cancellation)
    {
        HashSet<long> skipped = [];
        for (var after = 0L; ;)
        {
            var page = await log.ReadStreamAsync(Stream, after, 1_000, cancellation);
            if (page.AtEnd)
            {
                return skipped;
            }

            foreach (var recorded in page.Events)
            {
                after = recorded.Version;
                using var payload = System.Text.Json.JsonDocument.Parse(recorded.Json);
                skipped.Add(payload.RootElement.GetProperty("properties").GetProperty("position").GetInt64());
            }
        }
    }
}
