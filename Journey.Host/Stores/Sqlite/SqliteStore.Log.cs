using Journey.Domain.EventLog;
using Journey.Domain.Identity;
using Journey.Domain.Personal;

namespace Journey.Host.Stores.Sqlite;

/// <content>The log, and ingestion into it.</content>
public sealed partial class SqliteStore
{
    /// <exception cref="StoreBusyException">The queue is full.</exception>
    public async ValueTask<IReadOnlyList<AppendResult>> AppendAsync(IReadOnlyList<AppendRequest> requests, CancellationToken cancellation = default)
    {
        AppendRules.Check(requests);
        if (requests.Count == 0)
        {
            return [];
        }

        var events = 0;
        for (var i = 0; i < requests.Count; i++)
        {
            events += requests[i].Events.Count;
        }

        var results = await Writer().Enqueue(new WriteJob<AppendResult[]>(writer => writer.Append(requests), events, cancellation));
        if (requests.Any(static request => request.Events.Any(Erasure.IsOne)))
        {
            // A reader may have taken the key up between its destruction and the commit.
            _keys.Forget();
        }

        return results;
    }

    /// <exception cref="StoreBusyException">The queue is full.</exception>
    public async ValueTask<IReadOnlyList<IngestAnswer>> IngestAsync(IReadOnlyList<Interaction> interactions, CancellationToken cancellation = default)
    {
        for (var i = 0; i < interactions.Count; i++)
        {
            InteractionRules.Check(interactions[i]);
        }

        return interactions.Count == 0
            ? []
            : await Writer().Enqueue(new WriteJob<IngestAnswer[]>(writer => writer.Ingest(interactions), interactions.Count, cancellation));
    }

    public ValueTask<string?> FindAsync(Identifier identifier, CancellationToken cancellation = default) =>
        _readers.ReadAsync(database => StateReader.Find(database, identifier), cancellation);

    public async ValueTask<UnmergeAnswer> UnmergeAsync(Unmerge unmerge, long at, CancellationToken cancellation = default) =>
        await WriteAsync(writer => writer.Unmerge(unmerge, at), cancellation);

    public async ValueTask<IReadOnlyDictionary<Identifier, string>> LinksAsync(IReadOnlyCollection<Identifier> identifiers, CancellationToken cancellation = default) =>
        await ReadAsync(database => StateReader.Links(database, identifiers), cancellation);

    public ValueTask<string?> MergedIntoAsync(string customer, CancellationToken cancellation = default) =>
        _readers.ReadAsync(database => StateReader.MergedInto(database, customer), cancellation);

    public ValueTask<EventPage> ReadAsync(Checkpoint after, int max, CancellationToken cancellation = default) =>
        ReadAsync(after, max, ReadOptions.Default, cancellation);

    public ValueTask<EventPage> ReadAsync(Checkpoint after, int max, ReadOptions options, CancellationToken cancellation = default)
    {
        CheckPage(max);
        return _readers.ReadAsync(database => _events.Read(database, after, max, options), cancellation);
    }

    public ValueTask<EventPage> ReadStreamAsync(string stream, long afterVersion, int max, CancellationToken cancellation = default)
    {
        CheckPage(max);
        return _readers.ReadAsync(database => _events.ReadStream(database, stream, afterVersion, max), cancellation);
    }

    /// <summary>The end of the log as this process, which writes it, knows it; the start where it only reads.</summary>
    public Checkpoint Head => PositionToken.Of(_head.Head);

    public ValueTask<EventPage> ReadStreamsAsync(
        StreamPlace after, string? before, long upTo, int max, ReadOptions options, CancellationToken cancellation = default)
    {
        CheckPage(max);
        return _streamReaders.ReadAsync(database => _events.ReadStreams(database, after, before, upTo, max, options), cancellation);
    }

    public async ValueTask<Checkpoint> HeadAsync(CancellationToken cancellation = default) => PositionToken.Of(
        _queue is not null ? _head.Head : await _readers.ReadAsync(database => database.Scalar("SELECT max(position) FROM events"), cancellation));

    /// <exception cref="InvalidOperationException">The store is open for reading only, and has no such event yet: nobody would say when it has.</exception>
    public async ValueTask WaitAsync(Checkpoint after, CancellationToken cancellation = default)
    {
        if (_queue is not null)
        {
            await _head.WaitAsync(PositionOf(after), cancellation);
        }
        else if (PositionOf(await HeadAsync(cancellation)) <= PositionOf(after))
        {
            throw new InvalidOperationException($"{Path} is open for reading only, and cannot wait for what another process writes.");
        }
    }

    public ValueTask<Checkpoint> BeforeAsync(long position, CancellationToken cancellation = default) => new(PositionToken.Of(Math.Max(0, position - 1)));

    public long PositionOf(Checkpoint checkpoint) => PositionToken.Position(checkpoint);

    /// <summary>SHA-256 over who holds which identifier: the same as that of <see cref="IdentityFold"/> over the whole log.</summary>
    public ValueTask<string> IdentityDigestAsync(CancellationToken cancellation = default) =>
        ReadAsync(database => StateReader.Identities(database).Digest(), cancellation);

    /// <summary>Opens a reader of whole streams up to a position: see <see cref="StreamScan"/>.</summary>
    public IStreamScan ScanStreams(long head, Func<string, bool> wants, bool skipsImported) => new StreamScan(Path, _events, head, wants, skipsImported);

    public ValueTask<long> EventNamesAsync(CancellationToken cancellation = default) =>
        _readers.ReadAsync(database => database.Scalar("SELECT count(*) FROM names"), cancellation);

    private static void CheckPage(int max)
    {
        if (max is < 1 or > PageMax)
        {
            throw new ArgumentOutOfRangeException(nameof(max), max, $"A page has 1 to {PageMax:N0} events.");
        }
    }
}
