using System.Security.Cryptography;
using System.Text;

namespace Journey.Domain.Identity;

/// <summary>Who holds which identifier, in memory.</summary>
public sealed class IdentityMap : IIdentityLookup
{
    private readonly Dictionary<Identifier, string> _links = [];
    private readonly Dictionary<string, Entry> _customers = new(StringComparer.Ordinal);
    private readonly Dictionary<Identifier, Holders> _holders = [];
    private readonly PartedCustomers _parted = new();

    public CustomerStanding? Find(Identifier identifier) => _links.TryGetValue(identifier, out var customer) ? Survivor(customer).Standing : null;

    /// <summary>How many identifiers somebody holds.</summary>
    public int Count => _links.Count;

    /// <summary>Who was given each identifier, before merges.</summary>
    public IEnumerable<(Identifier Identifier, string Customer)> Links => _links.Select(static link => (link.Key, link.Value));

    public IEnumerable<(CustomerStanding Standing, string? MergedInto)> Customers => _customers.Values.Select(static entry => (entry.Standing, entry.MergedInto));

    public IReadOnlyDictionary<Identifier, Holders> AllHolders => _holders;

    /// <summary>Knows a customer of whom nothing else is known: the identifiers that its events came with were erased.</summary>
    /// <param name="position">Of the event; unless the customer is known already.</param>
    public void Found(string customer, long position) => _customers.TryAdd(customer, new Entry(new CustomerStanding(customer, false, false, position)));

    public bool Exists(string customer) => _customers.ContainsKey(customer);

    /// <summary>The customer as it is today: itself, or whoever absorbed it in the end; null if nobody has this id.</summary>
    public CustomerStanding? StandingOf(string customer) => _customers.ContainsKey(customer) ? Survivor(customer).Standing : null;

    public bool IsShared(Identifier identifier) => _holders.TryGetValue(identifier, out var holders) && holders.IsShared;

    public bool AreApart(string one, string other) => _parted.Contains(one, other);

    /// <param name="position">Of the interaction.</param>
    /// <param name="rules">In force then.</param>
    public void Apply(Resolution resolution, long position, IdentityRules rules)
    {
        foreach (var merge in resolution.Merges)
        {
            Merge(merge.Absorbed, merge.Survivor);
        }

        if (!resolution.Links.IsEmpty)
        {
            Link(resolution.Customer, resolution.Links, position, rules);
        }
    }

    public void Merge(string absorbed, string survivor)
    {
        var from = _customers[absorbed];
        var into = _customers[survivor];
        from.MergedInto = survivor;
        _parted.Inherit(absorbed, survivor);
        into.Standing = into.Standing with
        {
            HasUserId = into.Standing.HasUserId || from.Standing.HasUserId,
            HasLoyaltyCard = into.Standing.HasLoyaltyCard || from.Standing.HasLoyaltyCard,
        };
    }

    /// <summary>Undoes a merge.</summary>
    /// <param name="identifiers">Go with the restored customer, where anybody holds them.</param>
    public void Unmerge(string survivor, string restored, IEnumerable<Identifier> identifiers)
    {
        _customers[restored].MergedInto = null;
        _parted.Add(survivor, restored);
        foreach (var identifier in identifiers)
        {
            if (_links.ContainsKey(identifier))
            {
                _links[identifier] = restored;
            }
        }
    }

    /// <summary>Says how a customer is known from now on.</summary>
    public void SetKnown(string customer, Known known)
    {
        var entry = _customers[customer];
        entry.Standing = entry.Standing with { HasUserId = known.ByUserId, HasLoyaltyCard = known.ByLoyaltyCard };
    }

    public void Link(string customer, IEnumerable<Identifier> identifiers, long position, IdentityRules rules)
    {
        if (!_customers.TryGetValue(customer, out var entry))
        {
            entry = new Entry(new CustomerStanding(customer, false, false, position));
            _customers.Add(customer, entry);
        }

        foreach (var identifier in identifiers)
        {
            Hold(identifier, customer, rules);
            entry.Standing = entry.Standing with
            {
                HasUserId = entry.Standing.HasUserId || identifier.Kind == IdentifierKind.UserId,
                HasLoyaltyCard = entry.Standing.HasLoyaltyCard || identifier.Kind == IdentifierKind.LoyaltyCard,
            };
        }
    }

    /// <summary>Adds what a store holds, row by row.</summary>
    public void Restore(CustomerStanding standing, string? mergedInto) => _customers.Add(standing.Id, new Entry(standing) { MergedInto = mergedInto });

    /// <summary>Adds what a store holds, row by row.</summary>
    public void Restore(Identifier identifier, string customer) => _links.Add(identifier, customer);

    /// <summary>Adds what a store holds, row by row.</summary>
    public void Restore(Identifier identifier, Holders holders) => _holders.Add(identifier, holders);

    /// <summary>Adds what a store holds, row by row.</summary>
    public void RestoreParted(string one, string other) => _parted.Add(one, other);

    /// <summary>SHA-256, in hex, over who holds what and over the customers: equal for two maps that answer alike.</summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (identifier, customer) in _links.OrderBy(link => link.Key.Kind).ThenBy(link => link.Key.Value, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{(int)identifier.Kind}\u001f{identifier.Value}\u001f{Survivor(customer).Standing.Id}\n"));
        }

        foreach (var (id, entry) in _customers.OrderBy(customer => customer.Key, StringComparer.Ordinal))
        {
            var standing = entry.Standing;
            hash.AppendData(Encoding.UTF8.GetBytes(
                $"{id}\u001f{standing.HasUserId}\u001f{standing.HasLoyaltyCard}\u001f{standing.FoundedPosition}\u001f{entry.MergedInto}\n"));
        }

        foreach (var (identifier, holders) in _holders.OrderBy(held => held.Key.Kind).ThenBy(held => held.Key.Value, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{(int)identifier.Kind}\u001f{identifier.Value}\u001f{holders.Text}\u001f{holders.IsShared}\n"));
        }

        foreach (var (one, other) in _parted.Pairs)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{one}\u001f{other}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private string SurvivorOf(string customer) => _customers.ContainsKey(customer) ? Survivor(customer).Standing.Id : customer;

    private void Hold(Identifier identifier, string customer, IdentityRules rules)
    {
        if (Holders.Moved(identifier, _links.GetValueOrDefault(identifier), customer, _holders.GetValueOrDefault(identifier), rules, SurvivorOf) is { } holders)
        {
            _holders[identifier] = holders;
            if (holders.IsShared)
            {
                _links.Remove(identifier);
                return;
            }
        }

        _links[identifier] = customer;
    }

    private Entry Survivor(string customer)
    {
        var entry = _customers[customer];
        while (entry.MergedInto is { } next)
        {
            entry = _customers[next];
        }

        return entry;
    }

    private sealed class Entry(CustomerStanding standing)
    {
        public CustomerStanding Standing { get; set; } = standing;

        public string? MergedInto { get; set; }
    }
}
