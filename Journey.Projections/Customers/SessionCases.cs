using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Projections.Customers;

/// <summary>Which session each interaction of one customer belongs to, by the rules of the projection, for a reader of the log that has no state at hand.</summary>
/// <remarks>Give it the interactions of one customer, all streams of the family together, in position order.</remarks>
public sealed class SessionCases
{
    private readonly Sessions _sessions = new();

    /// <summary>The id of the session, as in the read model; unique within its customer.</summary>
    public string Of(in RecordedEvent interaction, Workspace workspace)
    {
        var gap = Sessions.GapOf(workspace, interaction.Channel.Name);
        var session = _sessions.For(JsonScan.Session(interaction.Json.Span), interaction.OccurredAt, gap, interaction.Position, out _);
        session.See(interaction.Channel.Name, EventMeaning.None, interaction.OccurredAt, interaction.IsImported);
        return session.Id;
    }
}
