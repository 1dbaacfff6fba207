using System.Collections.Concurrent;
using System.Text;
using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Projections.Customers;

/// <summary>The names met so far, each once: so that a state holds references instead of copies, and hot paths compare small numbers.</summary>
/// <remarks>A cache. Its numbers depend on the order in which names were met and are never stored; safe to share between threads.</remarks>
public sealed class Vocabulary
{
    private readonly ConcurrentDictionary<string, KnownName> _names = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, KnownName>.AlternateLookup<ReadOnlySpan<char>> _byChars;
    private readonly Lock _writing = new();
    private volatile Activity[] _activities = new Activity[64];
    private volatile KnownName[] _known = new KnownName[64];
    private int _activityCount;
    private int _nameCount;

    public Vocabulary() => _byChars = _names.GetAlternateLookup<ReadOnlySpan<char>>();

    public KnownName Name(string name) => _names.TryGetValue(name, out var known) ? known : Learn(name);

    /// <summary>The shared string for this UTF-8 text.</summary>
    public string Intern(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > 256)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        Span<char> chars = stackalloc char[256];
        var length = Encoding.UTF8.GetChars(utf8, chars);
        return _byChars.TryGetValue(chars[..length], out var known) ? known.Text : new string(chars[..length]);
    }

    public Activity Activity(KnownName name, string channel)
    {
        foreach (var activity in name.Activities)
        {
            if (ReferenceEquals(activity.Channel, channel) || activity.Channel == channel)
            {
                return activity;
            }
        }

        return LearnActivity(name, channel);
    }

    public Activity ActivityById(int id) => _activities[id];

    public KnownName NameById(int id) => _known[id];

    private KnownName Learn(string name)
    {
        lock (_writing)
        {
            if (_names.TryGetValue(name, out var known))
            {
                return known;
            }

            known = new KnownName(name, _nameCount);
            _known = Grown(_known, _nameCount, known);
            _nameCount++;
            _names[name] = known;
            return known;
        }
    }

    private Activity LearnActivity(KnownName name, string channel)
    {
        var channelName = Name(channel);
        lock (_writing)
        {
            foreach (var known in name.Activities)
            {
                if (known.Channel == channel)
                {
                    return known;
                }
            }

            var activity = new Activity(_activityCount, name, channelName);
            _activities = Grown(_activities, _activityCount, activity);
            _activityCount++;
            name.Activities = [.. name.Activities, activity];
            return activity;
        }
    }

    private static T[] Grown<T>(T[] items, int count, T added)
    {
        if (count == items.Length)
        {
            Array.Resize(ref items, count * 2);
        }

        items[count] = added;
        return items;
    }
}

/// <summary>One name of an event or a channel.</summary>
public sealed class KnownName(string text, int id)
{
    // Volatile: whoever sees an activity here must find it by its number too.
    private volatile Activity[] _activities = [];
    private Resolved? _resolved;

    public string Text { get; } = text;

    internal int Id { get; } = id;

    internal Activity[] Activities
    {
        get => _activities;
        set => _activities = value;
    }

    internal EventMeaning MeaningIn(Workspace workspace)
    {
        var resolved = _resolved;
        if (resolved is null || !ReferenceEquals(resolved.Workspace, workspace))
        {
            _resolved = resolved = new Resolved(workspace, EventMeanings.Of(Text, workspace));
        }

        return resolved.Meaning;
    }

    private sealed record Resolved(Workspace Workspace, EventMeaning Meaning);
}

/// <summary>The finest activity of the journey map: an event name on a channel.</summary>
public sealed class Activity(int id, KnownName name, KnownName channel)
{
    internal int Id { get; } = id;

    internal KnownName Name { get; } = name;

    internal KnownName ChannelName { get; } = channel;

    public string Channel => ChannelName.Text;
}
