namespace Journey.Domain.Language.Rules;

/// <summary>What has to hold of the way through a journey: targets exist, ids differ, cycles wait, every step is reached.</summary>
internal static class FlowRules
{
    public static void Report(CompiledJourney journey, FaultList faults)
    {
        Ids(journey, faults);
        Targets(journey, faults);
        Cycles(journey, faults);
        Reach(journey, faults);
    }

    private static void Ids(CompiledJourney journey, FaultList faults)
    {
        for (var i = 0; i < journey.Flow.Length; i++)
        {
            var step = journey.Flow[i].Step;
            if (journey.IndexById[step.Id] is var first && first != i)
            {
                faults.Add(FaultTexts.RepeatedId.At(step.At, [step.Id, journey.Flow[first].Step.At.Line]));
            }
        }
    }

    private static void Targets(CompiledJourney journey, FaultList faults)
    {
        foreach (var jump in journey.Flow.Select(flow => flow.Step).OfType<Step.Goto>())
        {
            if (!journey.IndexById.ContainsKey(jump.Target))
            {
                faults.Add(FaultTexts.UnknownTarget.At(jump.At, [jump.Target], suggestion: NearMiss.Of(jump.Target, journey.IndexById.Keys)));
            }
        }
    }

    /// <summary>Only a goto leads back, so each cycle without a wait is reported at the goto that closes it.</summary>
    private static void Cycles(CompiledJourney journey, FaultList faults)
    {
        const byte open = 1, done = 2;
        var marks = new byte[journey.Flow.Length];
        var path = new Stack<(int Index, IEnumerator<int> Next)>();
        for (var start = 0; start < marks.Length; start++)
        {
            if (marks[start] != 0)
            {
                continue;
            }

            Enter(start);
            while (path.TryPeek(out var top))
            {
                if (!top.Next.MoveNext())
                {
                    marks[top.Index] = done;
                    path.Pop();
                }
                else if (top.Next.Current is >= 0 and var next && marks[next] == 0)
                {
                    Enter(next);
                }
                else if (top.Next.Current is >= 0 and var back && marks[back] == open && journey.Flow[top.Index].Step is Step.Goto jump)
                {
                    faults.Add(FaultTexts.CycleWithoutWait.At(jump.At, [jump.Target], "a `wait` or `waitFor` in the cycle"));
                }
            }
        }

        void Enter(int index)
        {
            marks[index] = open;
            var waits = journey.Flow[index].Step is Step.Wait or Step.WaitFor;
            path.Push((index, (waits ? [] : After(journey.Flow[index])).GetEnumerator()));
        }
    }

    private static void Reach(CompiledJourney journey, FaultList faults)
    {
        var reached = new bool[journey.Flow.Length];
        var open = new Stack<int>([journey.First]);
        while (open.TryPop(out var index))
        {
            if (index < 0 || reached[index])
            {
                continue;
            }

            reached[index] = true;
            foreach (var next in After(journey.Flow[index]))
            {
                open.Push(next);
            }
        }

        // Of a stretch that is never reached only the first step is reported: the others follow from it.
        for (var i = 1; i < reached.Length; i++)
        {
            if (!reached[i] && reached[i - 1])
            {
                faults.Add(FaultTexts.Unreachable.At(journey.Flow[i].Step.At, [journey.Flow[i].Step.Id]));
            }
        }
    }

    /// <summary>Everything a run may go on to from here.</summary>
    private static IEnumerable<int> After(FlowStep flow) => flow.Step switch
    {
        Step.Exit => [],
        // A goto to nowhere is a fault of its own, and no reason to call what follows unreachable.
        Step.Goto when flow.Targets[0] == CompiledJourney.End => [flow.Next],
        Step.Goto or Step.Split => flow.Targets,
        // Without a timeout only the events lead on.
        Step.WaitFor { TimeoutMs: null, OnTimeout.IsEmpty: true } => flow.Targets.Take(flow.Targets.Length - 1),
        Step.Branch or Step.WaitFor => flow.Targets,
        _ => flow.Targets.Append(flow.Next),
    };
}
