using System.Text.Json;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Time;

namespace Journey.Domain.Engine;

/// <summary>What each decision says. Property names are on disk: add, never rename.</summary>
internal static class DecisionWriter
{
    private static readonly DecisionNote Nothing = new("", "", IsHoldout: false);

    public static void RunEntered(Reaction reaction, Run run)
    {
        if (IsOnlyNoted(reaction, run, null, EventNames.RunEntered, new(run.Key, "", run.IsHoldout)))
        {
            return;
        }

        var json = Begin(reaction, run, step: null);
        WriteKey(json, run);
        json.WriteString("event"u8, reaction.Basis.Name);
        json.WriteNumber("basis"u8, run.EntryPosition);
        json.WriteBoolean("holdout"u8, run.IsHoldout);
        Record(reaction, run, null, EventNames.RunEntered);
    }

    public static void RunNotEntered(Reaction reaction, PublishedJourney journey, string key, string reason)
    {
        if (!reaction.Sink.Writes)
        {
            // Nothing else is ever called by this subject's id, so that its ordinals need not go on.
            return;
        }

        var point = new TracePoint(journey.Name, journey.Version, null, null);
        if (reaction.Sink.IsOnlyNoted(EventNames.RunNotEntered))
        {
            reaction.Sink.Note(point, Guid.Empty, EventNames.RunNotEntered, reaction.Now, new(key, reason, IsHoldout: false));
            return;
        }

        var json = reaction.Sink.Begin();
        json.WriteString("journey"u8, journey.Name);
        json.WriteNumber("version"u8, journey.Version);
        if (key.Length > 0)
        {
            json.WriteString("key"u8, key);
        }

        json.WriteString("event"u8, reaction.Basis.Name);
        json.WriteString("reason"u8, reason);
        var subject = StableHash.Id($"not-entered|{journey.Name}|{reaction.Facts.CustomerId}|{key}");
        reaction.Sink.Record(point, subject, EventNames.RunNotEntered, EventKind.Decision, reaction.Now);
    }

    /// <param name="reason">What holds the run back, where it isn't its own step; else null.</param>
    /// <param name="zone">The zone that a local time was reckoned in, if one was.</param>
    public static void RunWaiting(Reaction reaction, Run run, string? reason = null, string? zone = null)
    {
        if (IsOnlyNoted(reaction, run, run.Step, EventNames.RunWaiting, new("", reason ?? "", IsHoldout: false)))
        {
            return;
        }

        var json = Begin(reaction, run, run.Step);

        // A pause has no end that could be known.
        if (run.Due != Run.Never && run.Phase != RunPhase.Paused)
        {
            json.WriteString("until"u8, Instants.ToIso(run.Due));
        }

        if (reason is not null)
        {
            json.WriteString("reason"u8, reason);
        }

        if (run.Phase == RunPhase.Resting && run.Repeats > 0)
        {
            json.WriteNumber("resets"u8, run.Repeats);
        }

        if (zone is not null)
        {
            json.WriteString("zone"u8, zone);
            json.WriteString("zoneData"u8, LocalClock.DatabaseVersion);
        }

        Record(reaction, run, run.Step, EventNames.RunWaiting);
    }

    public static void RunBranched(Reaction reaction, Run run, string step, string variant)
    {
        if (IsOnlyNoted(reaction, run, step, EventNames.RunBranched, Nothing))
        {
            return;
        }

        Begin(reaction, run, step).WriteString("variant"u8, variant);
        Record(reaction, run, step, EventNames.RunBranched);
    }

    public static void RunMigrated(Reaction reaction, Run run, int from)
    {
        if (IsOnlyNoted(reaction, run, run.Step, EventNames.RunMigrated, Nothing))
        {
            return;
        }

        Begin(reaction, run, run.Step).WriteNumber("from"u8, from);
        Record(reaction, run, run.Step, EventNames.RunMigrated);
    }

    public static void RunExited(Reaction reaction, Run run, string reason)
    {
        if (IsOnlyNoted(reaction, run, run.Step, EventNames.RunExited, new("", reason, IsHoldout: false)))
        {
            return;
        }

        var json = Begin(reaction, run, run.Step);
        json.WriteString("reason"u8, reason);
        Record(reaction, run, run.Step, EventNames.RunExited);
    }

    public static void GoalReached(Reaction reaction, Run run, GoalDefinition goal)
    {
        if (IsOnlyNoted(reaction, run, null, EventNames.GoalReached, new("", "", run.IsHoldout)))
        {
            return;
        }

        var json = Begin(reaction, run, step: null);
        json.WriteNumber("basis"u8, reaction.Basis.Position);
        json.WriteBoolean("holdout"u8, run.IsHoldout);
        json.WriteNumber("afterSeconds"u8, (reaction.Now - run.EnteredAt) / Instants.Second);
        json.WriteNumber("messages"u8, run.Messages);
        json.WriteString("credit"u8, goal.Credit switch { GoalCredit.AnyMessage => "any-message", GoalCredit.LastMessage => "last-message", _ => "none" });
        if (goal.Credit == GoalCredit.LastMessage && run.LastMessage is { } message)
        {
            json.WriteString("message"u8, message);
        }

        Record(reaction, run, null, EventNames.GoalReached);
    }

    public static Guid MessageRequested(Reaction reaction, Run run, Step.Send send, ContactChannel channel, string purpose)
    {
        if (!reaction.Sink.Writes)
        {
            // The state remembers which message it was.
            return reaction.Sink.IdOf(run.Id, reaction.Sink.Pass(run.Id));
        }

        var json = Begin(reaction, run, send.Id);
        WriteKey(json, run);
        json.WriteString("channel"u8, channel.Name);
        json.WriteString("template"u8, send.Template);
        json.WriteString("purpose"u8, purpose);
        json.WritePropertyName("data"u8);

        // Checked when the document was read.
        json.WriteRawValue(send.Data.Length == 0 ? "{}" : send.Data, skipInputValidation: true);
        WriteSources(json, run);
        return Record(reaction, run, send.Id, EventNames.MessageRequested);
    }

    public static void MessageSuppressed(Reaction reaction, Run run, Step.Send send, ContactChannel channel, string reason)
    {
        if (Passes(reaction, run.Id))
        {
            return;
        }

        var json = Begin(reaction, run, send.Id);
        json.WriteString("channel"u8, channel.Name);
        json.WriteString("template"u8, send.Template);
        json.WriteString("reason"u8, reason);
        Record(reaction, run, send.Id, EventNames.MessageSuppressed);
    }

    public static void TaskRequested(Reaction reaction, Run run, Step.AskPerson task)
    {
        if (Passes(reaction, run.Id))
        {
            return;
        }

        var json = Begin(reaction, run, task.Id);
        WriteKey(json, run);
        json.WriteString("team"u8, task.Team);
        json.WriteString("title"u8, task.Title);
        if (task.Description is not null)
        {
            json.WriteString("description"u8, task.Description);
        }

        if (task.DueMs is { } due)
        {
            json.WriteString("due"u8, Instants.ToIso(Dues.After(reaction.Now, due)));
        }

        WriteSources(json, run);
        Record(reaction, run, task.Id, EventNames.TaskRequested);
    }

    public static void CallRequested(Reaction reaction, Run run, Step.Call call)
    {
        if (Passes(reaction, run.Id))
        {
            return;
        }

        var json = Begin(reaction, run, call.Id);
        WriteKey(json, run);
        json.WriteString("url"u8, call.Url);
        json.WriteString("method"u8, call.Method);
        if (call.Body is not null)
        {
            json.WritePropertyName("body"u8);
            json.WriteRawValue(call.Body);
        }

        json.WriteString("until"u8, Instants.ToIso(run.Due));
        WriteSources(json, run);
        Record(reaction, run, call.Id, EventNames.CallRequested);
    }

    public static void TraitsSet(Reaction reaction, Run run, in TracePoint point, Step.Set set)
    {
        if (Passes(reaction, run.Id))
        {
            return;
        }

        var json = Begin(reaction, run, set.Id);
        json.WriteStartObject("traits"u8);
        WriteAssignments(reaction, point, json, set.Traits);
        json.WriteEndObject();
        Record(reaction, run, set.Id, EventNames.TraitsSet);
    }

    public static void Emitted(Reaction reaction, Run run, in TracePoint point, Step.Emit emit, int cascade)
    {
        if (Passes(reaction, run.Id))
        {
            return;
        }

        var json = reaction.Sink.Begin();
        WriteAssignments(reaction, point, json, emit.Properties);
        reaction.Sink.Record(point, run.Id, emit.Event, EventKind.Derived, reaction.Now, cascade);
    }

    // What ends in an error is left out: a trait keeps its value, and a property is missing.
    private static void WriteAssignments(Reaction reaction, in TracePoint point, Utf8JsonWriter json, IEnumerable<Assignment> assignments)
    {
        foreach (var assignment in assignments)
        {
            if (assignment.Literal is { } literal)
            {
                json.WritePropertyName(assignment.Name);
                json.WriteRawValue(literal);
            }
            else if (assignment.Expression is { } expression && reaction.Evaluate(point, ConditionRole.Value, expression) is { IsError: false } value)
            {
                json.WritePropertyName(assignment.Name);
                JsonValues.Write(json, value);
            }
        }
    }

    /// <summary>Whether a decision is taken without being written out.</summary>
    private static bool Passes(Reaction reaction, Guid run)
    {
        if (reaction.Sink.Writes)
        {
            return false;
        }

        reaction.Sink.Pass(run);
        return true;
    }

    private static Utf8JsonWriter Begin(Reaction reaction, Run run, string? step)
    {
        var json = reaction.Sink.Begin();
        json.WriteString("journey"u8, run.Journey);
        json.WriteNumber("version"u8, run.Version);
        json.WriteString("run"u8, run.Id);
        if (step is { Length: > 0 })
        {
            json.WriteString("step"u8, step);
        }

        return json;
    }

    private static bool IsOnlyNoted(Reaction reaction, Run run, string? step, string name, in DecisionNote note)
    {
        if (Passes(reaction, run.Id))
        {
            return true;
        }

        if (!reaction.Sink.IsOnlyNoted(name))
        {
            return false;
        }

        reaction.Sink.Note(new TracePoint(run.Journey, run.Version, run.Id, step), run.Id, name, reaction.Now, note);
        return true;
    }

    private static Guid Record(Reaction reaction, Run run, string? step, string name) =>
        reaction.Sink.Record(new TracePoint(run.Journey, run.Version, run.Id, step), run.Id, name, EventKind.Decision, reaction.Now);

    private static void WriteKey(Utf8JsonWriter json, Run run)
    {
        if (run.Key.Length > 0)
        {
            json.WriteString("key"u8, run.Key);
        }

        if (run.CartId is not null)
        {
            json.WriteString("cart"u8, run.CartId);
        }
    }

    // Where delivery finds what templates ask for: the entry event, and the answers to calls.
    private static void WriteSources(Utf8JsonWriter json, Run run)
    {
        json.WriteNumber("basis"u8, run.EntryPosition);
        var started = false;
        foreach (var memory in run.Steps)
        {
            if (memory.AnswerPosition != 0)
            {
                if (!started)
                {
                    json.WriteStartObject("answers"u8);
                    started = true;
                }

                json.WriteNumber(memory.Step, memory.AnswerPosition);
            }
        }

        if (started)
        {
            json.WriteEndObject();
        }
    }
}
