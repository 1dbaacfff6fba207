using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Domain.Engine;

/// <summary>The gates before every send, in order: consent, holdout, guard, cap, quiet hours. All of them again after every hold.</summary>
internal static class SendGates
{
    public static Passage Ask(Reaction reaction, Run run, PublishedJourney journey, Step.Send send)
    {
        var definition = journey.Compiled.Definition;
        var point = new TracePoint(run.Journey, run.Version, run.Id, send.Id);
        if (run.HeldSince is { } since && reaction.Now - since > definition.StaleAfterMs)
        {
            reaction.Sink.Trace?.Refused(point, Gate.Stale, $"Held since {Time.Instants.ToIso(since)}.");
            return new Passage(PassageKind.End, send.Channels[0], SuppressionReasons.Stale);
        }

        if (!TryChoose(reaction, send, send.Purpose ?? definition.Purpose, out var channel, out var refusal))
        {
            return Closed(reaction, point, Gate.Consent, channel, refusal);
        }

        if (run.IsHoldout)
        {
            return Closed(reaction, point, Gate.Holdout, channel, SuppressionReasons.Holdout);
        }

        if (definition.Guard is not null)
        {
            reaction.Look(run);
            if (!reaction.IsTrue(point, ConditionRole.Guard, definition.Guard))
            {
                return Closed(reaction, point, Gate.Guard, channel, SuppressionReasons.Guard);
            }
        }

        if (Caps.Release(reaction.State, definition.Limits, journey.Name, channel.Name, reaction.Now) is { } release)
        {
            return Blocked(reaction, point, Gate.Cap, definition.Limits, new Passage(PassageKind.Hold, channel, SuppressionReasons.Cap, release));
        }

        if (definition.Limits.Quiet is { } quiet)
        {
            var zone = LocalClock.ZoneFor(quiet.Zone, reaction.Facts, reaction.Definitions.Workspace);
            if (LocalClock.IsQuiet(quiet, reaction.Now, zone))
            {
                var end = LocalClock.QuietEnd(quiet, reaction.Now, zone);
                return Blocked(reaction, point, Gate.Quiet, definition.Limits, new Passage(PassageKind.Hold, channel, SuppressionReasons.Quiet, end, zone.Id));
            }
        }

        return new Passage(PassageKind.Open, channel, "");
    }

    /// <summary>The first channel on which the customer can be reached and may be written to; where there is none, the best one and why not.</summary>
    private static bool TryChoose(Reaction reaction, Step.Send send, string purpose, out ContactChannel channel, out string refusal)
    {
        ContactChannel? reachable = null;
        ContactChannel? refused = null;
        var fault = AddressFault.None;
        foreach (var wanted in send.Channels)
        {
            if (!reaction.Facts.IsReachable(wanted))
            {
                continue;
            }

            if (reaction.Facts.FaultOf(wanted) is not AddressFault.None and var its)
            {
                (refused, fault) = refused is null ? (wanted, its) : (refused, fault);
                continue;
            }

            reachable ??= wanted;
            var consent = reaction.Facts.Consent(wanted, purpose);
            if (reaction.Definitions.Workspace.OptInChannels.Contains(wanted.Name) ? consent == ConsentState.Granted : consent != ConsentState.Revoked)
            {
                (channel, refusal) = (wanted, "");
                return true;
            }
        }

        channel = reachable ?? refused ?? send.Channels[0];
        refusal = reachable is not null ? SuppressionReasons.Consent : fault switch
        {
            AddressFault.Bounced => SuppressionReasons.Bounced,
            AddressFault.Complained => SuppressionReasons.Complained,
            _ => SuppressionReasons.Unreachable,
        };
        return false;
    }

    private static Passage Closed(Reaction reaction, in TracePoint point, Gate gate, ContactChannel channel, string reason)
    {
        reaction.Sink.Trace?.Refused(point, gate, reason switch
        {
            SuppressionReasons.Unreachable => "There is no address on any of its channels.",
            SuppressionReasons.Consent => "No channel that reaches the customer has their consent.",
            SuppressionReasons.Bounced => "The address bounced, and no other is known.",
            SuppressionReasons.Complained => "Who owns the address complained of a message.",
            SuppressionReasons.Holdout => "The customer is in the holdout.",
            _ => "The guard does not hold.",
        });
        return new Passage(PassageKind.Skip, channel, reason);
    }

    private static Passage Blocked(Reaction reaction, in TracePoint point, Gate gate, SendLimits limits, Passage hold)
    {
        reaction.Sink.Trace?.Refused(point, gate, hold.Until == Run.Never ? "For good." : $"Until {Time.Instants.ToIso(hold.Until)}.");
        return limits.OnBlocked switch
        {
            OnBlocked.Exit => hold with { Kind = PassageKind.End },

            // A cap of none will never open: waiting for it would be for ever.
            OnBlocked.Skip => hold with { Kind = PassageKind.Skip },
            _ => hold.Until == Run.Never ? hold with { Kind = PassageKind.Skip } : hold,
        };
    }
}

internal enum PassageKind { Open, Skip, Hold, End }

/// <param name="Reason">Why not; as recorded, and the exit reason where the run ends by it.</param>
/// <param name="Until">For a hold: when to ask again, Unix milliseconds.</param>
/// <param name="Zone">The zone that quiet hours were reckoned in.</param>
internal readonly record struct Passage(PassageKind Kind, ContactChannel Channel, string Reason, long Until = 0, string? Zone = null);
