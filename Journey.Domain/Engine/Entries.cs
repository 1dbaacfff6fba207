using System.Collections.Immutable;
using Journey.Domain.Events;
using Journey.Domain.Language;
using Journey.Domain.Time;

namespace Journey.Domain.Engine;

/// <summary>Who enters a journey, and what keeps the others out: trigger, key, audience, precedence, re-entry, pause, limits, in this order.</summary>
internal static class Entries
{
    /// <summary>Considers every journey that this event may start.</summary>
    public static void Apply(Reaction reaction)
    {
        // Outcomes move runs and start none: a provider that fails would otherwise feed itself.
        if (reaction.Basis.Kind is not (EventKind.Interaction or EventKind.Derived)
            || !reaction.Definitions.EntriesByEvent.TryGetValue(reaction.Basis.Name, out var journeys))
        {
            return;
        }

        foreach (var journey in journeys)
        {
            var point = new TracePoint(journey.Name, journey.Version, null, null);
            reaction.Sink.Trace?.LookedAt(point, reaction.Basis, reaction.Now);
            if (!IsTriggered(reaction, point, journey))
            {
                continue;
            }

            if (RunKeys.ForEntry(reaction, point, journey.Compiled.Definition) is not { } key)
            {
                reaction.Sink.Trace?.Refused(point, Gate.Key, "The event gives the key no value.");
                continue;
            }

            reaction.LookAtEvent();
            var rank = journey.Compiled.Definition.IsRule ? AbandonmentRank.None : Precedence.RankOf(reaction.Basis.Name);
            Consider(reaction, point, journey, new Candidate(key, reaction.EventCartId, rank, null, 0));
        }
    }

    /// <summary>A <c>start</c> step: the other journey's triggers are passed over, and everything else holds.</summary>
    public static void Start(Reaction reaction, Run starter, string name, int depth)
    {
        if (!reaction.Definitions.Journeys.TryGetValue(name, out var journey))
        {
            reaction.Sink.Trace?.Refused(new TracePoint(name, 0, null, null), Gate.Status, "The journey is not published.");
            return;
        }

        var point = new TracePoint(journey.Name, journey.Version, null, null);
        reaction.Sink.Trace?.LookedAt(point, reaction.Basis, reaction.Now);

        // The facts are still turned to the starting run, so that a key by cart means the cart that run is about.
        var definition = journey.Compiled.Definition;
        var key = definition.IsRule || definition.Key is null
            ? RunKeys.ForEntry(reaction, point, definition)
            : RunKeys.TextOf(reaction.Evaluate(point, ConditionRole.Key, definition.Key));
        if (key is null)
        {
            reaction.Sink.Trace?.Refused(point, Gate.Key, "The key has no value.");
            return;
        }

        Consider(reaction, point, journey, new Candidate(key, starter.CartId, AbandonmentRank.None, starter.Id, depth));
    }

    private static bool IsTriggered(Reaction reaction, in TracePoint point, PublishedJourney journey)
    {
        reaction.LookAtEvent();
        foreach (var trigger in journey.Compiled.Definition.Enter)
        {
            if (trigger.On == reaction.Basis.Name && reaction.IsTrue(point, ConditionRole.Entry, trigger.Where))
            {
                return true;
            }
        }

        return false;
    }

    private static void Consider(Reaction reaction, in TracePoint point, PublishedJourney journey, Candidate candidate)
    {
        var definition = journey.Compiled.Definition;
        if (!reaction.IsTrue(point, ConditionRole.Audience, definition.Audience))
        {
            return;
        }

        if (Precedence.IsForestalled(reaction.State, candidate.Rank, candidate.CartId))
        {
            reaction.Sink.Trace?.Refused(point, Gate.Precedence, "A run of a later abandonment is under way.");
            return;
        }

        var id = RunId(reaction, journey, candidate);
        if (!Reentries.Allow(reaction, point, definition, candidate.Key) || reaction.State.IndexOf(id) >= 0)
        {
            return;
        }

        if (journey.Status == JourneyStatus.Paused)
        {
            reaction.Sink.Trace?.Refused(point, Gate.Paused, "The journey is paused.");
            DecisionWriter.RunNotEntered(reaction, journey, candidate.Key, RefusalReasons.Paused);
            return;
        }

        if (IsWithinLimits(reaction, point, journey, candidate.Key))
        {
            Enter(reaction, journey, candidate, id);
        }
    }

    private static void Enter(Reaction reaction, PublishedJourney journey, Candidate candidate, Guid id)
    {
        var definition = journey.Compiled.Definition;
        Precedence.EndEarlier(reaction, candidate.Rank, candidate.CartId);
        if (!definition.IsRule && definition.Reentry.Mode == ReentryMode.Replace)
        {
            Reentries.EndReplaced(reaction, definition.Name, candidate.Key);
        }

        var first = journey.Compiled.First;
        var run = new Run
        {
            Id = id,
            Journey = journey.Name,
            Version = journey.Version,
            Key = candidate.Key,
            EnteredAt = reaction.Now,
            EntryPosition = reaction.Basis.Position,
            CartId = candidate.CartId,
            IsHoldout = StickyShares.IsHoldout(journey.Name, reaction.Facts.CustomerId, definition.Holdout),
            Rank = candidate.Rank,
            Phase = RunPhase.Blocked,
            Step = first == CompiledJourney.End ? "" : journey.Compiled.Flow[first].Step.Id,
            Entry = JourneyPlan.Of(journey.Compiled).AsksEntry ? EntryProperties.Of(reaction.Basis, reaction.Definitions.Workspace) : default,
        };
        reaction.State.RunList.Add(run);
        DecisionWriter.RunEntered(reaction, run);

        // Who enters in a state that ends the run gets none of its steps.
        if (Exits.ByState(reaction, run, journey) is null)
        {
            reaction.Ready(id, first, candidate.Depth);
        }
    }

    private static bool IsWithinLimits(Reaction reaction, in TracePoint point, PublishedJourney journey, string key)
    {
        var day = reaction.Now / Instants.Day;
        var tallies = reaction.State.TallyList;
        var index = tallies.FindIndex(tally => tally.Journey == journey.Name);
        var tally = index >= 0 && tallies[index].Day >= day ? tallies[index] : new EntryTally(journey.Name, day, 0, false);
        var isWithin = tally.Entries < EngineLimits.EntriesPerDayMax && reaction.State.RunList.Count < EngineLimits.ActiveRunsMax;
        var next = isWithin ? tally with { Entries = tally.Entries + 1 } : tally with { Refused = true };
        if (index >= 0)
        {
            tallies[index] = next;
        }
        else
        {
            tallies.RemoveAll(other => other.Day < day);
            tallies.Add(next);
        }

        if (!isWithin)
        {
            reaction.Sink.Trace?.Refused(point, Gate.Limit, "The customer has too many runs, or entered too often today.");
            if (!tally.Refused)
            {
                DecisionWriter.RunNotEntered(reaction, journey, key, RefusalReasons.Limit);
            }
        }

        return isWithin;
    }

    private static Guid RunId(Reaction reaction, PublishedJourney journey, Candidate candidate)
    {
        var name = $"{journey.Name}|{reaction.Facts.CustomerId}|{candidate.Key}|{reaction.Basis.Position}";
        return StableHash.Id(candidate.Starter is { } starter ? $"{name}|{starter:D}" : name);
    }

    /// <param name="Starter">The run whose <c>start</c> step asks for it; null: an event does.</param>
    private readonly record struct Candidate(string Key, string? CartId, AbandonmentRank Rank, Guid? Starter, int Depth);
}
