using System.Runtime.InteropServices;

namespace Journey.Host.Backtests;

/// <summary>What one journey did in one world: sums only, so that it does not matter who adds them in which order.</summary>
internal sealed class JourneyTally
{
    public long Entered { get; set; }

    public long EnteredHoldout { get; set; }

    /// <summary>Customers who entered at least once.</summary>
    public long Customers { get; set; }

    /// <summary>Customers who were sent at least one message.</summary>
    public long Messaged { get; set; }

    public long Goals { get; set; }

    public long GoalsHoldout { get; set; }

    public long Calls { get; set; }

    public Dictionary<string, long> NotEntered { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, long> Exits { get; } = new(StringComparer.Ordinal);

    public Dictionary<(string Step, string Channel), long> Sends { get; } = [];

    public Dictionary<(string Step, string Reason), long> Suppressed { get; } = [];

    /// <summary>Sends held back by a cap, by quiet hours or by a pause.</summary>
    public Dictionary<string, long> Held { get; } = new(StringComparer.Ordinal);

    public Dictionary<(string Step, string Team), long> Tasks { get; } = [];

    /// <summary>Runs that the period's end found in a step.</summary>
    public Dictionary<string, long> Open { get; } = new(StringComparer.Ordinal);

    /// <summary>Runs entered, messages and goals by the segments a customer was in at entry.</summary>
    public Dictionary<string, Figures> Segments { get; } = new(StringComparer.Ordinal);

    /// <summary>By days since 1970 UTC.</summary>
    public Dictionary<long, Figures> Days { get; } = [];

    public void Add(JourneyTally other)
    {
        (Entered, EnteredHoldout, Customers) = (Entered + other.Entered, EnteredHoldout + other.EnteredHoldout, Customers + other.Customers);
        (Messaged, Goals, GoalsHoldout, Calls) = (Messaged + other.Messaged, Goals + other.Goals, GoalsHoldout + other.GoalsHoldout, Calls + other.Calls);
        Sum(NotEntered, other.NotEntered);
        Sum(Exits, other.Exits);
        Sum(Sends, other.Sends);
        Sum(Suppressed, other.Suppressed);
        Sum(Held, other.Held);
        Sum(Tasks, other.Tasks);
        Sum(Open, other.Open);
        Sum(Segments, other.Segments);
        Sum(Days, other.Days);
    }

    public static void Count<TKey>(Dictionary<TKey, long> counts, TKey key, long by = 1) where TKey : notnull =>
        CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _) += by;

    private static void Sum<TKey>(Dictionary<TKey, long> into, Dictionary<TKey, long> from) where TKey : notnull
    {
        foreach (var (key, count) in from)
        {
            Count(into, key, count);
        }
    }

    private static void Sum<TKey>(Dictionary<TKey, Figures> into, Dictionary<TKey, Figures> from) where TKey : notnull
    {
        foreach (var (key, figures) in from)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(into, key, out _).Add(figures);
        }
    }
}

/// <summary>The figures that are shown over time and by segment.</summary>
internal struct Figures
{
    public long Entered;
    public long Messages;
    public long Suppressed;
    public long Goals;
    public long Exits;

    public void Add(in Figures other)
    {
        Entered += other.Entered;
        Messages += other.Messages;
        Suppressed += other.Suppressed;
        Goals += other.Goals;
        Exits += other.Exits;
    }
}

/// <summary>Every journey of one world.</summary>
internal sealed class WorldTally
{
    public Dictionary<string, JourneyTally> Journeys { get; } = new(StringComparer.Ordinal);

    /// <summary>Customers by how many messages they were sent, of every journey; the last place is for that many or more.</summary>
    public long[] MessagesPerCustomer { get; } = new long[7];

    public JourneyTally Of(string journey)
    {
        ref var tally = ref CollectionsMarshal.GetValueRefOrAddDefault(Journeys, journey, out _);
        return tally ??= new JourneyTally();
    }

    public void Add(WorldTally other)
    {
        foreach (var (name, tally) in other.Journeys)
        {
            Of(name).Add(tally);
        }

        for (var i = 0; i < MessagesPerCustomer.Length; i++)
        {
            MessagesPerCustomer[i] += other.MessagesPerCustomer[i];
        }
    }
}

/// <summary>What the history that was gone through holds.</summary>
internal sealed class HistoryTally
{
    public long Customers { get; set; }

    public long Events { get; set; }

    public long Interactions { get; set; }

    public long Imported { get; set; }

    /// <summary>Received more than a minute after they happened; <see cref="TooLate"/> of them too late to trigger.</summary>
    public long Late { get; set; }

    public long TooLate { get; set; }

    public long Erased { get; set; }

    public long Merged { get; set; }

    /// <summary>Families that were gone through only up to an event that cannot be read.</summary>
    public long Unreadable { get; set; }

    public UnreadableEvent? FirstUnreadable { get; set; }

    public void Add(HistoryTally other)
    {
        (Customers, Events, Interactions, Imported) = (Customers + other.Customers, Events + other.Events, Interactions + other.Interactions, Imported + other.Imported);
        (Late, TooLate, Erased, Merged, Unreadable) = (Late + other.Late, TooLate + other.TooLate, Erased + other.Erased, Merged + other.Merged, Unreadable + other.Unreadable);
        if (other.FirstUnreadable is { } unreadable)
        {
            Note(unreadable);
        }
    }

    public void Clear()
    {
        (Customers, Events, Interactions, Imported) = (0, 0, 0, 0);
        (Late, TooLate, Erased, Merged, Unreadable) = (0, 0, 0, 0, 0);
        FirstUnreadable = null;
    }

    public void Note(UnreadableEvent unreadable) =>
        FirstUnreadable = FirstUnreadable is { } known && known.Position <= unreadable.Position ? known : unreadable;
}

/// <param name="Position">Its place in the log.</param>
public sealed record UnreadableEvent(long Position, string Name, string Reason);
