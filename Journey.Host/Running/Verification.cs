using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Language.Publishing;
using Journey.Host.Cli;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;

namespace Journey.Host.Running;

/// <summary>Folds the whole log again and compares what comes of it with what is live: read models, states, identities, decisions.</summary>
/// <remarks>Reads only. A store that is being written meanwhile cannot be compared with itself: that is said, not guessed at.</remarks>
public sealed class Verification(IJourneyStore store)
{
    public async Task<VerifyReport> RunAsync(IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var checkpoint = await store.CheckpointAsync(Processor.Consumer, cancellation);
        var head = await store.HeadAsync(cancellation);
        var places = await PlacesAsync(cancellation);
        var upTo = places.Length == 0 ? store.PositionOf(checkpoint) : places.Max();
        var live = upTo == 0 ? [] : await LiveAsync(cancellation);
        var stalled = upTo == 0 ? [] : await store.QueryAsync(new TableQuery(StalledPartitions.Table, [], [], Partitions.Count), cancellation);
        var refold = new Refold(
            store,
            await DefinitionHistory.Empty.LoadAsync(store, cancellation),
            await StalledPartitions.SkippedAsync(store, cancellation),
            stalled.Select(StalledPartitions.FromRow),
            workers: Math.Clamp(Environment.ProcessorCount, 1, 8),
            sumDecisions: true) { Places = places };
        var total = store.PositionOf(head);
        var result = await refold.RunAsync(upTo, progress is null ? null : new Report(progress, total), cancellation);
        var models = new List<VerifiedReadModel>();
        if (upTo > 0)
        {
            foreach (var table in ReadModelTables.All)
            {
                var rows = result.Rows.Rows(table).ToList();
                models.Add(new VerifiedReadModel(table.Name, rows.Count, live[table.Name], ReadModelDigest.Of(table, rows)));
            }

            models.Add(new VerifiedReadModel("customer_states", result.States.Count, live["customer_states"], ReadModelDigest.OfStates(result.States)));
            models.Add(new VerifiedReadModel("decisions", result.Recorded.Count, result.Recorded.ToString(), result.Decided.ToString()));
        }

        models.Add(await IdentitiesAsync(cancellation));
        if (await store.CheckpointAsync(Processor.Consumer, cancellation) != checkpoint || await store.HeadAsync(cancellation) != head
            || !(await PlacesAsync(cancellation)).SequenceEqual(places))
        {
            throw new CommandException("The store was written while it was verified.", hint: "Stop the server first, or verify a copy of the file.");
        }

        return new VerifyReport(upTo, models);
    }

    /// <summary>How far each partition is folded, which differs once hosts have stopped in the middle of their work; none: all stand at the checkpoint.</summary>
    private async Task<long[]> PlacesAsync(CancellationToken cancellation) => store.Leases is { } leases
        ? [.. (await leases.PartitionsAsync(cancellation)).Select(partition => store.PositionOf(partition.Checkpoint))]
        : [];

    private async Task<Dictionary<string, string>> LiveAsync(CancellationToken cancellation)
    {
        var digests = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var table in ReadModelTables.All)
        {
            digests[table.Name] = await store.DigestAsync(table, cancellation);
        }

        digests["customer_states"] = await store.StatesDigestAsync(cancellation);
        return digests;
    }

    private async Task<VerifiedReadModel> IdentitiesAsync(CancellationToken cancellation)
    {
        var fold = new IdentityFold();
        var buffer = new PageBuffer();
        for (var after = Checkpoint.Start; ;)
        {
            var page = await store.ReadAsync(after, 10_000, new ReadOptions(WithIds: false, buffer), cancellation);
            if (page.AtEnd)
            {
                break;
            }

            foreach (var recorded in page.Events)
            {
                fold.Apply(recorded);
            }

            after = page.Next;
        }

        return new VerifiedReadModel("identities", fold.Map.Count, await store.IdentityDigestAsync(cancellation), fold.Map.Digest());
    }

    private sealed class Report(IProgress<WorkProgress> progress, long total) : IProgress<long>
    {
        void IProgress<long>.Report(long value) => progress.Report(new WorkProgress("folding again", value, total, "events"));
    }
}
