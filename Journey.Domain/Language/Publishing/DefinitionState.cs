using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Journey.Domain.Language.Publishing;

/// <summary>What definition events have led to, cheap to take one step further: sets are made of it only where somebody looks.</summary>
internal sealed record DefinitionState
{
    public static DefinitionState Empty { get; } = new();

    public Workspace Workspace { get; init; } = Workspace.Default;

    public ImmutableSortedDictionary<string, Published> Journeys { get; init; } = ImmutableSortedDictionary.Create<string, Published>(StringComparer.Ordinal);

    public ImmutableList<PublishedJourney> Versions { get; init; } = [];

    public ImmutableSortedDictionary<string, SegmentDefinition> Segments { get; init; } = ImmutableSortedDictionary.Create<string, SegmentDefinition>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<string, FunnelDefinition> Funnels { get; init; } = ImmutableSortedDictionary.Create<string, FunnelDefinition>(StringComparer.Ordinal);

    /// <param name="Texts">How many different texts in a row were published under the name, readable or not.</param>
    /// <param name="Hash">Of the last one.</param>
    /// <param name="Current">The last one that could be read.</param>
    public sealed record Published(int Texts, string Hash, JourneyStatus Status, PublishedJourney? Current);

    public DefinitionSet ToSet()
    {
        var live = Journeys.Where(pair => pair.Value is { Current: not null, Status: not JourneyStatus.Retired })
            .Select(pair => pair.Value.Current! with { Status = pair.Value.Status }).ToArray();
        return new()
        {
            Workspace = Workspace,
            Journeys = live.ToFrozenDictionary(journey => journey.Name, StringComparer.Ordinal),
            Versions = Versions.Select(version => version with { Status = Journeys[version.Name].Status }).ToFrozenDictionary(version => (version.Name, version.Version)),
            Segments = Segments.ToFrozenDictionary(StringComparer.Ordinal),
            Funnels = Funnels.ToFrozenDictionary(StringComparer.Ordinal),
            EntriesByEvent = live.SelectMany(journey => journey.Compiled.Definition.Enter.Select(trigger => trigger.On).Distinct().Select(name => (name, journey)))
                .GroupBy(pair => pair.name).ToFrozenDictionary(group => group.Key, group => group.Select(pair => pair.journey).ToImmutableArray(), StringComparer.Ordinal),
            // Of every version, for runs pinned to an old one still listen by it.
            ListenedEvents = Versions.SelectMany(version => Listened(version.Compiled)).ToFrozenSet(StringComparer.Ordinal),
        };
    }

    private static IEnumerable<string> Listened(CompiledJourney journey)
    {
        var definition = journey.Definition;
        var steps = journey.Flow.Select(flow => flow.Step).ToArray();
        return definition.Enter.Select(trigger => trigger.On)
            .Concat(definition.Exits.Select(exit => exit.On).OfType<string>())
            .Concat(definition.Goal is null ? [] : [definition.Goal.On])
            .Concat(steps.OfType<Step.WaitFor>().SelectMany(step => step.Events).Select(awaited => awaited.On))
            .Concat(steps.OfType<Step.Wait>().Select(step => step.ResetOn).OfType<string>());
    }
}
