using System.Collections.Immutable;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Host.Http.Queries;
using Journey.Host.Running;
using Journey.Host.Stores;
using Journey.Projections.Merges;

namespace Journey.Host.Identities;

/// <summary>What a person asks for who undoes a merge.</summary>
/// <param name="Customer">Whom it was wrongly made: an id, or an identifier.</param>
/// <param name="Of">Whom to part from them: an id, or an identifier that came with the merge.</param>
/// <param name="With">Further identifiers that go with them.</param>
public sealed record UnmergeRequest(string Customer, string Of, IReadOnlyList<string> With);

public abstract record UnmergePlan
{
    private UnmergePlan() { }

    /// <param name="Unmerge">What will be recorded.</param>
    /// <param name="Events">Interactions that will be the restored customer's.</param>
    /// <param name="Streams">The restored customer and everybody who is one with them: one who was merged deeper goes along.</param>
    public sealed record Ready(Unmerge Unmerge, int Events, IReadOnlyList<string> Streams) : UnmergePlan;

    public sealed record Unknown(string Reason) : UnmergePlan;

    public sealed record Refused(string Reason) : UnmergePlan;
}

/// <summary>Undoes merges: finds out which identifiers go with whom, and records it.</summary>
/// <remarks>
/// What was known of an identifier before the merge decides; one that was met only afterwards goes with the strongest known one that it was met with,
/// and stays with the survivor where there is none.
/// </remarks>
public sealed class Unmerging(IEventLog log, IIngestStore ingest, IIdentityStore identities, TimeProvider clock)
{
    private const int MergesMax = 100;

    public async Task<UnmergePlan> PlanAsync(UnmergeRequest request, CancellationToken cancellation)
    {
        if (await CustomerAddress.FindAsync(ingest, request.Customer, cancellation) is not { } named)
        {
            return new UnmergePlan.Unknown($"There is no customer \"{request.Customer}\"; expected {CustomerAddress.Expected}.");
        }

        var survivor = await SurvivorAsync(named, cancellation);
        if (await MergedAsync(request.Of, cancellation) is not { } merged)
        {
            return new UnmergePlan.Unknown($"Nobody holds \"{request.Of}\"; expected {CustomerAddress.Expected}.");
        }

        if (await BranchAsync(merged, survivor, cancellation) is not { } restored)
        {
            return new UnmergePlan.Refused(merged == survivor
                ? $"\"{request.Of}\" is {survivor}'s own: it did not come by a merge, so there is nothing to undo."
                : $"\"{request.Of}\" is not merged into {survivor}.");
        }

        var family = await MergeHistories.FamilyAsync(log, survivor, cancellation);
        if (family.Merged(survivor, restored) is not { } history)
        {
            return new UnmergePlan.Refused($"The log has no merge of {restored} into {survivor}.");
        }

        var with = new List<Identifier>();
        foreach (var text in request.With)
        {
            if (CustomerAddress.Identifier(text) is not { } identifier)
            {
                return new UnmergePlan.Unknown($"\"{text}\" identifies nobody; expected an identifier such as email:ann@example.org.");
            }

            with.Add(identifier);
        }

        return await PlanAsync(survivor, restored, family, history, with, cancellation);
    }

    /// <summary>Records it: the identity tables and the log change in one commit, and every projection follows.</summary>
    public ValueTask<UnmergeAnswer> ApplyAsync(UnmergePlan.Ready plan, CancellationToken cancellation) =>
        identities.UnmergeAsync(plan.Unmerge, clock.GetUtcNow().ToUnixTimeMilliseconds(), cancellation);

    private async Task<UnmergePlan> PlanAsync(
        string survivor, string restored, StreamFamily family, (IReadOnlyList<RecordedEvent> Absorbed, IReadOnlyList<RecordedEvent> Since, long MergedAt) history,
        List<Identifier> with, CancellationToken cancellation)
    {
        string[] streams = [restored, .. family.AbsorbedBy(restored).Keys.Where(stream => stream != restored)];
        var theirs = Identifiers(history.Absorbed).ToHashSet();
        var others = Identifiers(family.EventsOf(survivor).Where(e => e.Position < history.MergedAt).ExceptBy(history.Absorbed.Select(e => e.Position), e => e.Position)).ToHashSet();
        var all = theirs.Concat(others).Concat(Identifiers(history.Since)).Concat(with).ToHashSet();
        var links = await identities.LinksAsync(all, cancellation);
        var sides = new IdentifierSides();
        foreach (var identifier in all)
        {
            var isLinked = links.TryGetValue(identifier, out var holder);
            if (with.Contains(identifier) || (theirs.Contains(identifier) && (!others.Contains(identifier) || (isLinked && streams.Contains(holder)))))
            {
                sides.Set(identifier, isRestored: true);
            }
            else if (others.Contains(identifier))
            {
                sides.Set(identifier, isRestored: false);
            }
        }

        var going = history.Since.Where(e => e.Kind == EventKind.Interaction).Count(e => sides.Learn(PayloadIds.Read(e.Json.Span).Identifiers));
        var goes = sides.Restored;
        return new UnmergePlan.Ready(
            new Unmerge(
                survivor, restored, goes,
                SurvivorKnown: Known(all.Except(goes), links),
                RestoredKnown: Known(goes, links),
                history.MergedAt),
            history.Absorbed.Count(static e => e.Kind == EventKind.Interaction) + going,
            streams);
    }

    private static Known Known(IEnumerable<Identifier> identifiers, IReadOnlyDictionary<Identifier, string> links)
    {
        var held = identifiers.Where(links.ContainsKey).Select(static identifier => identifier.Kind).ToHashSet();
        return new Known(held.Contains(IdentifierKind.UserId), held.Contains(IdentifierKind.LoyaltyCard));
    }

    private static IEnumerable<Identifier> Identifiers(IEnumerable<RecordedEvent> events) =>
        events.Where(static e => e.Kind == EventKind.Interaction).SelectMany(static e =>
        {
            var (identifiers, alias) = PayloadIds.Read(e.Json.Span);
            return identifiers.Concat(alias);
        });

    private async Task<string?> MergedAsync(string of, CancellationToken cancellation)
    {
        if (CustomerId.IsWellFormed(of))
        {
            return of;
        }

        return CustomerAddress.Identifier(of) is { } identifier && (await identities.LinksAsync([identifier], cancellation)).TryGetValue(identifier, out var holder)
            ? holder
            : null;
    }

    private async Task<string> SurvivorAsync(string customer, CancellationToken cancellation)
    {
        for (var merges = 0; merges < MergesMax && await identities.MergedIntoAsync(customer, cancellation) is { } next; merges++)
        {
            customer = next;
        }

        return customer;
    }

    /// <summary>The customer who was merged into the survivor directly, and whom this one had become by then; null: there is none.</summary>
    private async Task<string?> BranchAsync(string customer, string survivor, CancellationToken cancellation)
    {
        for (var merges = 0; merges < MergesMax; merges++)
        {
            var into = await identities.MergedIntoAsync(customer, cancellation);
            if (into is null || into == survivor)
            {
                return into is null ? null : customer;
            }

            customer = into;
        }

        return null;
    }
}

/// <summary>Which identifiers go with the restored customer, and which stay.</summary>
internal sealed class IdentifierSides
{
    private readonly Dictionary<Identifier, bool> _isRestored = [];

    /// <summary>In a fixed order, so that a plan made twice is the same.</summary>
    public ImmutableArray<Identifier> Restored =>
    [
        .. _isRestored.Where(static side => side.Value).Select(static side => side.Key)
            .OrderBy(static identifier => identifier.Kind).ThenBy(static identifier => identifier.Value, StringComparer.Ordinal),
    ];

    public void Set(Identifier identifier, bool isRestored) => _isRestored[identifier] = isRestored;

    /// <summary>Takes up an event's new identifiers on the side of its strongest known one.</summary>
    /// <returns>Whether the event goes with the restored customer.</returns>
    public bool Learn(ImmutableArray<Identifier> identifiers)
    {
        var isRestored = identifiers.Where(_isRestored.ContainsKey).OrderBy(static identifier => identifier.Kind)
            .Select(identifier => _isRestored[identifier]).FirstOrDefault();
        foreach (var identifier in identifiers)
        {
            _isRestored.TryAdd(identifier, isRestored);
        }

        return isRestored;
    }
}
