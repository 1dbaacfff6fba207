using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Stores.Personal;

namespace Journey.Host.Stores.Sqlite;

/// <summary>Appends to the events table, inside the writer's transaction.</summary>
internal sealed class EventAppender : IDisposable
{
    private const int SymbolsCachedMax = 65_536;

    private const string InsertSql =
        """
        INSERT INTO events (position, stream, version, "partition", source, event_id, event_key, name, kind, flags, channel, occurred_at, received_at, payload)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
        """;

    private readonly SqliteDatabase _database;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _findKey;
    private readonly StreamTable _streams;
    private readonly SymbolTable _names;
    private readonly SymbolTable _sources;
    private readonly SymbolTable _channels;
    private readonly HashSet<(string Source, string Id)> _inRequest = [];
    private readonly long[] _requestKeys = new long[AppendRequest.EventsMax];

    private readonly PayloadSealer _sealer;

    public EventAppender(SqliteDatabase database, int streamsCachedMax, PayloadSealer sealer)
    {
        _database = database;
        _sealer = sealer;
        _insert = database.PrepareOwned(InsertSql);
        _findKey = database.PrepareOwned("SELECT position, source, event_id FROM events WHERE event_key = ?1");
        _streams = new StreamTable(database, streamsCachedMax);
        _names = new SymbolTable(database, "names", SymbolsCachedMax);
        _sources = new SymbolTable(database, "sources", SymbolsCachedMax);
        _channels = new SymbolTable(database, "channels", SymbolsCachedMax);
        Forget();
    }

    public long Head { get; private set; }

    public AppendResult Append(AppendRequest request)
    {
        var stream = _streams.Open(request.Stream);
        if (request.Events.Count == 1 && request.Expected == ExpectedVersion.Any)
        {
            return TryAppend(stream, request.Events[0], EventKeys.Of(request.Events[0].Source, request.Events[0].Id), out var position)
                ? new AppendResult.Appended(position, stream.Version)
                : new AppendResult.Duplicate(position);
        }

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
            TryAppend(stream, request.Events[i], _requestKeys[i], out _);
        }

        return new AppendResult.Appended(Head, stream.Version);
    }

    /// <summary>Appends unless it is there already.</summary>
    /// <param name="position">Where it stands, either way.</param>
    public bool TryAppend(NewEvent @event, out long position) =>
        TryAppend(_streams.Open(@event.Stream), @event, EventKeys.Of(@event.Source, @event.Id), out position);

    /// <summary>The number of a stream; 0: nothing was ever appended to it.</summary>
    public long NumberOf(string stream) => _streams.Open(stream).Id;

    /// <summary>Where the event with this source and id stands; 0: there is none.</summary>
    public long Find(string source, string id) => Find(_sources.IdOf(source), id, EventKeys.Of(source, id), out _);

    /// <summary>After a rollback: nothing remembered can be trusted.</summary>
    public void Forget()
    {
        _streams.Forget();
        _names.Forget();
        _sources.Forget();
        _channels.Forget();
        _sealer.Forget();
        _sealer.Keys.Forget();
        Head = _database.Scalar("SELECT max(position) FROM events");
    }

    public void Dispose()
    {
        _insert.Dispose();
        _findKey.Dispose();
        _streams.Dispose();
        _names.Dispose();
        _sources.Dispose();
        _channels.Dispose();
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
            var @event = request.Events[i];
            _requestKeys[i] = EventKeys.Of(@event.Source, @event.Id);
            if (!_inRequest.Add((@event.Source, @event.Id)))
            {
                twice = @event.Id;
            }

            if (Find(_sources.IdOf(@event.Source), @event.Id, _requestKeys[i], out _) is > 0 and var position)
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

    private bool TryAppend(OpenStream stream, NewEvent @event, long key, out long position)
    {
        _streams.Number(stream);
        var source = _sources.IdOf(@event.Source);
        _insert
            .Bind(1, Head + 1)
            .Bind(2, stream.Id)
            .Bind(3, stream.Version + 1)
            .Bind(4, stream.Partition)
            .Bind(5, source)
            .Bind(6, @event.Id)
            .Bind(7, key)
            .Bind(8, _names.IdOf(@event.Name))
            .Bind(9, (int)@event.Kind)
            .Bind(10, (int)@event.Flags)
            .Bind(11, _channels.IdOf(@event.Channel.Name))
            .Bind(12, @event.OccurredAt)
            .Bind(13, @event.ReceivedAt)
            .Bind(14, _sealer.Seal(stream.Id, @event));

        // The index itself says whether the key is new, which spares looking it up first: nearly every event is.
        while (!_insert.TryRun())
        {
            position = Find(source, @event.Id, key, out var free);
            if (position > 0)
            {
                return false;
            }

            if (free == key)
            {
                throw new StoreFormatException(
                    $"{_database.Path} is damaged: position {Head + 1} or version {stream.Version + 1} of a stream is taken. Restore it from a backup.");
            }

            key = free;
            _insert.Bind(7, key);
        }

        if (@event.Kind == EventKind.Definition)
        {
            _sealer.Forget();
        }

        position = ++Head;
        stream.Version++;
        return true;
    }

    /// <param name="free">The first key, from this one on, that no event has: the event's own if it is new.</param>
    private long Find(long source, string id, long key, out long free)
    {
        for (free = key; ; free = unchecked(free + 1))
        {
            _findKey.Bind(1, free);
            if (!_findKey.Step())
            {
                _findKey.Reset();
                return 0;
            }

            var position = _findKey.Integer(0);
            var isSame = _findKey.Integer(1) == source && _findKey.Text(2) == id;
            _findKey.Reset();
            if (isSame)
            {
                return position;
            }
        }
    }
}
