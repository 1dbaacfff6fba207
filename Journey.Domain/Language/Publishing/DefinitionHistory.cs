using System.Collections.Immutable;
using System.Text.Json;
using Journey.Domain.Events;

namespace Journey.Domain.Language.Publishing;

/// <summary>A published text that this version of the engine cannot use. What was in force before stays in force.</summary>
/// <param name="Position">Global position of the publication.</param>
public sealed record PoisonDefinition(long Position, string Name, string Reason);

/// <summary>All definition events folded, in log order: what was in force at every place of the log.</summary>
/// <remarks>Immutable. Sets are built when first asked for, and then kept, so that a long history costs only where it is looked at.</remarks>
public sealed partial class DefinitionHistory
{
    private readonly ImmutableList<Change> _changes;

    private DefinitionHistory(ImmutableList<Change> changes, ImmutableArray<PoisonDefinition> poison)
    {
        _changes = changes;
        Poison = poison;
    }

    public static DefinitionHistory Empty { get; } = new([], []);

    /// <summary>Gets the publications that could not be read; empty in a healthy log.</summary>
    public ImmutableArray<PoisonDefinition> Poison { get; }

    /// <summary>Gets what is in force after the last change.</summary>
    public DefinitionSet Latest => _changes.IsEmpty ? DefinitionSet.Empty : _changes[^1].Set.Value;

    /// <summary>Gets the position of the last change; 0 where there is none.</summary>
    public long LatestPosition => _changes.IsEmpty ? 0 : _changes[^1].Position;

    /// <summary>Gets the position of the last change to what segments there are, or to the condition of one; 0 where there is none.</summary>
    public long SegmentsPosition => _changes.IsEmpty ? 0 : _changes[^1].SegmentsPosition;

    /// <summary>What is in force for the event at this position: everything published before it.</summary>
    /// <returns>The same object for all positions between two changes.</returns>
    public DefinitionSet At(long position)
    {
        if (position > LatestPosition)
        {
            return Latest;
        }

        var (low, high) = (0, _changes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _changes[middle].Position < position ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? DefinitionSet.Empty : _changes[low - 1].Set.Value;
    }

    /// <summary>Takes the history one event further. Events that define nothing, and those seen before, change nothing.</summary>
    public DefinitionHistory Apply(in RecordedEvent recorded)
    {
        if (recorded.Kind != EventKind.Definition || recorded.Stream != SystemStreams.Definitions || recorded.Position <= LatestPosition)
        {
            return this;
        }

        var before = _changes.IsEmpty ? DefinitionState.Empty : _changes[^1].State;
        var poison = Poison;
        var after = before;
        if (Said.Read(recorded) is not { } said)
        {
            poison = poison.Add(new(recorded.Position, recorded.Name, "The event does not name a document."));
        }
        else if (recorded.Name == EventNames.DocumentPublished)
        {
            after = Publish(before, said, recorded.Position, out var reason);
            poison = reason is null ? poison : poison.Add(new(recorded.Position, said.Name, reason));
        }
        else
        {
            after = recorded.Name switch
            {
                EventNames.JourneyPaused => Status(before, said.Name, JourneyStatus.Paused),
                EventNames.JourneyResumed => Status(before, said.Name, JourneyStatus.Active),
                EventNames.DocumentRetired => Retire(before, said),
                _ => before,
            };
        }

        var segments = ReferenceEquals(after.Segments, before.Segments) ? SegmentsPosition : recorded.Position;
        return after == before && poison == Poison ? this : new(_changes.Add(new(recorded.Position, after, segments)), poison);
    }

    private static DefinitionState Publish(DefinitionState state, Said said, long position, out string? poison)
    {
        var document = DocumentParser.ParseAlone(said.File, said.Text, state.Workspace);
        poison = document.Faults.FirstOrDefault(fault => fault.Severity == FaultSeverity.Error)?.ToString();
        switch (document)
        {
            case { Definition: SegmentDefinition segment }:
                return state with { Segments = state.Segments.SetItem(segment.Name, segment) };
            case { Definition: FunnelDefinition funnel }:
                return state with { Funnels = state.Funnels.SetItem(funnel.Name, funnel) };
            case { Definition: WorkspaceDefinition workspace }:
                return state with { Workspace = workspace.Settings };
            case { Kind: "journey" or "rule" } or { Kind: "" } when said.Kind is "journey" or "rule":
                return PublishJourney(state, said, position, document);
            default:
                poison ??= $"A {document.Kind} is not published.";
                return state;
        }
    }

    /// <summary>Versions are counted by texts, so that their numbers do not depend on what this version of the engine can read.</summary>
    private static DefinitionState PublishJourney(DefinitionState state, Said said, long position, Document document)
    {
        var before = state.Journeys.GetValueOrDefault(said.Name);
        var status = before is null || before.Status == JourneyStatus.Retired ? JourneyStatus.Active : before.Status;
        if (before is not null && before.Hash == document.Hash)
        {
            return before.Status == status ? state : state with { Journeys = state.Journeys.SetItem(said.Name, before with { Status = status }) };
        }

        var texts = (before?.Texts ?? 0) + 1;
        var version = document.Compiled is null ? null : new PublishedJourney(said.Name, texts, document.Hash, status, position, document.Compiled);
        return state with
        {
            Journeys = state.Journeys.SetItem(said.Name, new(texts, document.Hash, status, version ?? before?.Current)),
            Versions = version is null ? state.Versions : state.Versions.Add(version),
        };
    }

    private static DefinitionState Status(DefinitionState state, string name, JourneyStatus status) =>
        state.Journeys.TryGetValue(name, out var journey) && journey.Status is not JourneyStatus.Retired && journey.Status != status
            ? state with { Journeys = state.Journeys.SetItem(name, journey with { Status = status }) }
            : state;

    private static DefinitionState Retire(DefinitionState state, Said said) => said.Kind switch
    {
        "segment" => state with { Segments = state.Segments.Remove(said.Name) },
        "funnel" => state with { Funnels = state.Funnels.Remove(said.Name) },
        "workspace" => state with { Workspace = Workspace.Default },
        _ => Status(state, said.Name, JourneyStatus.Retired),
    };

    private sealed class Change(long position, DefinitionState state, long segmentsPosition)
    {
        public long Position => position;

        public long SegmentsPosition => segmentsPosition;

        public DefinitionState State => state;

        public Lazy<DefinitionSet> Set { get; } = new(state.ToSet);
    }

    private sealed record Said(string Kind, string Name, string Text, string File)
    {
        public static Said? Read(in RecordedEvent recorded)
        {
            try
            {
                using var json = JsonDocument.Parse(recorded.Json);
                var properties = json.RootElement.GetProperty("properties");
                return new(Optional(properties, "kind"), properties.GetProperty("name").GetString() ?? "", Optional(properties, "text"), Optional(properties, "file"));
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or InvalidDataException)
            {
                return null;
            }
        }

        private static string Optional(JsonElement properties, string name) => properties.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
    }
}
