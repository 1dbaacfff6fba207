namespace Journey.Projections.Maps;

/// <summary>What the journey map remembers of one case (a customer, or a session): where it stands, and which activities and arcs it has had.</summary>
/// <remarks>
/// Bounded: <see cref="ActivitiesMax"/> activities and <see cref="ArcsMax"/> arcs. Beyond, occurrences are counted as ever,
/// and a further activity or arc counts no case.
/// </remarks>
public sealed class MapCase
{
    public const int ActivitiesMax = 256;
    public const int ArcsMax = 1_024;

    private int[] _activities = [];
    private Repeats[] _repeats = [];
    private ulong[] _arcs = [];

    /// <summary>Interactions in this case so far.</summary>
    public long Events { get; internal set; }

    /// <summary>When the interaction that arrived last occurred; the next gap counts from here.</summary>
    public long PreviousAt { get; internal set; }

    public long FirstAt { get; internal set; }

    public long LastAt { get; internal set; }

    internal int Previous { get; set; } = -1;

    internal int ActivityCount { get; private set; }

    internal int ArcCount { get; private set; }

    internal ReadOnlySpan<int> Activities => _activities.AsSpan(0, ActivityCount);

    /// <summary>Each the activity it leaves from in the upper half, the one it leads to in the lower.</summary>
    internal ReadOnlySpan<ulong> Arcs => _arcs.AsSpan(0, ArcCount);

    /// <summary>What is known to have been repeated in this case, by the place of an activity.</summary>
    internal Span<Repeats> Repeated => _repeats.AsSpan(0, ActivityCount);

    /// <summary>Remembers.</summary>
    /// <param name="isNew">It is new to this case, and there was room.</param>
    /// <returns>Its place; -1: there was no room.</returns>
    internal int Remember(int activity, out bool isNew)
    {
        var place = Activities.IndexOf(activity);
        isNew = place < 0 && ActivityCount < ActivitiesMax;
        if (!isNew)
        {
            return place;
        }

        Restore(activity, Repeats.None);
        return ActivityCount - 1;
    }

    internal bool Remember(ulong arc)
    {
        if (Arcs.Contains(arc) || ArcCount == ArcsMax)
        {
            return false;
        }

        Restore(arc);
        return true;
    }

    internal void Restore(int activity, Repeats repeats)
    {
        if (ActivityCount == _activities.Length)
        {
            Array.Resize(ref _activities, Math.Max(4, ActivityCount * 2));
            Array.Resize(ref _repeats, _activities.Length);
        }

        _repeats[ActivityCount] = repeats;
        _activities[ActivityCount++] = activity;
    }

    internal void Restore(ulong arc)
    {
        if (ArcCount == _arcs.Length)
        {
            Array.Resize(ref _arcs, Math.Max(4, ArcCount * 2));
        }

        _arcs[ArcCount++] = arc;
    }
}

/// <summary>Of an activity in a case: what of it was seen more than once. Each is counted once, so it is remembered.</summary>
/// <remarks>That a name or a channel is repeated may stand with one activity of it only.</remarks>
[Flags]
internal enum Repeats : byte
{
    None = 0,
    Activity = 1,
    Name = 2,
    Channel = 4,
    All = Activity | Name | Channel,
}
