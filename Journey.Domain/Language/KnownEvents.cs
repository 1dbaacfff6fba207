using System.Collections.Frozen;
using Journey.Domain.Events;

namespace Journey.Domain.Language;

/// <summary>Event names that need no explanation: Segment's specifications, and what Journey records itself.</summary>
public static class KnownEvents
{
    /// <summary>Segment's ecommerce specification, version 2.</summary>
    private static readonly string[] Ecommerce =
    [
        "Products Searched", "Product List Viewed", "Product List Filtered", "Promotion Viewed", "Promotion Clicked",
        "Product Clicked", "Product Viewed", "Product Added", "Product Removed", "Cart Viewed",
        "Checkout Started", "Checkout Step Viewed", "Checkout Step Completed", "Payment Info Entered",
        "Order Completed", "Order Updated", "Order Refunded", "Order Cancelled",
        "Coupon Entered", "Coupon Applied", "Coupon Denied", "Coupon Removed",
        "Product Added to Wishlist", "Product Removed from Wishlist", "Wishlist Product Added to Cart",
        "Product Shared", "Cart Shared", "Product Reviewed",
    ];

    /// <summary>Segment's other semantic events: business, mobile, email, live chat.</summary>
    private static readonly string[] Semantic =
    [
        "Account Created", "Account Deleted", "Signed Up", "Signed In", "Signed Out", "Invite Sent",
        "Trial Started", "Trial Ended", "Subscription Started", "Subscription Cancelled",
        "Application Installed", "Application Opened", "Application Backgrounded", "Application Updated", "Application Uninstalled", "Application Crashed",
        "Push Notification Received", "Push Notification Tapped", "Push Notification Bounced", "Deep Link Opened",
        "Email Delivered", "Email Opened", "Email Link Clicked", "Email Clicked", "Email Bounced", "Email Marked as Spam", "Email Unsubscribed", "Unsubscribed",
        "Live Chat Conversation Started", "Live Chat Conversation Ended", "Live Chat Message Sent", "Live Chat Message Received",
        "Page Viewed", "Screen Viewed",
    ];

    /// <summary>What Journey's carts understand beyond the specification.</summary>
    private static readonly string[] Carts = ["Cart Updated", "Cart Emptied", "Cart Cleared"];

    private static readonly string[] Surveys = ["NPS Answered", "CSAT Answered", "Survey Answered"];

    private static readonly string[] Derived =
    [
        EventNames.CartAbandoned, EventNames.CartRecovered, EventNames.CartExpired, EventNames.BrowseAbandoned, EventNames.CheckoutAbandoned,
        EventNames.SessionEnded, EventNames.SegmentEntered, EventNames.SegmentLeft,
        EventNames.IdentitiesMerged, EventNames.IdentitiesUnmerged, EventNames.IdentityRestored,
    ];

    private static readonly string[] Outside =
    [
        EventNames.MessageDelivered, EventNames.MessageOpened, EventNames.MessageClicked, EventNames.MessageBounced, EventNames.MessageComplained,
        EventNames.ConsentGranted, EventNames.ConsentRevoked, EventNames.Identified, EventNames.GroupJoined, EventNames.AliasGiven,
        EventNames.MessageSent, EventNames.MessageFailed, EventNames.TaskSent, EventNames.TaskFailed, EventNames.CallAnswered, EventNames.CallFailed,
        EventNames.CampaignCostRecorded,
    ];

    /// <summary>Gets the decisions of the engine: conditions may count them, and they start no journey.</summary>
    public static FrozenSet<string> Decisions { get; } = new[]
    {
        EventNames.RunEntered, EventNames.RunNotEntered, EventNames.RunWaiting, EventNames.RunBranched, EventNames.RunMigrated, EventNames.RunExited, EventNames.GoalReached,
        EventNames.MessageRequested, EventNames.MessageSuppressed, EventNames.TaskRequested, EventNames.CallRequested, EventNames.TraitsSet,
        EventNames.RunsHandedOver, EventNames.RunMigrated,
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Gets every known name, decisions included.</summary>
    public static FrozenSet<string> Names { get; } =
        new[] { Ecommerce, Semantic, Carts, Surveys, Derived, Outside }.SelectMany(names => names).Concat(Decisions).ToFrozenSet(StringComparer.Ordinal);
}
