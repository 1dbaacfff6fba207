using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Http.Queries;
using Journey.Host.Running;
using Journey.Projections;
using Journey.Projections.Customers;
using Journey.Projections.ReadModels;

namespace Journey.Host.Replay;

/// <summary>One customer, folded again from the log to any moment, with everybody who had become one with them by then.</summary>
/// <remarks>
/// The real fold and the real engine, on states in memory: nothing is appended, written or delivered. Costs as much as the customer's events.
/// </remarks>
public sealed class CustomerReplay(ReplaySource source)
{
    private const int PageMax = 1_000;

    /// <summary>What an erasure is recorded as.</summary>

    /// <summary>Merges followed from one customer to the survivor.</summary>
    private const int MergesMax = 100;

    private readonly IEventLog _log = source.Log;

    /// <param name="customer">A customer id. One who was merged away by then is answered as the survivor.</param>
    /// <returns>Null: nothing of this customer is in the log.</returns>
    public async Task<ReplayedCustomer?> RunAsync(string customer, ReplayLimit limit, IReplayTrace? trace, CancellationToken cancellation)
    {
        for (var merges = 0; merges < MergesMax; merges++)
        {
            var family = await FamilyAsync(customer, limit, cancellation);
            if (family.Count == 0)
            {
                return null;
            }

            var own = family[customer];
            if (!own.Exists(recorded => recorded.Kind == EventKind.Identity && recorded.Name == EventNames.IdentityAbsorbed && limit.Includes(recorded)))
            {
                return await FoldAsync(OfThen(customer, family, limit), family, limit, trace, cancellation);
            }

            // A tombstone, unless the two were parted again: the fold knows.
            var replayed = await FoldAsync(customer, family, limit, null, cancellation);
            if (replayed.State?.MergedInto is not { } survivor)
            {
                return trace is null ? replayed : await FoldAsync(customer, family, limit, trace, cancellation);
            }

            customer = survivor;
        }

        throw new InvalidDataException($"More than {MergesMax} merges lead on from {customer}.");
    }

    /// <summary>The customer's own stream and, however deep, every one absorbed into it, each whole.</summary>
    private async Task<Dictionary<string, List<RecordedEvent>>> FamilyAsync(string customer, ReplayLimit limit, CancellationToken cancellation)
    {
        var family = new Dictionary<string, List<RecordedEvent>>(StringComparer.Ordinal);
        var asked = new Queue<string>([customer]);
        while (asked.TryDequeue(out var stream))
        {
            if (family.ContainsKey(stream) || family.Count >= CustomerStreams.StreamsMax)
            {
                continue;
            }

            var events = await ReadAsync(stream, cancellation);
            if (events.Count == 0 && family.Count == 0)
            {
                return family;
            }

            family.Add(stream, events);
            foreach (var recorded in events)
            {
                if (CustomerFold.NeedsHistory(recorded)?.Absorbed is { } absorbed)
                {
                    asked.Enqueue(absorbed);
                }
            }
        }

        return family;
    }

    /// <summary>Who this customer was then: before their own stream began, the one of those they were made of who was seen last.</summary>
    private static string OfThen(string customer, Dictionary<string, List<RecordedEvent>> family, ReplayLimit limit)
    {
        if (family[customer].Exists(recorded => limit.Includes(recorded)))
        {
            return customer;
        }

        return family
            .Select(stream => (stream.Key, Last: stream.Value.LastOrDefault(recorded => limit.Includes(recorded)).Position))
            .Where(stream => stream.Last > 0)
            .OrderByDescending(stream => stream.Last)
            .Select(stream => stream.Key)
            .FirstOrDefault(customer);
    }

    private async Task<ReplayedCustomer> FoldAsync(
        string customer, Dictionary<string, List<RecordedEvent>> family, ReplayLimit limit, IReplayTrace? trace, CancellationToken cancellation)
    {
        var fold = new BatchFold(new Vocabulary(), trace);
        var states = new Dictionary<string, CustomerState>(StringComparer.Ordinal);
        var output = new FoldOutput();
        PoisonStop? stopped = null;
        var count = 0L;
        foreach (var recorded in family.Values.SelectMany(events => events).Where(recorded => limit.Includes(recorded)).OrderBy(recorded => recorded.Position))
        {
            cancellation.ThrowIfCancellationRequested();
            if (source.IsPassedOver(recorded))
            {
                stopped ??= source.Stalled.Any(stalled => stalled.Position == recorded.Position) ? new PoisonStop(recorded.Position, recorded.Name) : null;
                continue;
            }

            trace?.Begin(recorded, source.Definitions.At(recorded.Position));
            RecordedEvent[] page = [recorded];
            try
            {
                var histories = await MergeHistories.SupplyAsync(_log, BatchFold.HistoriesNeeded(page), source.Skipped, cancellation);
                fold.Continue(page, states, source.Definitions.At, histories, output);
            }
            catch (InvalidDataException)
            {
                // What no fold can take is where the live one will stand still as well.
                stopped = new PoisonStop(recorded.Position, recorded.Name);
                break;
            }

            trace?.End(recorded, output.Events);
            output.DropEvents();
            count++;
        }

        fold.Close(output);
        return new ReplayedCustomer(customer, states.GetValueOrDefault(customer), new RowStore([output.Changes]), count, stopped)
        {
            IsErased = family.Values.Any(events => events.Exists(recorded => recorded.Name == EventNames.CustomerErased)),
        };
    }

    private async Task<List<RecordedEvent>> ReadAsync(string stream, CancellationToken cancellation)
    {
        List<RecordedEvent> events = [];
        for (var after = 0L; ;)
        {
            var page = await _log.ReadStreamAsync(stream, after, PageMax, cancellation);
            foreach (var recorded in page.Events)
            {
                after = recorded.Version;

                // The live fold reads without the senders' ids: what it could not see is not seen here either.
                events.Add(recorded.Kind == EventKind.Interaction ? recorded with { Id = "" } : recorded);
            }

            if (page.Events.Count < PageMax)
            {
                return events;
            }
        }
    }
}

/// <summary>One customer as of some moment.</summary>
/// <param name="State">Null: nothing of them had arrived by then.</param>
/// <param name="Rows">The read models' rows of everybody folded: those of <paramref name="Customer"/>, and tombstones of the absorbed.</param>
/// <param name="Events">How many events were folded.</param>
/// <param name="Stopped">The event that cannot be folded and at which the customer's partition stands still; null: none.</param>
public sealed record ReplayedCustomer(string Customer, CustomerState? State, RowStore Rows, long Events, PoisonStop? Stopped)
{
    /// <summary>The customer's content was destroyed since.</summary>
    public bool IsErased { get; init; }

    public IEnumerable<Cell[]> RowsOf(TableDefinition table) => Rows.Rows(table).Where(row => row[0].Text == Customer);
}

public sealed record PoisonStop(long Position, string Name);
