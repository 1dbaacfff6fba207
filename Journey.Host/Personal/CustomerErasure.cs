using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Personal;
using Journey.Host.Http.Queries;
using Journey.Host.Stores;

namespace Journey.Host.Personal;

/// <summary>What an erasure takes, before it takes it.</summary>
/// <param name="Customer">The id that is erased: the survivor's, whoever of the family was named.</param>
/// <param name="Customers">Everybody who turned out to be the same person.</param>
/// <param name="Identifiers">"kind:value", as the events came with them.</param>
/// <param name="Events">Recorded for them; they stay, without what they say of the person.</param>
/// <param name="ErasedAt">Unix milliseconds; null: not erased yet.</param>
/// <param name="IsParted">Somebody was merged with this customer and parted again: what was recorded meanwhile is of both.</param>
public sealed record ErasurePlan(
    string Customer, IReadOnlyList<string> Customers, IReadOnlyList<string> Identifiers, long Events, long? ErasedAt, bool IsParted)
{
    /// <summary>Why it cannot be erased; null: it can.</summary>
    public string? Refusal => IsParted
        ? $"{Customer} was merged with somebody else and parted again. What was recorded meanwhile stands under one key and is of both, so that neither can be erased without the other's data. "
            + "Nothing was erased."
        : null;
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

        var family = await store.FamilyAsync(customer, cancellation);
        if (family.Count == 0)
        {
            return null;
        }

        var identifiers = new SortedSet<string>(StringComparer.Ordinal);
        long events = 0;
        long? erasedAt = null;
        var isParted = false;
        await foreach (var recorded in _streams.ReadAsync(family, new Dictionary<string, long>(), cancellation))
        {
            events++;
            if (recorded.Kind == EventKind.Interaction)
            {
                var (said, alias) = PayloadIds.Read(recorded.Json.Span);
                identifiers.UnionWith(said.Concat(alias).Select(one => $"{IdentifierNames.Of(one.Kind)}:{one.Value}"));
            }
            else if (recorded.Kind == EventKind.Identity && recorded.Name is EventNames.IdentitiesUnmerged or EventNames.IdentityRestored)
            {
                isParted = true;
            }
            else if (Erasure.IsOne(recorded))
            {
                erasedAt = recorded.OccurredAt;
            }
        }

        return new ErasurePlan(family[0], family, [.. identifiers], events, erasedAt, isParted);
    }

    /// <summary>Makes who holds which identifier what the log says: after an import of a history in which somebody was erased.</summary>
    public async Task AlignAsync(CancellationToken cancellation) => await store.AlignIdentitiesAsync(cancellation);

    /// <summary>Does what is left to do. Interrupted at any point, it may be called again.</summary>
    public async Task<ErasureResult> EraseAsync(ErasurePlan plan, string? reason, CancellationToken cancellation)
    {
        var erased = Erasure.Event(plan.Customer, plan.Customers, reason, clock.GetUtcNow().ToUnixTimeMilliseconds());
        var answer = (await log.AppendAsync([new AppendRequest(plan.Customer, ExpectedVersion.Any, [erased])], cancellation))[0];
        var position = answer switch
        {
            AppendResult.Appended appended => appended.LastPosition,
            AppendResult.Duplicate duplicate => duplicate.Position,
            _ => throw new InvalidOperationException($"Recording an erasure was answered with {answer.GetType().Name}."),
        };
        await store.AlignIdentitiesAsync(cancellation);
        await folded(position, cancellation);
        return new ErasureResult(plan, position, answer is AppendResult.Duplicate, await store.EmptyWriteAheadAsync(cancellation));
    }
}
