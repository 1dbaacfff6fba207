using Journey.Domain.Language;

namespace Journey.Domain.Engine;

/// <summary>Frequency caps over the messages asked for. A message at an instant counts from it until a period later, that end not included.</summary>
internal static class Caps
{
    /// <summary>When every cap lets a message through again, Unix milliseconds; null: now. <see cref="Run.Never"/>: a cap of none.</summary>
    public static long? Release(EngineState state, SendLimits limits, string journey, string channel, long now)
    {
        long? release = null;
        foreach (var cap in limits.Caps)
        {
            if ((cap.Channel is null || cap.Channel.Value.Name == channel) && ReleaseOf(state, cap, journey, now) is { } at)
            {
                release = Math.Max(release ?? at, at);
            }
        }

        return release;
    }

    /// <summary>Remembers a message, in order of time, and forgets what no cap can count any more.</summary>
    public static void Count(EngineState state, SentMessage message)
    {
        var messages = state.MessageList;
        var place = messages.Count;
        while (place > 0 && messages[place - 1].At > message.At)
        {
            place--;
        }

        messages.Insert(place, message);
        var old = Math.Max(0, messages.Count - EngineLimits.MessagesMax);
        while (old < messages.Count && messages[old].At <= message.At - EngineLimits.MessagesKeptMs)
        {
            old++;
        }

        messages.RemoveRange(0, old);
    }

    private static long? ReleaseOf(EngineState state, FrequencyCap cap, string journey, long now)
    {
        if (cap.Max <= 0)
        {
            return Run.Never;
        }

        // From the newest back: the last of the Max newest has to leave the window.
        var counted = 0;
        var messages = state.MessageList;
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            var message = messages[i];
            if (Dues.After(message.At, cap.PerMs) <= now)
            {
                break;
            }

            if ((cap.AcrossJourneys || message.Journey == journey) && (cap.Channel is null || cap.Channel.Value.Name == message.Channel)
                && ++counted == cap.Max)
            {
                return Dues.After(message.At, cap.PerMs);
            }
        }

        return null;
    }
}
