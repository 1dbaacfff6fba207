using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Running;

namespace Journey.Host.Http.Queries;

/// <summary>One customer's events in order of arrival, from their own stream and from those of whoever turned out to be the same person.</summary>
internal sealed class CustomerStreams(IEventLog log)
{
    /// <summary>Streams that one customer may be made of. A shared device that glued more together than this is a case for a person.</summary>
    public const int StreamsMax = 200;

    private const int ReadAtOnce = 500;

    /// <summary>Reads from each stream after the versions given, lowest position first.</summary>
    /// <param name="after">By stream; one that is missing is read from its start.</param>
    public async IAsyncEnumerable<RecordedEvent> ReadAsync(IReadOnlyList<string> streams, IReadOnlyDictionary<string, long> after,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var heads = new PriorityQueue<IAsyncEnumerator<RecordedEvent>, long>();
        var open = new List<IAsyncEnumerator<RecordedEvent>>();
        try
        {
            foreach (var stream in streams)
            {
                var reader = ReadOneAsync(stream, after.GetValueOrDefault(stream), cancellation).GetAsyncEnumerator(cancellation);
                open.Add(reader);
                await EnqueueAsync(reader);
            }

            var positions = (streams as PartedStreams)?.Positions;
            while (heads.TryDequeue(out var next, out _))
            {
                if (positions is null || positions.Contains(next.Current.Position))
                {
                    yield return next.Current;
                }

                await EnqueueAsync(next);
            }
        }
        finally
        {
            foreach (var reader in open)
            {
                await reader.DisposeAsync();
            }
        }

        async ValueTask EnqueueAsync(IAsyncEnumerator<RecordedEvent> reader)
        {
            if (await reader.MoveNextAsync())
            {
                heads.Enqueue(reader, reader.Current.Position);
            }
        }
    }

    /// <summary>The customer's own stream first, then every absorbed one, however deep.</summary>
    /// <returns>Empty: there is no such customer.</returns>
    public async ValueTask<IReadOnlyList<string>> OfAsync(string customer, CancellationToken cancellation)
    {
        var streams = new List<string> { customer };
        for (var i = 0; i < streams.Count; i++)
        {
            var any = false;
            await foreach (var recorded in ReadOneAsync(streams[i], 0, cancellation))
            {
                any = true;
                if (recorded.Kind == EventKind.Identity && recorded.Name is EventNames.IdentitiesUnmerged or EventNames.IdentityRestored)
                {
                    return await PartedAsync(customer, cancellation);
                }

                if (recorded.Kind == EventKind.Identity && recorded.Name == EventNames.IdentitiesMerged
                    && AbsorbedIn(recorded) is { } absorbed && !streams.Contains(absorbed) && streams.Count < StreamsMax)
                {
                    streams.Add(absorbed);
                }
            }

            if (!any && i == 0)
            {
                return [];
            }
        }

        return streams;
    }

    /// <summary>A merge was undone somewhere: which events are whose is worked out as the projections do.</summary>
    private async Task<PartedStreams> PartedAsync(string customer, CancellationToken cancellation)
    {
        var family = await MergeHistories.FamilyAsync(log, customer, cancellation);
        var positions = family.EventsOf(customer).Select(static recorded => recorded.Position).ToHashSet();
        await foreach (var recorded in ReadOneAsync(customer, 0, cancellation))
        {
            // Merges and partings are told of both.
            if (recorded.Kind == EventKind.Identity && recorded.Name != EventNames.EventMoved)
            {
                positions.Add(recorded.Position);
            }
        }

        return new PartedStreams([customer, .. family.Streams.Where(stream => stream != customer).Take(StreamsMax)], positions);
    }

    private async IAsyncEnumerable<RecordedEvent> ReadOneAsync(string stream, long after,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        while (true)
        {
            var page = await log.ReadStreamAsync(stream, after, ReadAtOnce, cancellation);
            foreach (var recorded in page.Events)
            {
                after = recorded.Version;
                yield return recorded;
            }

            if (page.Events.Count < ReadAtOnce)
            {
                yield break;
            }
        }
    }

    /// <summary>Streams of which not every event is the customer's.</summary>
    private sealed class PartedStreams(IList<string> streams, HashSet<long> positions) : System.Collections.ObjectModel.ReadOnlyCollection<string>(streams)
    {
        public HashSet<long> Positions { get; } = positions;
    }

    private static string? AbsorbedIn(in RecordedEvent recorded)
    {
        using var json = JsonDocument.Parse(recorded.Json);
        return json.RootElement.TryGetProperty("properties", out var properties)
            && properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty("absorbed", out var absorbed)
            ? absorbed.GetString()
            : null;
    }
}
