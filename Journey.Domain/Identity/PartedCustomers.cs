namespace Journey.Domain.Identity;

/// <summary>Customers who were merged and parted again: events do not merge them any more, nor whoever is one with them later.</summary>
/// <remarks>Partings are a person's work, so they are few, and kept whole.</remarks>
public sealed class PartedCustomers
{
    private readonly Dictionary<string, SortedSet<string>> _parted = new(StringComparer.Ordinal);

    /// <summary>Each pair once, in alphabetical order.</summary>
    public IEnumerable<(string One, string Other)> Pairs => _parted
        .SelectMany(static pair => pair.Value.Select(other => (One: pair.Key, Other: other)))
        .Where(static pair => string.CompareOrdinal(pair.One, pair.Other) < 0)
        .OrderBy(static pair => pair.One, StringComparer.Ordinal)
        .ThenBy(static pair => pair.Other, StringComparer.Ordinal);

    public bool Contains(string one, string other) => _parted.TryGetValue(one, out var others) && others.Contains(other);

    public void Add(string one, string other)
    {
        Of(one).Add(other);
        Of(other).Add(one);
    }

    /// <summary>Whoever absorbs somebody is apart from all whom that one was apart from.</summary>
    /// <returns>Whom: what a store has to keep.</returns>
    public IReadOnlyCollection<string> Inherit(string absorbed, string survivor)
    {
        if (!_parted.TryGetValue(absorbed, out var others))
        {
            return [];
        }

        var inherited = others.Where(other => other != survivor).ToList();
        foreach (var other in inherited)
        {
            Add(survivor, other);
        }

        return inherited;
    }

    public void Clear() => _parted.Clear();

    private SortedSet<string> Of(string customer)
    {
        if (!_parted.TryGetValue(customer, out var others))
        {
            _parted.Add(customer, others = new SortedSet<string>(StringComparer.Ordinal));
        }

        return others;
    }
}
