using Journey.Domain.Events;
using Journey.Projections.Customers;
using Journey.Projections.Deliveries;
using Journey.Projections.ReadModels;

namespace Journey.Projections.Attribution;

/// <summary>Which interactions are touches: what a conversion may be credited to.</summary>
/// <remarks>
/// Three rules, the first that applies. A click on a message is a touch of the message's channel. A visit that names its campaign is a touch of the
/// campaign's medium, or else its source. A session's first interaction on a channel is a touch of <c>referral</c> or <c>direct</c> on the web and in
/// the app, and of the channel anywhere else. In one session the same touch twice in a row is one.
/// </remarks>
internal sealed class TouchFold
{
    private readonly CampaignFacts _facts = new();

    /// <param name="isFirst">The session was not on this channel before.</param>
    public void Visit(CustomerState state, in RecordedEvent recorded, EventMeaning meaning, Session session, bool isFirst, FoldOutput output)
    {
        if (!IsVisit(meaning))
        {
            return;
        }

        var payload = recorded.Json.Span;
        var mayTell = CampaignFacts.MayTell(payload);
        if (!mayTell && !isFirst)
        {
            return;
        }

        var isOnline = recorded.Channel.Name is "web" or "app";
        if (mayTell || (isOnline && CampaignFacts.MayRefer(payload)))
        {
            _facts.Read(payload);
            if (_facts.HasCampaign)
            {
                var medium = _facts.Medium ?? _facts.Source;
                var channel = medium is null ? recorded.Channel.Name : ContactChannel.From(medium).Name;
                Put(state, recorded, session, TouchKind.Campaign, channel, _facts.Name, output);
                return;
            }

            if (isFirst && isOnline && _facts.IsReferred)
            {
                Put(state, recorded, session, TouchKind.Visit, Touch.Referral, null, output);
                return;
            }
        }

        if (isFirst)
        {
            Put(state, recorded, session, isOnline ? TouchKind.Direct : TouchKind.Visit, isOnline ? Touch.Direct : recorded.Channel.Name, null, output);
        }
    }

    /// <summary>A click on a message, whose campaign is its journey.</summary>
    public static void Click(CustomerState state, in RecordedEvent recorded, DecisionFacts facts, FoldOutput output)
    {
        if (state.Sessions.Current is not { } session)
        {
            return;
        }

        var message = facts.Answers is { } id ? state.Messages.Find(id) : null;
        var channel = message is { Channel.Length: > 0 } ? message.Channel : ProfileFold.MediumOf(recorded);
        var journey = message?.Journey ?? facts.Journey;
        Put(state, recorded, session, TouchKind.Click, channel, journey.Length > 0 ? journey : null, output);
    }

    /// <summary>What an order or a wish to hear no more says is not that somebody came; nor is what a medium tells of a message.</summary>
    private static bool IsVisit(EventMeaning meaning) =>
        meaning is not (EventMeaning.Unsubscribed or EventMeaning.OrderUpdated or EventMeaning.OrderRefunded or EventMeaning.OrderCancelled
            or EventMeaning.ConsentGranted or EventMeaning.ConsentRevoked) && !DeliveryFold.IsReaction(meaning);

    private static void Put(
        CustomerState state, in RecordedEvent recorded, Session session, TouchKind kind, string channel, string? campaign, FoldOutput output)
    {
        var touched = (long)(StableHash.Of($"{channel}\u001f{campaign}") >> 33) | 1;
        if (touched == session.LastTouch)
        {
            return;
        }

        session.LastTouch = touched;
        output.Changes.Put(ReadModelTables.Touches, state.Customer, recorded.Position, recorded.OccurredAt, Touch.NameOf(kind), channel, campaign, session.Id);
    }
}
