using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Language.Publishing;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;
using Journey.Projections.Segments;

namespace Journey.Host.Segments;

/// <param name="Position">Of the publication that was followed.</param>
/// <param name="Customers">How many were looked at.</param>
/// <param name="Concerned">How many of them were told that time has come.</param>
public sealed record SegmentSweepReport(long Position, long Customers, long Concerned);

/// <summary>After a segment was published or taken back: every customer is looked at once, and time is recorded to have come for those whom it concerns, so that they are folded with it.</summary>
/// <remarks>
/// What it records stands in the log like everything else, so that a rebuild comes to the same members. It is marked as imported: who is in a
/// segment already when it is published did nothing now, and starts no journey by it. Interrupted, it begins again; the ids of what it records
/// are named by (customer, publication), so that nobody is told twice.
/// </remarks>
public sealed class SegmentSweep(
    IEventLog log, IStateStore states, Func<DefinitionHistory> definitions, Func<long, CancellationToken, Task> folded, TimeProvider clock)
{
    /// <summary>Its checkpoint is the last publication that was followed to the end.</summary>
    public const string Consumer = "segments";

    /// <summary>Customers looked at, and at most recorded for, at once.</summary>
    private const int PageCustomers = 2_000;

    private long _followed = -1;

    /// <returns>Null: there was nothing to follow.</returns>
    public async Task<SegmentSweepReport?> FollowAsync(CancellationToken stop)
    {
        var history = definitions();
        var position = history.SegmentsPosition;
        if (position <= _followed)
        {
            return null;
        }

        var checkpoint = await states.CheckpointAsync(Consumer, stop);
        if (log.PositionOf(checkpoint) >= position)
        {
            _followed = position;
            return null;
        }

        await folded(position, stop);
        var report = await SweepAsync(history, position, stop);
        var next = await log.BeforeAsync(position + 1, stop);

        // Another host that was quicker has done the same.
        await states.CommitAsync(new ProcessedBatch(Consumer, checkpoint, next, [], [], new ReadModelChanges()), stop);
        _followed = position;
        return report;
    }

    private async Task<SegmentSweepReport> SweepAsync(DefinitionHistory history, long position, CancellationToken stop)
    {
        var vocabulary = new Vocabulary();
        var (looked, concerned) = (0L, 0L);
        for (var last = ""; ;)
        {
            var page = await states.QueryAsync(
                new TableQuery(ReadModelTables.Customers, [new Filter("customer", FilterKind.Greater, last)], [], PageCustomers), stop);
            var customers = page.Select(static row => row[0].Text!).ToArray();
            var stored = await states.LoadAsync(customers, stop);
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var review = new SegmentReview(history.Latest, now);
            string[] told = [.. customers.Where(customer =>
                stored.TryGetValue(customer, out var bytes) && review.Concerns(CustomerState.Read(customer, bytes.Span, vocabulary)))];
            await TellAsync(told, position, now, stop);
            looked += customers.Length;
            concerned += told.Length;
            if (customers.Length < PageCustomers)
            {
                return new SegmentSweepReport(position, looked, concerned);
            }

            last = customers[^1];
        }
    }

    private async Task TellAsync(string[] customers, long publication, long now, CancellationToken stop)
    {
        if (customers.Length == 0)
        {
            return;
        }

        var last = 0L;
        foreach (var result in await log.AppendAsync(
            [.. customers.Select(customer => new AppendRequest(customer, ExpectedVersion.Any, [Scheduler.TimeReached(customer, $"segments|{publication}", EventFlags.Imported, now, now)]))], stop))
        {
            last = result is AppendResult.Appended appended ? Math.Max(last, appended.LastPosition) : last;
        }

        // What is live comes first: no more is recorded than is folded.
        await folded(last, stop);
    }
}
