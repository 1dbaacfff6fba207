using Journey.Domain.Events;

namespace Journey.Host.Testing;

/// <summary>A log in memory with what folds rely on: dense positions, stream versions, and one event for each source and id.</summary>
internal sealed class VirtualLog
{
    private readonly List<RecordedEvent> _events = [];
    private readonly Dictionary<string, List<RecordedEvent>> _streams = new(StringComparer.Ordinal);
    private readonly HashSet<(string Source, string Id)> _ids = [];

    /// <summary>In position order: the event at index i has position i + 1.</summary>
    public IReadOnlyList<RecordedEvent> Events => _events;

    public IReadOnlyList<RecordedEvent> Stream(string name) => _streams.TryGetValue(name, out var events) ? events : [];

    public bool Has(string source, string id) => _ids.Contains((source, id));

    /// <returns>False: the event is there already, and stays as it is.</returns>
    public bool TryAppend(NewEvent added, out RecordedEvent recorded)
    {
        if (!_ids.Add((added.Source, added.Id)))
        {
            recorded = default;
            return false;
        }

        if (!_streams.TryGetValue(added.Stream, out var stream))
        {
            stream = [];
            _streams.Add(added.Stream, stream);
        }

        recorded = new RecordedEvent(
            _events.Count + 1, added.Stream, stream.Count + 1, Partitions.Of(added.Stream), added.Source, added.Id, string.Intern(added.Name),
            added.Kind, added.Flags, added.Channel, added.OccurredAt, added.ReceivedAt, added.Payload);
        _events.Add(recorded);
        stream.Add(recorded);
        return true;
    }
}
