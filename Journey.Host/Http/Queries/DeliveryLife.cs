using System.Text;
using Journey.Domain.EventLog;
using Journey.Domain.Events;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;

namespace Journey.Host.Http.Queries;

/// <summary>One message with everything that was recorded of it, in the order of the log.</summary>
/// <param name="Events">The decision, its outcomes, and what its receiver and the medium did.</param>
public sealed record DeliveryDetail(MessageSummary Message, IReadOnlyList<TimelineEvent> Events);

/// <summary>Finds a message's life in its customer's streams: nothing of it is stored beside the log.</summary>
internal static class DeliveryLife
{
    /// <returns>Null: no journey asked for such a message.</returns>
    public static async ValueTask<DeliveryDetail?> ReadAsync(IStateStore store, IEventLog log, string id, CancellationToken cancellation)
    {
        var rows = await store.QueryAsync(new TableQuery(ReadModelTables.Messages, [new Filter("message", FilterKind.Equal, id)], [], 1), cancellation);
        if (rows is not [var row])
        {
            return null;
        }

        var message = DeliveryEndpoints.Shape(new TableRow(ReadModelTables.Messages, row));
        var streams = new CustomerStreams(log);
        var events = new List<TimelineEvent>();
        var quoted = Encoding.UTF8.GetBytes($"\"{id}\"");
        await foreach (var recorded in streams.ReadAsync(await streams.OfAsync(message.Customer!, cancellation), new Dictionary<string, long>(), cancellation))
        {
            if (recorded.Id == id || recorded.Json.Span.IndexOf(quoted) >= 0)
            {
                events.Add(TimelineEvent.From(recorded));
            }
        }

        return new DeliveryDetail(message, events);
    }
}
