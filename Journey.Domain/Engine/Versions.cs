using System.Diagnostics.CodeAnalysis;
using Journey.Domain.Language;

namespace Journey.Domain.Engine;

/// <summary>Which version a run follows: the one it entered by, unless a newer one says <c>migrate</c>.</summary>
/// <remarks>Looked at whenever something happens to a run, so that publishing itself touches nobody.</remarks>
internal static class Versions
{
    /// <summary>Brings a run to the version it is to follow from here on.</summary>
    /// <returns>False: the run is ended, because its journey was retired while it was held, or the newer version has no place for it.</returns>
    public static bool Settle(Reaction reaction, ref Run run, [NotNullWhen(true)] out PublishedJourney? journey)
    {
        ref readonly var followed = ref reaction.Follow(run);
        journey = followed.Journey;
        if (followed.Newest is not { } newest || newest.Status == JourneyStatus.Retired)
        {
            if (run.Phase != RunPhase.Paused)
            {
                return true;
            }

            // Who pauses a journey and then retires it wants nothing of it sent any more.
            reaction.Sink.Trace?.Refused(PointOf(run), Gate.Status, "The journey was retired while it was paused.");
            RunEnds.End(reaction, run, journey, ExitReasons.Retired);
            return false;
        }

        if (newest.Version <= run.Version || newest.Compiled.Definition.InFlight == InFlight.Pin)
        {
            return true;
        }

        if (Migration.Of(run, journey.Compiled, newest.Compiled, reaction.Now) is not { } moved)
        {
            reaction.Sink.Trace?.Refused(PointOf(run), Gate.Version, $"Version {newest.Version} has neither this step nor any that followed it.");
            RunEnds.End(reaction, run, journey, ExitReasons.MigratedAway);
            return false;
        }

        var from = run.Version;
        (run, journey) = (moved with { Version = newest.Version }, newest);
        reaction.State.Put(run);
        DecisionWriter.RunMigrated(reaction, run, from);
        return true;
    }

    /// <summary>The journey takes no entries and lets no run take a step, whatever version the run follows.</summary>
    public static bool IsPaused(DefinitionSet definitions, string journey) =>
        definitions.Journeys.TryGetValue(journey, out var newest) && newest.Status == JourneyStatus.Paused;

    /// <exception cref="InvalidOperationException">The version was never published: a run can follow no other.</exception>
    public static PublishedJourney Of(DefinitionSet definitions, string name, int version) =>
        definitions.Versions.TryGetValue((name, version), out var journey) ? journey
        : throw new InvalidOperationException($"A run follows version {version} of {name}, which these definitions do not hold.");

    private static TracePoint PointOf(Run run) => new(run.Journey, run.Version, run.Id, run.Step);
}
