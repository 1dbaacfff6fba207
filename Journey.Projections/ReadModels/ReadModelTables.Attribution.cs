namespace Journey.Projections.ReadModels;

public static partial class ReadModelTables
{
    public static TableDefinition Touches { get; } = State(
        "touches", "attribution", "One row per contact that a conversion may be credited to.", 2,
        [
            Text("customer", "The customer's id"),
            Number("position", "Global position of the interaction"),
            Time("at", "When it occurred"),
            Text("kind", "campaign, click, visit or direct"),
            Text("channel", "What brought the customer: the campaign's medium or source, the message's channel, referral, direct, or the channel itself"),
            Text("campaign", "The campaign's name, or the journey's whose message was clicked; null: none"),
            Text("session", "The session it belongs to"),
        ]);

    public static TableDefinition Conversions { get; } = State(
        "conversions", "attribution", "One row per order, as it was ordered: refunds and cancellations are not taken off.", 2,
        [
            Text("customer", "The customer's id"),
            Number("position", "Global position of the order"),
            Time("at", "When it was completed"),
            Text("event", "Order Completed"),
            Text("amount", "What it came to, as a plain decimal"),
            Text("currency", "ISO 4217 currency of the amount"),
            Text("channel", "The channel it was ordered on"),
            Text("order_id", "The sender's id of the order; null: none"),
        ]);

    public static TableDefinition CampaignCosts { get; } = Counter(
        "campaign_costs", "attribution", "What campaigns cost per day (UTC), in the currency's minor units.", 4,
        Text("day", "The day, as 2026-03-01"),
        Text("channel", "The channel as touches name it; empty: not said"),
        Text("campaign", "The campaign's name; empty: not said"),
        Text("currency", "ISO 4217 currency"),
        Number("cost", "What it cost"));
}
