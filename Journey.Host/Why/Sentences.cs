using System.Globalization;
using Journey.Domain.Cel;
using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Time;

namespace Journey.Host.Why;

/// <summary>Says each entry as one would on the phone: what happened, and because of what.</summary>
/// <param name="definitions">What was published by then: limits, cooldowns and windows are read there.</param>
internal sealed class Sentences(string journey, DefinitionSet definitions, PublishedJourney? first)
{
    private const string HeldOut = " The customer is in the holdout: the run goes its way, and its messages are withheld.";

    public string Of(WhyEntry entry) => entry.Verdict switch
    {
        Verdict.NotPublished => $"{entry.Event} came before {journey} was published{(first is null ? "" : ", and starts nothing that comes later")}.",
        Verdict.Retired => $"{entry.Event} came when {journey} was retired.",
        Verdict.PassedOver => $"{entry.Event} {PassedOver(entry)}.",
        Verdict.NotEntered => $"{entry.Event} started no run: {Reason(entry)}.",
        Verdict.Entered => $"{entry.Event} started a run{Because(entry)}.{(entry.Decision?.Text("holdout") == "True" ? HeldOut : "")}",
        Verdict.NotConcerned => $"{entry.Event} is about something else: {LowerFirst(entry.Detail ?? "")}.",
        Verdict.Nothing => $"{entry.Event} changed nothing for the run{(Step(entry) is { } at ? $" at step {at}" : "")}{(Told(entry) is { Length: > 0 } why ? $": {why}" : "")}.",
        Verdict.Waiting => Waiting(entry),
        Verdict.Held => $"Held before step {Step(entry) ?? "the end"}: {Reason(entry)}{Until(entry)}.",
        Verdict.WentOn => WentOn(entry),
        Verdict.Branched => Branched(entry),
        Verdict.Requested => $"Asked for the message {MessageOf(entry)} by {entry.Decision?.Text("channel")} (step {Step(entry)}).",
        Verdict.Suppressed => $"The message {MessageOf(entry)} (step {Step(entry)}) was withheld: {Reason(entry)}.",
        Verdict.Done => Done(entry),
        Verdict.Goal => $"{entry.Event} reached the goal of {journey}{Because(entry)}.",
        Verdict.Migrated => $"The run went over from version {entry.Decision?.Text("from")} to version {entry.Version}.",
        Verdict.Exited => $"The run ended as {entry.Decision?.Text("reason")}: {Reason(entry)}.",
        _ => entry.Event,
    };

    /// <summary>Why the customer was kept out, a message back, a run ended: without a full stop, to be put into any sentence.</summary>
    public string Reason(WhyEntry entry) => entry.Verdict switch
    {
        Verdict.NotPublished => "the journey was not published then",
        Verdict.Retired => "the journey was retired then",
        Verdict.PassedOver => $"{entry.Event} {PassedOver(entry)}",
        Verdict.NotEntered => NotEntered(entry),
        Verdict.Suppressed => Withheld(entry, entry.Decision?.Text("reason") ?? ""),
        Verdict.Held => Withheld(entry, entry.Decision?.Text("reason") ?? "paused"),
        Verdict.Exited => Exited(entry),
        _ => "",
    };

    /// <summary>"(abandoned-cart v3, line 5)" of the condition that decided; nothing where none did.</summary>
    public string Place(WhyEntry entry) => Deciding(entry) is { Place.Line: > 0 } condition ? $" ({journey} v{entry.Version}, line {condition.Place.Line})" : "";

    public static string MessageOf(WhyEntry entry) =>
        entry.Decision?.Text("template") ?? (entry.Step as Step.Send)?.Template ?? entry.Decision?.Text("step") ?? "";

    private string NotEntered(WhyEntry entry) => entry.Gate switch
    {
        Gate.Paused => "the journey was paused",
        Gate.Limit => "the customer has too many runs, or entered too often that day",
        Gate.Cooldown => $"{LowerFirst(Trimmed(entry.Detail))}{Cooldown(entry)}",
        Gate.Reentry => LowerFirst(Trimmed(entry.Detail)),
        Gate.Precedence => "a run about a later stage of the same purchase was under way, and takes precedence",
        Gate.Key => $"the event does not say which {KeyWord(entry)} it is about, and there is one run for each",
        { } => LowerFirst(Trimmed(entry.Detail)),
        null => Told(entry) is { Length: > 0 } told
            ? $"{(Deciding(entry)?.Role == ConditionRole.Audience ? "the customer is not in the audience: " : "")}{told}{Place(entry)}"
            : "its conditions did not hold",
    };

    private string Withheld(WhyEntry entry, string reason)
    {
        var definition = VersionOf(entry)?.Compiled.Definition;
        return reason switch
        {
            SuppressionReasons.Guard => $"{Told(entry)}{Place(entry)}",
            SuppressionReasons.Consent => $"no channel that reaches the customer has their consent ({Consents(entry, definition)})",
            SuppressionReasons.Unreachable => $"there is no address to send to ({string.Join(", ", (entry.Step as Step.Send)?.Channels.Select(channel => channel.Name) ?? [])})",
            SuppressionReasons.Bounced => "a message to the customer's address came back for good, and no other address is known",
            SuppressionReasons.Complained => "the customer called a message at that address spam, and no other address is known",
            SuppressionReasons.Holdout => "the customer is in the holdout, the group that gets no messages so that the effect can be measured",
            SuppressionReasons.Cap => $"the cap on messages was reached{Caps(definition)}",
            SuppressionReasons.Quiet => $"it was within quiet hours{Quiet(definition)}",
            SuppressionReasons.Stale => $"the journey had been paused, and the message would have come too late{(definition is null ? "" : $" (over {Moments.Period(definition.StaleAfterMs)})")}",
            RefusalReasons.Paused => "the journey is paused",
            _ => reason,
        };
    }

    private string Exited(WhyEntry entry)
    {
        var reason = entry.Decision?.Text("reason") ?? "";
        var isByEvent = entry.Kind is not EventKind.Time && VersionOf(entry) is { } version
            && version.Compiled.Definition.Exits.Any(exit => exit.On == entry.Event && exit.Reason == reason);
        var told = entry.Conditions.Any(condition => condition.Role == ConditionRole.Exit && condition.Value.IsTrue) ? Told(entry) : "";
        return (isByEvent, told) switch
        {
            (true, { Length: > 0 }) => $"{entry.Event} came, and {told}{Place(entry)}",
            (true, _) => $"{entry.Event} came",
            (_, { Length: > 0 }) => $"{told}{Place(entry)}",
            _ => reason switch
            {
                ExitReasons.Completed => "its last step was done",
                ExitReasons.Replaced => "the customer entered again, and the new run takes its place",
                ExitReasons.Precedence => "a later stage of the same purchase started a run, which takes precedence",
                ExitReasons.Merged => "the customer became one with another, whose older run stays",
                ExitReasons.Limit => "a limit was reached: visits of a step, holds of a message, or runs",
                ExitReasons.Stale => "the journey had been paused for so long that the next message would have come too late",
                ExitReasons.MigratedAway => LowerFirst(Trimmed(entry.Detail ?? "the newer version has no place for it")),
                ExitReasons.Retired => "the journey was retired while its pause held the run",
                ExitReasons.Cap or ExitReasons.Quiet => Withheld(entry, reason),
                ExitReasons.Error => "an expression that the step needs could not be worked out",
                _ when Step(entry) is { } step => entry.Kind == EventKind.Time ? $"step {step} ends it" : $"{entry.Event} led it to step {step}, which ends it",
                _ => "by the document",
            },
        };
    }

    private string PassedOver(WhyEntry entry)
    {
        var late = entry.ReceivedAt - entry.At;
        return late > definitions.Workspace.AllowedLateness
            ? $"arrived {Moments.Period(late)} after it happened: what comes later than {Moments.Period(definitions.Workspace.AllowedLateness)} is history, and starts and ends nothing"
            : "is imported history, which starts and ends nothing";
    }

    private static string Waiting(WhyEntry entry)
    {
        var step = Step(entry);
        var resets = entry.Decision?.Text("resets");
        var awaited = entry.Step is Domain.Language.Step.WaitFor waitFor ? $" for {string.Join(" or ", waitFor.Events.Select(awaited => awaited.On).Distinct())}" : "";
        return $"{(resets is null ? "Waits" : "Begins anew to wait")} at step {step}{awaited}{Until(entry)}.";
    }

    private static string Until(WhyEntry entry) =>
        entry.Decision?.Text("until") is { } until && Instants.TryParse(until, out var at) ? $", until {Moments.Say(at)}" : "";

    private static string WentOn(WhyEntry entry) => (entry.Step, entry.Outcome) switch
    {
        (Domain.Language.Step.WaitFor, StepOutcomes.Timeout) => $"Nothing that step {Step(entry)} waits for had come in time.",
        (Domain.Language.Step.WaitFor, _) => $"{entry.Outcome} ended the wait of step {Step(entry)}{Because(entry)}.",
        (Domain.Language.Step.Call, StepOutcomes.Answered) => $"The call of step {Step(entry)} was answered.",
        (Domain.Language.Step.Call, _) => $"The call of step {Step(entry)} failed, or its answer did not come in time.",
        _ => $"The wait of step {Step(entry)} was over.",
    };

    private static string Branched(WhyEntry entry)
    {
        if (entry.Step is Domain.Language.Step.Split)
        {
            return $"Step {Step(entry)} sends this customer along \"{entry.Outcome ?? entry.Decision?.Text("variant")}\", for ever the same by their id.";
        }

        var way = entry.Outcome == StepOutcomes.Else ? "otherwise" : $"way {entry.Outcome}";
        return $"Step {Step(entry)} went {way}{Because(entry)}.";
    }

    private static string Done(WhyEntry entry) => entry.Decision?.Name switch
    {
        EventNames.TaskRequested => $"Asked the team {entry.Decision.Text("team")} to act (step {Step(entry)}).",
        EventNames.CallRequested => $"Called {entry.Decision.Text("url")} (step {Step(entry)}).",
        EventNames.TraitsSet => $"Set traits of the customer (step {Step(entry)}).",
        { } emitted => $"Emitted \"{emitted}\" (step {Step(entry)}).",
        null => $"Step {Step(entry)} was done{(entry.Step is Step.Start start ? $": it asked to start {start.Journey}" : "")}.",
    };

    private static string Because(WhyEntry entry) => Told(entry) is { Length: > 0 } told ? $": {told}" : "";

    private static string Told(WhyEntry entry) => Deciding(entry) is { } condition ? Phrases.Of(condition.Findings) : "";

    /// <summary>The condition that this verdict turned on: the last one asked of the kind that matters to it.</summary>
    private static WhyCondition? Deciding(WhyEntry entry)
    {
        ReadOnlySpan<ConditionRole> roles = entry.Verdict switch
        {
            Verdict.NotEntered or Verdict.Entered => [ConditionRole.Audience, ConditionRole.Entry],
            Verdict.Suppressed or Verdict.Held => [ConditionRole.Guard],
            Verdict.Exited or Verdict.Nothing => [ConditionRole.Exit, ConditionRole.Awaited, ConditionRole.Goal, ConditionRole.Reset],
            Verdict.Branched => [ConditionRole.Branch],
            Verdict.WentOn => [ConditionRole.Awaited],
            Verdict.Goal => [ConditionRole.Goal],
            _ => [],
        };
        foreach (var role in roles)
        {
            if (entry.Conditions.LastOrDefault(condition => condition.Role == role) is { } found)
            {
                // Who entered met the audience as well, but the trigger's own condition tells more of this time.
                return entry.Verdict == Verdict.Entered && entry.Conditions.LastOrDefault(condition => condition.Role == ConditionRole.Entry) is { } trigger ? trigger : found;
            }
        }

        return null;
    }

    private string Cooldown(WhyEntry entry) => VersionOf(entry)?.Compiled.Definition.Reentry.CooldownMs is > 0 and var cooldown ? $" ({Moments.Period(cooldown)})" : "";

    private string KeyWord(WhyEntry entry) =>
        VersionOf(entry)?.Compiled.Definition.Key is { } key ? key.Source.StartsWith("cart", StringComparison.Ordinal) ? "cart" : $"`{key.Source}`" : "key";

    private static string Consents(WhyEntry entry, JourneyDefinition? definition)
    {
        var send = entry.Step as Step.Send;
        var channels = string.Join(", ", send?.Channels.Select(channel => channel.Name) ?? [entry.Decision?.Text("channel") ?? ""]);
        return $"{channels}, for {send?.Purpose ?? definition?.Purpose ?? "marketing"}";
    }

    private static string Caps(JourneyDefinition? definition) =>
        definition?.Limits.Caps is { Length: > 0 } caps ? $" ({string.Join("; ", caps.Select(Cap))})" : "";

    private static string Cap(FrequencyCap cap) =>
        $"at most {cap.Max} {(cap.Channel is { } channel ? $"by {channel.Name} " : "")}in {Moments.Period(cap.PerMs)}{(cap.AcrossJourneys ? ", all journeys together" : "")}";

    private static string Quiet(JourneyDefinition? definition) => definition?.Limits.Quiet is { } quiet
        ? string.Create(CultureInfo.InvariantCulture, $" ({quiet.From:HH:mm} to {quiet.To:HH:mm}, {(quiet.Zone == "customer" ? "the customer's own time" : quiet.Zone)})")
        : "";

    private PublishedJourney? VersionOf(WhyEntry entry) => definitions.Versions.GetValueOrDefault((journey, entry.Version));

    private static string? Step(WhyEntry entry) => entry.Step?.Id ?? entry.Decision?.Text("step");

    private static string Trimmed(string? detail) => (detail ?? "").TrimEnd('.');

    private static string LowerFirst(string text) => text.Length == 0 ? text : char.ToLowerInvariant(text[0]) + text[1..].TrimEnd('.');
}
