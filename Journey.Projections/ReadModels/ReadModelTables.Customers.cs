namespace Journey.Projections.ReadModels;

public static partial class ReadModelTables
{
    public static TableDefinition Customers { get; } = State(
        "customers", "profile", "One row per customer: who they are and how they stand.", 1,
        [
            Text("customer", "The customer's id"),
            Time("first_seen_at", "When the earliest interaction occurred"),
            Time("last_seen_at", "When the latest interaction occurred"),
            Number("events", "Interactions so far"),
            Number("orders", "Orders completed and not cancelled"),
            Text("lifetime_value", "Revenue after refunds, as a plain decimal, in the currency beside it"),
            Text("currency", "ISO 4217: the workspace's currency, or else the first one the customer paid in"),
            Time("first_order_at", "When the earliest order was completed; null: never"),
            Time("last_order_at", "When the latest order was completed; null: never"),
            Text("channels", "Channels used, comma-separated, in the order of first use"),
            Text("preferred_channel", "The channel with the most interactions"),
            Text("last_event", "Name of the latest interaction"),
            Text("last_channel", "Channel of the latest interaction"),
            Text("last_store", "Store last visited; null: none"),
            Number("devices", "Devices and browsers used, as their device ids and anonymous ids tell"),
            Text("country", "Country as the profile gives it"),
            Flag("is_known", "A user id, email, phone or loyalty card was seen"),
            Flag("has_email", "There is an email address to send to"),
            Flag("has_phone", "There is a phone number to send to"),
            Flag("has_push", "There is a device to push to"),
            Text("email_consent", "granted, revoked or unknown, for marketing by email"),
            Text("cart_state", "State of the cart most lately active; null: no cart"),
            Text("segments", "Segments the customer is in, comma-separated, in alphabetical order"),
            Number("active_runs", "Journey runs that have not ended"),
            Text("merged_into", "Null, or the customer who this one turned out to be"),
            Personal("email", "Email address"),
            Personal("name", "Full name, or first and last name"),
        ],
        "last_seen_at", "cart_state");

    public static TableDefinition Sessions { get; } = State(
        "sessions", "timeline", "One row per session, across channels.", 2,
        [
            Text("customer", "The customer's id"),
            Text("session", "The sender's session id, or s and the global position at which it began"),
            Time("started_at", "When its earliest interaction occurred"),
            Time("last_at", "When its latest interaction occurred"),
            Number("events", "Interactions in it"),
            Text("channels", "Channels used in it, comma-separated, in the order of first use"),
            Flag("is_named", "Its sender named it; otherwise the inactivity gap bounds it"),
            Number("cart_events", "Interactions with a cart in it: products put in, taken out or changed, the cart looked at or emptied, coupons"),
            Number("orders", "Orders completed in it"),
            Text("linked_to", "The earlier session that it shares a cart with, or that one is linked to; null: none"),
        ],
        "last_at");

    public static TableDefinition Carts { get; } = State(
        "carts", "carts", "One row per cart.", 2,
        [
            Text("customer", "The customer's id"),
            Text("cart", "The sender's cart id, with ~2, ~3 where it was used again after an order; or cart- and the global position at which it began"),
            Text("state", "active, emptied, abandoned, checking out, converted, recovered or expired"),
            Text("channel", "Channel of the latest cart activity"),
            Text("total", "Sum in the cart's first currency, as a plain decimal"),
            Text("currency", "ISO 4217 currency of the total"),
            Text("totals", "Sums by currency where there are several: EUR 10.50, USD 3; null: one currency"),
            Text("quantity", "Pieces in it, as a plain decimal"),
            Number("items", "Different products in it"),
            Text("products", "Names or ids of the first five products, comma-separated"),
            Text("coupon", "Coupon applied; null: none"),
            Text("checkout_state", "none, open, abandoned or completed"),
            Text("checkout_step", "The checkout's latest step; null: none"),
            Time("created_at", "When it began"),
            Time("updated_at", "When its content last changed"),
            Time("active_at", "When it was last touched"),
            Time("abandoned_at", "When it was last found abandoned; null: never"),
            Time("closed_at", "When it was converted, recovered, emptied or expired; null: open"),
            Text("order_id", "Order that converted it; null: none"),
            Flag("influenced", "Converted within the recovery window after a journey's message"),
            Flag("clicked", "Converted within the recovery window after a click on one"),
        ],
        "state,active_at", "active_at");

    public static TableDefinition CartDays { get; } = Counter(
        "cart_days", "carts", "Carts per day (UTC) of what happened to them.", 2,
        Text("day", "The day, as 2026-03-01"),
        Text("channel", "Channel of the cart's latest activity"),
        Number("started", "Carts begun"),
        Number("abandoned", "Times a cart was found abandoned"),
        Number("checkouts_abandoned", "Times a checkout was found abandoned"),
        Number("converted", "Carts that an order converted, recovered ones included"),
        Number("recovered", "Of these, abandoned before and converted after a journey's message"),
        Number("clicked", "Of the recovered, after a click on one"),
        Number("expired", "Carts that expired"),
        Number("abandoned_first", "Carts found abandoned for the first time, as a cart or in their checkout: what a recovery rate is a share of"));

    public static TableDefinition CartValueDays { get; } = Counter(
        "cart_value_days", "carts", "What carts are worth per day (UTC), in the currency's minor units: cents of EUR, yen of JPY.", 3,
        Text("day", "The day, as 2026-03-01"),
        Text("channel", "Channel of the cart's latest activity"),
        Text("currency", "ISO 4217 currency"),
        Number("at_risk", "Carts found abandoned on that day that are still left behind: neither taken up again, nor bought, nor expired"),
        Number("abandoned", "Carts and checkouts found abandoned, each time they were"),
        Number("converted", "Orders that converted a cart, recovered ones included"),
        Number("recovered", "Of these, orders that recovered one"),
        Number("expired", "Carts that expired"));

    public static TableDefinition ChannelDays { get; } = Counter(
        "channel_days", "timeline", "Interactions per day (UTC) and channel.", 2,
        Text("day", "The day on which they occurred, as 2026-03-01"),
        Text("channel", "The channel"),
        Number("events", "Interactions"));
}
