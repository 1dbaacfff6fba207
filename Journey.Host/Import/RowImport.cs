using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Host.Cli;
using Journey.Host.Stores;

namespace Journey.Host.Import;

/// <summary>Imports somebody else's rows: read and check all, put them in the order of time, append.</summary>
/// <remarks>Nothing is appended before the whole file has been read, so a file that turns out to be damaged leaves no half of itself behind.</remarks>
internal sealed class RowImport(IIngestStore ingest, ImportTally tally, IProgress<WorkProgress>? progress)
{
    private const int BatchRows = 1_000;
    private const int RowsBetweenReports = 1_000;

    private readonly Dictionary<UInt128, int> _seenAtThisTime = [];
    private long _timeOfSeen = long.MinValue;

    /// <param name="receivedAt">When the import began, Unix milliseconds: the arrival of every event.</param>
    public async Task RunAsync(IHistorySource source, RejectLog rejects, long receivedAt, CancellationToken cancellation)
    {
        using var ordered = new TimeOrder();
        ReadAll(source, ordered, rejects, cancellation);
        var batch = new List<Interaction>(BatchRows);
        long done = 0;
        foreach (var row in ordered.InOrder())
        {
            batch.Add(InteractionOf(row, source.Name, receivedAt));
            if (batch.Count == BatchRows)
            {
                await AppendAsync(batch, cancellation);
                progress?.Report(new WorkProgress("importing", done += BatchRows, ordered.Count, "rows"));
                batch = new List<Interaction>(BatchRows);
            }
        }

        await AppendAsync(batch, cancellation);
        progress?.Report(new WorkProgress("importing", ordered.Count, ordered.Count, "rows"));
    }

    private void ReadAll(IHistorySource source, TimeOrder ordered, RejectLog rejects, CancellationToken cancellation)
    {
        long rows = 0;
        while (source.Read() is var (line, row, reason))
        {
            if (row is not null)
            {
                ordered.Add(row);
            }
            else if (reason is not null)
            {
                rejects.Add(line, reason);
                tally.Rejected++;
            }
            else
            {
                tally.Skipped++;
            }

            if (++rows % RowsBetweenReports == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(new WorkProgress("reading", source.BytesRead, source.Bytes, "bytes"));
            }
        }

        progress?.Report(new WorkProgress("reading", source.Bytes, source.Bytes, "bytes"));
    }

    private async Task AppendAsync(List<Interaction> batch, CancellationToken cancellation)
    {
        if (batch.Count == 0)
        {
            return;
        }

        foreach (var answer in await ingest.IngestAsync(batch, cancellation))
        {
            if (answer is IngestAnswer.Recorded)
            {
                tally.Imported++;
            }
            else
            {
                tally.Duplicates++;
            }
        }
    }

    private Interaction InteractionOf(ImportRow row, string source, long receivedAt) => new(
        row.Source ?? source,
        row.Id ?? ContentId(row),
        row.Name,
        ContactChannel.From(row.Channel),
        EventFlags.Imported,
        row.OccurredAt,
        receivedAt,
        row.Identifiers,
        [],
        StoredPayload.FromJson(row.Payload));

    /// <summary>The same row has the same id in every file; rows that are alike in everything are told apart by their number among each other.</summary>
    private string ContentId(ImportRow row)
    {
        // Rows alike in everything are of one time, so they stand side by side now.
        if (row.OccurredAt != _timeOfSeen)
        {
            _timeOfSeen = row.OccurredAt;
            _seenAtThisTime.Clear();
        }

        var ordinal = _seenAtThisTime.GetValueOrDefault(row.Content) + 1;
        _seenAtThisTime[row.Content] = ordinal;
        return ordinal == 1 ? $"row-{row.Content:x32}" : $"row-{row.Content:x32}-{ordinal}";
    }
}
