namespace Journey.Domain.Events;

/// <summary>Names of the events that Journey itself writes. They are on disk somewhere: add, never rename.</summary>
public static class EventNames
{
    // Time
    public const string TimeReached = "Time Reached";

    // Identity
    public const string IdentitiesMerged = "Identities Merged";
    public const string IdentityAbsorbed = "Identity Absorbed";
    public const string IdentitiesUnmerged = "Identities Unmerged";
    public const string IdentityRestored = "Identity Restored";

    /// <summary>What still arrived on an absorbed customer's stream, told on the survivor's.</summary>
    public const string EventMoved = "Event Moved";

    /// <summary>A customer's personal data was destroyed: see <see cref="Personal.Erasure"/>.</summary>
    public const string CustomerErased = "Customer Erased";

    // Derived
    public const string CartAbandoned = "Cart Abandoned";
    public const string CartRecovered = "Cart Recovered";
    public const string CartExpired = "Cart Expired";
    public const string BrowseAbandoned = "Browse Abandoned";
    public const string CheckoutAbandoned = "Checkout Abandoned";
    public const string SessionEnded = "Session Ended";
    public const string SegmentEntered = "Segment Entered";
    public const string SegmentLeft = "Segment Left";

    // Decisions
    public const string RunEntered = "Run Entered";
    public const string RunNotEntered = "Run Not Entered";
    public const string RunWaiting = "Run Waiting";
    public const string RunBranched = "Run Branched";
    public const string RunMigrated = "Run Migrated";
    public const string RunExited = "Run Exited";
    public const string GoalReached = "Goal Reached";
    public const string MessageRequested = "Message Requested";
    public const string MessageSuppressed = "Message Suppressed";
    public const string TaskRequested = "Task Requested";
    public const string CallRequested = "Call Requested";
    public const string TraitsSet = "Traits Set";
    public const string RunsHandedOver = "Runs Handed Over";

    // Outcomes
    public const string MessageSent = "Message Sent";
    public const string MessageFailed = "Message Failed";
    public const string TaskSent = "Task Sent";
    public const string TaskFailed = "Task Failed";
    public const string CallAnswered = "Call Answered";
    public const string CallFailed = "Call Failed";

    // From outside, with a meaning of their own
    public const string MessageDelivered = "Message Delivered";
    public const string MessageOpened = "Message Opened";
    public const string MessageClicked = "Message Clicked";
    public const string MessageBounced = "Message Bounced";
    public const string MessageComplained = "Message Complained";
    /// <summary>What a campaign cost on a day: about no customer.</summary>
    public const string CampaignCostRecorded = "Campaign Cost Recorded";
    public const string ConsentGranted = "Consent Granted";
    public const string ConsentRevoked = "Consent Revoked";

    /// <summary>Recorded for Segment's <c>identify</c>, <c>group</c> and <c>alias</c> calls, which carry no name of their own.</summary>
    public const string Identified = "Identified";
    public const string GroupJoined = "Group Joined";
    public const string AliasGiven = "Alias Given";

    // Definitions
    public const string DocumentPublished = "Document Published";
    public const string JourneyPaused = "Journey Paused";
    public const string JourneyResumed = "Journey Resumed";
    public const string DocumentRetired = "Document Retired";
}

/// <summary>Streams that belong to no customer.</summary>
public static class SystemStreams
{
    public const string Definitions = "$definitions";

    public static bool IsSystem(string stream) => stream.Length > 0 && stream[0] == '$';
}
