using System.Globalization;
using Journey.Domain.Cel;
using Journey.Domain.Language;

namespace Journey.Domain.Engine;

/// <summary>Takes a run from step to step until it waits or ends.</summary>
internal static class Steps
{
    public static void RunReady(Reaction reaction)
    {
        while (reaction.TryNextReady(out var next))
        {
            // Another run may have ended this one since.
            if (reaction.State.TryFind(next.Run, out var run))
            {
                new Walk(reaction, run, Versions.Of(reaction.Definitions, run.Journey, run.Version), next.Depth).From(next.Flow);
            }
        }
    }

    /// <summary>Where a run goes on when what it waited for is over: the end of a rest, a timeout, a hold.</summary>
    public static int AfterElapse(Run run, CompiledJourney journey)
    {
        if (run.Step.Length == 0)
        {
            return CompiledJourney.End;
        }

        var index = journey.IndexById[run.Step];
        return run.Phase switch
        {
            RunPhase.Resting => journey.Flow[index].Next,
            RunPhase.Listening or RunPhase.Calling => journey.Flow[index].Targets[^1],
            _ => index,
        };
    }

    /// <summary>One run's way through one reaction.</summary>
    private ref struct Walk(Reaction reaction, Run run, PublishedJourney journey, int depth)
    {
        // Marks that the run rests or has ended: there is no next step now.
        private const int Stop = -2;

        private readonly bool _countsVisits = JourneyPlan.Of(journey.Compiled).HasGoto;
        private Run _run = run;

        public void From(int index)
        {
            // Taking up a send that was held is not another visit.
            var isAgain = _run.Phase is RunPhase.Blocked or RunPhase.Paused && _run.Repeats > 0;
            for (var left = EngineLimits.StepsPerReactionMax; index != Stop; left--)
            {
                if (index == CompiledJourney.End)
                {
                    End(ExitReasons.Completed);
                    return;
                }

                var flow = journey.Compiled.Flow[index];
                if (left == 0 || !TryVisit(flow.Step, isAgain))
                {
                    End(ExitReasons.Limit);
                    return;
                }

                isAgain = false;
                index = Take(flow);
            }
        }

        private bool TryVisit(Step step, bool isAgain)
        {
            if (isAgain)
            {
                return true;
            }

            _run = _run with { Step = step.Id, Repeats = 0 };
            if (!_countsVisits)
            {
                return true;
            }

            if (StepMemories.Visit(_run, step.Id) is not { } visited)
            {
                return false;
            }

            _run = visited;
            return true;
        }

        private int Take(FlowStep flow)
        {
            switch (flow.Step)
            {
                case Step.Wait wait:
                    return Wait(wait, flow);
                case Step.WaitFor waitFor:
                    return WaitFor(waitFor, flow);
                case Step.Branch branch:
                    return Branch(branch, flow);
                case Step.Split split:
                    return Split(split, flow);
                case Step.Send send:
                    return Send(send, flow);
                case Step.AskPerson task:
                    DecisionWriter.TaskRequested(reaction, _run, task);
                    return Passed(flow);
                case Step.Call call:
                    Park(_run with { Phase = RunPhase.Calling, Due = Dues.After(reaction.Now, call.TimeoutMs), HeldSince = null });
                    DecisionWriter.CallRequested(reaction, _run, call);
                    return Stop;
                case Step.Set set:
                    reaction.Look(_run);
                    DecisionWriter.TraitsSet(reaction, _run, Point, set);
                    return Passed(flow);
                case Step.Emit emit:
                    return Emit(emit, flow);
                case Step.Start start:
                    return Start(start, flow);
                case Step.Exit exit:
                    End(exit.Reason);
                    return Stop;
                case Step.Goto jump:
                    Done(jump, StepOutcomes.Done);
                    return flow.Targets[0];
                default:
                    throw new InvalidOperationException($"A step of type {flow.Step.GetType().Name} is not known to the engine.");
            }
        }

        private int Wait(Step.Wait wait, FlowStep flow)
        {
            string? zone = null;
            long due;
            if (wait.DurationMs is { } duration)
            {
                due = Dues.After(reaction.Now, duration);
            }
            else if (wait.LocalTime is { } time)
            {
                var local = LocalClock.ZoneFor(wait.Zone, reaction.Facts, reaction.Definitions.Workspace);
                (due, zone) = (LocalClock.Next(reaction.Now, time, wait.Weekdays, local), local.Id);
            }
            else
            {
                reaction.Look(_run);
                if (InstantOf(reaction.Evaluate(Point, ConditionRole.Until, wait.Until!)) is not { } until)
                {
                    // Going on at once would send too early, and staying would be for ever.
                    End(ExitReasons.Error);
                    return Stop;
                }

                due = Dues.Clamp(until);
            }

            if (due <= reaction.Now)
            {
                return Passed(flow);
            }

            Park(_run with { Phase = RunPhase.Resting, Due = due, HeldSince = null });
            DecisionWriter.RunWaiting(reaction, _run, zone: zone);
            return Stop;
        }

        private int WaitFor(Step.WaitFor waitFor, FlowStep flow)
        {
            if (waitFor.TimeoutMs is <= 0)
            {
                Done(waitFor, StepOutcomes.Timeout);
                return flow.Targets[^1];
            }

            Park(_run with
            {
                Phase = RunPhase.Listening,
                Due = waitFor.TimeoutMs is { } timeout ? Dues.After(reaction.Now, timeout) : Run.Never,
                HeldSince = null,
            });
            DecisionWriter.RunWaiting(reaction, _run);
            return Stop;
        }

        private int Branch(Step.Branch branch, FlowStep flow)
        {
            reaction.Look(_run);
            for (var i = 0; i < branch.Arms.Length; i++)
            {
                if (reaction.IsTrue(Point, ConditionRole.Branch, branch.Arms[i].If))
                {
                    Done(branch, (i + 1).ToString(CultureInfo.InvariantCulture));
                    return flow.Targets[i];
                }
            }

            Done(branch, StepOutcomes.Else);
            return flow.Targets[^1];
        }

        private int Split(Step.Split split, FlowStep flow)
        {
            var arm = StickyShares.ArmOf(_run.Journey, reaction.Facts.CustomerId, split);
            DecisionWriter.RunBranched(reaction, _run, split.Id, split.Arms[arm].Name);
            Done(split, split.Arms[arm].Name);
            return flow.Targets[arm];
        }

        private int Send(Step.Send send, FlowStep flow)
        {
            var definition = journey.Compiled.Definition;
            var passage = SendGates.Ask(reaction, _run, journey, send);
            switch (passage.Kind)
            {
                case PassageKind.Open:
                    var message = DecisionWriter.MessageRequested(reaction, _run, send, passage.Channel, send.Purpose ?? definition.Purpose);
                    Caps.Count(reaction.State, new SentMessage(reaction.Now, passage.Channel.Name, _run.Journey));
                    _run = _run with { Messages = _run.Messages + 1, LastMessage = message, Repeats = 0 };
                    Done(send, StepOutcomes.Requested, passage.Channel.Name);
                    return flow.Next;
                case PassageKind.Hold when _run.Repeats < EngineLimits.HoldsPerSendMax:
                    Park(_run with { Phase = RunPhase.Blocked, Due = passage.Until, Repeats = _run.Repeats + 1 });
                    DecisionWriter.RunWaiting(reaction, _run, passage.Reason, passage.Zone);
                    return Stop;
                case PassageKind.Hold:
                    DecisionWriter.MessageSuppressed(reaction, _run, send, passage.Channel, passage.Reason);
                    End(ExitReasons.Limit);
                    return Stop;
                case PassageKind.End:
                    DecisionWriter.MessageSuppressed(reaction, _run, send, passage.Channel, passage.Reason);
                    End(passage.Reason);
                    return Stop;
                default:
                    DecisionWriter.MessageSuppressed(reaction, _run, send, passage.Channel, passage.Reason);
                    Done(send, passage.Reason, passage.Channel.Name);
                    return flow.Next;
            }
        }

        private int Emit(Step.Emit emit, FlowStep flow)
        {
            var cascade = Cascades.DepthOf(reaction.Basis) + 1;
            if (cascade > EngineLimits.CascadeDepthMax)
            {
                End(ExitReasons.Limit);
                return Stop;
            }

            reaction.Look(_run);
            DecisionWriter.Emitted(reaction, _run, Point, emit, cascade);
            return Passed(flow);
        }

        private int Start(Step.Start start, FlowStep flow)
        {
            if (depth >= EngineLimits.StartDepthMax)
            {
                End(ExitReasons.Limit);
                return Stop;
            }

            // The other journey may look at the runs there are, and by re-entry may end this very one.
            reaction.State.Put(_run);
            reaction.Look(_run);
            Entries.Start(reaction, _run, start.Journey, depth + 1);
            return reaction.State.IndexOf(_run.Id) < 0 ? Stop : Passed(flow);
        }

        private readonly TracePoint Point => new(_run.Journey, _run.Version, _run.Id, _run.Step);

        private int Passed(FlowStep flow)
        {
            Done(flow.Step, StepOutcomes.Done);
            return flow.Next;
        }

        private void Done(Step step, string outcome, string channel = "") =>
            _run = StepMemories.Done(reaction, _run, journey, step, outcome, channel);

        private void Park(Run run)
        {
            _run = run;
            reaction.State.Put(run);
        }

        private readonly void End(string reason)
        {
            reaction.State.Put(_run);
            RunEnds.End(reaction, _run, journey, reason);
        }

        private static long? InstantOf(in CelValue value) => value.Kind switch
        {
            CelKind.Timestamp => value.AsUnixMilliseconds(),
            CelKind.String when Time.Instants.TryParse(value.AsString(), out var milliseconds) => milliseconds,
            _ => null,
        };
    }
}
