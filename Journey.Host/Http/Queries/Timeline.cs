using System.Text.Json;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Domain.Time;
using Journey.Host.Http.Parameters;

namespace Journey.Host.Http.Queries;

/// <summary>One event of a customer's timeline.</summary>
/// <param name="Kind">interaction, derived, decision, time, outcome or identity.</param>
/// <param name="Stream">The customer it was recorded for; another one's id where they were merged later.</param>
/// <param name="Content">The payload as recorded: ids, traits, properties, context, session.</param>
public sealed record TimelineEvent(long Position, string Name, string Kind, string Channel, string OccurredAt, string ReceivedAt,
    string Stream, string Source, string Id, bool Imported, JsonElement Content)
{
    internal static TimelineEvent From(in RecordedEvent recorded)
    {
        using var json = JsonDocument.Parse(recorded.Json);
        return new TimelineEvent(recorded.Position, recorded.Name, recorded.Kind.ToString().ToLowerInvariant(), recorded.Channel.Name,
            Instants.ToIso(recorded.OccurredAt), Instants.ToIso(recorded.ReceivedAt), recorded.Stream, recorded.Source, recorded.Id, recorded.IsImported,
            json.RootElement.Clone());
    }
}

/// <param name="AsOf">Only what had happened by then, Unix milliseconds, inclusive; null: everything.</param>
/// <param name="NewestFirst">In descending order of position.</param>
/// <param name="Only">Null: everything.</param>
internal sealed record TimelineQuery(string Customer, int Limit, PageToken After, string? Channel, long? AsOf, bool NewestFirst, TimelineFilter? Only = null);

/// <summary>Reads timelines from the log itself: nothing is stored beside it.</summary>
internal sealed class Timeline(IEventLog log)
{
    private const string Before = "before";

    private readonly CustomerStreams _streams = new(log);

    /// <returns>Null: there is no such customer.</returns>
    public async ValueTask<Page<TimelineEvent>?> PageAsync(TimelineQuery query, CancellationToken cancellation)
    {
        var streams = await _streams.OfAsync(query.Customer, cancellation);
        return streams.Count == 0 ? null
            : query.NewestFirst ? await NewestAsync(streams, query, cancellation)
            : await OldestAsync(streams, query, cancellation);
    }

    private async ValueTask<Page<TimelineEvent>> OldestAsync(IReadOnlyList<string> streams, TimelineQuery query, CancellationToken cancellation)
    {
        var items = new List<TimelineEvent>();
        var versions = streams.ToDictionary(stream => stream, query.After.Place);
        await foreach (var recorded in _streams.ReadAsync(streams, query.After.Places, cancellation))
        {
            if (Matches(recorded, query))
            {
                if (items.Count == query.Limit)
                {
                    return new Page<TimelineEvent>(items, new PageToken(versions).Write());
                }

                items.Add(TimelineEvent.From(recorded));
            }

            versions[recorded.Stream] = recorded.Version;
        }

        return new Page<TimelineEvent>(items, null);
    }

    /// <remarks>The log is read forwards only: the whole of the customer's history goes by, and the last events before the place asked for are kept.</remarks>
    private async ValueTask<Page<TimelineEvent>> NewestAsync(IReadOnlyList<string> streams, TimelineQuery query, CancellationToken cancellation)
    {
        var before = query.After.Place(Before) is var place and > 0 ? place : long.MaxValue;
        var kept = new Queue<RecordedEvent>();
        var more = false;
        await foreach (var recorded in _streams.ReadAsync(streams, PageToken.First.Places, cancellation))
        {
            if (recorded.Position >= before)
            {
                break;
            }

            if (Matches(recorded, query))
            {
                kept.Enqueue(recorded);
                if (kept.Count > query.Limit)
                {
                    kept.Dequeue();
                    more = true;
                }
            }
        }

        var next = more ? PageToken.At(Before, kept.Peek().Position).Write() : null;
        return new Page<TimelineEvent>([.. kept.Reverse().Select(recorded => TimelineEvent.From(recorded))], next);
    }

    private static bool Matches(in RecordedEvent recorded, TimelineQuery query) =>
        (query.AsOf is not { } asOf || recorded.OccurredAt <= asOf)
        && (query.Channel is null || recorded.Channel.Name == query.Channel)
        && (query.Only is null || query.Only.Matches(recorded));
}
