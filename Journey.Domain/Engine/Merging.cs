using Journey.Domain.Language;

namespace Journey.Domain.Engine;

/// <summary>Two customers turn out to be one: whose runs go on.</summary>
internal static class Merging
{
    public static void Adopt(Reaction reaction, EngineState absorbed)
    {
        var survivor = reaction.State;
        survivor.FinishedList.AddRange(absorbed.Finished);
        survivor.FinishedList.Sort(ByExit);
        foreach (var message in absorbed.Messages)
        {
            Caps.Count(survivor, message);
        }

        AddTallies(survivor, absorbed);
        survivor.RunList.AddRange(absorbed.Runs);
        survivor.RunList.Sort(ByEntry);
        EndDoubles(reaction);
        foreach (var run in survivor.Runs.ToArray())
        {
            // A run that is gone already has been ended by one of a later stage.
            if (run.Rank != AbandonmentRank.None && survivor.IndexOf(run.Id) >= 0)
            {
                Precedence.EndEarlier(reaction, run.Rank, run.CartId);
            }
        }

        while (survivor.Runs.Count > EngineLimits.ActiveRunsMax)
        {
            End(reaction, survivor.Runs[^1], ExitReasons.Limit);
        }

        ForgetBeyondLimit(survivor.FinishedList);
    }

    // The runs stand in order of entry: of two that may not stand side by side the first is the older.
    private static void EndDoubles(Reaction reaction)
    {
        var runs = reaction.State.RunList;
        for (var i = 0; i < runs.Count; i++)
        {
            var definition = Versions.Of(reaction.Definitions, runs[i].Journey, runs[i].Version).Compiled.Definition;
            if (definition.IsRule || definition.Reentry.Mode == ReentryMode.Concurrent)
            {
                continue;
            }

            for (var j = runs.Count - 1; j > i; j--)
            {
                if (runs[j].Journey == runs[i].Journey && runs[j].Key == runs[i].Key)
                {
                    End(reaction, runs[j], ExitReasons.Merged);
                }
            }
        }
    }

    private static void End(Reaction reaction, Run run, string reason) =>
        RunEnds.End(reaction, run, Versions.Of(reaction.Definitions, run.Journey, run.Version), reason);

    private static void AddTallies(EngineState survivor, EngineState absorbed)
    {
        foreach (var tally in absorbed.Tallies)
        {
            var index = survivor.TallyList.FindIndex(other => other.Journey == tally.Journey);
            if (index < 0)
            {
                survivor.TallyList.Add(tally);
            }
            else if (survivor.TallyList[index] is var own && own.Day == tally.Day)
            {
                survivor.TallyList[index] = own with { Entries = own.Entries + tally.Entries, Refused = own.Refused || tally.Refused };
            }
            else if (tally.Day > own.Day)
            {
                survivor.TallyList[index] = tally;
            }
        }
    }

    private static void ForgetBeyondLimit(List<FinishedRun> finished)
    {
        var kept = new Dictionary<string, int>();
        for (var i = finished.Count - 1; i >= 0; i--)
        {
            var count = kept.GetValueOrDefault(finished[i].Journey) + 1;
            if (count > EngineLimits.FinishedRunsPerJourneyMax)
            {
                finished.RemoveAt(i);
            }
            else
            {
                kept[finished[i].Journey] = count;
            }
        }
    }

    private static int ByEntry(Run one, Run other) =>
        one.EnteredAt != other.EnteredAt ? one.EnteredAt.CompareTo(other.EnteredAt)
        : one.EntryPosition != other.EntryPosition ? one.EntryPosition.CompareTo(other.EntryPosition)
        : one.Id.CompareTo(other.Id);

    private static int ByExit(FinishedRun one, FinishedRun other) =>
        one.ExitedAt != other.ExitedAt ? one.ExitedAt.CompareTo(other.ExitedAt) : one.Id.CompareTo(other.Id);
}
