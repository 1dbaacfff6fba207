using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Cli;
using Journey.Host.Dispatch;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;

namespace Journey.Host.Running;

/// <summary>Brings a whole history from one store into another: same events, same customers, same positions, and in the end the same digests.</summary>
/// <remarks>
/// Interrupted, it goes on from the target's end. Personal values are opened with the one store's keys and sealed with the other's; what was erased stays erased.
/// Write keys stay behind, since only their hashes are stored, and so do dead letters.
/// </remarks>
/// <param name="pageEvents">Read and appended together.</param>
internal sealed class StoreCopy(IJourneyStore from, IJourneyStore to, TimeProvider clock, int pageEvents = 2_000)
{
    /// <exception cref="CommandException">The target holds other history.</exception>
    public async Task<CopyReport> RunAsync(IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var upTo = from.PositionOf(await from.HeadAsync(cancellation));
        var begun = to.PositionOf(await to.HeadAsync(cancellation));
        await RefuseOtherAsync(begun, upTo, cancellation);
        await CopyAsync(begun, upTo, progress, cancellation);
        await to.AlignIdentitiesAsync(cancellation);
        await FoldAsync(upTo, progress, cancellation);
        await KeepDeliveriesAsync(cancellation);
        return new CopyReport(upTo, upTo - begun, await CompareAsync(progress, cancellation));
    }

    /// <summary>Events as they are, one after the other: each has to come to the place where it stood. Who holds what follows from them afterwards.</summary>
    private async Task CopyAsync(long begun, long upTo, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var after = await from.BeforeAsync(begun + 1, cancellation);
        while (await from.ReadAsync(after, pageEvents, cancellation) is { AtEnd: false } page)
        {
            var events = page.Events.Where(recorded => recorded.Position <= upTo).ToList();
            if (events.Count == 0)
            {
                return;
            }

            var answers = await to.AppendAsync([.. events.Select(RequestOf)], cancellation);
            for (var i = 0; i < answers.Count; i++)
            {
                if (answers[i] is not AppendResult.Appended { LastPosition: var position } || position != events[i].Position)
                {
                    throw new CommandException(
                        $"The event at position {events[i].Position:N0} cannot stand there in {to.Place}: another process writes to it meanwhile. What was copied until then stays.",
                        hint: "Empty the target, and copy while nothing else writes to it.");
                }
            }

            after = page.Next;
            progress?.Report(new WorkProgress("copying", events[^1].Position, upTo, "events"));
        }
    }

    private static AppendRequest RequestOf(RecordedEvent recorded) => new(
        recorded.Stream,
        ExpectedVersion.Any,
        [
            new NewEvent(
                recorded.Stream, recorded.Source, recorded.Id, recorded.Name, recorded.Kind, recorded.Flags, recorded.Channel, recorded.OccurredAt,
                recorded.ReceivedAt, recorded.Payload),
        ]);

    private async Task RefuseOtherAsync(long begun, long upTo, CancellationToken cancellation)
    {
        foreach (var position in new[] { 1, begun })
        {
            if (begun > 0 && (position > upTo || await IdAsync(from, position, cancellation) != await IdAsync(to, position, cancellation)))
            {
                throw new CommandException(
                    $"{to.Place} holds other history than {from.Place}: they differ at position {position:N0}. Nothing was copied.",
                    ExitCodes.Usage,
                    "A history is copied into an empty store, or into one that an interrupted copy of the same history began to fill.");
            }
        }
    }

    private static async Task<(string, string)> IdAsync(IJourneyStore store, long position, CancellationToken cancellation)
    {
        var page = await store.ReadAsync(await store.BeforeAsync(position, cancellation), 1, cancellation);
        return page.AtEnd ? default : (page.Events[0].Source, page.Events[0].Id);
    }

    /// <summary>What was decided is there already, and is decided again to the same: nothing new is written.</summary>
    private async Task FoldAsync(long upTo, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var processor = new Processor(to, to, new ProcessorOptions(), clock);
        await processor.PrepareAsync(cancellation);
        await processor.CatchUpAsync(progress is null ? null : new Report(progress, upTo), cancellation);
    }

    /// <summary>What was delivered is not delivered again, and what waits goes on waiting.</summary>
    private async Task KeepDeliveriesAsync(CancellationToken cancellation)
    {
        var (there, here) = (await from.CheckpointAsync(StoredDispatchCheckpoint.Consumer, cancellation), await to.CheckpointAsync(StoredDispatchCheckpoint.Consumer, cancellation));
        var position = await to.BeforeAsync(from.PositionOf(there) + 1, cancellation);
        if (position != here && !await to.CommitAsync(new ProcessedBatch(StoredDispatchCheckpoint.Consumer, here, position, [], [], new ReadModelChanges()), cancellation))
        {
            throw new StoreException($"{to.Place}: another process delivers from this store meanwhile. Stop it, and run the same command again.");
        }
    }

    private async Task<IReadOnlyList<CopiedPart>> CompareAsync(IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var parts = new List<CopiedPart>
        {
            new("log", await LogDigest.OfAsync(from, progress, cancellation), await LogDigest.OfAsync(to, progress, cancellation)),
            new("identities", await from.IdentityDigestAsync(cancellation), await to.IdentityDigestAsync(cancellation)),
        };
        if (from.PositionOf(await from.CheckpointAsync(Processor.Consumer, cancellation)) != to.PositionOf(await to.CheckpointAsync(Processor.Consumer, cancellation))
            || await from.CheckpointAsync(FoldVersions.Marker, cancellation) != FoldVersions.Current)
        {
            // Folded to another place, or by another version: there is nothing to compare.
            return parts;
        }

        foreach (var table in ReadModelTables.All)
        {
            parts.Add(new CopiedPart(table.Name, await from.DigestAsync(table, cancellation), await to.DigestAsync(table, cancellation)));
        }

        parts.Add(new CopiedPart("customer_states", await from.StatesDigestAsync(cancellation), await to.StatesDigestAsync(cancellation)));
        return parts;
    }

    private sealed class Report(IProgress<WorkProgress> progress, long total) : IProgress<long>
    {
        void IProgress<long>.Report(long value) => progress.Report(new WorkProgress("folding", Math.Min(value, total), total, "events"));
    }
}
