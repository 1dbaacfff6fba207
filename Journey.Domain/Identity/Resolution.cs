using System.Collections.Immutable;

namespace Journey.Domain.Identity;

/// <summary>Whose an interaction is, and what it teaches.</summary>
/// <param name="Links">Identifiers that are this customer's from now on: nobody's before, or moved.</param>
/// <param name="Merges">Into this customer; applied before the links.</param>
public sealed record Resolution(string Customer, bool IsNew, ImmutableArray<Identifier> Links, ImmutableArray<IdentityMerge> Merges)
{
    public bool TeachesSomething => !Links.IsEmpty || !Merges.IsEmpty;
}

/// <param name="Reason">The kind of the identifier by which the two were tied.</param>
public readonly record struct IdentityMerge(string Absorbed, string Survivor, IdentifierKind Reason);
