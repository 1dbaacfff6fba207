using Journey.Domain.Language;

namespace Journey.Domain.Engine;

/// <summary>Holds runs of a paused journey where they would have gone on.</summary>
/// <remarks>
/// Nothing reaches a customer's state when a journey is resumed, so a held run looks again by itself: after as long as it has been held,
/// within <see cref="EngineLimits.PausedCheckMin"/> and <see cref="EngineLimits.PausedCheckMax"/>; sooner if anything happens to the customer.
/// </remarks>
internal static class Pauses
{
    public static void Hold(Reaction reaction, Run run, PublishedJourney journey, int target)
    {
        var isNew = run.Phase != RunPhase.Paused;
        var since = run.HeldSince ?? reaction.Now;
        var pause = Math.Clamp(reaction.Now - since, EngineLimits.PausedCheckMin, EngineLimits.PausedCheckMax);
        var step = target == CompiledJourney.End ? "" : journey.Compiled.Flow[target].Step.Id;
        var held = run with
        {
            Phase = RunPhase.Paused,
            Step = step,
            HeldSince = since,
            Due = Dues.After(reaction.Now, pause),

            // A send that was held before goes on counting its holds.
            Repeats = run.Step == step && run.Phase is RunPhase.Blocked or RunPhase.Paused ? run.Repeats : 0,
        };
        reaction.State.Put(held);
        reaction.Sink.Trace?.Refused(new TracePoint(run.Journey, run.Version, run.Id, step), Gate.Paused, "The journey is paused.");
        if (isNew)
        {
            DecisionWriter.RunWaiting(reaction, held, RefusalReasons.Paused);
        }
    }
}
