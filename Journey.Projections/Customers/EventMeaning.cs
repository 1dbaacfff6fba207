using System.Collections.Frozen;
using Journey.Domain.Events;
using Journey.Domain.Language;

namespace Journey.Projections.Customers;

/// <summary>What an event's name tells the folds, beyond having happened.</summary>
public enum EventMeaning : byte
{
    None,
    Identified,
    ConsentGranted,
    ConsentRevoked,
    Unsubscribed,
    ProductViewed,
    CartAdd,
    CartRemove,
    CartUpdated,
    CartViewed,
    CartEmptied,
    CouponApplied,
    CouponRemoved,
    CheckoutStarted,
    CheckoutStep,
    OrderCompleted,
    OrderUpdated,
    OrderRefunded,
    OrderCancelled,
    MessageDelivered,
    MessageOpened,
    MessageClicked,
    MessageBounced,
    MessageComplained,
    StoreVisited,
    NpsAnswered,
    CsatAnswered,
    SurveyAnswered,
    CostRecorded,
}

/// <summary>Segment's ecommerce and email names, the ones that Journey adds, and the workspace's own aliases for them.</summary>
public static class EventMeanings
{
    /// <summary>Recorded name to meaning, before aliases.</summary>
    public static FrozenDictionary<string, EventMeaning> ByName { get; } = new Dictionary<string, EventMeaning>(StringComparer.Ordinal)
    {
        [EventNames.Identified] = EventMeaning.Identified,
        [EventNames.GroupJoined] = EventMeaning.None,
        [EventNames.ConsentGranted] = EventMeaning.ConsentGranted,
        [EventNames.ConsentRevoked] = EventMeaning.ConsentRevoked,
        ["Unsubscribed"] = EventMeaning.Unsubscribed,
        ["Email Unsubscribed"] = EventMeaning.Unsubscribed,
        ["SMS Unsubscribed"] = EventMeaning.Unsubscribed,
        ["Product Viewed"] = EventMeaning.ProductViewed,
        ["Products Searched"] = EventMeaning.None,
        ["Product List Viewed"] = EventMeaning.None,
        ["Product Clicked"] = EventMeaning.None,
        ["Product Added"] = EventMeaning.CartAdd,
        ["Product Removed"] = EventMeaning.CartRemove,
        ["Cart Updated"] = EventMeaning.CartUpdated,
        ["Cart Viewed"] = EventMeaning.CartViewed,
        ["Cart Emptied"] = EventMeaning.CartEmptied,
        ["Cart Cleared"] = EventMeaning.CartEmptied,
        ["Coupon Applied"] = EventMeaning.CouponApplied,
        ["Coupon Removed"] = EventMeaning.CouponRemoved,
        ["Checkout Started"] = EventMeaning.CheckoutStarted,
        ["Checkout Step Viewed"] = EventMeaning.CheckoutStep,
        ["Checkout Step Completed"] = EventMeaning.CheckoutStep,
        ["Payment Info Entered"] = EventMeaning.CheckoutStep,
        ["Order Completed"] = EventMeaning.OrderCompleted,
        ["Order Updated"] = EventMeaning.OrderUpdated,
        ["Order Refunded"] = EventMeaning.OrderRefunded,
        ["Order Cancelled"] = EventMeaning.OrderCancelled,
        [EventNames.MessageDelivered] = EventMeaning.MessageDelivered,
        ["Email Delivered"] = EventMeaning.MessageDelivered,
        ["SMS Delivered"] = EventMeaning.MessageDelivered,
        [EventNames.MessageOpened] = EventMeaning.MessageOpened,
        ["Email Opened"] = EventMeaning.MessageOpened,
        ["Push Notification Tapped"] = EventMeaning.MessageClicked,
        [EventNames.MessageClicked] = EventMeaning.MessageClicked,
        ["Email Link Clicked"] = EventMeaning.MessageClicked,
        ["Email Clicked"] = EventMeaning.MessageClicked,
        ["SMS Link Clicked"] = EventMeaning.MessageClicked,
        [EventNames.MessageBounced] = EventMeaning.MessageBounced,
        ["Email Bounced"] = EventMeaning.MessageBounced,
        ["Push Notification Bounced"] = EventMeaning.MessageBounced,
        [EventNames.MessageComplained] = EventMeaning.MessageComplained,
        ["Email Marked as Spam"] = EventMeaning.MessageComplained,
        ["Store Visited"] = EventMeaning.StoreVisited,
        ["NPS Answered"] = EventMeaning.NpsAnswered,
        ["CSAT Answered"] = EventMeaning.CsatAnswered,
        ["Survey Answered"] = EventMeaning.SurveyAnswered,
        [EventNames.CampaignCostRecorded] = EventMeaning.CostRecorded,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Asked of every event of a scan, so that it must cost next to nothing.</summary>
    public static bool IsCost(string name, Workspace workspace) => name == EventNames.CampaignCostRecorded
        || (workspace.EventAliases.Count > 0 && workspace.EventAliases.TryGetValue(name, out var standard) && standard == EventNames.CampaignCostRecorded);

    public static EventMeaning Of(string name, Workspace workspace)
    {
        var standard = workspace.EventAliases.TryGetValue(name, out var alias) ? alias : name;
        return ByName.GetValueOrDefault(standard);
    }
}
