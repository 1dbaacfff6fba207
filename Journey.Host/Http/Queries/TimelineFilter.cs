using System.Text.Json;
using Journey.Domain.Events;
using Journey.Host.Stores;
using Journey.Projections.ReadModels;

namespace Journey.Host.Http.Queries;

/// <summary>Which of a customer's events are asked for.</summary>
/// <param name="Kind">Null: all kinds.</param>
/// <param name="Event">An event's name; null: all.</param>
/// <param name="From">Unix milliseconds, inclusive, by the time at which it happened; null: from the first.</param>
/// <param name="To">Exclusive; null: to the last.</param>
/// <param name="Session">Null: in and out of sessions.</param>
public sealed record TimelineFilter(EventKind? Kind, string? Event, long? From, long? To, SessionSpan? Session)
{
    public static string[] Kinds { get; } = ["interaction", "derived", "decision", "time", "outcome", "identity"];

    public static EventKind? KindOf(string? name) => name is null ? null : Enum.Parse<EventKind>(name, ignoreCase: true);

    public bool Matches(in RecordedEvent recorded) =>
        (Kind is not { } kind || recorded.Kind == kind)
        && (Event is null || recorded.Name == Event)
        && (From is not { } from || recorded.OccurredAt >= from)
        && (To is not { } to || recorded.OccurredAt < to)
        && (Session is null || Session.Holds(recorded));
}

/// <summary>A session, as its row tells: the events that name it, or, where its sender gave it no name, those from its start to its end that name none.</summary>
/// <param name="Id">As the read model has it.</param>
public sealed record SessionSpan(string Id, bool IsNamed, long StartedAt, long LastAt)
{
    /// <returns>Null: the customer has no such session.</returns>
    public static async ValueTask<SessionSpan?> FindAsync(IStateStore states, string customer, string session, CancellationToken cancellation)
    {
        Filter[] where = [new("customer", FilterKind.Equal, customer), new("session", FilterKind.Equal, session)];
        var rows = await states.QueryAsync(new TableQuery(ReadModelTables.Sessions, where, [], 1), cancellation);
        if (rows.Count == 0)
        {
            return null;
        }

        var row = rows[0];
        long Number(string column) => row[ReadModelTables.Sessions.ColumnIndex(column)].Integer;
        return new SessionSpan(session, Number("is_named") != 0, Number("started_at"), Number("last_at"));
    }

    public bool Holds(in RecordedEvent recorded)
    {
        if (recorded.Kind != EventKind.Interaction || recorded.OccurredAt < StartedAt || recorded.OccurredAt > LastAt)
        {
            return false;
        }

        using var payload = JsonDocument.Parse(recorded.Json);
        var named = payload.RootElement.TryGetProperty("session", out var session) ? session.ToString() : null;

        // An event without a session's name belongs to the most lately active one, which may have a name.
        return IsNamed ? named is null or "" || named == Id : named is null or "";
    }
}
