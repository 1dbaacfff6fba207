namespace Journey.Domain.Engine;

public enum RunFate
{
    /// <summary>The run goes on by the version it follows now.</summary>
    StaysPinned,

    /// <summary>The run goes on by the newer version.</summary>
    Moves,

    /// <summary>The newer version has no place for the run, which ends as <c>migrated-away</c>.</summary>
    Ends,
}

/// <summary>What a newer version will do to one run in flight.</summary>
/// <param name="Step">Where it is now; empty: about to complete.</param>
/// <param name="ToStep">Where it goes on; null: nowhere.</param>
public sealed record InFlightPreview(Guid Run, int FromVersion, string Step, RunFate Fate, string? ToStep);
