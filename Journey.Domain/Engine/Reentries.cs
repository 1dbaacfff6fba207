using Journey.Domain.Language;

namespace Journey.Domain.Engine;

/// <summary>Whether somebody who was, or is, in a journey may enter it again by the same key.</summary>
internal static class Reentries
{
    public static bool Allow(Reaction reaction, in TracePoint point, JourneyDefinition definition, string key)
    {
        if (definition.IsRule)
        {
            return true;
        }

        var (mode, cooldown) = definition.Reentry;
        if (mode is ReentryMode.Once or ReentryMode.AfterExit && IsActive(reaction.State, definition.Name, key))
        {
            reaction.Sink.Trace?.Refused(point, Gate.Reentry, "A run with this key is under way.");
            return false;
        }

        for (var i = 0; i < reaction.State.Finished.Count; i++)
        {
            var run = reaction.State.Finished[i];
            if (run.Journey != definition.Name || run.Key != key)
            {
                continue;
            }

            if (mode == ReentryMode.Once)
            {
                reaction.Sink.Trace?.Refused(point, Gate.Reentry, "The customer was in this journey before, and may be once.");
                return false;
            }

            if (reaction.Now < Dues.After(run.ExitedAt, cooldown))
            {
                reaction.Sink.Trace?.Refused(point, Gate.Cooldown, $"The last run ended at {Time.Instants.ToIso(run.ExitedAt)}, and the cooldown is not over.");
                return false;
            }
        }

        return true;
    }

    /// <summary>Ends the run that a new one with the same key takes the place of.</summary>
    public static void EndReplaced(Reaction reaction, string journey, string key)
    {
        var runs = reaction.State.RunList;
        for (var i = runs.Count - 1; i >= 0; i--)
        {
            if (runs[i].Journey == journey && runs[i].Key == key)
            {
                RunEnds.End(reaction, runs[i], Versions.Of(reaction.Definitions, journey, runs[i].Version), ExitReasons.Replaced);
            }
        }
    }

    private static bool IsActive(EngineState state, string journey, string key)
    {
        for (var i = 0; i < state.Runs.Count; i++)
        {
            var run = state.Runs[i];
            if (run.Journey == journey && run.Key == key)
            {
                return true;
            }
        }

        return false;
    }
}
