using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Domain.Engine;

/// <summary>What an event does to runs that wait: it resets a wait, ends a waitFor, answers a call. And runs whose journey was resumed go on.</summary>
internal static class Waits
{
    public static void Apply(Reaction reaction)
    {
        var runs = reaction.State.RunList;
        for (var i = 0; i < runs.Count; i++)
        {
            var run = runs[i];
            ref readonly var followed = ref reaction.Follow(run);
            var isPaused = followed.IsPaused;
            if (run.Phase == RunPhase.Paused)
            {
                if (!isPaused)
                {
                    reaction.Ready(run.Id, run.Step.Length == 0 ? CompiledJourney.End : IndexOf(reaction, run));
                }

                continue;
            }

            var journey = followed.Journey;
            if (!JourneyPlan.Of(journey.Compiled).Listens.Contains(reaction.Basis.Name) || Meet(reaction, run, journey) is not { } target)
            {
                continue;
            }

            if (isPaused)
            {
                Pauses.Hold(reaction, reaction.State.RunList[i], journey, target);
            }
            else
            {
                reaction.Ready(run.Id, target);
            }
        }
    }

    private static int IndexOf(Reaction reaction, Run run) =>
        Versions.Of(reaction.Definitions, run.Journey, run.Version).Compiled.IndexById[run.Step];

    /// <summary>Where the run goes on because of this event; null: it stays.</summary>
    private static int? Meet(Reaction reaction, Run run, PublishedJourney journey)
    {
        if (run.Phase == RunPhase.Blocked)
        {
            return null;
        }

        var flow = journey.Compiled.Flow[journey.Compiled.IndexById[run.Step]];
        var point = new TracePoint(run.Journey, run.Version, run.Id, run.Step);
        return (run.Phase, flow.Step) switch
        {
            (RunPhase.Resting, Step.Wait wait) => Reset(reaction, point, run, journey, wait),
            (RunPhase.Listening, Step.WaitFor waitFor) => Awaited(reaction, point, run, journey, waitFor, flow),
            (RunPhase.Calling, Step.Call) => Answer(reaction, run, journey, flow),
            _ => null,
        };
    }

    private static int? Reset(Reaction reaction, in TracePoint point, Run run, PublishedJourney journey, Step.Wait wait)
    {
        if (wait.ResetOn != reaction.Basis.Name || wait.DurationMs is not { } duration || run.Repeats >= wait.MaxResets
            || !RunKeys.Concerns(reaction, point, run.Key, journey))
        {
            return null;
        }

        reaction.Look(run);
        if (reaction.IsTrue(point, ConditionRole.Reset, wait.ResetWhere))
        {
            // An older event that came after a newer one does not bring the end of the wait forward.
            run = run with { Due = Math.Max(run.Due, Dues.After(reaction.Now, duration)), Repeats = run.Repeats + 1 };
            reaction.State.Put(run);
            DecisionWriter.RunWaiting(reaction, run);
        }

        return null;
    }

    private static int? Awaited(Reaction reaction, in TracePoint point, Run run, PublishedJourney journey, Step.WaitFor waitFor, FlowStep flow)
    {
        for (var i = 0; i < waitFor.Events.Length; i++)
        {
            var awaited = waitFor.Events[i];
            if (awaited.On != reaction.Basis.Name || !RunKeys.Concerns(reaction, point, run.Key, journey))
            {
                continue;
            }

            reaction.Look(run);
            if (reaction.IsTrue(point, ConditionRole.Awaited, awaited.Where))
            {
                reaction.State.Put(StepMemories.Done(reaction, run, journey, waitFor, awaited.On));
                return flow.Targets[i];
            }
        }

        return null;
    }

    private static int? Answer(Reaction reaction, Run run, PublishedJourney journey, FlowStep flow)
    {
        if (reaction.Basis.Kind != EventKind.Outcome || !TryReadOutcome(reaction.Basis, run, out var answer))
        {
            return null;
        }

        // An answer too large to keep is no answer that later steps could read.
        var isAnswered = reaction.Basis.Name == EventNames.CallAnswered && answer.Length <= EngineLimits.AnswerBytesMax;
        run = StepMemories.Done(reaction, run, journey, flow.Step, isAnswered ? StepOutcomes.Answered : StepOutcomes.Failed);
        reaction.State.Put(isAnswered ? StepMemories.WithAnswer(run, answer, reaction.Basis.Position) : run);
        return isAnswered ? flow.Next : flow.Targets[0];
    }

    /// <summary>Reads properties run, step and response; false where they speak of another run or step.</summary>
    private static bool TryReadOutcome(in RecordedEvent basis, Run run, out ReadOnlyMemory<byte> answer)
    {
        answer = default;
        using var json = JsonDocument.Parse(basis.Json);
        if (!json.RootElement.TryGetProperty("properties"u8, out var properties) || properties.ValueKind != JsonValueKind.Object
            || !IsText(properties, "run"u8, run.Id.ToString("D")) || !IsText(properties, "step"u8, run.Step))
        {
            return false;
        }

        if (properties.TryGetProperty("response"u8, out var response))
        {
            answer = System.Text.Encoding.UTF8.GetBytes(response.GetRawText());
        }

        return true;
    }

    private static bool IsText(JsonElement properties, ReadOnlySpan<byte> name, string text) =>
        properties.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(text);
}
