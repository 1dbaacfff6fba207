using Journey.Domain.EventLog;
using Journey.Domain.Events;

namespace Journey.Host.Stores.InMemory;

/// <summary>A log for tests and virtual time: everything the port promises but durability.</summary>
public sealed class InMemoryEventLog : IEventLog
{
    private readonly Lock _gate = new();
    private readonly List<RecordedEvent> _events = [];
    private readonly Dictionary<string, List<int>> _streams = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Source, string Id), long> _positions = [];
    private readonly HeadSignal _head = new(0);

    public ValueTask<IReadOnlyList<AppendResult>> AppendAsync(IReadOnlyList<AppendRequest> requests, CancellationToken cancellation = default)
    {
        AppendRules.Check(requests);
        cancellation.ThrowIfCancellationRequested();
        var results = new AppendResult[requests.Count];
        long head;
        lock (_gate)
        {
            for (var i = 0; i < results.Length; i++)
            {
                results[i] = Append(requests[i]);
            }

            head = _events.Count;
        }

        _head.Publish(head);
        return new(results);
    }

    public ValueTask<EventPage> ReadAsync(Checkpoint after, int max, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        cancellation.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var from = (int)Math.Min(PositionOf(after), _events.Count);
            var page = _events.GetRange(from, Math.Min(max, _events.Count - from)).ToArray();
            return new(new EventPage(page, page.Length == 0 ? after : PositionToken.Of(page[^1].Position)));
        }
    }

    public ValueTask<EventPage> ReadStreamAsync(string stream, long afterVersion, int max, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        cancellation.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var page = _streams.TryGetValue(stream, out var places)
                ? places.Skip((int)Math.Clamp(afterVersion, 0, places.Count)).Take(max).Select(place => _events[place]).ToArray()
                : [];
            return new(new EventPage(page, page.Length == 0 ? Checkpoint.Start : PositionToken.Of(page[^1].Position)));
        }
    }

    public ValueTask<EventPage> ReadStreamsAsync(
        StreamPlace after, string? before, long upTo, int max, ReadOptions options, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        cancellation.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var page = _streams
                .Where(stream => string.CompareOrdinal(stream.Key, after.Stream) >= 0 && (before is null || string.CompareOrdinal(stream.Key, before) < 0))
                .OrderBy(stream => stream.Key, StringComparer.Ordinal)
                .SelectMany(stream => stream.Key == after.Stream ? stream.Value.Skip((int)Math.Min(after.Version, stream.Value.Count)) : stream.Value)
                .Where(place => place < upTo)
                .Take(max)
                .Select(place => _events[place])
                .ToArray();
            return new(new EventPage(page, Checkpoint.Start));
        }
    }

    public ValueTask<Checkpoint> HeadAsync(CancellationToken cancellation = default) => new(PositionToken.Of(_head.Head));

    public ValueTask WaitAsync(Checkpoint after, CancellationToken cancellation = default) => _head.WaitAsync(PositionOf(after), cancellation);

    public ValueTask<Checkpoint> BeforeAsync(long position, CancellationToken cancellation = default) => new(PositionToken.Of(Math.Max(0, position - 1)));

    public long PositionOf(Checkpoint checkpoint) => PositionToken.Position(checkpoint);

    private AppendResult Append(AppendRequest request)
    {
        var known = 0;
        var last = 0L;
        var inRequest = new HashSet<(string, string)>();
        string? twice = null;
        foreach (var @event in request.Events)
        {
            twice = inRequest.Add((@event.Source, @event.Id)) ? twice : @event.Id;
            if (_positions.TryGetValue((@event.Source, @event.Id), out var position))
            {
                known++;
                last = position;
            }
        }

        var version = _streams.TryGetValue(request.Stream, out var places) ? places.Count : 0;
        if (known == request.Events.Count)
        {
            return new AppendResult.Duplicate(last);
        }

        if (known > 0 || twice is not null)
        {
            return new AppendResult.Torn(known > 0
                ? $"{known} of {request.Events.Count} events were appended before."
                : $"The id {twice} stands in the request twice.");
        }

        if (request.Expected != ExpectedVersion.Any && request.Expected.Value != version)
        {
            return new AppendResult.Conflict(version);
        }

        if (places is null)
        {
            places = [];
            _streams.Add(request.Stream, places);
        }

        foreach (var @event in request.Events)
        {
            Add(@event, places);
        }

        return new AppendResult.Appended(_events.Count, places.Count);
    }

    private void Add(NewEvent @event, List<int> stream)
    {
        stream.Add(_events.Count);
        var recorded = new RecordedEvent(
            _events.Count + 1,
            @event.Stream,
            stream.Count,
            Partitions.Of(@event.Stream),
            string.Intern(@event.Source),
            @event.Id,
            string.Intern(@event.Name),
            @event.Kind,
            @event.Flags,
            @event.Channel,
            @event.OccurredAt,
            @event.ReceivedAt,
            @event.Payload.ToArray());
        _events.Add(recorded);
        _positions.Add((@event.Source, @event.Id), recorded.Position);
    }
}
