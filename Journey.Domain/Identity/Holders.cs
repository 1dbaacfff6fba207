using System.Collections.Immutable;

namespace Journey.Domain.Identity;

/// <summary>The customers who held one device id or anonymous id, one after the other.</summary>
/// <param name="Customers">As they were then, the first first; at most one more than the limit.</param>
/// <param name="IsShared">They were more than the rules allowed at the time. It stays so, whatever the rules say later.</param>
public sealed record Holders(ImmutableArray<string> Customers, bool IsShared)
{
    public string Text => string.Join(',', Customers);

    /// <summary>Adds the holder whom an identifier moves to; null: there is nothing to remember.</summary>
    /// <param name="from">Who holds it; null: nobody.</param>
    public static Holders? Moved(Identifier identifier, string? from, string to, Holders? before, IdentityRules rules, Func<string, string> survivorOf)
    {
        if (from is null || from == to || before is { IsShared: true } || !rules.Limits.TryGetValue(identifier.Kind, out var limit))
        {
            return null;
        }

        var customers = before?.Customers ?? [from];
        if (!customers.Contains(to))
        {
            customers = customers.Add(to);
        }

        // People who turned out to be one count as one.
        var people = customers.Select(survivorOf).Distinct(StringComparer.Ordinal).Count();
        if (people > limit)
        {
            return new Holders(customers, IsShared: true);
        }

        return customers.Length > IdentityRules.LimitMax ? before : new Holders(customers, IsShared: false);
    }

    public bool Equals(Holders? other) => other is not null && IsShared == other.IsShared && Customers.SequenceEqual(other.Customers);

    public override int GetHashCode() => Customers.Length;
}
