using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Projections.Merges;

namespace Journey.Host.Running;

/// <summary>Reads what merges fold again: the streams of everybody who became one person, up to each merge.</summary>
public static class MergeHistories
{
    private const int PageMax = 1_000;

    private static readonly HashSet<long> EmptySet = [];

    /// <param name="skipped">Positions that operators have skipped: no fold sees them.</param>
    public static async Task<IReadOnlyList<MergeHistory>> SupplyAsync(
        IEventLog log, IReadOnlyList<MergeHistory> needed, IReadOnlySet<long> skipped, CancellationToken cancellation)
    {
        foreach (var history in needed)
        {
            while (!history.IsComplete)
            {
                var stream = history.Missing[0];
                history.Supply(stream, await ReadAsync(log, stream, history.Position, skipped, cancellation));
            }
        }

        return needed;
    }

    /// <summary>Everything that a customer stands for, across merges and their undoings, as far as the log goes.</summary>
    public static async Task<StreamFamily> FamilyAsync(IEventLog log, string customer, CancellationToken cancellation)
    {
        var family = new StreamFamily(long.MaxValue, customer);
        while (family.Missing.Count > 0)
        {
            var stream = family.Missing[0];
            family.Supply(stream, await ReadAsync(log, stream, long.MaxValue, EmptySet, cancellation));
        }

        return family;
    }

    /// <summary>Everything that customers who were merged and parted stood for at one place of the log.</summary>
    /// <param name="before">Global position: only events before it matter.</param>
    /// <param name="receivedBy">Only what had arrived by then, Unix milliseconds, inclusive.</param>
    public static async Task<StreamFamily> FamilyAsync(
        IEventLog log, IReadOnlyList<string> streams, long before, long receivedBy, IReadOnlySet<long> skipped, CancellationToken cancellation)
    {
        var family = new StreamFamily(before, [.. streams]);
        while (family.Missing.Count > 0)
        {
            var stream = family.Missing[0];
            family.Supply(stream, (await ReadAsync(log, stream, before, skipped, cancellation)).Where(recorded => recorded.ReceivedAt <= receivedBy));
        }

        return family;
    }

    private static async Task<List<RecordedEvent>> ReadAsync(
        IEventLog log, string stream, long before, IReadOnlySet<long> skipped, CancellationToken cancellation)
    {
        List<RecordedEvent> events = [];
        for (var after = 0L; ;)
        {
            var page = await log.ReadStreamAsync(stream, after, PageMax, cancellation);
            foreach (var recorded in page.Events)
            {
                after = recorded.Version;
                if (recorded.Position >= before)
                {
                    return events;
                }

                if (!skipped.Contains(recorded.Position))
                {
                    events.Add(recorded);
                }
            }

            if (page.AtEnd)
            {
                return events;
            }
        }
    }
}
