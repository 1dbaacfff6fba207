using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Personal;
using Journey.Host.Http.Queries;
using Journey.Host.Stores;
using Journey.Projections.Customers;

namespace Journey.Host.Personal;

/// <summary>What an erasure takes, before it takes it.</summary>
/// <param name="Customer">The id that is erased: the survivor's, whoever of the family was named.</param>
/// <param name="Customers">Everybody who turned out to be the same person.</param>
/// <param name="Identifiers">"kind:value", as the events came with them.</param>
/// <param name="Events">Recorded for them; they stay, without what they say of the person.</param>
/// <param name="ErasedAt">Unix milliseconds; null: not erased yet.</param>
/// <param name="Parted">Those who were merged with this customer and parted again, and with whom these were: what was recorded meanwhile is of all of them.</param>
public sealed record ErasurePlan(
    string Customer, IReadOnlyList<string> Customers, IReadOnlyList<string> Identifiers, long Events, long? ErasedAt, IReadOnlyList<ErasurePlan> Parted)
{
    /// <summary>Why a customer cannot be erased without those who were parted from them.</summary>
    public static string RefusalOf(string customer, IEnumerable<string> parted) =>
        $"{customer} was merged with {string.Join(", ", parted)} and parted again. What was recorded meanwhile stands under one key and is of all of them, so that none can be erased "
        + "without the others' data. Nothing was erased.";
}

/// <param name="Position">Where "Customer Erased" stands in the log.</param>
/// <param name="WasErased">It had been erased before: what an interruption may have left undone was done now.</param>
/// <param name="IsClean">Nothing overwritten is left in the store's files.</param>
public sealed record ErasureResult(ErasurePlan Plan, long Position, bool WasErased, bool IsClean);

/// <summary>Erases a customer: the keys go with the recorded event, then what was computed from the data, then what is left of it in the files.</summary>
/// <param name="folded">Completes once everything up to a position is folded and committed.</param>
public sealed class CustomerErasure(
    IEventLog log, IIngestStore ingest, IErasureStore store, TimeProvider clock, Func<long, CancellationToken, Task> folded)
{
    private readonly CustomerStreams _streams = new(log);

    /// <param name="address">An id of ours, or an identifier that somebody holds.</param>
    /// <returns>Null: there is no such customer.</returns>
    public async ValueTask<ErasurePlan?> PlanAsync(string address, CancellationToken cancellation)
    {
        if (await CustomerAddress.FindAsync(ingest, address, cancellation) is not { } customer)
        {
            return null;
        }

        var plans = new Dictionary<string, ErasurePlan>(StringComparer.Ordinal);
        var open = new Queue<string>([customer]);
        while (open.TryDequeue(out var next))
        {
            var family = await store.FamilyAsync(next, cancellation);
            if (family.Count > 0 && !plans.ContainsKey(family[0]))
            {
                var (plan, parted) = await PlanAsync(family, cancellation);
                plans.Add(plan.Customer, plan);
                parted.ForEach(open.Enqueue);
            }
        }

        return plans.Count == 0 ? null : plans.Values.First() with { Parted = [.. plans.Values.Skip(1)] };
    }

    private async ValueTask<(ErasurePlan Plan, List<string> Parted)> PlanAsync(IReadOnlyList<string> family, CancellationToken cancellation)
    {
        var identifiers = new SortedSet<string>(StringComparer.Ordinal);
        var parted = new List<string>();
        long events = 0;
        long? erasedAt = null;
        await foreach (var recorded in _streams.ReadAsync(family, new Dictionary<string, long>(), cancellation))
        {
            events++;
            if (recorded.Kind == EventKind.Interaction)
            {
                var (said, alias) = PayloadIds.Read(recorded.Json.Span);
                identifiers.UnionWith(said.Concat(alias).Select(one => $"{IdentifierNames.Of(one.Kind)}:{one.Value}"));
            }
            else if (recorded.Kind == EventKind.Identity && recorded.Name == EventNames.IdentitiesUnmerged)
            {
                parted.Add(IdentityFacts.PartedFrom(recorded));
            }
            else if (recorded.Kind == EventKind.Identity && recorded.Name == EventNames.IdentityRestored)
            {
                parted.Add(IdentityFacts.SurvivorOf(recorded));
            }
            else if (Erasure.IsOne(recorded))
            {
                erasedAt = recorded.OccurredAt;
            }
        }

        return (new ErasurePlan(family[0], family, [.. identifiers], events, erasedAt, []), parted);
    }

    /// <summary>Makes who holds which identifier what the log says: after an import of a history in which somebody was erased.</summary>
    public async Task AlignAsync(CancellationToken cancellation) => await store.AlignIdentitiesAsync(cancellation);

    /// <summary>Does what is left to do, for the customer and everybody parted from them. Interrupted at any point, it may be called again.</summary>
    public async Task<ErasureResult> EraseAsync(ErasurePlan plan, string? reason, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var answers = await log.AppendAsync(
            [.. plan.Parted.Prepend(plan).Select(one => new AppendRequest(one.Customer, ExpectedVersion.Any, [Erasure.Event(one.Customer, one.Customers, reason, now)]))], cancellation);
        var positions = answers.Select(static answer => answer switch
        {
            AppendResult.Appended appended => appended.LastPosition,
            AppendResult.Duplicate duplicate => duplicate.Position,
            _ => throw new InvalidOperationException($"Recording an erasure was answered with {answer.GetType().Name}."),
        }).ToArray();
        await store.AlignIdentitiesAsync(cancellation);
        await folded(positions.Max(), cancellation);
        return new ErasureResult(plan, positions[0], answers.All(static answer => answer is AppendResult.Duplicate), await store.EmptyWriteAheadAsync(cancellation));
    }
}
