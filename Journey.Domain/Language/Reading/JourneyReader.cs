using System.Collections.Immutable;
using Journey.Domain.Language.Formats;
using Journey.Domain.Language.Yaml;
using Journey.Domain.Time;

namespace Journey.Domain.Language.Reading;

/// <summary>Reads journeys and rules.</summary>
internal static class JourneyReader
{
    private const long DefaultStaleAfterMs = 24 * Instants.Hour;
    private const string DefaultPurpose = "marketing";
    private const string DefaultExit = "exit";

    public static JourneyDefinition Journey(YamlMapping document, ReadContext context)
    {
        var entries = document.Mappings("enter").ToArray();
        var reentries = entries.Where(entry => entry.Has("reentry")).Append(document).Where(place => place.Has("reentry")).ToArray();
        if (reentries.Length > 1)
        {
            context.Faults.Add(FaultTexts.ReentryTwice.At(reentries[1].PlaceOfKey("reentry")));
        }

        return new(document.Text("journey") ?? "", document.Text("description"), document.At, IsRule: false,
            context.Value(document, "key"), [.. entries.SelectMany(entry => Triggers(entry, context))], Reentry(reentries.FirstOrDefault()),
            context.Condition(document, "audience"), [.. document.Mappings("exit").SelectMany(exit => Exits(exit, context))],
            document.Mapping("goal") is { } goal ? Goal(goal, context) : null, document.Share("holdout") ?? 0, context.Condition(document, "guard"),
            Limits(document.Mapping("limits")), document.Text("inFlight") == "migrate" ? InFlight.Migrate : InFlight.Pin,
            document.Duration("staleAfter") ?? DefaultStaleAfterMs, document.Text("purpose") ?? DefaultPurpose, new StepReader(context).Read(document["steps"]));
    }

    public static JourneyDefinition Rule(YamlMapping document, ReadContext context) =>
        new(document.Text("rule") ?? "", document.Text("description"), document.At, IsRule: true,
            null, [.. Triggers(document, context)], new(ReentryMode.Concurrent, 0),
            context.Condition(document, "audience"), [], null, document.Share("holdout") ?? 0, context.Condition(document, "guard"),
            Limits(document.Mapping("limits")), InFlight.Pin,
            document.Duration("staleAfter") ?? DefaultStaleAfterMs, document.Text("purpose") ?? DefaultPurpose, new StepReader(context).Read(document["do"]));

    private static IEnumerable<EntryTrigger> Triggers(YamlMapping entry, ReadContext context)
    {
        var where = context.Condition(entry, "where");
        foreach (var name in entry.Scalars("on"))
        {
            if (KnownEvents.Decisions.Contains(name.Text))
            {
                context.Faults.Add(FaultTexts.DecisionStarts.At(name.At, [name.Text]));
            }

            yield return new(context.Event(name), where, name.At);
        }
    }

    private static IEnumerable<ExitCriterion> Exits(YamlMapping exit, ReadContext context)
    {
        var reason = exit.Text("as") ?? DefaultExit;
        if (exit.Has("when"))
        {
            return [new(null, context.RequiredCondition(exit, "when"), reason, exit.At)];
        }

        var where = context.Condition(exit, "where");
        return exit.Scalars("on").Select(name => new ExitCriterion(context.Event(name), where, reason, name.At));
    }

    private static Reentry Reentry(YamlMapping? place)
    {
        var detailed = place?.Mapping("reentry");
        var mode = (detailed is null ? place?.Text("reentry") : detailed.Text("mode")) switch
        {
            "after-exit" => ReentryMode.AfterExit,
            "replace" => ReentryMode.Replace,
            "concurrent" => ReentryMode.Concurrent,
            _ => ReentryMode.Once,
        };
        return new(mode, detailed?.Duration("cooldown") ?? 0);
    }

    private static GoalDefinition Goal(YamlMapping goal, ReadContext context)
    {
        var credit = goal.Text("credit") switch { "any-message" => GoalCredit.AnyMessage, "none" => GoalCredit.None, _ => GoalCredit.LastMessage };
        return new(context.Event(goal.Scalar("on")), context.Condition(goal, "where"), goal.Duration("within") ?? 0, credit, goal.At);
    }

    private static SendLimits Limits(YamlMapping? limits)
    {
        if (limits is null)
        {
            return SendLimits.None;
        }

        var caps = limits.Mappings("cap")
            .Select(cap => new FrequencyCap(cap.Count("max") ?? 1, cap.Duration("per") ?? Instants.Day, cap.Channel("channel"), cap.Text("journey") != "this"));
        var onBlocked = limits.Text("onBlocked") switch { "skip" => OnBlocked.Skip, "exit" => OnBlocked.Exit, _ => OnBlocked.Wait };
        return new([.. caps], limits.Mapping("quiet") is { } quiet ? Quiet(quiet) : null, onBlocked);
    }

    private static QuietHours? Quiet(YamlMapping quiet) =>
        LocalTimes.TryParseTimeOfDay(quiet.Text("from") ?? "", out var from) && LocalTimes.TryParseTimeOfDay(quiet.Text("to") ?? "", out var to)
            ? new(from, to, quiet.Text("zone") ?? LocalTimes.CustomerZone)
            : null;
}
