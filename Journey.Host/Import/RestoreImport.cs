using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Personal;
using Journey.Host.Cli;
using Journey.Host.Stores;

namespace Journey.Host.Import;

/// <summary>Imports our own export into an empty store, so that it holds the same history: same events, same customers, same positions.</summary>
/// <remarks>
/// Interactions go through ingestion, which resolves their customers again and records merges again; everything else is appended as it is.
/// A store that an interrupted import began to fill can be filled further; one with any other history is refused, since decisions belong to their place.
/// </remarks>
/// <param name="align">Makes who holds what follow from the log: asked for where somebody in the history was erased.</param>
internal sealed class RestoreImport(IEventLog log, IIngestStore ingest, Func<CancellationToken, Task> align, ImportTally tally, IProgress<WorkProgress>? progress)
{
    /// <summary>Longest line of an export, in bytes: a published document is the largest event there is.</summary>
    public const int LineBytesMax = 16 << 20;

    private const int BatchEvents = 1_000;

    private readonly List<ExportedLine> _batch = [];
    private readonly List<ExportedLine> _merges = [];
    private HashSet<string> _erased = [];
    private long _headBefore;

    /// <exception cref="CommandException">The store holds other history, or the export is damaged: what was appended until then stays.</exception>
    public async Task RunAsync(HistoryFile file, CancellationToken cancellation)
    {
        _headBefore = log.PositionOf(await log.HeadAsync(cancellation));
        _erased = ErasedIn(file.Path);
        var lines = new LineReader(file.Content, LineBytesMax);
        while (lines.TryRead(out var line))
        {
            var reason = line.Fault;
            if (reason is not null || ExportedLine.Read(line.Bytes, out reason) is not { } exported)
            {
                // A hole in a history would move everything behind it.
                await FlushAsync(cancellation);
                throw new CommandException($"{file.Path}:{line.Number}: {reason}. An export is imported whole or up to its first fault.");
            }

            if (line.Number == 1)
            {
                await CheckBeginningAsync(file, exported, cancellation);
            }

            await AddAsync(exported, cancellation);
            if (line.Number % BatchEvents == 0)
            {
                progress?.Report(new WorkProgress("importing", file.BytesRead, file.Bytes, "bytes"));
            }
        }

        await FinishAsync(cancellation);
    }

    /// <summary>Whose identifiers cannot be read any more: their events go in as they are, for nothing says whose they were but their stream.</summary>
    private static HashSet<string> ErasedIn(string path)
    {
        var erased = new HashSet<string>(StringComparer.Ordinal);
        using var file = HistoryFile.Open(path);
        var lines = new LineReader(file.Content, LineBytesMax);
        while (lines.TryRead(out var line))
        {
            if (line.Fault is null && line.Bytes.Span.IndexOf("\"Customer Erased\""u8) >= 0
                && ExportedLine.Read(line.Bytes, out _) is { } exported && Erasure.IsOne(exported.Event))
            {
                erased.UnionWith(Erasure.CustomersOf(StoredPayload.Json(exported.Event.Payload)));
            }
        }

        return erased;
    }

    /// <summary>Copies another log's history, from its first event to a position.</summary>
    public async Task CopyAsync(IEventLog from, long upTo, CancellationToken cancellation)
    {
        // Erased later than that is erased all the same: its keys are gone.
        _erased = await ErasedInAsync(from, cancellation);
        for (var after = Checkpoint.Start; ;)
        {
            var page = await from.ReadAsync(after, BatchEvents, cancellation);
            foreach (var recorded in page.Events)
            {
                if (recorded.Position <= upTo)
                {
                    await AddAsync(ExportedLine.Of(recorded), cancellation);
                }
            }

            if (page.AtEnd || page.Events[^1].Position >= upTo)
            {
                break;
            }

            after = page.Next;
            progress?.Report(new WorkProgress("copying", Math.Min(page.Events[^1].Position, upTo), upTo, "events"));
        }

        await FinishAsync(cancellation);
    }

    private static async Task<HashSet<string>> ErasedInAsync(IEventLog log, CancellationToken cancellation)
    {
        var erased = new HashSet<string>(StringComparer.Ordinal);
        var options = new ReadOptions(WithIds: false, new PageBuffer());
        for (var after = Checkpoint.Start; ;)
        {
            var page = await log.ReadAsync(after, BatchEvents, options, cancellation);
            if (page.AtEnd)
            {
                return erased;
            }

            foreach (var recorded in page.Events)
            {
                if (Erasure.IsOne(recorded))
                {
                    erased.UnionWith(Erasure.CustomersOf(recorded.Json));
                }
            }

            after = page.Next;
        }
    }

    private async Task FinishAsync(CancellationToken cancellation)
    {
        await FlushAsync(cancellation);
        await AppendMergesAsync(cancellation);
        if (_erased.Count > 0)
        {
            await align(cancellation);
        }
    }

    private async Task CheckBeginningAsync(HistoryFile file, ExportedLine first, CancellationToken cancellation)
    {
        if (first.Position != 1)
        {
            throw new CommandException($"{file.Path} begins at position {first.Position}: it is a part of an export. Expected a whole one.", ExitCodes.Usage);
        }

        var page = await log.ReadAsync(Checkpoint.Start, 1, cancellation);
        if (!page.AtEnd && (page.Events[0].Source != first.Event.Source || page.Events[0].Id != first.Event.Id))
        {
            throw new CommandException(
                "The store holds other history. Nothing was imported.",
                ExitCodes.Usage,
                "An export is imported into an empty store: name one that is not there yet with --store.");
        }
    }

    private async Task AddAsync(ExportedLine line, CancellationToken cancellation)
    {
        if (line.Event.Kind == EventKind.Identity && line.Event.Name is EventNames.IdentitiesMerged or EventNames.IdentityAbsorbed
            && !_erased.Contains(line.Event.Stream))
        {
            // Ingestion records merges itself; whether it has is asked once the interactions around it are in.
            _merges.Add(line);
            return;
        }

        if (_batch.Count == BatchEvents || (_batch.Count > 0 && IsIngested(_batch[0]) != IsIngested(line)))
        {
            await FlushAsync(cancellation);
        }

        _batch.Add(line);
    }

    private bool IsIngested(ExportedLine line) => line.Event.Kind == EventKind.Interaction && !_erased.Contains(line.Event.Stream);

    private async Task FlushAsync(CancellationToken cancellation)
    {
        if (_batch.Count == 0)
        {
            return;
        }

        if (IsIngested(_batch[0]))
        {
            var answers = await ingest.IngestAsync([.. _batch.Select(line => line.ToInteraction())], cancellation);
            for (var i = 0; i < answers.Count; i++)
            {
                Count(_batch[i], answers[i] switch
                {
                    IngestAnswer.Recorded recorded => recorded.Position,
                    IngestAnswer.Duplicate duplicate => duplicate.Position,
                    _ => 0,
                });
            }
        }
        else
        {
            await AppendAsync(_batch, cancellation);
        }

        _batch.Clear();
    }

    private async Task AppendMergesAsync(CancellationToken cancellation)
    {
        foreach (var chunk in _merges.Chunk(BatchEvents))
        {
            await AppendAsync(chunk, cancellation);
        }
    }

    private async Task AppendAsync(IReadOnlyList<ExportedLine> lines, CancellationToken cancellation)
    {
        var answers = await log.AppendAsync([.. lines.Select(line => new AppendRequest(line.Event.Stream, ExpectedVersion.Any, [line.Event]))], cancellation);
        for (var i = 0; i < answers.Count; i++)
        {
            Count(lines[i], answers[i] switch
            {
                AppendResult.Appended appended => appended.LastPosition,
                AppendResult.Duplicate duplicate => duplicate.Position,
                _ => 0,
            });
        }
    }

    private void Count(ExportedLine line, long position)
    {
        if (position != line.Position)
        {
            throw new CommandException(
                $"Event {line.Event.Id} stood at position {line.Position} and stands at {position} here: the store holds other history, or the export is not whole.",
                hint: "Import the whole export into a store that is not there yet.");
        }

        if (position > _headBefore)
        {
            tally.Imported++;
        }
        else
        {
            tally.Duplicates++;
        }
    }
}
