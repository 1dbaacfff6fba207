namespace Journey.Projections.Deliveries;

/// <summary>The stages of one message, in the order in which they outrank each other. The numbers are on disk: add, never renumber.</summary>
public enum MessageState : byte
{
    Requested = 1,
    Sent = 2,
    Delivered = 3,
    Opened = 4,
    Clicked = 5,
    Bounced = 6,
    Failed = 7,
    Suppressed = 8,
    Complained = 9,
}

/// <summary>One message that a journey asked for, with what became of it. Keyed by the decision's id. Times are 0 where it has not happened.</summary>
public sealed class Message(string id)
{
    public string Id { get; } = id;

    public string Journey { get; internal set; } = "";

    public long Version { get; internal set; }

    public string Run { get; internal set; } = "";

    public string Step { get; internal set; } = "";

    public string Channel { get; internal set; } = "";

    public string Template { get; internal set; } = "";

    public string? Reason { get; internal set; }

    public MessageState State { get; internal set; }

    public long RequestedAt { get; internal set; }

    public long SentAt { get; internal set; }

    public long DeliveredAt { get; internal set; }

    public long OpenedAt { get; internal set; }

    public long ClickedAt { get; internal set; }

    /// <summary>When it first bounced, for good or not.</summary>
    public long BouncedAt { get; internal set; }

    /// <summary>When it was called spam.</summary>
    public long ComplainedAt { get; internal set; }

    /// <summary>When it bounced, failed for good, or was withheld.</summary>
    public long EndedAt { get; internal set; }

    internal bool IsDirty { get; set; }
}

/// <summary>Something a person was asked to do. Keyed by the decision's id.</summary>
public sealed class TaskRequest(string id)
{
    public string Id { get; } = id;

    public string Journey { get; internal set; } = "";

    public string Run { get; internal set; } = "";

    public string Step { get; internal set; } = "";

    public string Team { get; internal set; } = "";

    public string Title { get; internal set; } = "";

    /// <summary>requested, sent or failed.</summary>
    public string State { get; internal set; } = "requested";

    public long RequestedAt { get; internal set; }

    public long DueAt { get; internal set; }

    public long AnsweredAt { get; internal set; }

    public string? Reason { get; internal set; }

    internal bool IsDirty { get; set; }
}
