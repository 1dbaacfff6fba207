using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Running.Rebuilding;

namespace Journey.Host.Running;

/// <summary>An event that a fold can't take, and what stands still because of it.</summary>
/// <param name="Partition">Null: a rebuild failed at it; nothing that is live stands still.</param>
/// <param name="Since">Unix milliseconds.</param>
public sealed record PoisonEvent(long Position, string Name, string Stream, string Reason, int? Partition, long Since);

/// <summary>What came of a request about a poison event.</summary>
public abstract record PoisonAnswer
{
    private PoisonAnswer() { }

    /// <summary>Recorded, and the partition goes on once the record is folded.</summary>
    /// <param name="RecordedAt">Position of "Event Skipped".</param>
    public sealed record Skipped(long RecordedAt) : PoisonAnswer;

    public sealed record Released : PoisonAnswer;

    public sealed record StandsStill(PoisonEvent Event) : PoisonAnswer;

    /// <summary>There is no poison event at that position.</summary>
    public sealed record Unknown : PoisonAnswer;
}

/// <summary>Lists poison events, and lets operators skip or retry them.</summary>
/// <param name="stalled">The live fold's.</param>
/// <param name="rebuilder">Null: no rebuild could have failed here.</param>
/// <param name="retry">Tries the partition that stands still at a position again.</param>
public sealed class PoisonList(
    IEventLog log,
    Func<IReadOnlyCollection<StalledPartition>> stalled,
    Rebuilder? rebuilder,
    Func<long, CancellationToken, Task<PoisonRetry>> retry,
    TimeProvider clock)
{
    /// <summary>Characters of an operator's reason for skipping an event.</summary>
    public const int ReasonMax = 500;

    /// <summary>By position.</summary>
    public async Task<IReadOnlyList<PoisonEvent>> ListAsync(CancellationToken cancellation)
    {
        var found = new SortedDictionary<long, PoisonEvent>();
        foreach (var partition in stalled())
        {
            var recorded = await ReadAsync(partition.Position, cancellation);
            found[partition.Position] = new PoisonEvent(partition.Position, partition.Name, recorded.Stream, partition.Reason, partition.Partition, partition.Since);
        }

        // A rebuild that failed says so until another is begun.
        if (rebuilder is not null && (await rebuilder.ListAsync(cancellation)) is [{ State: "failed", Position: { } position } failed, ..]
            && !found.ContainsKey(position) && !(await StalledPartitions.SkippedAsync(log, cancellation)).Contains(position))
        {
            var recorded = await ReadAsync(position, cancellation);
            found[position] = new PoisonEvent(position, recorded.Name, recorded.Stream, failed.Reason ?? "", null, failed.EndedAt ?? 0);
        }

        return [.. found.Values];
    }

    /// <summary>The event with everything recorded of it; null: there is no poison event at that position.</summary>
    public async Task<(PoisonEvent Poison, RecordedEvent Recorded)?> FindAsync(long position, CancellationToken cancellation) =>
        (await ListAsync(cancellation)).FirstOrDefault(poison => poison.Position == position) is { } found
            ? (found, await ReadAsync(position, cancellation))
            : null;

    /// <summary>Records that every fold passes the event over from now on.</summary>
    /// <param name="reason">Why, for whoever asks later: 1 to <see cref="ReasonMax"/> characters.</param>
    public async Task<PoisonAnswer> SkipAsync(long position, string reason, CancellationToken cancellation)
    {
        if ((await ListAsync(cancellation)).All(poison => poison.Position != position))
        {
            return new PoisonAnswer.Unknown();
        }

        var skip = StalledPartitions.Skip(position, reason, clock.GetUtcNow().ToUnixTimeMilliseconds());
        var results = await log.AppendAsync([new AppendRequest(StalledPartitions.Stream, ExpectedVersion.Any, [skip])], cancellation);
        return results[0] switch
        {
            AppendResult.Appended appended => new PoisonAnswer.Skipped(appended.LastPosition),
            AppendResult.Duplicate duplicate => new PoisonAnswer.Skipped(duplicate.Position),
            _ => throw new InvalidOperationException($"A skip was answered with {results[0]}."),
        };
    }

    public async Task<PoisonAnswer> RetryAsync(long position, CancellationToken cancellation) => await retry(position, cancellation) switch
    {
        PoisonRetry.Released => new PoisonAnswer.Released(),
        PoisonRetry.StandsStill { Partition: var stands } => new PoisonAnswer.StandsStill(
            new PoisonEvent(stands.Position, stands.Name, (await ReadAsync(stands.Position, cancellation)).Stream, stands.Reason, stands.Partition, stands.Since)),
        _ => new PoisonAnswer.Unknown(),
    };

    private async Task<RecordedEvent> ReadAsync(long position, CancellationToken cancellation) =>
        (await log.ReadAsync(await log.BeforeAsync(position, cancellation), 1, cancellation)).Events[0];
}
