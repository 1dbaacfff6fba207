namespace Journey.Projections.Runs;

/// <summary>One pass through a journey as its decisions in the log tell it. Keyed by the run's id. Times are 0 where it has not happened.</summary>
public sealed class RunView(string id)
{
    public const int ArmsMax = 8;

    private readonly List<(string Step, string Arm)> _arms = [];

    public string Id { get; } = id;

    public string Journey { get; internal set; } = "";

    public long Version { get; internal set; }

    public string? Key { get; internal set; }

    public string? Step { get; internal set; }

    /// <summary>Since when it has been at its step; 0: it ended.</summary>
    public long StepSince { get; internal set; }

    /// <summary>The arms it took, by the split's step: the first <see cref="ArmsMax"/>.</summary>
    public IReadOnlyList<(string Step, string Arm)> Arms => _arms;

    public bool IsHoldout { get; internal set; }

    public long EnteredAt { get; internal set; }

    public long WaitingUntil { get; internal set; }

    public long GoalAt { get; internal set; }

    public long EndedAt { get; internal set; }

    public string? ExitReason { get; internal set; }

    public long MessagesRequested { get; internal set; }

    internal bool IsDirty { get; set; }

    /// <returns>False: it took it before, or took so many that no more are followed.</returns>
    internal bool Take(string step, string arm)
    {
        if (_arms.Count >= ArmsMax || _arms.Contains((step, arm)))
        {
            return false;
        }

        _arms.Add((step, arm));
        return true;
    }
}
