using System.Collections.Immutable;
using Journey.Domain.Engine;
using Journey.Domain.Language;

namespace Journey.Host.Publishing;

public enum DocumentChange
{
    /// <summary>Nothing of this name is published, or what was is retired.</summary>
    New,

    /// <summary>The published text is another one.</summary>
    Changed,

    /// <summary>The published text is this one: it is not published again.</summary>
    Unchanged,
}

/// <summary>What publishing will do, before it does it.</summary>
/// <param name="Faults">Of all the files; with an error among them nothing can be published.</param>
/// <param name="Documents">Those that can be published, tests left out.</param>
/// <param name="StreamVersion">The stream of definitions as the plan saw it.</param>
public sealed record PublishPlan(ImmutableArray<Fault> Faults, ImmutableArray<PlannedDocument> Documents, long StreamVersion)
{
    public bool HasErrors => Faults.Any(fault => fault.Severity == FaultSeverity.Error);

    public IEnumerable<PlannedDocument> Changes => Documents.Where(document => document.Change != DocumentChange.Unchanged);
}

/// <param name="Version">The version that is published, or would be.</param>
/// <param name="Added">Lines more than in the published text.</param>
/// <param name="Removed">Lines of the published text that are gone.</param>
/// <param name="InFlight">What becomes of runs under way; null where there are none, or it isn't a journey that changes.</param>
public sealed record PlannedDocument(Document Document, DocumentChange Change, int Version, int Added, int Removed, InFlightSummary? InFlight);

/// <summary>What a newer version does to the runs under way.</summary>
/// <param name="Moves">Runs that move, by the step they are at and the one they go on at; an empty step: about to complete.</param>
/// <param name="Ends">Runs for which the newer version has no place, by the step they are at.</param>
public sealed record InFlightSummary(long Runs, long Pinned, ImmutableArray<MovingRuns> Moves, ImmutableArray<EndingRuns> Ends)
{
    public static InFlightSummary Of(IReadOnlyCollection<InFlightPreview> previews) => new(
        previews.Count,
        previews.Count(preview => preview.Fate == RunFate.StaysPinned),
        [.. previews.Where(preview => preview.Fate == RunFate.Moves).GroupBy(preview => (preview.Step, To: preview.ToStep ?? "")).OrderBy(group => group.Key)
            .Select(group => new MovingRuns(group.Key.Step, group.Key.To, group.Count()))],
        [.. previews.Where(preview => preview.Fate == RunFate.Ends).GroupBy(preview => preview.Step, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new EndingRuns(group.Key, group.Count()))]);
}

public sealed record MovingRuns(string Step, string ToStep, long Runs);

public sealed record EndingRuns(string Step, long Runs);

/// <summary>What came of publishing.</summary>
public abstract record PublishAnswer
{
    private PublishAnswer() { }

    /// <param name="Documents">Those that were published now; none where everything was published already.</param>
    /// <param name="Position">Global position of the last publication; 0: nothing was published.</param>
    public sealed record Published(ImmutableArray<PlannedDocument> Documents, long Position) : PublishAnswer;

    /// <summary>Somebody else published since the plan was made: make another one.</summary>
    public sealed record Conflict : PublishAnswer;
}

/// <summary>What came of pausing, resuming or retiring.</summary>
public abstract record StatusAnswer
{
    private StatusAnswer() { }

    public sealed record Done(PublishedDocument Document, JourneyStatus Status) : StatusAnswer;

    /// <summary>It was so already.</summary>
    public sealed record Unchanged(PublishedDocument Document) : StatusAnswer;

    /// <param name="Known">Names that could have been meant.</param>
    public sealed record Unknown(ImmutableArray<string> Known) : StatusAnswer;

    /// <summary>It cannot be done as it stands: a retired journey is not resumed, but published again.</summary>
    public sealed record Refused(string Reason) : StatusAnswer;

    public sealed record Conflict : StatusAnswer;
}
