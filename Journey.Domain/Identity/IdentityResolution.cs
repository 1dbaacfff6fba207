using System.Collections.Immutable;
using Journey.Domain.Events;

namespace Journey.Domain.Identity;

/// <summary>Decides whose an interaction is. The order in which its identifiers are given makes no difference.</summary>
/// <remarks>
/// <para>The strongest identifier that somebody holds decides. But an event that brings a user id that nobody holds is never given to somebody
/// who has another one, and one that brings an unknown loyalty card and no user id is not given to the holder of another card:
/// then the next strongest decides, and at last the event founds a customer.</para>
/// <para>Customers named by one event are merged, unless both have user ids, or both have loyalty cards and neither a user id nor an alias
/// in the event says that they are one. The one with a user id survives; of two without, the one with the stronger identifier, then the older.</para>
/// <para>What cannot be merged is a conflict: a device or anonymous id moves to the event's customer, as its last user;
/// an email, phone or card stays where it is.</para>
/// <para>An alias says outright that its identifiers are the same person's: it is weaker than any identifier when it comes to deciding,
/// and links a second user id where nobody holds that one. Two people who are known it merges no more than anything else.</para>
/// <para>Which identifiers count, and in which order, the workspace says (<see cref="IdentityRules"/>). An event of which every identifier
/// is blocked belongs to nobody: it gets a customer of its own, whom nothing leads to. Customers who were parted are not merged again.</para>
/// </remarks>
public static class IdentityResolution
{
    /// <param name="interaction">With at least one identifier, all normalized.</param>
    /// <param name="rules">In force.</param>
    public static Resolution Resolve(Interaction interaction, IIdentityLookup lookup, IdentityRules rules)
    {
        var (identifiers, alias) = (interaction.Identifiers, interaction.Alias);
        if (identifiers.IsDefaultOrEmpty)
        {
            throw new ArgumentException("An interaction has at least one identifier.", nameof(interaction));
        }

        // Most events come with one identifier that is known: no sorting and no lists for them.
        if (identifiers.Length == 1 && alias.IsDefaultOrEmpty && !rules.IsBlocked(identifiers[0]) && lookup.Find(identifiers[0]) is { } holder)
        {
            return new Resolution(holder.Id, IsNew: false, [], []);
        }

        (identifiers, alias) = TellingIdentifiers.Of(identifiers, alias, interaction.Channel, lookup, rules);
        if (identifiers.IsEmpty)
        {
            return new Resolution(Nobody(interaction), IsNew: true, [], []);
        }

        var claims = IdentityClaim.Of(identifiers, alias, lookup, rules);
        var owner = Owner(claims);
        var (survivor, merges) = Merge(owner, claims, lookup);
        var customer = survivor?.Id ?? Found(claims, lookup);
        return new Resolution(customer, survivor is null, Links(customer, survivor, merges, claims), merges);
    }

    /// <summary>What an event that belongs to <paramref name="customer"/>, merges done, teaches about its identifiers.</summary>
    internal static ImmutableArray<Identifier> Links(string customer, CustomerStanding? standing, ImmutableArray<IdentityMerge> merges, List<IdentityClaim> claims)
    {
        var hasUserId = standing?.HasUserId ?? false;
        var hasCard = standing?.HasLoyaltyCard ?? false;
        if (IsNamedByAliasOnly(customer, merges, claims))
        {
            // The alias says that the new user id and card are this customer's, whatever others it has.
            (hasUserId, hasCard) = (false, false);
        }

        var bringsUserId = BringsUserId(claims);
        var links = ImmutableArray.CreateBuilder<Identifier>();
        foreach (var claim in claims)
        {
            var kind = claim.Identifier.Kind;
            if (claim.Holder is { } holder)
            {
                if (holder.Id != customer && !IsAbsorbed(merges, holder.Id) && kind is IdentifierKind.DeviceId or IdentifierKind.AnonymousId)
                {
                    links.Add(claim.Identifier);
                }

                continue;
            }

            var contradicts = (kind == IdentifierKind.UserId && hasUserId) || (kind == IdentifierKind.LoyaltyCard && hasCard && !bringsUserId);
            if (contradicts && !claim.IsAlias)
            {
                continue;
            }

            hasUserId |= kind == IdentifierKind.UserId;
            hasCard |= kind == IdentifierKind.LoyaltyCard;
            links.Add(claim.Identifier);
        }

        return links.DrainToImmutable();
    }

    private static bool IsNamedByAliasOnly(string customer, ImmutableArray<IdentityMerge> merges, List<IdentityClaim> claims)
    {
        var isNamed = false;
        foreach (var claim in claims)
        {
            if (claim.Holder is { } holder && (holder.Id == customer || IsAbsorbed(merges, holder.Id)))
            {
                if (!claim.IsAlias)
                {
                    return false;
                }

                isNamed = true;
            }
        }

        return isNamed;
    }

    private static CustomerStanding? Owner(List<IdentityClaim> claims)
    {
        var bringsUserId = BringsUserId(claims);
        var newUserId = false;
        var newCard = false;
        foreach (var claim in claims)
        {
            if (claim.Holder is not { } holder)
            {
                newUserId |= claim.Identifier.Kind == IdentifierKind.UserId;
                newCard |= claim.Identifier.Kind == IdentifierKind.LoyaltyCard;
            }
            else if (claim.IsAlias || !((newUserId && holder.HasUserId) || (newCard && holder.HasLoyaltyCard && !bringsUserId)))
            {
                return holder;
            }
        }

        return null;
    }

    private static string Nobody(Interaction interaction) =>
        CustomerId.FoundedBy(new Identifier(IdentifierKind.AnonymousId, StableHash.Id($"{interaction.Source}\u001f{interaction.Id}\u001fnobody").ToString()));

    private static (CustomerStanding? Survivor, ImmutableArray<IdentityMerge> Merges) Merge(CustomerStanding? owner, List<IdentityClaim> claims, IIdentityLookup lookup)
    {
        if (owner is null)
        {
            return (null, []);
        }

        var bringsUserId = BringsUserId(claims);
        // What the owner will hold once the event's own new identifiers are linked.
        var survivor = owner with
        {
            HasUserId = owner.HasUserId || claims.Exists(claim => claim.Holder is null && claim.Identifier.Kind == IdentifierKind.UserId),
            HasLoyaltyCard = owner.HasLoyaltyCard || claims.Exists(claim => claim.Holder is null && claim.Identifier.Kind == IdentifierKind.LoyaltyCard),
        };
        var hadUserId = owner.HasUserId;
        var hadCard = owner.HasLoyaltyCard;
        var absorbed = new List<(CustomerStanding Customer, IdentifierKind Reason)>();
        if (!survivor.HasUserId
            && claims.Find(claim => claim.Holder is { HasUserId: true } holder && MayMerge(survivor, holder, claim, bringsUserId)
                && !lookup.AreApart(survivor.Id, holder.Id)) is { Holder: { } known } tie)
        {
            absorbed.Add((owner, tie.Identifier.Kind));
            survivor = known with { HasLoyaltyCard = known.HasLoyaltyCard || survivor.HasLoyaltyCard };
            hadUserId = true;
            hadCard |= known.HasLoyaltyCard;
        }

        foreach (var claim in claims)
        {
            if (claim.Holder is { } other
                && other.Id != survivor.Id
                && !absorbed.Exists(a => a.Customer.Id == other.Id)
                && MayMerge(survivor, other, claim, bringsUserId)
                && !lookup.AreApart(survivor.Id, other.Id)
                && !absorbed.Exists(a => lookup.AreApart(a.Customer.Id, other.Id)))
            {
                absorbed.Add((other, claim.Identifier.Kind));
                survivor = survivor with
                {
                    HasUserId = survivor.HasUserId || other.HasUserId,
                    HasLoyaltyCard = survivor.HasLoyaltyCard || other.HasLoyaltyCard,
                };
                hadUserId |= other.HasUserId;
                hadCard |= other.HasLoyaltyCard;
            }
        }

        var merges = absorbed.Select(a => new IdentityMerge(a.Customer.Id, survivor.Id, a.Reason)).ToImmutableArray();
        return (survivor with { HasUserId = hadUserId, HasLoyaltyCard = hadCard }, merges);
    }

    private static bool MayMerge(CustomerStanding survivor, CustomerStanding other, IdentityClaim claim, bool bringsUserId) =>
        !(survivor.HasUserId && other.HasUserId)
        && (claim.IsAlias || bringsUserId || !(survivor.HasLoyaltyCard && other.HasLoyaltyCard));

    private static string Found(List<IdentityClaim> claims, IIdentityLookup lookup)
    {
        // A held claim is passed over only for a stronger one that nobody holds, so there is one.
        var founder = claims.Find(claim => claim.Holder is null && !claim.IsAlias).Identifier;
        for (var generation = 0; ; generation++)
        {
            var id = CustomerId.FoundedBy(founder, generation);
            if (!lookup.Exists(id))
            {
                return id;
            }
        }
    }

    private static bool BringsUserId(List<IdentityClaim> claims) =>
        claims.Exists(claim => !claim.IsAlias && claim.Identifier.Kind == IdentifierKind.UserId);

    private static bool IsAbsorbed(ImmutableArray<IdentityMerge> merges, string customer)
    {
        foreach (var merge in merges)
        {
            if (merge.Absorbed == customer)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>One identifier of an event and who holds it.</summary>
internal readonly record struct IdentityClaim(Identifier Identifier, CustomerStanding? Holder, bool IsAlias)
{
    /// <summary>Strongest first, aliases last; of one kind the held before the free, the older customer before the younger, then by value.</summary>
    public static List<IdentityClaim> Of(ImmutableArray<Identifier> identifiers, ImmutableArray<Identifier> alias, IIdentityLookup lookup, IdentityRules rules)
    {
        var claims = new List<IdentityClaim>(identifiers.Length + (alias.IsDefault ? 0 : alias.Length));
        Add(identifiers, isAlias: false);
        if (!alias.IsDefault)
        {
            Add(alias, isAlias: true);
        }

        claims.Sort((left, right) => Compare(left, right, rules));
        return claims;

        void Add(ImmutableArray<Identifier> some, bool isAlias)
        {
            foreach (var identifier in some)
            {
                if (!claims.Exists(claim => claim.Identifier == identifier))
                {
                    claims.Add(new IdentityClaim(identifier, lookup.Find(identifier), isAlias));
                }
            }
        }
    }

    private static int Compare(IdentityClaim left, IdentityClaim right, IdentityRules rules)
    {
        var order = left.IsAlias.CompareTo(right.IsAlias);
        order = order != 0 ? order : rules.RankOf(left.Identifier.Kind).CompareTo(rules.RankOf(right.Identifier.Kind));
        order = order != 0 ? order : (left.Holder?.FoundedPosition ?? long.MaxValue).CompareTo(right.Holder?.FoundedPosition ?? long.MaxValue);
        return order != 0 ? order : string.CompareOrdinal(left.Identifier.Value, right.Identifier.Value);
    }
}
