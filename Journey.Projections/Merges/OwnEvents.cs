using Journey.Domain.Events;
using Journey.Projections.Customers;

namespace Journey.Projections.Merges;

/// <summary>What one customer stands for at one place of the log.</summary>
internal sealed class OwnEvents
{
    /// <summary>Recorded on the customer's own stream, or given back by whom they were parted from.</summary>
    public List<RecordedEvent> Native { get; set; } = [];

    /// <summary>By absorbed customer: the position of the merge, and what that one stood for then.</summary>
    public Dictionary<string, (long Since, OwnEvents Events)> Parts { get; } = new(StringComparer.Ordinal);

    /// <summary>The customer is somebody else now.</summary>
    public bool IsAbsorbed { get; set; }

    public OwnEvents Copy()
    {
        var copy = new OwnEvents { Native = [.. Native], IsAbsorbed = IsAbsorbed };
        foreach (var (stream, part) in Parts)
        {
            copy.Parts.Add(stream, part);
        }

        return copy;
    }

    /// <summary>In position order.</summary>
    public IEnumerable<RecordedEvent> All() => Lists().SelectMany(static events => events).OrderBy(static recorded => LogPlaces.Order(recorded.Position));

    /// <summary>Everybody who is one with the customer, however deep, and since which position, in alphabetical order.</summary>
    public SortedDictionary<string, long> Absorbed()
    {
        var absorbed = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (stream, part) in Parts)
        {
            absorbed[stream] = part.Since;
            foreach (var (deeper, since) in part.Events.Absorbed())
            {
                absorbed.TryAdd(deeper, since);
            }
        }

        return absorbed;
    }

    /// <summary>Whether an "Event Moved" tells of somebody who is one with the customer, and of a time when they were.</summary>
    public bool Takes(in RecordedEvent moved)
    {
        var from = JsonScan.Property(moved.Json.Span, "from"u8);
        return from is not null && Absorbed().TryGetValue(from, out var since) && LogPlaces.Order(MovedEvent.PositionOf(moved)) > LogPlaces.Order(since);
    }

    private IEnumerable<List<RecordedEvent>> Lists() => Parts.Values.SelectMany(static part => part.Events.Lists()).Prepend(Native);
}
