namespace Journey.Projections.Runs;

/// <summary>One pass through a journey as its decisions in the log tell it. Keyed by the run's id. Times are 0 where it has not happened.</summary>
public sealed class RunView(string id)
{
    public string Id { get; } = id;

    public string Journey { get; internal set; } = "";

    public long Version { get; internal set; }

    public string? Key { get; internal set; }

    public string? Step { get; internal set; }

    public bool IsHoldout { get; internal set; }

    public long EnteredAt { get; internal set; }

    public long WaitingUntil { get; internal set; }

    public long GoalAt { get; internal set; }

    public long EndedAt { get; internal set; }

    public string? ExitReason { get; internal set; }

    public long MessagesRequested { get; internal set; }

    internal bool IsDirty { get; set; }
}
