using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Journey.Domain.Language;

public enum JourneyStatus { Active, Paused, Retired }

/// <param name="Version">1 for the first publication of this name, and one more for each text that differs.</param>
/// <param name="Hash">Lower-case hex SHA-256 of the published text.</param>
/// <param name="PublishedAtPosition">Events after this position see this version.</param>
public sealed record PublishedJourney(string Name, int Version, string Hash, JourneyStatus Status, long PublishedAtPosition, CompiledJourney Compiled);

/// <summary>What is in force at one place of the log: every fold and every decision at that place uses exactly this.</summary>
/// <remarks>Immutable. Older versions stay findable for the runs pinned to them.</remarks>
public sealed record DefinitionSet
{
    public static DefinitionSet Empty { get; } = new();

    public Workspace Workspace { get; init; } = Workspace.Default;

    /// <summary>The newest version of each journey and rule that is not retired, by name.</summary>
    public FrozenDictionary<string, PublishedJourney> Journeys { get; init; } = FrozenDictionary<string, PublishedJourney>.Empty;

    /// <summary>Every version ever published, for pinned runs.</summary>
    public FrozenDictionary<(string Name, int Version), PublishedJourney> Versions { get; init; } = FrozenDictionary<(string, int), PublishedJourney>.Empty;

    public FrozenDictionary<string, SegmentDefinition> Segments { get; init; } = FrozenDictionary<string, SegmentDefinition>.Empty;

    public FrozenDictionary<string, FunnelDefinition> Funnels { get; init; } = FrozenDictionary<string, FunnelDefinition>.Empty;

    /// <summary>Which journeys an event of this name may start, so that what cannot match is never evaluated.</summary>
    public FrozenDictionary<string, ImmutableArray<PublishedJourney>> EntriesByEvent { get; init; } = FrozenDictionary<string, ImmutableArray<PublishedJourney>>.Empty;

    /// <summary>A published document listens to this event by name anywhere (entries, exits, goals, waits, resets).</summary>
    public FrozenSet<string> ListenedEvents { get; init; } = FrozenSet<string>.Empty;
}
