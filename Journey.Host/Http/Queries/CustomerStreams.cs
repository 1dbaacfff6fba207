using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;

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

            while (heads.TryDequeue(out var next, out _))
            {
                yield return next.Current;
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

    private static string? AbsorbedIn(in RecordedEvent recorded)
    {
        using var json = JsonDocument.Parse(recorded.Json);
        return json.RootElement.TryGetProperty("properties", out var properties)
            && properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty("absorbed", out var absorbed)
            ? absorbed.GetString()
            : null;
    }
}
