using Journey.Host.Stores;

namespace Journey.Host.Running.Rebuilding;

/// <summary>How far one rebuild has come, or what became of it.</summary>
/// <param name="Name">The projection, or "all".</param>
/// <param name="State">running, paused, caught-up (about to be swapped), swapped, failed or cancelled.</param>
/// <param name="Done">Events folded, of <paramref name="Total"/>; what arrives meanwhile is added to both.</param>
/// <param name="ResumedAt">What had been done already when this process took the rebuild up; 0: it began it.</param>
/// <param name="EtaSeconds">Null: not known, or nothing is left to do.</param>
/// <param name="StartedAt">Unix milliseconds, as is <paramref name="EndedAt"/>.</param>
/// <param name="Reason">Why it failed or was cancelled.</param>
/// <param name="Position">The event that it failed at; null: none.</param>
public sealed record RebuildStatus(
    int Id,
    string Name,
    string State,
    long Done,
    long Total,
    long ResumedAt,
    double RatePerSecond,
    double? EtaSeconds,
    long StartedAt,
    long? EndedAt,
    string? Reason,
    long? Position)
{
    public const string CaughtUp = "caught-up";

    public bool HasEnded => State is "swapped" or "failed" or "cancelled";

    public static string NameOf(GenerationState state) => state.ToString().ToLowerInvariant();

    /// <summary>Of a generation that nobody works on here.</summary>
    public static RebuildStatus Of(Generation generation, long upTo)
    {
        var done = generation.State == GenerationState.Swapped ? upTo : upTo * System.Numerics.BitOperations.PopCount(generation.DoneSlices) / 64;
        return new RebuildStatus(
            generation.Number, generation.Projection, NameOf(generation.State), done, upTo, 0, 0, null,
            generation.StartedAt, generation.EndedAt, generation.Reason, generation.Position);
    }
}
