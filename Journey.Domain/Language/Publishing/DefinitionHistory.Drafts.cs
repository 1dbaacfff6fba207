using System.Collections.Immutable;
using Journey.Domain.Events;

namespace Journey.Domain.Language.Publishing;

/// <content>Drafts laid over what was published, for backtests.</content>
public sealed partial class DefinitionHistory
{
    /// <summary>The definitions as they would have been with the drafts published at one place.</summary>
    /// <remarks>
    /// From there on the drafts stay: later publications of the same names, and their being retired, do not happen. Pauses and resumptions do.
    /// A draft's version is the number it would get now; a text that is the newest published one keeps its number.
    /// </remarks>
    /// <param name="recorded">Every event of the stream of definitions, in order.</param>
    /// <param name="drafts">Documents without errors; tests are passed over.</param>
    /// <param name="from">The drafts are in force for events behind this position; 0: from the first.</param>
    public static DefinitionHistory WithDrafts(IReadOnlyList<RecordedEvent> recorded, IReadOnlyCollection<Document> drafts, long from)
    {
        var latest = Empty;
        var history = Empty;
        foreach (var published in recorded)
        {
            latest = latest.Apply(published);
            if (published.Position <= from)
            {
                history = history.Apply(published);
            }
        }

        var newest = latest._changes.IsEmpty ? DefinitionState.Empty : latest._changes[^1].State;
        var before = history._changes.IsEmpty ? DefinitionState.Empty : history._changes[^1].State;
        var after = drafts.Aggregate(before, (state, draft) => Publish(state, newest, draft, from));
        history = after == before ? history : new(history._changes.Add(new(from, after, ReferenceEquals(after.Segments, before.Segments) ? history.SegmentsPosition : from)), history.Poison);
        var names = drafts.Select(KeyOf).ToHashSet();
        foreach (var published in recorded.Where(published => published.Position > from))
        {
            if (published.Name is not (EventNames.DocumentPublished or EventNames.DocumentRetired) || Said.Read(published) is not { } said
                || !names.Contains(KeyOf(said.Kind, said.Name)))
            {
                history = history.Apply(published);
            }
        }

        return history;
    }

    private static DefinitionState Publish(DefinitionState state, DefinitionState newest, Document draft, long from) => draft.Definition switch
    {
        SegmentDefinition segment => state with { Segments = state.Segments.SetItem(segment.Name, segment) },
        FunnelDefinition funnel => state with { Funnels = state.Funnels.SetItem(funnel.Name, funnel) },
        WorkspaceDefinition workspace => state with { Workspace = workspace.Settings },
        JourneyDefinition when draft.Compiled is { } compiled => PublishDraft(state, newest, draft, compiled, from),
        _ => state,
    };

    private static DefinitionState PublishDraft(DefinitionState state, DefinitionState newest, Document draft, CompiledJourney compiled, long from)
    {
        var before = state.Journeys.GetValueOrDefault(draft.Name);
        var status = before is null || before.Status == JourneyStatus.Retired ? JourneyStatus.Active : before.Status;
        if (before is { Current: not null } && before.Hash == draft.Hash)
        {
            return before.Status == status ? state : state with { Journeys = state.Journeys.SetItem(draft.Name, before with { Status = status }) };
        }

        var last = newest.Journeys.GetValueOrDefault(draft.Name);
        var number = last is null ? 1 : last.Hash == draft.Hash ? last.Texts : last.Texts + 1;
        var version = new PublishedJourney(draft.Name, number, draft.Hash, status, from, compiled);
        return state with
        {
            Journeys = state.Journeys.SetItem(draft.Name, new(number, draft.Hash, status, version)),
            Versions = state.Versions.Add(version),
        };
    }

    private static (string Kind, string Name) KeyOf(Document draft) => KeyOf(draft.Kind, draft.Name);

    // A workspace is one, whatever it is called; journeys and rules share their names.
    private static (string Kind, string Name) KeyOf(string kind, string name) => kind switch
    {
        "workspace" => (kind, ""),
        "rule" => ("journey", name),
        _ => (kind, name),
    };
}
