using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;

namespace Journey.Host.Stores.Identities;

/// <summary>The writer's side of the identity tables, with what was lately looked up kept in memory.</summary>
internal sealed class StoredIdentities : IIdentityLookup
{
    private readonly IIdentityRows _rows;
    private readonly PartedCustomers _parted = new();
    private readonly BoundedCache<Identifier, StoredLink> _links;
    private readonly BoundedCache<string, StoredCustomer> _customers;

    public StoredIdentities(IIdentityRows rows, int cachedMax)
    {
        _rows = rows;
        _links = new(cachedMax);
        _customers = new(cachedMax, StringComparer.Ordinal);
        Forget();
    }

    public CustomerStanding? Find(Identifier identifier) => LinkOf(identifier).Customer is { } customer ? Survivor(customer).Standing : null;

    /// <summary>Whether all that an identifier leads to is at hand.</summary>
    public bool Knows(Identifier identifier) =>
        _links.Find(identifier) is { } link && (link.Customer is null || _customers.Find(link.Customer) is not null);

    public bool IsShared(Identifier identifier) => LinkOf(identifier).Holders is { IsShared: true };

    public bool AreApart(string one, string other) => _parted.Contains(one, other);

    /// <summary>Undoes a merge. False: the two are not merged, or not directly, or the survivor is no longer a customer of its own.</summary>
    public bool TryUnmerge(Unmerge unmerge)
    {
        if (Load(unmerge.Restored) is not { } restored || restored.MergedInto != unmerge.Survivor
            || Load(unmerge.Survivor) is not { MergedInto: null } survivor)
        {
            return false;
        }

        Put(new StoredCustomer(With(restored.Standing, unmerge.RestoredKnown), null));
        Put(survivor with { Standing = With(survivor.Standing, unmerge.SurvivorKnown) });
        Part(unmerge.Survivor, unmerge.Restored);
        Give(unmerge.Identifiers, unmerge.Restored, unmerge.MergedAt);
        return true;
    }

    /// <summary>A log that is brought back from an export has its partings in it: they are appended as they were, and hold as they did.</summary>
    public void Follow(AppendRequest request)
    {
        foreach (var appended in request.Events)
        {
            if (appended.Kind != EventKind.Identity || appended.Name is not (EventNames.IdentityRestored or EventNames.IdentitiesUnmerged))
            {
                continue;
            }

            var json = StoredPayload.Json(appended.Payload);
            var (other, known) = Unmerge.Read(json);
            if (Load(appended.Stream) is not { } customer)
            {
                continue;
            }

            var isRestored = appended.Name == EventNames.IdentityRestored;
            Put(new StoredCustomer(With(customer.Standing, known), isRestored ? null : customer.MergedInto));
            if (isRestored)
            {
                Part(other, appended.Stream);
                Give(PayloadIds.Read(json.Span).Identifiers, appended.Stream, customer.Standing.FoundedPosition);
            }
        }
    }

    public bool Exists(string customer) => Load(customer) is not null;

    /// <param name="position">Of the interaction that taught it.</param>
    /// <param name="rules">In force.</param>
    public void Apply(Resolution resolution, long position, IdentityRules rules)
    {
        foreach (var merge in resolution.Merges)
        {
            var absorbed = Load(merge.Absorbed)!;
            var survivor = Load(merge.Survivor)!;
            Put(absorbed with { MergedInto = merge.Survivor });
            Put(survivor with { Standing = Joined(survivor.Standing, absorbed.Standing.HasUserId, absorbed.Standing.HasLoyaltyCard) });
            foreach (var other in _parted.Inherit(merge.Absorbed, merge.Survivor))
            {
                Part(merge.Survivor, other);
            }
        }

        if (resolution.Links.IsEmpty)
        {
            return;
        }

        var customer = Load(resolution.Customer);
        var standing = customer?.Standing ?? new CustomerStanding(resolution.Customer, false, false, position);
        foreach (var identifier in resolution.Links)
        {
            Hold(identifier, resolution.Customer, position, rules);
            standing = Joined(standing, identifier.Kind == IdentifierKind.UserId, identifier.Kind == IdentifierKind.LoyaltyCard);
        }

        if (standing != customer?.Standing)
        {
            Put(new StoredCustomer(standing, customer?.MergedInto));
        }
    }

    /// <summary>Lets go of everything that a customer holds: who comes with one of these identifiers is somebody new.</summary>
    public void Release(string customer)
    {
        _rows.DropLinksOf(customer);
        Forget();
    }

    /// <summary>An id that is taken, though nobody holds anything.</summary>
    public void Reserve(string customer, long position)
    {
        if (Load(customer) is null)
        {
            Put(new StoredCustomer(new CustomerStanding(customer, false, false, position), null));
        }
    }

    /// <summary>Makes the tables say what a fold of the log says.</summary>
    /// <param name="stored">What they say now.</param>
    /// <param name="head">Of the log.</param>
    /// <returns>How many rows were changed.</returns>
    public int Align(IdentityMap log, IdentityMap stored, long head)
    {
        var changed = 0;
        foreach (var (identifier, _) in stored.Links.Where(link => log.Find(link.Identifier) is null))
        {
            _rows.DropLink(identifier);
            changed++;
        }

        foreach (var (identifier, customer) in log.Links.Where(link => stored.Find(link.Identifier)?.Id != log.Find(link.Identifier)!.Id))
        {
            _rows.PutLink(identifier, customer, head);
            changed++;
        }

        var known = stored.Customers.ToDictionary(customer => customer.Standing.Id, StringComparer.Ordinal);
        foreach (var customer in log.Customers)
        {
            if (!known.TryGetValue(customer.Standing.Id, out var before) || before != customer)
            {
                _rows.PutCustomer(new StoredCustomer(customer.Standing, customer.MergedInto));
                changed++;
            }
        }

        foreach (var (identifier, _) in stored.AllHolders.Where(held => !log.AllHolders.ContainsKey(held.Key)))
        {
            _rows.DropHolders(identifier);
            changed++;
        }

        foreach (var (identifier, holders) in log.AllHolders.Where(held => !held.Value.Equals(stored.AllHolders.GetValueOrDefault(held.Key))))
        {
            _rows.PutHolders(identifier, holders);
            changed++;
        }

        Forget();
        return changed;
    }

    public void Forget()
    {
        _links.Clear();
        _customers.Clear();
        ReadParted();
    }

    private static CustomerStanding Joined(CustomerStanding standing, bool userId, bool loyaltyCard) => standing with
    {
        HasUserId = standing.HasUserId || userId,
        HasLoyaltyCard = standing.HasLoyaltyCard || loyaltyCard,
    };

    private static CustomerStanding With(CustomerStanding standing, Known known) =>
        standing with { HasUserId = known.ByUserId, HasLoyaltyCard = known.ByLoyaltyCard };

    private void Hold(Identifier identifier, string customer, long position, IdentityRules rules)
    {
        var link = LinkOf(identifier);
        var holders = Holders.Moved(identifier, link.Customer, customer, link.Holders, rules, id => Load(id) is null ? id : Survivor(id).Standing.Id);
        if (holders is not null)
        {
            link = link with { Holders = holders };
            _rows.PutHolders(identifier, holders);
            if (holders.IsShared)
            {
                _rows.DropLink(identifier);
                _links.Set(identifier, link with { Customer = null });
                return;
            }
        }

        PutLink(identifier, link with { Customer = customer }, position);
    }

    private void PutLink(Identifier identifier, StoredLink link, long position)
    {
        _rows.PutLink(identifier, link.Customer!, position);
        _links.Set(identifier, link);
    }

    private void Give(IEnumerable<Identifier> identifiers, string customer, long position)
    {
        foreach (var identifier in identifiers)
        {
            if (LinkOf(identifier) is { Customer: not null } link)
            {
                PutLink(identifier, link with { Customer = customer }, position);
            }
        }
    }

    private void Part(string one, string other)
    {
        _parted.Add(one, other);
        _rows.PutParted(one, other);
    }

    private void ReadParted()
    {
        _parted.Clear();
        foreach (var (one, other) in _rows.Parted())
        {
            _parted.Add(one, other);
        }
    }

    private StoredLink LinkOf(Identifier identifier)
    {
        if (_links.Find(identifier) is { } known)
        {
            return known;
        }

        var link = _rows.FindLink(identifier);
        if (link != StoredLink.None)
        {
            _links.Set(identifier, link);
        }

        return link;
    }

    private StoredCustomer Survivor(string id)
    {
        var customer = Load(id)!;
        while (customer.MergedInto is { } next)
        {
            customer = Load(next)!;
        }

        return customer;
    }

    private StoredCustomer? Load(string id)
    {
        if (_customers.Find(id) is { } known)
        {
            return known;
        }

        var customer = _rows.FindCustomer(id);
        if (customer is not null)
        {
            _customers.Set(id, customer);
        }

        return customer;
    }

    private void Put(StoredCustomer customer)
    {
        _rows.PutCustomer(customer);
        _customers.Set(customer.Standing.Id, customer);
    }
}
