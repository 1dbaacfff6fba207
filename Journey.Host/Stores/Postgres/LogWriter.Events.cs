using Journey.Domain.EventLog;
using Journey.Domain.Events;

namespace Journey.Host.Stores.Postgres;

/// <content>Events, as works take them.</content>
internal sealed partial class LogWriter
{
    private readonly List<PendingEvent> _pending = [];

    /// <summary>Ids that are used, in this transaction or, where they were looked up, before.</summary>
    private readonly Dictionary<Guid, long> _taken = [];

    private readonly HashSet<Guid> _inRequest = [];
    private readonly Guid[] _requestKeys = new Guid[AppendRequest.EventsMax];

    public AppendResult Append(AppendRequest request)
    {
        var stream = StreamOf(request.Stream);
        if (Repeated(request) is { } repeated)
        {
            return repeated;
        }

        if (request.Expected != ExpectedVersion.Any && request.Expected.Value != stream.Version)
        {
            return new AppendResult.Conflict(stream.Version);
        }

        for (var i = 0; i < request.Events.Count; i++)
        {
            Take(stream, request.Events[i], _requestKeys[i]);
        }

        return new AppendResult.Appended(Head, stream.Version);
    }

    /// <summary>Appends at the end of its stream, unless an event with its source and id is there already.</summary>
    /// <param name="position">Where it stands, either way.</param>
    public bool TryAppend(NewEvent @event, out long position)
    {
        AppendRules.Check(@event);
        var key = EventKeys.Wide(@event.Source, @event.Id);
        if (_taken.TryGetValue(key, out position))
        {
            return false;
        }

        Take(StreamOf(@event.Stream), @event, key);
        position = Head;
        return true;
    }

    /// <summary>Where the event with this source and id stands; 0: there is none, as far as it was looked up.</summary>
    public long Find(string source, string id) => _taken.GetValueOrDefault(EventKeys.Wide(source, id));

    /// <summary>The stream, which is remembered for the transaction whatever else is forgotten.</summary>
    public LogStream StreamOf(string name)
    {
        if (!_touched.TryGetValue(name, out var stream))
        {
            stream = _streams.Find(name) ?? new LogStream(name);
            _touched.Add(name, stream);
        }

        return stream;
    }

    private void Take(LogStream stream, NewEvent @event, Guid key)
    {
        _taken.Add(key, ++Head);
        _pending.Add(new PendingEvent(stream, @event, key, Head, ++stream.Taken));
        _names.Want(@event.Name);
        _sources.Want(@event.Source);
        _channels.Want(@event.Channel.Name);
        _rulesChanged |= @event.Kind == EventKind.Definition;
    }

    /// <summary>The answer to a request of which something is there already, or stands in it twice; null: all of it is new.</summary>
    private AppendResult? Repeated(AppendRequest request)
    {
        _inRequest.Clear();
        var known = 0;
        var last = 0L;
        string? twice = null;
        for (var i = 0; i < request.Events.Count; i++)
        {
            var key = EventKeys.Wide(request.Events[i].Source, request.Events[i].Id);
            _requestKeys[i] = key;
            if (!_inRequest.Add(key))
            {
                twice = request.Events[i].Id;
            }

            if (_taken.TryGetValue(key, out var position))
            {
                known++;
                last = position;
            }
        }

        return known == request.Events.Count ? new AppendResult.Duplicate(last)
            : known > 0 ? new AppendResult.Torn($"{known} of {request.Events.Count} events were appended before.")
            : twice is not null ? new AppendResult.Torn($"The id {twice} stands in the request twice.")
            : null;
    }
}
