using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Identity;
using Journey.Domain.Personal;

namespace Journey.Host.Stores.Postgres;

/// <content>The log, and ingestion into it.</content>
public sealed partial class PostgresStore
{
    /// <summary>How long a reader who waits may not know of what another host has appended.</summary>
    private static readonly TimeSpan _askAgainAfter = TimeSpan.FromMilliseconds(50);

    private long _askedAt;

    /// <exception cref="StoreBusyException">The queue is full.</exception>
    public async ValueTask<IReadOnlyList<AppendResult>> AppendAsync(IReadOnlyList<AppendRequest> requests, CancellationToken cancellation = default)
    {
        AppendRules.Check(requests);
        if (requests.Count == 0)
        {
            return [];
        }

        var results = await Writer().Enqueue(AppendWorks.Append(requests, cancellation));
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

        return interactions.Count == 0 ? [] : await Writer().Enqueue(AppendWorks.Ingest(interactions, cancellation));
    }

    public async ValueTask<UnmergeAnswer> UnmergeAsync(Unmerge unmerge, long at, CancellationToken cancellation = default) =>
        await Writer().Enqueue(AppendWorks.Part(unmerge, at, cancellation));

    public ValueTask<EventPage> ReadAsync(Checkpoint after, int max, CancellationToken cancellation = default) =>
        ReadAsync(after, max, ReadOptions.Default, cancellation);

    public ValueTask<EventPage> ReadAsync(Checkpoint after, int max, ReadOptions options, CancellationToken cancellation = default)
    {
        CheckPage(max);
        var position = PositionOf(after);
        return ReadAsync(
            connection =>
            {
                using var command = PostgresEventReader.Command(connection, position, max, options);
                return _events.Page(connection, command.ExecuteReader(), after, options);
            },
            cancellation);
    }

    public ValueTask<EventPage> ReadStreamAsync(string stream, long afterVersion, int max, CancellationToken cancellation = default)
    {
        CheckPage(max);
        return ReadAsync(connection => _events.ReadStream(connection, stream, afterVersion, max), cancellation);
    }

    public ValueTask<EventPage> ReadStreamsAsync(
        StreamPlace after, string? before, long upTo, int max, ReadOptions options, CancellationToken cancellation = default)
    {
        CheckPage(max);
        return ReadAsync(
            connection =>
            {
                using var command = PostgresEventReader.StreamsCommand(connection, after, before, upTo, max, options);
                return _events.Page(connection, command.ExecuteReader(), Checkpoint.Start, options);
            },
            cancellation);
    }

    public Checkpoint Head => PositionToken.Of(_head.Head);

    public async ValueTask<Checkpoint> HeadAsync(CancellationToken cancellation = default) => PositionToken.Of(await AskHeadAsync(cancellation));

    /// <remarks>What this host appends is known at once; what another one does, within a moment.</remarks>
    public async ValueTask WaitAsync(Checkpoint after, CancellationToken cancellation = default)
    {
        var position = PositionOf(after);
        while (_head.Head <= position)
        {
            using var stopWaiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var moved = _head.WaitAsync(position, stopWaiting.Token).AsTask();
            var first = await Task.WhenAny(moved, Task.Delay(_askAgainAfter, stopWaiting.Token));
            await stopWaiting.CancelAsync();
            if (first == moved)
            {
                await moved;
                return;
            }

            cancellation.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_closed, typeof(PostgresStore));
            await AskAgainAsync(cancellation);
        }
    }

    public ValueTask<Checkpoint> BeforeAsync(long position, CancellationToken cancellation = default) => new(PositionToken.Of(Math.Max(0, position - 1)));

    public long PositionOf(Checkpoint checkpoint) => PositionToken.Position(checkpoint);

    public IStreamScan ScanStreams(long head, Func<string, bool> wants, bool skipsImported)
    {
        try
        {
            return new PostgresStreamScan(_address, _source.OpenConnection(), _events, _names, head, wants, skipsImported);
        }
        catch (Exception exception) when (PostgresErrors.IsOne(exception))
        {
            throw PostgresErrors.Of(exception, _address);
        }
    }

    public ValueTask<long> EventNamesAsync(CancellationToken cancellation = default) => ReadAsync(
        connection =>
        {
            using var count = connection.Command("SELECT count(*) FROM journey.names");
            return (long)count.ExecuteScalar()!;
        },
        cancellation);

    private async ValueTask<long> AskHeadAsync(CancellationToken cancellation)
    {
        var head = await ReadAsync(PostgresOpening.Head, cancellation);
        _head.Publish(head);
        return head;
    }

    /// <summary>One of those who wait asks for all.</summary>
    private async ValueTask AskAgainAsync(CancellationToken cancellation)
    {
        var (now, asked) = (Environment.TickCount64, Interlocked.Read(ref _askedAt));
        if (now - asked >= _askAgainAfter.TotalMilliseconds / 2 && Interlocked.CompareExchange(ref _askedAt, now, asked) == asked)
        {
            await AskHeadAsync(cancellation);
        }
    }

    private static void CheckPage(int max)
    {
        if (max is < 1 or > StoreLimits.PageMax)
        {
            throw new ArgumentOutOfRangeException(nameof(max), max, $"A page has 1 to {StoreLimits.PageMax:N0} events.");
        }
    }
}
