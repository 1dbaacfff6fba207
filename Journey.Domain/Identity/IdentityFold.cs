using System.Collections.Immutable;
using Journey.Domain.Events;

namespace Journey.Domain.Identity;

/// <summary>Rebuilds from the log who holds which identifier: the identity tables hold nothing that the log does not.</summary>
public sealed class IdentityFold
{
    public IdentityMap Map { get; } = new();

    /// <summary>Events are applied in position order; those without <see cref="EventFlags.LinksIdentity"/> teach nothing and may be left out.</summary>
    public void Apply(in RecordedEvent recorded)
    {
        if ((recorded.Flags & EventFlags.LinksIdentity) == 0)
        {
            return;
        }

        if (recorded.Kind == EventKind.Interaction)
        {
            Learn(recorded);
        }
        else if (recorded.Name == EventNames.IdentitiesMerged)
        {
            Map.Merge(IdentityEvents.ReadAbsorbed(recorded.Json), recorded.Stream);
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

        var claims = IdentityClaim.Of(identifiers, alias, Map);
        var links = IdentityResolution.Links(recorded.Stream, Map.StandingOf(recorded.Stream), ImmutableArray<IdentityMerge>.Empty, claims);
        if (!links.IsEmpty)
        {
            Map.Link(recorded.Stream, links, recorded.Position);
        }
    }
}
