using System.Collections.Immutable;
using Journey.Domain.Engine;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Host.Replay;
using Journey.Projections.Deliveries;

namespace Journey.Host.Why;

/// <summary>The answer as a person would give it: did the customer get it, and why or why not; then the rest of the story, newest first.</summary>
/// <param name="definitions">What was in force at the moment asked for.</param>
/// <param name="first">The journey's first version.</param>
internal sealed class WhySummary(string journey, DefinitionSet definitions, PublishedJourney? first, ReplaySource source, Sentences sentences)
{
    /// <summary>Earlier runs told in a sentence each; older ones are counted.</summary>
    private const int EarlierRunsTold = 3;

    private readonly PublishedJourney? _inForce = definitions.Journeys.GetValueOrDefault(journey);

    public ImmutableArray<string> Of(IReadOnlyList<WhyEntry> entries, ReplayedCustomer replayed, IReadOnlyList<Run> active, long events, long? at)
    {
        List<string> lines = [];
        var runs = entries.Where(entry => entry.Run is not null).GroupBy(entry => entry.Run!.Value).Select(run => run.ToList())
            .OrderBy(run => run[0].Position).ToList();
        if (replayed.Stopped is { } stopped)
        {
            // First of all: whatever comes below is told without what stands behind it.
            lines.Add($"Nothing of this customer is looked at from position {stopped.Position} on: the event \"{stopped.Name}\" there cannot be folded,"
                + " and their partition stands still until it is mended or skipped.");
        }

        if (replayed.State is null)
        {
            lines.Add($"Nothing of this customer had arrived by {Moments.Say(at ?? 0)}.");
        }
        else if (runs.Count == 0)
        {
            lines.AddRange(NeverEntered(entries, events, at));
        }
        else
        {
            lines.AddRange(LatestRun(runs[^1], replayed, active, at));
            lines.AddRange(Since(entries, runs[^1]));
            lines.AddRange(Earlier(runs));
        }

        lines.AddRange(Notes(replayed));
        return [.. lines];
    }

    private IEnumerable<string> NeverEntered(IReadOnlyList<WhyEntry> entries, long events, long? at)
    {
        var refusals = entries.Where(IsRefusal).ToList();
        if (refusals.Count == 0)
        {
            yield return NeverLookedAt(events, at);
            yield break;
        }

        var last = refusals[^1];
        yield return $"The customer did not get {Wanted()}: {sentences.Reason(last)}.";
        yield return $"The last event that could have started it was {last.Event}, on {Moments.Say(last.At)}."
            + (refusals.Count > 1 ? $" Before it there {(refusals.Count == 2 ? "was one more" : $"were {refusals.Count - 1} more")}: {Tally(refusals.SkipLast(1))}." : "");
    }

    private string NeverLookedAt(long events, long? at)
    {
        if (_inForce is null)
        {
            var publishedAt = source.Published.Where(published => published.Position == first?.PublishedAtPosition).Select(published => published.ReceivedAt).FirstOrDefault();
            return at is not null && publishedAt > at
                ? $"The customer did not get {Wanted()}: the journey was first published on {Moments.Say(publishedAt)}, after the moment asked about."
                : $"The customer did not get {Wanted()}: the journey is not in force, and nothing that happened while it was could have started it.";
        }

        var starts = string.Join(" or ", _inForce.Compiled.Definition.Enter.Select(trigger => trigger.On).Distinct());
        var happened = events switch { 0 => "nothing the customer did is recorded", 1 => "the one thing the customer did is not that", _ => $"none of the {events} things the customer did is that" };
        return $"The customer did not get {Wanted()}: it starts on {starts}, and {happened}.";
    }

    private IEnumerable<string> LatestRun(List<WhyEntry> run, ReplayedCustomer replayed, IReadOnlyList<Run> active, long? at)
    {
        var entered = run.Find(entry => entry.Verdict == Verdict.Entered);
        var exited = run.FindLast(entry => entry.Verdict == Verdict.Exited);
        var messages = run.Where(entry => entry.Verdict is Verdict.Requested or Verdict.Suppressed).ToList();
        foreach (var message in Enumerable.Reverse(messages))
        {
            yield return message.Verdict == Verdict.Requested
                ? $"The customer got the message {Sentences.MessageOf(message)} by {message.Decision?.Text("channel")} on {Moments.Say(message.At)}"
                    + $" ({journey} v{message.Version}, step {message.Step?.Id}).{Fate(message, replayed)}"
                : $"The customer did not get the message {Sentences.MessageOf(message)} on {Moments.Say(message.At)}: {sentences.Reason(message)}.";
        }

        if (exited is not null)
        {
            var began = messages.Count == 0 ? $"The customer got no message of {journey}: the run" : "The run";
            yield return $"{began} ended on {Moments.Say(exited.At)} as {exited.Decision?.Text("reason")}: {sentences.Reason(exited)}.";
        }
        else if (active.FirstOrDefault(one => one.Id == run[0].Run) is { } going)
        {
            yield return Going(run, going, messages.Count == 0, at);
        }

        if (entered is not null)
        {
            yield return $"The run began on {Moments.Say(entered.At)}, by version {entered.Version}: {sentences.Of(entered)}";
        }

        if (run.Exists(entry => entry.Verdict == Verdict.Goal))
        {
            yield return $"It reached its goal on {Moments.Say(run.First(entry => entry.Verdict == Verdict.Goal).At)}.";
        }
    }

    private string Going(List<WhyEntry> run, Run going, bool isFirst, long? at)
    {
        var held = run.FindLast(entry => entry.Verdict is Verdict.Held or Verdict.Waiting);
        var began = isFirst ? $"No message of {journey} {(at is null ? "yet" : "by then")}: the run" : "The run";
        var until = going.Phase == RunPhase.Paused || going.Due == Run.Never ? "" : $" until {Moments.Say(going.Due)}";
        return (going.Phase, held?.Verdict) switch
        {
            (RunPhase.Paused, _) => $"{began} is held before step {going.Step}: the journey is paused.",
            (RunPhase.Blocked, Verdict.Held) => $"{began} is held before step {going.Step}{until}: {sentences.Reason(held!)}.",
            (RunPhase.Listening, _) when held?.Step is Step.WaitFor waitFor =>
                $"{began} waits at step {going.Step} for {string.Join(" or ", waitFor.Events.Select(awaited => awaited.On).Distinct())}{until}.",
            (RunPhase.Calling, _) => $"{began} waits for the answer of step {going.Step}{until}.",
            _ => $"{began} waits at step {going.Step}{until}.",
        };
    }

    /// <summary>Something that could have started a run, and did not.</summary>
    private bool IsRefusal(WhyEntry entry) => entry.Verdict switch
    {
        Verdict.NotEntered or Verdict.NotPublished or Verdict.Retired => true,
        Verdict.PassedOver => (_inForce ?? first)?.Compiled.Definition.Enter.Any(trigger => trigger.On == entry.Event) == true,
        _ => false,
    };

    /// <summary>What delivery came to, as far as it is known.</summary>
    private static string Fate(WhyEntry message, ReplayedCustomer replayed)
    {
        var id = message.Decision?.Id.ToString();
        var found = replayed.State?.Messages.Messages.FirstOrDefault(one => one.Id == id);
        return found?.State switch
        {
            null or MessageState.Sent => "",
            MessageState.Requested => " Delivery has not answered yet.",
            MessageState.Failed => $" But it could not be delivered{(found.Reason is { } reason ? $": {reason}" : "")}.",
            MessageState.Bounced => " But it bounced.",
            MessageState.Suppressed => $" But it was withheld at delivery{(found.Reason is { } reason ? $": {reason}" : "")}.",
            { } state => $" It was {state.ToString().ToLowerInvariant()}.",
        };
    }

    /// <summary>What kept the customer from entering again after the latest run began.</summary>
    private IEnumerable<string> Since(IReadOnlyList<WhyEntry> entries, List<WhyEntry> latest)
    {
        var refusals = entries.Where(entry => entry.Position > latest[0].Position && IsRefusal(entry)).ToList();
        if (refusals.Count > 0)
        {
            yield return $"Since then {(refusals.Count == 1 ? "one more event" : $"{refusals.Count} more events")} could have started it again;"
                + $" the last was {refusals[^1].Event} on {Moments.Say(refusals[^1].At)}: {sentences.Reason(refusals[^1])}.";
        }
    }

    private static IEnumerable<string> Earlier(List<List<WhyEntry>> runs)
    {
        foreach (var run in Enumerable.Reverse(runs).Skip(1).Take(EarlierRunsTold))
        {
            var sent = run.Count(entry => entry.Verdict == Verdict.Requested);
            var ended = run.FindLast(entry => entry.Verdict == Verdict.Exited);
            yield return $"An earlier run began on {Moments.Say(run[0].At)}"
                + (ended is null ? " and goes on" : $" and ended on {Moments.Say(ended.At)} as {ended.Decision?.Text("reason")}")
                + $", with {(sent == 0 ? "no message" : sent == 1 ? "one message" : $"{sent} messages")}.";
        }

        if (runs.Count - 1 > EarlierRunsTold)
        {
            yield return $"Before those there were {runs.Count - 1 - EarlierRunsTold} more runs.";
        }
    }

    private IEnumerable<string> Notes(ReplayedCustomer replayed)
    {
        if (_inForce?.Status == JourneyStatus.Paused)
        {
            yield return "The journey is paused: nobody enters it, and its runs are held.";
        }

        if (replayed.IsErased)
        {
            yield return "The customer was erased since: what they said is gone, and the decisions are as they were.";
        }

        if (replayed.State?.Absorbed is { Count: > 0 } absorbed)
        {
            yield return $"The customer is made of {absorbed.Count + 1} who turned out to be one person; the story of all of them is told.";
        }
    }

    private static string Tally(IEnumerable<WhyEntry> refusals) => string.Join(", ", refusals
        .GroupBy(entry => entry.GateName ?? entry.Verdict switch
        {
            Verdict.NotEntered => "a condition that did not hold",
            Verdict.PassedOver => "imported or late",
            Verdict.NotPublished => "before it was published",
            _ => "while it was retired",
        })
        .OrderByDescending(group => group.Count())
        .Select(group => $"{group.Count()} × {group.Key}"));

    /// <summary>What the customer would have got, named after the journey's only message where there is but one.</summary>
    private string Wanted()
    {
        var sends = ((_inForce ?? first)?.Compiled.Flow ?? []).Select(flow => flow.Step).OfType<Step.Send>().ToList();
        return sends.Count == 1 ? $"the message {sends[0].Template} of {journey}" : sends.Count > 1 ? $"any message of {journey}" : $"into {journey}";
    }
}
