using System.Collections.Immutable;
using Journey.Domain.Events;

namespace Journey.Domain.Identity;

/// <summary>Those of an event's identifiers that tell whose it is: blocked ones never do, shared ones only where there is nothing else.</summary>
internal static class TellingIdentifiers
{
    /// <returns>No identifiers: all are blocked.</returns>
    public static (ImmutableArray<Identifier> Identifiers, ImmutableArray<Identifier> Alias) Of(
        ImmutableArray<Identifier> identifiers, ImmutableArray<Identifier> alias, ContactChannel channel, IIdentityLookup lookup, IdentityRules rules)
    {
        var onShared = rules.SharedChannels.Contains(channel.Name);
        var telling = Where(identifiers, Tells);
        if (telling.IsEmpty)
        {
            // Nothing but a device that everybody uses: the event is the device's own, and nobody else's.
            var last = identifiers.Where(identifier => !rules.IsBlocked(identifier))
                .OrderBy(identifier => rules.RankOf(identifier.Kind))
                .ThenBy(identifier => identifier.Value, StringComparer.Ordinal)
                .Take(1);
            return ([.. last], []);
        }

        return (telling, alias.IsDefaultOrEmpty ? [] : Where(alias, Tells));

        bool Tells(Identifier identifier) =>
            !rules.IsBlocked(identifier) && !(IdentityRules.IsOfADevice(identifier.Kind) && (onShared || lookup.IsShared(identifier)));
    }

    private static ImmutableArray<Identifier> Where(ImmutableArray<Identifier> identifiers, Func<Identifier, bool> tells)
    {
        foreach (var identifier in identifiers)
        {
            if (!tells(identifier))
            {
                return [.. identifiers.Where(tells)];
            }
        }

        return identifiers;
    }
}
