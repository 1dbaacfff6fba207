namespace Journey.Host.Backtests;

internal enum TreatmentKind { Entered, Message, Task, Exit }

/// <summary>One thing that a world did to a customer.</summary>
/// <param name="Run">The run's id in its world; another world may call the same run differently.</param>
/// <param name="EnteredAt">Of the run; 0: it was under way before the period.</param>
/// <param name="Content">A message's template, a task's team.</param>
/// <param name="At">Unix milliseconds.</param>
internal sealed record Treatment(
    TreatmentKind Kind, string Customer, string Journey, string Run, string Key, long EnteredAt, string Step, string Channel, string Content, string Reason, long At);

/// <summary>How a customer is treated differently.</summary>
public enum DifferenceKind
{
    /// <summary>A run that the other version does not begin.</summary>
    Enters,

    /// <summary>A run that only the other version begins.</summary>
    DoesNotEnter,
    GainsMessage,
    LosesMessage,
    OtherTime,
    OtherChannel,
    OtherTemplate,
    GainsTask,
    LosesTask,
    OtherExit,
}

/// <summary>One difference between two worlds.</summary>
/// <param name="Draft">What the draft does; null: nothing.</param>
/// <param name="Against">What the other version does; null: nothing.</param>
internal sealed record Difference(DifferenceKind Kind, Treatment? Draft, Treatment? Against)
{
    public Treatment Either => Draft ?? Against!;
}

/// <summary>Compares what two worlds did to one family.</summary>
internal static class WorldDiff
{
    public static List<Difference> Between(List<Treatment> draft, List<Treatment> against)
    {
        var differences = new List<Difference>();
        var left = RunsOf(draft);
        var right = RunsOf(against);
        foreach (var (key, mine) in left)
        {
            Compare(mine, right.TryGetValue(key, out var theirs) ? theirs : [], differences);
        }

        foreach (var (key, theirs) in right)
        {
            if (!left.ContainsKey(key))
            {
                Compare([], theirs, differences);
            }
        }

        return differences;
    }

    /// <summary>By what a run is in both worlds; in order of entry.</summary>
    private static Dictionary<(string Journey, string Key, long EnteredAt), List<Treatment>> RunsOf(List<Treatment> treatments)
    {
        var runs = new Dictionary<(string, string, long), List<Treatment>>();
        foreach (var treatment in treatments)
        {
            // A rule's key is the position of its event, which is another in each world.
            var key = (treatment.Journey, long.TryParse(treatment.Key, out _) ? "" : treatment.Key, treatment.EnteredAt);
            if (!runs.TryGetValue(key, out var run))
            {
                runs.Add(key, run = []);
            }

            run.Add(treatment);
        }

        return runs;
    }

    private static void Compare(List<Treatment> draft, List<Treatment> against, List<Difference> differences)
    {
        Pair(draft, against, TreatmentKind.Entered, differences);
        Pair(draft, against, TreatmentKind.Message, differences);
        Pair(draft, against, TreatmentKind.Task, differences);
        var (mine, theirs) = (draft.FindLast(IsExit), against.FindLast(IsExit));
        if (draft.Count > 0 && against.Count > 0 && mine?.Reason != theirs?.Reason)
        {
            differences.Add(new(DifferenceKind.OtherExit, mine, theirs));
        }

        static bool IsExit(Treatment treatment) => treatment.Kind == TreatmentKind.Exit;
    }

    /// <summary>The first of a step with the first of that step, the second with the second; what is left over is more, or less.</summary>
    private static void Pair(List<Treatment> draft, List<Treatment> against, TreatmentKind kind, List<Difference> differences)
    {
        var left = against.FindAll(treatment => treatment.Kind == kind);
        foreach (var mine in draft)
        {
            if (mine.Kind != kind)
            {
                continue;
            }

            var index = left.FindIndex(theirs => theirs.Step == mine.Step);
            if (index < 0)
            {
                differences.Add(new(kind switch { TreatmentKind.Entered => DifferenceKind.Enters, TreatmentKind.Message => DifferenceKind.GainsMessage, _ => DifferenceKind.GainsTask }, mine, null));
                continue;
            }

            Compare(mine, left[index], differences);
            left.RemoveAt(index);
        }

        differences.AddRange(left.Select(theirs => new Difference(
            kind switch { TreatmentKind.Entered => DifferenceKind.DoesNotEnter, TreatmentKind.Message => DifferenceKind.LosesMessage, _ => DifferenceKind.LosesTask }, null, theirs)));
    }

    private static void Compare(Treatment mine, Treatment theirs, List<Difference> differences)
    {
        if (mine.Kind == TreatmentKind.Message && mine.Channel != theirs.Channel)
        {
            differences.Add(new(DifferenceKind.OtherChannel, mine, theirs));
        }
        else if (mine.Kind != TreatmentKind.Entered && mine.At != theirs.At)
        {
            differences.Add(new(DifferenceKind.OtherTime, mine, theirs));
        }
        else if (mine.Kind == TreatmentKind.Message && mine.Content != theirs.Content)
        {
            differences.Add(new(DifferenceKind.OtherTemplate, mine, theirs));
        }
    }
}
