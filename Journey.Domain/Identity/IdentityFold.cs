using System.Collections.Immutable;
using Journey.Domain.Events;

namespace Journey.Domain.Identity;

/// <summary>Rebuilds from the log who holds which identifier: the identity tables hold nothing that the log does not.</summary>
public sealed class IdentityFold
{
    private readonly IdentityRulesFold _rules = new();

    public IdentityMap Map { get; } = new();

    /// <summary>Events are applied in position order; definitions and those with <see cref="EventFlags.LinksIdentity"/> teach something, others may be left out.</summary>
    public void Apply(in RecordedEvent recorded)
    {
        if (recorded.Kind == EventKind.Definition)
        {
            _rules.Apply(recorded);
        }
        else if ((recorded.Flags & EventFlags.LinksIdentity) == 0)
        {
            return;
        }
        else if (recorded.Kind == EventKind.Interaction)
        {
            Learn(recorded);
        }
        else if (recorded.Name == EventNames.IdentitiesMerged)
        {
            Map.Merge(IdentityEvents.ReadAbsorbed(recorded.Json), recorded.Stream);
        }
        else if (recorded.Name == EventNames.IdentityRestored)
        {
            var (survivor, known) = Unmerge.Read(recorded.Json);
            Map.Unmerge(survivor, recorded.Stream, PayloadIds.Read(recorded.Json.Span).Identifiers);
            Map.SetKnown(recorded.Stream, known);
        }
        else if (recorded.Name == EventNames.IdentitiesUnmerged)
        {
            Map.SetKnown(recorded.Stream, Unmerge.Read(recorded.Json).Known);
        }
    }

    private void Learn(in RecordedEvent recorded)
    {
        var (identifiers, alias) = PayloadIds.Read(recorded.Json.Span);
        if (identifiers.IsEmpty && alias.IsEmpty)
        {
            Map.Found(recorded.Stream, recorded.Position);
            return;
        }

        var told = TellingIdentifiers.Of(identifiers, alias, recorded.Channel, Map, _rules.Rules);
        var claims = IdentityClaim.Of(told.Identifiers, told.Alias, Map, _rules.Rules);
        var links = IdentityResolution.Links(recorded.Stream, Map.StandingOf(recorded.Stream), ImmutableArray<IdentityMerge>.Empty, claims);
        if (!links.IsEmpty)
        {
            Map.Link(recorded.Stream, links, recorded.Position, _rules.Rules);
        }
    }
}
